"""From cells as they come to typed columns; a cell that cannot be converted is wrong, never an exception."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset.breaks import break_text
from shelfwise.dataset.schema import Column, Kind
from shelfwise.dataset.weekdays import weekday_text
from shelfwise.dataset.words import words_in

Converted = tuple[Any, NDArray[np.bool_], NDArray[np.bool_]]
"""The values, which of them are blank, and which are wrong; the arrays have one entry a row."""

_BLANKS = frozenset({"", "na", "n/a", "nan", "nat", "none", "null", "\\n", "<na>"})
_TRUE = frozenset({"true", "t", "yes", "y", "1", "1.0", "on"})
_FALSE = frozenset({"false", "f", "no", "n", "0", "0.0", "off"})
_OFFSET = r"\d:\d\d.*(?:[zZ]|[+-]\d\d(?::?\d\d)?)$"
_EPOCH_MS = {"s": 1000.0, "ms": 1.0}


def convert(cells: pd.Series[Any], column: Column, *, decimal: str = ".", time_format: str = "") -> Converted:
    """Convert the cells of one column to its kind; blank and wrong ones get the column's empty value."""
    if column.kind is Kind.NUMBER:
        return _numbers(cells, column, decimal)
    if column.kind is Kind.TIME:
        return _times(cells, time_format, "us")
    if column.kind is Kind.DATE:
        return _times(cells, time_format, "D")
    if column.kind is Kind.FLAG:
        return _flags(cells)
    return _texts(cells, column)


