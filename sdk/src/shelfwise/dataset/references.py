"""Rows that name an item or a node that is not there, or contradict themselves, are put aside."""

from __future__ import annotations

import numpy as np
import pandas as pd

from shelfwise.dataset.quality import QualityLog
from shelfwise.dataset.schema import TABLES

_ORDERED = (("promotions", "starts_on", "ends_on"), ("deliveries", "window_start", "window_end"))


def without_unknown(tables: dict[str, pd.DataFrame], refers_to: str, ids: pd.Series, log: QualityLog) -> None:
    """Put rows aside, in place, that refer to an id of the table ``refers_to`` which is none of ``ids``."""
    for table in TABLES.values():
        for column in table.columns:
            frame = tables[table.name]
            if column.refers_to != refers_to or frame.empty or table.name == "items":
                continue
            unknown = ~frame[column.name].isin(ids).to_numpy(bool) & (frame[column.name] != "").to_numpy(bool)
            if unknown.any():
                text = f"{column.name} must be in the {refers_to} table"
                log.put_aside(table.name, f"unknown_{column.name}", text, frame[unknown], column.name)
                tables[table.name] = frame[~unknown]


def without_contradictions(tables: dict[str, pd.DataFrame], log: QualityLog) -> None:
    """Put rows aside, in place, that end before they begin."""
    for name, start, end in _ORDERED:
        frame = tables[name]
        wrong = (frame[end] < frame[start]).to_numpy(bool)
        if np.any(wrong):
            log.put_aside(name, f"{end}_before_{start}", f"{end} must not be before {start}", frame[wrong], end)
            tables[name] = frame[~wrong]


__all__ = ["without_contradictions", "without_unknown"]
