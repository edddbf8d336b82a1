"""What coordination returns on what it costs to bring in: by the end of the first year, and when it is paid back."""

from __future__ import annotations

import attrs

from shelfwise.evaluation.report import Interval
from shelfwise.twin.scenario import Operation

__all__ = ["Return", "returns"]

_WEEKS = 52.0


@attrs.frozen
class Return:
    """``first_year`` is what is left of a year's gain after all costs of that year, as a share of them.

    ``payback_weeks`` is when the gain, less what running it costs, has made up for the introduction: infinite where it
    never does. Both have the ends of the gain's interval.
    """

    first_year: Interval
    payback_weeks: Interval


def returns(gain: Interval, operation: Operation) -> Return:
    """Return what a ``gain`` comes to, in currency per customer and year against the shop without coordination."""
    costs = operation.introduction_cost + operation.running_cost_per_year

    def first_year(amount: float) -> float:
        return (amount - costs) / costs if costs else float("inf")

    def payback(amount: float) -> float:
        left = amount - operation.running_cost_per_year
        return _WEEKS * operation.introduction_cost / left if left > 0 else float("inf")

    ends = gain.estimate, gain.low, gain.high
    soonest = payback(gain.estimate), payback(gain.high), payback(gain.low)
    return Return(Interval(*map(first_year, ends)), Interval(*soonest))
