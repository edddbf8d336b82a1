"""What a run comes to, day by day."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["LINES", "Ledger"]

Floats = NDArray[np.float64]

LINES = (
    "revenue",
    "cost_of_goods",
    "holding",
    "ordering",
    "delivery",
    "waste",
    "visits",
    "buyers",
    "units_sold",
    "lines_wanted",
    "lines_wanted_met",
    "stocked_out",
    "shelves",
    "drops",
    "drops_late",
    "slots_seen",
    "slots_of_interest",
    "slot_lines",
    "slot_clicks",
    "clicks",
    "lines_sold",
    "aware",
    "considering",
    "intending",
    "degraded",
)
"""The accounts: money in currency, everything else counts."""


@attrs.define(eq=False)
class Ledger:
    """One row a day, one column an account, of shape (days, accounts)."""

    days: int
    book: Floats = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.book = np.zeros((self.days, len(LINES)))

    def enter(self, day: int, **amounts: float) -> None:
        """Add to a day's accounts."""
        for name, amount in amounts.items():
            self.book[day, LINES.index(name)] += amount

    def total(self, name: str, first: int, last: int) -> float:
        """Return the sum of an account over the days from ``first`` up to, not including, ``last``."""
        return float(self.book[first:last, LINES.index(name)].sum())

    def days_with(self, name: str, first: int, last: int) -> int:
        """Count the days of the same span that have anything in an account."""
        return int((self.book[first:last, LINES.index(name)] > 0).sum())
