"""The connection to the ERP's database, and whether it holds what is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from nightly.errors import NightlyError
from nightly.models import Base


@contextmanager
def database(url: str) -> Iterator[Engine]:
    """Yield an engine whose transactions see and change all or nothing.

    Raises:
        NightlyError: the URL or the database cannot be used, or it refuses a statement.
    """
    place = _parsed(url)
    try:
        engine = sqlalchemy.create_engine(place, isolation_level="SERIALIZABLE")
    except (ImportError, NoSuchModuleError) as error:
        raise NightlyError(f"no driver for {place.drivername}: {error}; PostgreSQL's is psycopg") from error
    if place.get_backend_name() == "sqlite":
        _make_transactions_real(engine)
    try:
        yield engine
    except SQLAlchemyError as error:
        # The cause stays out of the chain: drivers may quote the connection string with its password.
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        shown = place.render_as_string(hide_password=True)
        raise NightlyError(f"{shown}: {reason}; nothing was written, so the command can be run again") from None
    finally:
        engine.dispose()


def check_tables(engine: Engine) -> None:
    """See that every table and column is there.

    Raises:
        NightlyError: something is missing; all of it is named.
    """
    inspector = sqlalchemy.inspect(engine)
    present = set(inspector.get_table_names())
    missing = [f"the table {name}" for name in Base.metadata.tables if name not in present]
    for name in present & set(Base.metadata.tables):
        columns = {column["name"] for column in inspector.get_columns(name)}
        missing += [
            f"the column {name}.{column.name}"
            for column in Base.metadata.tables[name].columns
            if column.name not in columns
        ]
    if missing:
        raise NightlyError(
            f"the database lacks {', '.join(sorted(missing))}; `nightly seed` makes all tables in an empty database"
        )


def _parsed(url: str) -> URL:
    try:
        place = sqlalchemy.make_url(url)
    except ArgumentError:
        form = "sqlite:///erp.db or postgresql://user:password@host:port/database"
        raise NightlyError(f"that is no database URL; write {form}") from None
    if place.drivername == "postgresql":
        return place.set(drivername="postgresql+psycopg")
    return place


def _make_transactions_real(engine: Engine) -> None:
    """Let SQLite begin a transaction with its first read, and hold to foreign keys; Python's driver does neither."""

    @sqlalchemy.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")

    @sqlalchemy.event.listens_for(engine, "begin")
    def _begin(connection: sqlalchemy.Connection) -> None:
        connection.exec_driver_sql("BEGIN")


def require_file(url: str) -> None:
    """See that a SQLite file is there, for opening a missing one would make an empty database.

    Raises:
        NightlyError: there is none.
    """
    place = _parsed(url)
    if place.get_backend_name() == "sqlite" and not Path(str(place.database)).is_file():
        raise NightlyError(f"there is no database {place.database}; `nightly seed` makes one")
