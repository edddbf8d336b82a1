"""The reference tables on disk: Parquet and JSON, enough to rebuild the state without the history."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa

from shelfwise.dataset.atomic import write_text, write_whole
from shelfwise.dataset.state import REFERENCE_TABLES, state_from_tables
from shelfwise.errors import DataError
from shelfwise.types import State

_HEADER = "reference.json"


def save_reference(
    directory: Path,
    tables: dict[str, pd.DataFrame],
    *,
    as_of: datetime,
    currency: str,
    assumptions: tuple[str, ...],
) -> None:
    """Write the reference tables as ``<table>.parquet`` and the rest as ``reference.json`` into ``directory``."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in REFERENCE_TABLES:
        write_whole(directory / f"{name}.parquet", lambda path, name=name: tables[name].to_parquet(path, index=False))  # type: ignore[misc]
    header = {"as_of": as_of.isoformat(), "currency": currency, "assumptions": list(assumptions)}
    write_text(directory / _HEADER, json.dumps(header, indent=2, ensure_ascii=False) + "\n")


def load_reference(directory: Path) -> State:
    """Return the state of the data set whose reference :func:`save_reference` wrote.

    Raises:
        DataError: A file is missing or cannot be read.
    """
    try:
        header = json.loads((directory / _HEADER).read_text(encoding="utf-8"))
        tables = {name: pd.read_parquet(directory / f"{name}.parquet") for name in REFERENCE_TABLES}
        return state_from_tables(
            tables,
            as_of=datetime.fromisoformat(header["as_of"]),
            currency=header["currency"],
            assumptions=tuple(header["assumptions"]),
        )
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise DataError(f"the reference tables in {directory} cannot be read: {error}") from error


__all__ = ["load_reference", "save_reference"]
