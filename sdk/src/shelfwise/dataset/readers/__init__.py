"""Raw frames from files and databases: cells as they stand, the index counting rows from 1."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from shelfwise.dataset.config import TableSource
from shelfwise.dataset.quality import QualityLog
from shelfwise.dataset.readers.parquet import parquet_columns, read_parquet
from shelfwise.dataset.readers.sql import read_sql
from shelfwise.dataset.readers.text import read_text, text_columns
from shelfwise.errors import DataError

TEXT = (".csv", ".csv.gz", ".tsv", ".txt")
SUFFIXES = (*TEXT, ".parquet")
"""The files that can be read."""


def read(table: str, source: TableSource, directory: Path, log: QualityLog) -> pd.DataFrame:
    """Read the frame of one table from where ``source`` says.

    Raises:
        DataError: It cannot be read; the message names the table and the file or database.
    """
    if source.url:
        return read_sql(table, source, directory)
    path = directory / source.path
    _check(path, table)
    return read_parquet(path, table) if path.suffix == ".parquet" else read_text(path, table, source, log)


def columns(path: Path) -> list[str]:
    """Return the names of the columns of a file without reading its rows.

    Raises:
        DataError: The file cannot be read.
    """
    return parquet_columns(path) if path.suffix == ".parquet" else text_columns(path)


def _check(path: Path, table: str) -> None:
    if not path.exists():
        near = ", ".join(sorted(file.name for file in path.parent.glob("*") if file.name.endswith(SUFFIXES)))
        beside = f"there are {near}" if near else "there is no table beside it"
        raise DataError(f"{table}: there is no file {path} ({beside})")
    if not path.name.endswith(SUFFIXES):
        raise DataError(f"{table}: {path} is none of {', '.join(SUFFIXES)}")


__all__ = ["SUFFIXES", "columns", "read"]
