"""What a policy knows of item-nodes that does not change from one period to the next."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from shelfwise_inventory_ppo.arrays import Array

__all__ = ["OF_RATIO", "OF_SPREAD", "SHOWN", "Terms"]

SHOWN = 8
"""How many periods of the pipeline the network sees one by one, those nearest to the arrival of what is ordered now."""
OF_RATIO = [0, 1, 10]
"""The columns of the fixed features that are of shortage over holding cost."""
OF_SPREAD = 14
"""The column that is the standard deviation of the lead time."""
_NEWEST = 3
_SKEWNESS = (-2.0, 6.0)


@attrs.frozen(eq=False)
class Terms:
    """Columns of one row an item-node, from one review to the next: what is ordered now comes in ``lead_time`` periods.

    ``mean`` and ``variance`` (rows, periods) are those of the demand of the coming periods, of which ``review_mean``
    and ``review_variance`` are the sums over a review after that time, and ``cover_mean`` and ``cover_variance`` those
    over both. ``rate`` is the mean demand of a usual period; ``batch`` and ``scale`` are mean and standard deviation
    of that of a review. ``score`` is the normal score of the critical ratio. ``fixed`` are the features of a row that
    hold in every period. ``slots`` and ``newest`` say which periods of the pipeline are shown, ``shown`` whether there
    are.
    """

    mean: Array
    variance: Array
    review_mean: Array
    review_variance: Array
    cover_mean: Array
    cover_variance: Array
    rate: Array
    batch: Array
    scale: Array
    score: Array
    lead_time: Array
    review: Array
    fixed: Array
    slots: Array
    shown: Array
    newest: Array

    @classmethod
    def of(
        cls,
        *,
        mean: ArrayLike,
        variance: ArrayLike,
        skewness: ArrayLike,
        none: ArrayLike,
        lead_time: ArrayLike,
        lead_deviation: ArrayLike,
        shortage_ratio: ArrayLike,
        review: ArrayLike = 1,
        lead_shift: ArrayLike = 0.0,
    ) -> Terms:
        """Take note of demand by period, lead times of at least 1, and shortage over holding cost, above 0.

        ``mean`` and ``variance`` have as many periods as the longest lead time and review together; the others have
        shape (rows,). ``skewness`` and ``none``, the probability of no demand, are those of a usual period, ``review``
        is how many periods pass from order to order, ``lead_shift`` how much longer than ``lead_time``, which is
        announced, orders take on average.
        """
        mean, variance = np.asarray(mean, np.float64), np.maximum(np.asarray(variance, np.float64), 1e-4)
        lead, spread = np.asarray(lead_time, np.int64), np.asarray(lead_deviation, np.float64)
        review = np.array(np.broadcast_to(np.asarray(review, np.int64), lead.shape))
        ratio, period = np.asarray(shortage_ratio, np.float64), np.arange(mean.shape[1])
        covered = period < (lead + review)[:, None]
        reviewed = covered & (period >= lead[:, None])
        rate = np.maximum(np.mean(mean, axis=1, where=covered), 1e-3)
        deviation = np.sqrt(np.maximum(np.mean(variance, axis=1, where=covered), 1e-4))
        score, of_ratio = _of_ratio(ratio, review)
        fixed = (
            of_ratio[0],
            of_ratio[1],
            np.minimum(lead, SHOWN) / SHOWN,
            review / (lead + review),
            np.log(deviation / rate) / 1.5,
            np.log(deviation) / 2.0,
            1.0 / (1.0 + deviation),
            1.0 / (1.0 + rate),
            np.clip(skewness, *_SKEWNESS) / 2.0,
            np.asarray(none, np.float64),
            of_ratio[2],
            lead == 1,
            lead == 2,
            lead == 3,
            spread,
            spread / (lead + review),
            np.minimum(rate / deviation, 6.0) / 3.0,
            np.log(review) / 2.0,
            review == 1,
            np.broadcast_to(np.asarray(lead_shift, np.float64), lead.shape),
        )
        slots = np.maximum(lead - SHOWN, 0)[:, None] + np.arange(SHOWN)
        newest = np.maximum(np.minimum(lead, SHOWN)[:, None] - 1 - review[:, None] * np.arange(1, _NEWEST + 1), 0)
        given = {
            "mean": mean,
            "variance": variance,
            "review_mean": np.sum(mean, axis=1, where=reviewed),
            "review_variance": np.sum(variance, axis=1, where=reviewed),
            "cover_mean": np.sum(mean, axis=1, where=covered),
            "cover_variance": np.sum(variance, axis=1, where=covered),
            "rate": rate,
            "batch": rate * review,
            "scale": deviation * np.sqrt(review),
            "score": score,
            "fixed": np.stack(fixed, axis=1),
        }
        return cls(
            **{name: column.astype(np.float32) for name, column in given.items()},
            lead_time=lead,
            review=review,
            slots=np.minimum(slots, mean.shape[1] - 2),
            shown=slots < (lead - 1)[:, None],
            newest=newest,
        )

    def priced(self, shortage_ratio: NDArray[np.float64]) -> Terms:
        """Return the terms of the same item-nodes, shortage costing so many times what holding does, (rows,)."""
        score, of_ratio = _of_ratio(shortage_ratio, self.review)
        fixed = np.array(self.fixed)
        fixed[:, OF_RATIO] = np.stack(of_ratio, axis=1)
        return attrs.evolve(self, score=score.astype(np.float32), fixed=fixed)

    def take(self, rows: NDArray[np.int64]) -> Terms:
        """Return some rows."""
        return self.each(lambda column: column[rows])

    def each(self, turn: Callable[[NDArray[np.generic]], Array]) -> Terms:
        """Return the terms with every column turned into something else, as a tensor."""
        return Terms(**{name: turn(column) for name, column in attrs.asdict(self, recurse=False).items()})


def _of_ratio(
    ratio: NDArray[np.float64], review: NDArray[np.int64]
) -> tuple[NDArray[np.float64], tuple[NDArray[np.float64], ...]]:
    """Return the normal score of the critical ratio, and what of the features is of shortage over holding cost."""
    # A unit too many is held until the next review.
    score = special.ndtri(ratio / (ratio + review))
    return score, (score, score**2 / 4.0, np.log(ratio) / 3.0)
