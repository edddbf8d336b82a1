"""From the share of a customer's next purchases to the probability of a purchase within the window."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["Calibration"]

_MOST = 2_000_000
"""Candidates that are learned from."""
_TELLING = (2, 4, 5, 6, 7)
"""Features of a row that the curve depends on: visits, events a visit, idle days, being here now, and repeats. The
numbers of events and of distinct items follow from these: beside them, a curve runs away where one of them does."""
_NOBODY = 0
"""The feature that tells whether nothing is known of a customer."""
_VARIED = 1e-3
"""Standard deviation below which a feature tells nothing."""


@attrs.frozen(eq=False)
class Calibration:
    """A logistic curve (Platt 1999) over the logarithm of the share, its place depending on the customer.

    Within a row it rises with the share, so it never changes the order. The place of somebody of whom nothing is known
    is ``stranger``, that of somebody on record who never came ``idle``. ``exponent`` is how many windows of learning,
    shorter than the one asked for where data is short, make up one. Features outside ``met``, of shape (2, features),
    which are the least and most met in learning, count as its ends.
    """

    intercept: float
    slope: float
    context: NDArray[np.float64]
    stranger: float
    idle: float
    exponent: float
    met: NDArray[np.float64]

    @classmethod
    def blank(cls, exponent: float) -> Calibration:
        """Return a curve that has learned nothing: everybody buys one item a window."""
        return cls(0.0, 1.0, np.zeros(len(_TELLING)), 0.0, 0.0, exponent, np.zeros((2, len(_TELLING))))

    @classmethod
    def fit(
        cls,
        share: NDArray[np.float32],
        context: NDArray[np.float32],
        bought: NDArray[np.bool_],
        weight: NDArray[np.float64],
        hidden: NDArray[np.bool_],
        exponent: float,
    ) -> Calibration:
        """Learn from ``share`` and ``bought`` of shape (rows, width), and ``context`` of shape (rows, features).

        Candidates with a share of 0 are padding. ``weight`` and ``hidden``, of shape (rows,), are how many customers a
        row stands for and whether its history, if any, was left out.
        """
        row, column = np.nonzero((share > 0) & (weight > 0)[:, None])
        if row.size > _MOST:
            drawn = np.sort(np.random.default_rng(0).permutation(row.size)[:_MOST])
            row, column = row[drawn], column[drawn]
        happened, counts = bought[row, column], weight[row]
        log_share = np.log(share[row, column].astype(np.float64))
        about, nobody = _about(context)[row], context[row, _NOBODY] > 0.5
        known = ~nobody
        if happened[known].any() and not happened[known].all():
            intercept, slope, told = _fitted(log_share[known], about[known], happened[known], counts[known])
            if slope > 0:
                met = np.stack([about[known].min(axis=0), about[known].max(axis=0)])
                usual = float((intercept + about[known] @ told).mean())
                stranger, idle = (
                    _place(slope * log_share[here], happened[here], counts[here]) if here.any() else usual
                    for here in (nobody & hidden[row], nobody & ~hidden[row])
                )
                return cls(intercept, slope, told, stranger, idle, exponent, met)
        rate = float((counts @ happened + 0.5) / (counts @ share[row, column] + 1.0))
        alike = float(np.log(min(rate, 1.0)))
        return attrs.evolve(cls.blank(exponent), intercept=alike, stranger=alike, idle=alike)

    def probability(
        self, share: NDArray[np.float32], context: NDArray[np.float32], idle: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Return the probability of a purchase within the window, of the shape of ``share``, 0 for a share of 0.

        ``idle``, of shape (rows,), tells who is on record and never came.
        """
        # Not a product of matrices, whose last digits depend on how many rows there are.
        place = self.intercept + (np.clip(_about(context), *self.met) * self.context).sum(axis=1)
        place = np.where(context[:, _NOBODY] > 0.5, np.where(idle, self.idle, self.stranger), place)
        with np.errstate(divide="ignore"):
            score = place[:, None] + self.slope * np.log(share.astype(np.float64))
        chance = 1.0 / (1.0 + np.exp(-np.maximum(score, -700.0)))
        return np.where(share > 0, -np.expm1(self.exponent * np.log1p(-np.minimum(chance, 1.0 - 1e-12))), 0.0)

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return everything that was learned, by name."""
        return {
            "numbers": np.array([self.intercept, self.slope, self.stranger, self.idle, self.exponent]),
            "context": self.context,
            "met": self.met,
        }

    @classmethod
    def from_tensors(cls, tensors: dict[str, NDArray[Any]]) -> Calibration:
        """Return what :meth:`tensors` gave."""
        intercept, slope, stranger, idle, exponent = tensors["numbers"].tolist()
        return cls(intercept, slope, tensors["context"], stranger, idle, exponent, tensors["met"])


def _about(context: NDArray[np.float32]) -> NDArray[np.float64]:
    return context[:, _TELLING].astype(np.float64)


def _fitted(
    log_share: NDArray[np.float64], about: NDArray[np.float64], happened: NDArray[np.bool_], weight: NDArray[np.float64]
) -> tuple[float, float, NDArray[np.float64]]:
    """Return intercept and slope of the curve, and by how much each feature moves it."""
    from sklearn.linear_model import LogisticRegression

    features = np.column_stack([log_share, about])
    mean, spread = features.mean(axis=0), features.std(axis=0)
    scale = np.where(spread > _VARIED, spread, np.inf)
    # Newton steps end at the same place on any machine, up to the last digits.
    model = LogisticRegression(solver="newton-cholesky", tol=1e-8)
    model.fit((features - mean) / scale, happened, sample_weight=weight)
    told = model.coef_[0] / scale
    return float(model.intercept_[0] - mean @ told), float(told[0]), told[1:]


def _place(score: NDArray[np.float64], happened: NDArray[np.bool_], weight: NDArray[np.float64]) -> float:
    """Return the place of the curve at which as much is expected as happened."""
    from scipy.optimize import brentq
    from scipy.special import expit

    goal = min(weight @ happened + 0.5, weight.sum() - 1e-3)
    return float(brentq(lambda place: weight @ expit(place + score) - goal, -200.0, 200.0))
