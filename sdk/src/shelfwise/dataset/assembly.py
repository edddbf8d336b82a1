"""From raw frames to complete tables: map the columns, type the cells, clean the events, fill in the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pandas as pd

from shelfwise.dataset.cleaning import clean_events
from shelfwise.dataset.completion import Complete, complete
from shelfwise.dataset.config import DataConfig, TableSource
from shelfwise.dataset.quality import QualityLog
from shelfwise.dataset.schema import TABLES
from shelfwise.dataset.strays import without_strays
from shelfwise.dataset.tables import empty, map_columns, suggestion, typed
from shelfwise.errors import DataError

Raw = Mapping[str, tuple[pd.DataFrame, TableSource]]
"""Frames as they were read, by table, whose index are row numbers; the source says how to understand them."""


def assemble(
    raw: Raw,
    config: DataConfig,
    log: QualityLog,
    *,
    as_of: datetime | None = None,
    problems: tuple[str, ...] = (),
) -> Complete:
    """Turn raw frames into complete tables, telling ``log`` what was put aside.

    Raises:
        DataError: Tables or columns are missing or unknown; the message names all of them, ``problems`` included.
    """
    mapped, wrong = _mapped(raw)
    wrong = [*problems, *wrong]
    if not wrong and not {"events", "demand"} & mapped.keys():
        wrong = ["events or demand: one of the two tables is needed"]
    if wrong:
        raise DataError("\n".join(wrong))
    tables = {name: empty(table) for name, table in TABLES.items()}
    for name, frame in mapped.items():
        log.read(name, len(frame))
        tables[name] = typed(frame, TABLES[name], raw[name][1], log)
    without_strays(tables, log)
    tables["events"] = clean_events(tables["events"], config.cleaning, log)
    given = {name: frozenset(map(str, frame.columns)) for name, frame in mapped.items()}
    return complete(tables, given, config.defaults, log, as_of=as_of)


def _mapped(raw: Raw) -> tuple[dict[str, pd.DataFrame], list[str]]:
    mapped, wrong = {}, []
    for name, (frame, source) in raw.items():
        if name not in TABLES:
            wrong.append(f"{name}: there is no such table{suggestion(name, TABLES)} (there are {', '.join(TABLES)})")
            continue
        mapped[name], found = map_columns(frame, TABLES[name], source)
        wrong += found
    return mapped, wrong


__all__ = ["Raw", "assemble"]
