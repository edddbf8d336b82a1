"""From the share of a customer's next purchases to the probability of a purchase within the window."""

from __future__ import annotations

import warnings
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise_recommender_hybrid.evidence import CONTEXT_WIDTH

__all__ = ["Calibration"]

_MOST = 2_000_000


@attrs.frozen(eq=False)
class Calibration:
    """A logistic curve (Platt 1999) over the logarithm of the share, its place and slope depending on the customer.

    Within a row it rises with the share, so it never changes the order. ``exponent`` is how many windows of learning,
    shorter than the one asked for where data is short, make up one. Features outside ``met``, of shape (2, features),
    which are the least and most met in learning, count as its ends.
    """

    intercept: float
    slope: float
    context: NDArray[np.float64]
    exponent: float
    met: NDArray[np.float64]

    @classmethod
    def blank(cls, exponent: float) -> Calibration:
        """Return a curve that has learned nothing: everybody buys one item a window."""
        return cls(0.0, 1.0, np.zeros(CONTEXT_WIDTH), exponent, np.zeros((2, CONTEXT_WIDTH)))

    @classmethod
    def fit(
        cls, share: NDArray[np.float32], context: NDArray[np.float32], bought: NDArray[np.bool_], exponent: float
    ) -> Calibration:
        """Learn from ``share`` and ``bought`` of shape (rows, width), and ``context`` of shape (rows, features).

        Candidates with a share of 0 are padding.
        """
        row, column = np.nonzero(share > 0)
        if row.size > _MOST:
            drawn = np.sort(np.random.default_rng(0).permutation(row.size)[:_MOST])
            row, column = row[drawn], column[drawn]
        happened = bought[row, column]
        met = np.stack([_about(context).min(axis=0, initial=np.inf), _about(context).max(axis=0, initial=-np.inf)])
        about = _about(context)
        log_share = np.log(share[row, column].astype(np.float64))
        if happened.any() and not happened.all():
            from sklearn.exceptions import ConvergenceWarning
            from sklearn.linear_model import LogisticRegression

            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                features = np.column_stack([log_share, about[row]])
                fitted = LogisticRegression(C=10.0, max_iter=300).fit(features, happened)
            slope, *rest = fitted.coef_[0].tolist()
            if slope > 0:
                return cls(float(fitted.intercept_[0]), slope, np.array(rest), exponent, met)
        rate = (happened.sum() + 0.5) / (share[row, column].sum() + 1.0)
        return cls(float(np.log(min(rate, 1.0))), 1.0, np.zeros(CONTEXT_WIDTH), exponent, met)

    def probability(self, share: NDArray[np.float32], context: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the probability of a purchase within the window, of the shape of ``share``, 0 for a share of 0."""
        # Not a product of matrices, whose last digits depend on how many rows there are.
        place = self.intercept + (np.clip(_about(context), *self.met) * self.context).sum(axis=1)
        with np.errstate(divide="ignore"):
            score = place[:, None] + self.slope * np.log(share.astype(np.float64))
        chance = 1.0 / (1.0 + np.exp(-np.maximum(score, -700.0)))
        return np.where(share > 0, -np.expm1(self.exponent * np.log1p(-np.minimum(chance, 1.0 - 1e-12))), 0.0)

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return everything that was learned, by name."""
        return {
            "numbers": np.array([self.intercept, self.slope, self.exponent]),
            "context": self.context,
            "met": self.met,
        }

    @classmethod
    def from_tensors(cls, tensors: dict[str, NDArray[Any]]) -> Calibration:
        """Return what :meth:`tensors` gave."""
        intercept, slope, exponent = tensors["numbers"].tolist()
        return cls(intercept, slope, tensors["context"], exponent, tensors["met"])


def _about(context: NDArray[np.float32]) -> NDArray[np.float64]:
    return context[:, :CONTEXT_WIDTH].astype(np.float64)
