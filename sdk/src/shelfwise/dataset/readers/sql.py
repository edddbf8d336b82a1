"""Tables from a database over SQLAlchemy; no password ever reaches a message."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd
import sqlalchemy
from sqlalchemy.engine import URL

from shelfwise.dataset.config import TableSource
from shelfwise.errors import DataError

_VARIABLE = re.compile(r"\$\{(\w+)\}")


def read_sql(table: str, source: TableSource, directory: Path) -> pd.DataFrame:
    """Run the query of ``source``, or read the database table that it names, ``table`` by default.

    A relative SQLite file is looked for in ``directory``. The index of the result are row numbers.

    Raises:
        DataError: The URL cannot be used, the driver is not installed, or the database refuses.
    """
    url = _url(table, source.url, directory)
    where = f"{table}: {url.render_as_string(hide_password=True).partition('?')[0]}"
    try:
        engine = sqlalchemy.create_engine(url)
    except (sqlalchemy.exc.ArgumentError, ImportError) as error:
        hint = "; a driver for PostgreSQL is psycopg (pip install 'psycopg[binary]')" if "postgres" in where else ""
        raise DataError(f"{where} cannot be opened: {_harmless(error, url)}{hint}") from None
    try:
        with engine.connect() as connection:
            result = connection.execute(_statement(source.query or table))
            frame = pd.DataFrame(result.all(), columns=list(result.keys()))
    except sqlalchemy.exc.SQLAlchemyError as error:
        # The cause stays out of the chain: drivers may quote the connection string with its password.
        reason = getattr(error, "orig", None) or error
        raise DataError(f"{where} cannot be read: {_harmless(reason, url)}") from None
    finally:
        engine.dispose()
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise DataError(f"{where}: the query names the column {twice[0]!r} more than once")
    return frame.set_axis(pd.RangeIndex(1, len(frame) + 1), axis=0)


def _url(table: str, text: str, directory: Path) -> URL:
    missing = [name for name in _VARIABLE.findall(text) if name not in os.environ]
    if missing:
        raise DataError(f"tables.{table}.url: the environment variable {missing[0]} is not set")
    try:
        url = sqlalchemy.make_url(_VARIABLE.sub(lambda match: os.environ[match[1]], text))
    except (sqlalchemy.exc.ArgumentError, ValueError):
        form = "it is written dialect+driver://user:password@host:port/database, with special characters %-encoded"
        raise DataError(f"tables.{table}.url: not a database URL; {form}") from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
        file = directory / str(url.database)
        if not str(url.database).startswith("file:"):
            if not file.is_file():
                raise DataError(f"{table}: there is no SQLite file {file}")
            url = url.set(database=str(file))
    return url


def _statement(query: str) -> sqlalchemy.Executable:
    if re.search(r"\s", query.strip()):
        return sqlalchemy.text(query)
    schema, _, name = query.strip().rpartition(".")
    return sqlalchemy.select(sqlalchemy.text("*")).select_from(sqlalchemy.table(name, schema=schema or None))


def _harmless(error: BaseException, url: URL) -> str:
    """Return the first line of what an error says, without the password and what stands in the URL's query."""
    text = str(error).strip().partition("\n")[0]
    secrets = [url.password, *(value for value in url.query.values() if isinstance(value, str))]
    for secret in filter(None, secrets):
        text = text.replace(str(secret), "***")
    return text


__all__ = ["read_sql"]
