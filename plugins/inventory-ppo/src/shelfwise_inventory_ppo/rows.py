"""The item-nodes that a policy decides for, as rows: what it knows of them, and their stock."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering import CountLaw, Situation
from shelfwise_inventory_ppo.terms import Terms

__all__ = ["Rows", "usual_law"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@attrs.frozen(eq=False)
class Rows:
    """Item-nodes at the positions ``at`` of a situation's arrays.

    ``on_hand`` (rows,) and ``due`` (rows, periods), what arrives in 1, 2, ... days, are as they were before anything
    was ordered today; a unit that is overdue counts as on hand.
    """

    at: tuple[Ints, Ints]
    terms: Terms
    on_hand: Floats
    due: Floats

    @classmethod
    def of(cls, situation: Situation, chosen: NDArray[np.bool_], shortage_ratio: Floats, review: Ints) -> Rows:
        """Take the ``chosen`` item-nodes, with lead times of a day or more; all have shape (items, nodes)."""
        item, node = np.nonzero(chosen)
        at = (item, node)
        lead = situation.lead_days[at]
        days = int((lead + review[at]).max(initial=2))
        mean, variance = (_first(daily, days)[at] for daily in (situation.demand.mean, situation.demand.variance))
        skewness, none = usual_law(mean.mean(axis=1), variance.mean(axis=1))
        pipeline = _first(situation.pipeline, days, 0.0)[at]
        return cls(
            at=at,
            terms=Terms.of(
                mean=mean,
                variance=variance,
                skewness=skewness,
                none=none,
                lead_time=lead,
                lead_deviation=np.sqrt(situation.lead_variance[at]),
                shortage_ratio=shortage_ratio[at],
                review=review[at],
            ),
            on_hand=np.maximum(situation.stock.on_hand - situation.stock.leaving, 0.0)[at] + pipeline[:, 0],
            due=pipeline[:, 1:],
        )

    def take(self, rows: Ints) -> Rows:
        """Return some rows."""
        at = (self.at[0][rows], self.at[1][rows])
        return Rows(at, self.terms.take(rows), self.on_hand[rows], self.due[rows])


def usual_law(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Return skewness and probability of no demand of the negative binomial law with these moments."""
    mean = np.maximum(mean, 1e-3)
    dispersion = np.maximum(variance / mean, 1.0 + 1e-4)
    none = CountLaw(mean, mean * dispersion).cdf(np.zeros_like(mean))
    return (2.0 * dispersion - 1.0) / np.sqrt(mean * dispersion), none


def _first(daily: Floats, days: int, beyond: float | None = None) -> Floats:
    """Return the first days of (items, nodes, days), continued by the mean of the last week, or by ``beyond``."""
    missing = days - daily.shape[2]
    if missing <= 0:
        return daily[..., :days]
    tail = daily[..., -7:].mean(axis=2, keepdims=True) if beyond is None else np.full((*daily.shape[:2], 1), beyond)
    return np.concatenate([daily, np.repeat(tail, missing, axis=2)], axis=2)
