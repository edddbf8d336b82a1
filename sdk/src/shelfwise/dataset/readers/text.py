"""Tables from delimited text: every cell as it stands, broken rows put aside."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import itertools
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from shelfwise.dataset.config import TableSource
from shelfwise.dataset.quality import QualityLog
from shelfwise.errors import DataError

_DELIMITERS = (",", ";", "\t", "|")
_ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")
_HEADER_BYTES = 1 << 16


def read_text(path: Path, table: str, source: TableSource, log: QualityLog) -> pd.DataFrame:
    """Read a text file into a frame of strings whose index are row numbers.

    Rows with too many or too few fields, or a quote that is never closed, are put aside in ``log``.

    Raises:
        DataError: The file is missing, empty, or not text of the given encoding, or its header cannot be used.
    """
    text = _decoded(_bytes(path), path, table, source.encoding)
    lines = [line for line in text.splitlines() if line.strip()]
    names, delimiter = _header(lines[0] if lines else "", path, table, source.delimiter)
    frame, broken = _parsed(lines, names, delimiter)
    if broken:
        allowed = f"a row must have {len(names)} fields, as the header has, and every quote closed"
        rows = pd.DataFrame({"text": [line for _, line in broken]}, index=[number for number, _ in broken])
        log.read(table, len(rows))
        log.put_aside(table, "broken_row", allowed, rows, "text")
    return frame


def text_columns(path: Path) -> list[str]:
    """Return the names in the header of a text file, reading no more of it than that.

    Raises:
        DataError: The file cannot be read, or has no header.
    """
    start = _bytes(path, _HEADER_BYTES)
    first = _decoded(start[: start.rfind(b"\n") + 1] or start, path, path.stem, "").splitlines()
    return _header(first[0] if first else "", path, path.stem, "")[0]


def _bytes(path: Path, limit: int = -1) -> bytes:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            return file.read(limit)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read: {error}") from error


def _decoded(content: bytes, path: Path, table: str, encoding: str) -> str:
    try:
        candidates = (codecs.lookup(encoding).name,) if encoding else _ENCODINGS
    except LookupError as error:
        raise DataError(f"tables.{table}.encoding: there is no encoding {encoding!r}; utf-8 is one") from error
    if b"\0" in content and not encoding:
        raise DataError(f"{table}: {path} is not a text file; set tables.{table}.encoding if it is, such as utf-16")
    for candidate in candidates:
        try:
            return content.decode(candidate)
        except UnicodeDecodeError as error:
            reason = error
    raise DataError(f"{table}: {path} is not text in {encoding}: {reason}") from reason


def _header(line: str, path: Path, table: str, delimiter: str) -> tuple[list[str], str]:
    if not line.strip():
        raise DataError(f"{table}: {path} is empty; its first line must name the columns")
    delimiter = delimiter or max(_DELIMITERS, key=line.count)
    names = [name.strip() for name in next(csv.reader([line], delimiter=delimiter))]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(f"{table}: {path} names the column {twice[0]!r} more than once")
    return names, delimiter


def _parsed(lines: list[str], names: list[str], delimiter: str) -> tuple[pd.DataFrame, list[tuple[int, str]]]:
    """Return the rows and, with their numbers, the broken ones.

    The fast parser is right as long as every line is a row. Where lines and rows differ in number, values span lines
    or a quote is not closed and has swallowed what follows: then the patient one tells which.
    """
    broken: list[tuple[int, str]] = []

    def keep(row: pa.csv.InvalidRow) -> str:
        broken.append((row.number - 1, row.text))
        return "skip"

    content = "\n".join(lines).encode()
    cell = pa.dictionary(pa.int32(), pa.string())
    try:
        table = pa.csv.read_csv(
            io.BytesIO(content),
            read_options=pa.csv.ReadOptions(use_threads=False, column_names=names, skip_rows=1),
            parse_options=pa.csv.ParseOptions(delimiter=delimiter, invalid_row_handler=keep),
            convert_options=pa.csv.ConvertOptions(column_types=dict.fromkeys(names, cell), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return _patiently(lines, names, delimiter)
    if table.num_rows + len(broken) != len(lines) - 1:
        return _patiently(lines, names, delimiter)
    numbers = pd.RangeIndex(1, len(lines))
    frame = table.to_pandas()
    frame.index = numbers[~np.isin(numbers, [number for number, _ in broken])]
    return frame, broken


def _patiently(lines: list[str], names: list[str], delimiter: str) -> tuple[pd.DataFrame, list[tuple[int, str]]]:
    rows, numbers, broken = [], [], []
    for number, (record, text) in enumerate(_records(lines[1:], len(names), delimiter), start=1):
        if record is None:
            broken.append((number, text))
        else:
            rows.append(record)
            numbers.append(number)
    return pd.DataFrame(rows, columns=names, index=pd.Index(numbers, dtype=int), dtype=object), broken


def _records(lines: list[str], width: int, delimiter: str) -> Iterator[tuple[list[str] | None, str]]:
    """Yield each record with its text, None for one that is broken.

    A record with an open quote goes on in the lines that follow, up to the one that closes it, unless one of these is
    a whole row by itself: then the quote is a slip, and the line it stands in is broken.
    """
    at = 0
    while at < len(lines):
        end = at + 1
        if lines[at].count('"') % 2:
            closed = next((row for row in itertools.count(end) if row >= len(lines) or lines[row].count('"') % 2), end)
            inside = any(
                _fields(lines[row], delimiter, width) is not None for row in range(end, min(closed, len(lines)))
            )
            if closed < len(lines) and not inside:
                end = closed + 1
        text = "\n".join(lines[at:end])
        yield (None if text.count('"') % 2 else _fields(text, delimiter, width)), text
        at = end


def _fields(text: str, delimiter: str, width: int) -> list[str] | None:
    fields = next(csv.reader(io.StringIO(text), delimiter=delimiter), [])
    return fields if len(fields) == width else None


__all__ = ["read_text", "text_columns"]
