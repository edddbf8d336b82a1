"""Item-nodes to learn from: demand, lead time and costs, drawn at random or a retailer's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise_inventory_ppo.learning.laws import draw_laws
from shelfwise_inventory_ppo.terms import Terms

__all__ = ["LONGEST", "LONGEST_REVIEW", "Draw", "Examples", "draw_examples"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LONGEST = 8
"""The longest lead time that is learned, in periods."""
LONGEST_REVIEW = 7
_DAILY = 0.6
"""Share of the examples that order in every period."""
_OFFSETS = np.arange(-2, 4)
"""How much earlier or later than announced an order may come."""
_PUNCTUAL = 0.65
_RATIOS = (2.0, 250.0)


@attrs.frozen(eq=False)
class Examples:
    """Columns of one row an item-node.

    ``demand`` (rows, atoms) are equally probable units of a period; an order placed now takes ``lead_time`` periods
    as announced, plus what ``late`` (rows, offsets), the probabilities of :data:`_OFFSETS`, adds; a unit of unmet
    demand is lost and costs ``shortage_ratio`` times what holding a unit for a period does; ``review`` periods pass
    from order to order.
    """

    demand: Floats
    lead_time: Ints
    late: Floats
    shortage_ratio: Floats
    review: Ints
    moments: Floats
    """Mean, standard deviation, skewness and probability of no demand in a period, of shape (rows, 4)."""

    def __len__(self) -> int:
        return len(self.lead_time)

    @classmethod
    def of(
        cls,
        demand: Floats,
        lead_time: Ints,
        shortage_ratio: Floats,
        *,
        late: Floats | None = None,
        review: Ints | None = None,
    ) -> Examples:
        """Return item-nodes, whose orders come as announced and are placed in every period if nothing else is said."""
        if late is None:
            late = np.tile(1.0 * (_OFFSETS == 0), (len(lead_time), 1))
        if review is None:
            review = np.ones(len(lead_time), np.int64)
        mean, deviation = demand.mean(axis=1), np.maximum(demand.std(axis=1), 0.01)
        skewness = ((demand - mean[:, None]) ** 3).mean(axis=1) / deviation**3
        moments = np.stack([mean, deviation, skewness, (demand == 0).mean(axis=1)], axis=1)
        return cls(
            demand, np.asarray(lead_time), late, np.asarray(shortage_ratio, np.float64), np.array(review), moments
        )

    def put(self, rows: Ints, others: Examples) -> None:
        """Replace some rows by all rows of others."""
        for name, column in attrs.asdict(self, recurse=False).items():
            column[rows] = getattr(others, name)

    def take(self, rows: Ints) -> Examples:
        """Return some rows."""
        return Examples(**{name: column[rows] for name, column in attrs.asdict(self, recurse=False).items()})

    def joined(self, others: Sequence[Examples]) -> Examples:
        """Return all rows of these and others, one after the other."""
        every = (self, *others)
        names = [field.name for field in attrs.fields(Examples)]
        return Examples(**{name: np.concatenate([getattr(one, name) for one in every]) for name in names})

    def terms(self) -> Terms:
        """Return what a policy is told of them."""
        mean, deviation, skewness, none = self.moments.T
        shape = (len(self), LONGEST + LONGEST_REVIEW)
        late = self.late @ _OFFSETS
        return Terms.of(
            mean=np.broadcast_to(mean[:, None], shape),
            variance=np.broadcast_to(deviation[:, None] ** 2, shape),
            skewness=skewness,
            none=none,
            lead_time=self.lead_time,
            lead_deviation=np.sqrt(np.maximum(self.late @ _OFFSETS**2 - late**2, 0.0)),
            shortage_ratio=self.shortage_ratio,
            review=self.review,
            lead_shift=late,
        )

    def draw_demand(self, random: np.random.Generator, periods: int) -> Floats:
        """Return units of shape (periods, rows)."""
        atom = random.integers(self.demand.shape[1], size=(periods, len(self)))
        return self.demand[np.arange(len(self)), atom]

    def draw_lead_times(self, random: np.random.Generator, periods: int) -> Ints:
        """Return what orders placed in each period take, at least 1, of shape (periods, rows)."""
        likely, at = np.cumsum(self.late, axis=1), random.random((periods, len(self)))
        offset = sum((at > share).astype(np.int64) for share in likely.T)
        return np.asarray(np.maximum(self.lead_time + _OFFSETS[np.minimum(offset, len(_OFFSETS) - 1)], 1))


def draw_examples(random: np.random.Generator, count: int) -> Examples:
    """Return item-nodes of any law, with lead times to :data:`LONGEST`, punctual or not, ordering daily or not."""
    lead = random.integers(1, LONGEST + 1, count)
    earliest, latest = random.integers(0, 3, count), random.integers(0, 4, count)
    weight = random.random((count, len(_OFFSETS)))
    weight *= (-earliest[:, None] <= _OFFSETS) & (latest[:, None] >= _OFFSETS) & (lead[:, None] + _OFFSETS >= 1)
    weight[random.random(count) < _PUNCTUAL] = 0.0
    weight[:, _OFFSETS == 0] += 0.5
    weight /= weight.sum(axis=1, keepdims=True)
    # Announced is what is to be expected, in whole periods.
    shift = np.rint(weight @ _OFFSETS).astype(np.int64)
    shift = np.clip(lead + shift, 1, LONGEST) - lead
    moved = np.take_along_axis(np.pad(weight, ((0, 0), (3, 3))), 3 + np.arange(len(_OFFSETS)) + shift[:, None], axis=1)
    moved[moved.sum(axis=1) < 0.5] = 1.0 * (_OFFSETS == 0)
    moved /= moved.sum(axis=1, keepdims=True)
    ratio = np.exp(random.uniform(np.log(_RATIOS[0]), np.log(_RATIOS[1]), count))
    review = np.where(random.random(count) < _DAILY, 1, random.integers(2, LONGEST_REVIEW + 1, count))
    return Examples.of(draw_laws(random, count), lead + shift, ratio, late=moved, review=review)


Draw = Callable[[np.random.Generator, int], Examples]
"""Gives so many item-nodes."""
