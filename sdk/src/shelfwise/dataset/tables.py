"""One typed table from one frame of raw cells: every column of the schema present, wrong rows put aside."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset.config import TableSource
from shelfwise.dataset.conversion import convert, plain
from shelfwise.dataset.quality import QualityLog
from shelfwise.dataset.schema import Column, Kind, Table

_EMPTY: dict[Kind, Any] = {Kind.NUMBER: np.nan, Kind.FLAG: False}
_DTYPES: dict[Kind, str] = {
    Kind.NUMBER: "float64",
    Kind.FLAG: "bool",
    Kind.TIME: "datetime64[us]",
    Kind.DATE: "datetime64[us]",
}


def empty(table: Table) -> pd.DataFrame:
    """Return the table with no rows and typed columns."""
    return pd.DataFrame(
        {column.name: pd.Series([], dtype=_DTYPES.get(column.kind, "object")) for column in table.columns}
    )


def with_new_columns(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return a table with every column that it lacks filled as if it had been left out."""
    lacking = [column for column in table.columns if column.name not in frame]
    return frame.assign(**{column.name: _absent(column, len(frame)) for column in lacking}) if lacking else frame


def suggestion(name: str, known: Any) -> str:
    """Return ``; did you mean 'x'?`` for the nearest of the known names, or nothing."""
    near = difflib.get_close_matches(name, [str(one) for one in known], n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def map_columns(raw: pd.DataFrame, table: Table, source: TableSource) -> tuple[pd.DataFrame, list[str]]:
    """Rename the columns of ``raw`` to ours as ``source`` says, and say in words what cannot be mapped."""
    translations = source.values  # noqa: PD011 - a field of ours, not of pandas
    problems = [
        f"{table.name}: there is no column {ours!r}{suggestion(ours, table.names)}"
        for ours in {**source.columns, **source.constants, **translations}
        if table.column(ours) is None and not table.keeps_extra
    ]
    repeated = raw.columns[raw.columns.duplicated()].unique()
    problems += [f"{table.name}: the data has more than one column {name!r}" for name in repeated]
    for ours, theirs in source.columns.items():
        if theirs not in raw:
            have = ", ".join(map(str, raw.columns))
            hint = suggestion(theirs, raw.columns)
            problems.append(f"{table.name}.{ours}: the data has no column {theirs!r}{hint} (it has {have})")
    raw = raw.loc[:, ~raw.columns.duplicated()]
    mapped = {ours: raw[theirs] for ours, theirs in source.columns.items() if theirs in raw}
    taken = set(source.columns.values())
    mapped |= {str(name): raw[name] for name in raw.columns if str(name) not in mapped and name not in taken}
    for column in table.columns:
        alias = next((alias for alias in column.aliases if alias in mapped), None)
        if alias is not None and column.name not in mapped:
            mapped[column.name] = mapped.pop(alias)
    for ours, translation in translations.items():
        if ours in mapped:
            mapped[ours] = mapped[ours].astype(object).replace(translation)
    frame = pd.DataFrame(mapped, index=raw.index)
    for ours, value in source.constants.items():
        frame[ours] = value
    have = ", ".join(map(str, raw.columns)) or "no columns"
    problems += [
        f"{table.name}.{column.name}: there is no such column{suggestion(column.name, frame.columns)}"
        f" (it holds {column.meaning}; the data has {have})"
        for column in table.columns
        if column.required and column.name not in frame
    ]
    return frame, problems


def typed(frame: pd.DataFrame, table: Table, source: TableSource, log: QualityLog) -> pd.DataFrame:
    """Convert every column, and put rows aside that hold a wrong cell or repeat an earlier row's key.

    The index of ``frame`` are row numbers; the result keeps those of its rows. All required columns are present.
    """
    columns: dict[str, Any] = {}
    bad = np.zeros(len(frame), dtype=bool)
    for column in table.columns:
        if column.name not in frame:
            columns[column.name] = _absent(column, len(frame))
            continue
        values, blank, wrong = convert(
            frame[column.name], column, decimal=source.decimal, time_format=source.time_format
        )
        if not column.blank:
            wrong = wrong | blank
        elif column.default is not None and blank.any():
            values = np.where(blank, column.default, values)
        log.reject(table.name, column.name, column.allowed, frame, wrong & ~bad)
        bad |= wrong
        columns[column.name] = values
    _note_unused(frame, table, log)
    out = pd.DataFrame(columns, index=frame.index)
    if table.keeps_extra:
        extra = {name: plain(frame[name]) for name in frame.columns if name not in columns}
        out = out.assign(**{str(name): cells for name, cells in extra.items()})
    if bad.any():
        out, frame = out[~bad], frame[~bad]
    return _without_repeats(out, frame, table, log)


def _absent(column: Column, rows: int) -> NDArray[Any]:
    if column.kind in (Kind.TIME, Kind.DATE):
        return np.full(rows, np.datetime64("NaT"), dtype="datetime64[us]")
    value = column.default if column.default is not None else _EMPTY.get(column.kind, "")
    return np.full(rows, value, dtype=_DTYPES.get(column.kind, "object"))


def _note_unused(frame: pd.DataFrame, table: Table, log: QualityLog) -> None:
    """Tell which columns are not used, one by one where the name of a column that is missing was probably meant."""
    missing = [name for name in table.names if name not in frame]
    unknown = {str(name): suggestion(str(name), missing) for name in frame.columns if table.column(name) is None}
    use = "kept as it is" if table.keeps_extra else "not used"
    for name, hint in unknown.items():
        if hint:
            log.note(table.name, f"unused_{name}", f"the column {name!r} is {use}{hint}", len(frame))
    others = [name for name, hint in unknown.items() if not hint]
    if others and not table.keeps_extra:
        log.note(table.name, "unused_columns", f"columns not used: {', '.join(others)}", len(frame))


def _without_repeats(out: pd.DataFrame, raw: pd.DataFrame, table: Table, log: QualityLog) -> pd.DataFrame:
    if not table.key:
        return out
    repeated = out.duplicated(list(table.key)).to_numpy(bool)
    if not repeated.any():
        return out
    text = f"{', '.join(table.key)} must be distinct, and an earlier row has the same"
    log.put_aside(table.name, "repeated_key", text, raw[repeated], table.key[0])
    return out[~repeated]


def records(frame: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows as named tuples."""
    return iter(frame.itertuples(index=False))


__all__ = ["empty", "map_columns", "records", "suggestion", "typed", "with_new_columns"]
