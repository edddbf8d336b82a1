"""From scores to probabilities of a purchase, learned where it is known what was bought."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

__all__ = ["Calibration"]

_RIDGE = 1e-4
_LEAST_SLOPE = 1e-6
_KNOT_AT = 0.8
"""Quantile of the scores from which on another slope holds: the highest scores say less than the ones below."""


@attrs.frozen(eq=False)
class Calibration:
    """``P = 1 - (1 - q) ** windows`` with a logistic ``q`` of the score and of how many items the customer has had.

    ``logit(q) = intercept + slope * min(score, knot) + slope_above * max(score - knot, 0) + activity * log(1 + had)``.
    Both slopes are above 0, so probabilities rank as scores do. ``windows`` is how many periods of learning make up the
    window of the probabilities.
    """

    knot: float
    intercept: float
    slope: float
    slope_above: float
    activity: float
    windows: float = 1.0

    @classmethod
    def fit(
        cls, score: NDArray[np.float64], had: NDArray[np.float64], bought: NDArray[np.bool_], windows: float = 1.0
    ) -> Calibration:
        """Fit to pairs of customer and item, all arrays of shape (pairs,); ``had`` counts the customer's items.

        Outcomes are drawn a little towards the middle (Platt 1999), so that few of them make nothing certain. Without a
        pair to learn from all probabilities are next to nothing.
        """
        if not score.size:
            return cls(0.0, -10.0, _LEAST_SLOPE, _LEAST_SLOPE, 0.0, windows)
        knot = float(np.quantile(score, _KNOT_AT))
        features = _features(score, knot, np.log1p(had))
        centre, scale = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
        design = np.column_stack([np.ones(score.size), (features - centre) / scale])
        positive = int(bought.sum())
        target = np.where(bought, (positive + 1.0) / (positive + 2.0), 1.0 / (score.size - positive + 2.0))
        ridge = np.array([0.0, _RIDGE, _RIDGE, _RIDGE])

        def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            """Return the mean log loss with the ridge, and its gradient."""
            line = design @ weights
            value = (np.logaddexp(0.0, line) - target * line).mean() + ridge @ weights**2
            return float(value), design.T @ (expit(line) - target) / score.size + 2.0 * ridge * weights

        start = np.array([logit(target.mean()), _LEAST_SLOPE, _LEAST_SLOPE, 0.0])
        bounds = [(None, None), (_LEAST_SLOPE, None), (_LEAST_SLOPE, None), (None, None)]
        found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
        slopes = found[1:] / scale
        below, above, activity = slopes.tolist()
        return cls(knot, float(found[0] - slopes @ centre), below, above, activity, windows)

    def of(self, score: NDArray[np.float64], had: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probabilities of ``score``, of shape (customers, items); ``had`` has shape (customers,)."""
        below, above = np.minimum(score, self.knot), np.maximum(score - self.knot, 0.0)
        line = self.intercept + self.slope * below + self.slope_above * above
        chance = expit(line + self.activity * np.log1p(had)[:, None])
        return np.asarray(chance if self.windows == 1.0 else -np.expm1(self.windows * np.log1p(-chance)))


def _features(score: NDArray[np.float64], knot: float, activity: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([np.minimum(score, knot), np.maximum(score - knot, 0.0), activity])
