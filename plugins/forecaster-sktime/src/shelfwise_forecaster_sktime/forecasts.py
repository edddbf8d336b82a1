"""The forecasts that are kept: of each record, for as many periods after the data as the plugin was told."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from shelfwise_forecaster_sktime.chunks import CORNERS, LEVELS, Failure, Outcome

__all__ = ["Forecasts", "between_levels", "gather"]


@attrs.frozen(eq=False)
class Forecasts:
    """Plain means (R, H), quantiles (levels, R, H), and means at the corners (3, M, H) of the records that have any.

    ``fitted`` (R,) is False where the estimator gave none; ``moved`` (R,) is the row of the corners, -1 where planned
    promotions and prices move nothing.
    """

    mean: NDArray[np.float32]
    quantiles: NDArray[np.float32]
    corners: NDArray[np.float32]
    moved: NDArray[np.int64]
    fitted: NDArray[np.bool_]

    @property
    def horizon(self) -> int:
        """The number of periods that are forecast."""
        return int(self.mean.shape[1])

    def take(self, records: NDArray[np.int64]) -> Forecasts:
        """Return the forecasts of some records, in their order; a record of -1 has none."""
        known, moved = np.flatnonzero(records >= 0), np.append(self.moved, -1)[records]
        mean = np.zeros((len(records), self.horizon), dtype=np.float32)
        quantiles = np.zeros((len(LEVELS), *mean.shape), dtype=np.float32)
        mean[known], quantiles[:, known] = self.mean[records[known]], self.quantiles[:, records[known]]
        places = np.flatnonzero(moved >= 0)
        rows = np.full(len(records), -1)
        rows[places] = np.arange(len(places))
        return Forecasts(
            mean=mean,
            quantiles=quantiles,
            corners=self.corners[:, moved[places]],
            moved=rows,
            fitted=np.append(self.fitted, False)[records],
        )

    def corner(self, place: int) -> NDArray[np.float64]:
        """Return the means at one of the corners of every record, the plain ones where nothing is moved, (R, H)."""
        out = self.mean.astype(np.float64)
        here = self.moved >= 0
        out[here] = self.corners[place][self.moved[here]]
        return out

    def extended(self, longer: Forecasts) -> Forecasts:
        """Return these forecasts followed by what ``longer`` says of the periods after them.

        Where the estimator failed at the longer horizon, the last periods are repeated.
        """
        return Forecasts(
            mean=self._extend(self.mean, longer.mean, longer.fitted),
            quantiles=self._extend(self.quantiles, longer.quantiles, longer.fitted),
            corners=self._extend(
                np.stack([self.corner(place) for place in range(len(CORNERS))]).astype(np.float32),
                np.stack([longer.corner(place) for place in range(len(CORNERS))]).astype(np.float32),
                longer.fitted,
            ),
            moved=np.arange(len(self.mean)),
            fitted=self.fitted,
        )

    def _extend(
        self, near: NDArray[np.float32], far: NDArray[np.float32], fitted: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        more = far.shape[-1] - self.horizon
        repeated = near[..., self.horizon - 1 - np.arange(more)[::-1] % self.horizon]
        return np.concatenate([near, np.where(fitted[:, None], far[..., self.horizon :], repeated)], axis=-1)


def gather(
    outcomes: Iterable[Outcome], horizon: int, told: Callable[[int], None] = lambda _: None
) -> tuple[Forecasts, tuple[Failure | None, ...]]:
    """Return the forecasts of chunks in their order, and why a record has none; ``told`` hears how many are done."""
    parts: list[Outcome] = []
    corners: list[NDArray[np.float32]] = []
    moved: list[NDArray[np.bool_]] = []
    done = 0
    for outcome in outcomes:
        shifts = np.any(outcome.corners != outcome.mean, axis=(0, 2))
        corners.append(outcome.corners[:, shifts])
        moved.append(shifts)
        parts.append(attrs.evolve(outcome, corners=outcome.corners[:, :0]))
        done += len(outcome.failures)
        told(done)
    if not parts:
        return _none(horizon), ()
    moves = np.concatenate(moved)
    failures = tuple(failure for part in parts for failure in part.failures)
    return Forecasts(
        mean=np.concatenate([part.mean for part in parts]),
        quantiles=np.concatenate([part.quantiles for part in parts], axis=1),
        corners=np.concatenate(corners, axis=1),
        moved=np.where(moves, np.cumsum(moves) - 1, -1),
        fitted=np.array([failure is None for failure in failures], dtype=bool),
    ), failures


def between_levels(kept: NDArray[np.float32], wanted: tuple[float, ...]) -> NDArray[np.float64]:
    """Return quantiles at other levels than :data:`LEVELS`, first axis, linear in the normal score.

    That is exact for a normal forecast.
    """
    scores, asked = norm.ppf(LEVELS), norm.ppf(wanted)
    below = np.clip(np.searchsorted(scores, asked) - 1, 0, len(scores) - 2)
    share = (asked - scores[below]) / (scores[below + 1] - scores[below])
    weight = np.zeros((len(wanted), len(scores)))
    weight[np.arange(len(wanted)), below] = 1 - share
    weight[np.arange(len(wanted)), below + 1] += share
    return np.asarray(np.tensordot(weight, kept.astype(np.float64), axes=1), dtype=np.float64)


def _none(horizon: int) -> Forecasts:
    empty = np.zeros(0, dtype=np.int64)
    return Forecasts(
        mean=np.zeros((0, horizon), dtype=np.float32),
        quantiles=np.zeros((len(LEVELS), 0, horizon), dtype=np.float32),
        corners=np.zeros((len(CORNERS), 0, horizon), dtype=np.float32),
        moved=empty,
        fitted=empty.astype(bool),
    )
