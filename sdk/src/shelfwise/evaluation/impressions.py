"""Slates as they are to be logged: rows of the impressions table, so that one can learn from them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shelfwise.dataset.schema import TABLES
from shelfwise.types import Decision, Slate

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["impressions"]


def impressions(decision: Decision, shown_at: datetime, placement: str = "") -> DataFrame:
    """Return the slates of a decision that have a token as rows of the table ``impressions``.

    ``shown_at`` has a time zone. What the draw of an exploration kept out of a slate has a row without a slot, which
    is half of what an experiment needs; what a rule withheld has none.
    """
    import pandas as pd

    time = shown_at.astimezone(UTC).replace(tzinfo=None)
    rows = [
        (time, slate.token, slate.customer_id, item_id, placement, slot, explored, propensity)
        for slate in decision.recommendations
        if slate.token
        for item_id, slot, explored, propensity in _entries(slate)
    ]
    frame = pd.DataFrame(rows, columns=list(TABLES["impressions"].names))
    return frame.astype({"time": "datetime64[us]", "slot": "float64", "explored": bool, "propensity": "float64"})


def _entries(slate: Slate) -> list[tuple[str, float | None, bool, float]]:
    shown = [(item.item_id, float(item.rank), item.explored, item.propensity) for item in slate.items]
    kept_out = [(item.item_id, None, False, item.propensity) for item in slate.withheld if item.propensity < 1.0]
    return [*shown, *kept_out]