def plain(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Return the cells of a column that the schema does not know: as numbers if all are, or else as they stand."""
    if pd.api.types.is_numeric_dtype(cells.dtype) or pd.api.types.is_datetime64_any_dtype(cells.dtype):
        return cells
    codes, texts = _distinct(cells)
    texts = [*texts, ""]
    blank = np.array([text.lower() in _BLANKS for text in texts], dtype=bool)
    numbers = pd.to_numeric(pd.Series(texts, dtype=object).mask(blank), errors="coerce").to_numpy(np.float64)
    if not blank.all() and not np.isnan(numbers[~blank]).any():
        return pd.Series(numbers[codes], index=cells.index)
    return pd.Series(np.where(blank, "", np.array(texts, dtype=object))[codes], index=cells.index, dtype=object)


def _distinct(cells: pd.Series[Any]) -> tuple[NDArray[np.int64], list[str]]:
    """Return the code of every cell and the stripped text of every code; blanks have code -1."""
    try:
        codes, values = pd.factorize(cells)
    except TypeError:  # lists and the like, which some exports nest in their cells
        codes, values = pd.factorize(cells.map(str))
    return codes.astype(np.int64), [_text(value) for value in values]


def _text(value: object) -> str:
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def _texts(cells: pd.Series[Any], column: Column) -> Converted:
    codes, texts = _distinct(cells)
    if column.choices:
        texts = [text.lower() for text in texts]
    lookup = np.array([*texts, ""], dtype=object)
    blank = np.array([text.lower() in _BLANKS for text in lookup], dtype=bool)
    if column.choices:
        wrong = np.array([text not in column.choices for text in lookup], dtype=bool) & ~blank
    elif column.kind is Kind.CLOCK:
        wrong = ~pd.Series(lookup, dtype=object).str.fullmatch(r"([01]\d|2[0-3]):[0-5]\d").to_numpy(bool) & ~blank
    elif column.kind is Kind.WEEKDAYS:
        days = [weekday_text(text) for text in lookup]
        wrong = np.array([day is None for day in days], dtype=bool) & ~blank
        lookup[:] = [day or "" for day in days]
    elif column.kind is Kind.BREAKS:
        breaks = [break_text(text) for text in lookup]
        wrong = np.array([pause is None for pause in breaks], dtype=bool) & ~blank
        lookup[:] = [pause or "" for pause in breaks]
    elif column.kind is Kind.WORDS:
        lookup[:] = [",".join(words_in(text)) for text in lookup]
        wrong = (lookup == "") & ~blank
    else:
        wrong = np.zeros(len(lookup), dtype=bool)
    lookup[blank] = ""
    return lookup[codes], blank[codes], wrong[codes]


def _flags(cells: pd.Series[Any]) -> Converted:
    codes, texts = _distinct(cells)
    texts = [*(text.lower() for text in texts), ""]
    value = np.array([text in _TRUE for text in texts], dtype=bool)
    blank = np.array([text in _BLANKS for text in texts], dtype=bool)
    wrong = ~value & ~blank & ~np.array([text in _FALSE for text in texts], dtype=bool)
    return value[codes], blank[codes], wrong[codes]


def _numbers(cells: pd.Series[Any], column: Column, decimal: str) -> Converted:
    if pd.api.types.is_numeric_dtype(cells.dtype):
        values = cells.to_numpy(dtype=np.float64, na_value=np.nan)
        blank = np.isnan(values)
        wrong = np.zeros(len(values), dtype=bool)
    else:
        codes, texts = _distinct(cells)
        texts = [*texts, ""]
        if decimal != ".":
            texts = [text.replace(".", "").replace(decimal, ".") for text in texts]
        parsed = pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce").to_numpy(np.float64)
        is_blank = np.array([text.lower() in _BLANKS for text in texts], dtype=bool)
        values, blank = parsed[codes], is_blank[codes]
        wrong = np.isnan(values) & ~blank
    if not column.unlimited:
        wrong |= np.isinf(values)
    if column.whole:
        wrong |= np.isfinite(values) & (values != np.rint(values))
    for limit, broken in ((column.minimum, np.less), (column.above, np.less_equal), (column.maximum, np.greater)):
        if limit is not None:
            wrong |= broken(values, limit)
    return values, blank, wrong


def _times(cells: pd.Series[Any], time_format: str, unit: str) -> Converted:
    if pd.api.types.is_datetime64_any_dtype(cells.dtype):
        parsed = cells
        blank = cells.isna().to_numpy(bool)
    elif pd.api.types.is_numeric_dtype(cells.dtype) or time_format in _EPOCH_MS:
        numbers = pd.to_numeric(cells, errors="coerce").astype(np.float64)
        blank = cells.isna().to_numpy(bool)
        milliseconds = numbers * _EPOCH_MS.get(time_format, np.nan)
        parsed = pd.to_datetime(milliseconds, unit="ms", errors="coerce")
    else:
        codes, texts = _distinct(cells)
        texts = [*texts, ""]
        is_blank = np.array([text.lower() in _BLANKS for text in texts], dtype=bool)
        distinct = pd.Series(texts, dtype=object).mask(is_blank)
        parsed = _parse(distinct, time_format).iloc[codes]
        blank = is_blank[codes]
    if getattr(parsed.dtype, "tz", None) is not None:
        parsed = parsed.dt.tz_convert("UTC").dt.tz_localize(None)
    values = parsed.to_numpy("datetime64[us]")
    if unit == "D":
        values = values.astype("datetime64[D]").astype("datetime64[us]")
    return values, blank, np.isnat(values) & ~blank


def _parse(texts: pd.Series[Any], time_format: str) -> pd.Series[Any]:
    # Parsed apart: next to a text with an offset, pandas gives that offset to texts that have none.
    offset = texts.str.contains(_OFFSET, na=False)
    parsed = pd.to_datetime(texts.mask(offset), format="ISO8601", errors="coerce", utc=True)
    parsed = parsed.fillna(pd.to_datetime(texts.where(offset), format="ISO8601", errors="coerce", utc=True))
    if time_format:
        parsed = parsed.fillna(pd.to_datetime(texts, format=time_format, errors="coerce", utc=True))
    return parsed


__all__ = ["convert", "plain"]
