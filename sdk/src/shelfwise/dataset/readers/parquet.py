"""Tables from Parquet files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet

from shelfwise.errors import DataError


def read_parquet(path: Path, table: str) -> pd.DataFrame:
    """Read a Parquet file into a frame whose index are row numbers.

    Raises:
        DataError: The file is missing, or no Parquet file.
    """
    try:
        frame = pa.parquet.read_table(path).to_pandas(ignore_metadata=True, integer_object_nulls=True)
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"{table}: {path} cannot be read as Parquet: {error}") from error
    return pd.DataFrame(frame).set_axis(pd.RangeIndex(1, len(frame) + 1), axis=0)


def parquet_columns(path: Path) -> list[str]:
    """Return the names of the columns, reading nothing else.

    Raises:
        DataError: The file is missing, or no Parquet file.
    """
    try:
        return list(pa.parquet.read_schema(path).names)
    except (OSError, pa.ArrowException) as error:
        raise DataError(f"{path} cannot be read as Parquet: {error}") from error


__all__ = ["parquet_columns", "read_parquet"]
