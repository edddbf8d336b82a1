"""Logistic regression of a few features, for calibrated probabilities."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["Logistic"]

_RIDGE = 1.0
_STEPS = 25


@attrs.frozen(eq=False)
class Logistic:
    """``P = 1 / (1 + exp(-(intercept + features @ slope)))``; where there never was a positive, P is 0."""

    intercept: float
    slope: NDArray[np.float64]

    @classmethod
    def fit(cls, features: NDArray[np.float64], outcome: NDArray[np.bool_]) -> Logistic:
        """Fit by Newton steps with a small ridge on standardised features (Hastie et al. 2009, section 4.4.1).

        ``features`` has shape (rows, features), ``outcome`` (rows,).
        """
        width = features.shape[1]
        if not outcome.any():
            return cls(-np.inf, np.zeros(width))
        centre, scale = features.mean(axis=0), features.std(axis=0)
        scale = np.where(scale > 1e-9, scale, np.inf)
        design = np.column_stack([np.ones(len(features)), (features - centre) / scale])
        rate = (outcome.sum() + 0.5) / (outcome.size + 1.0)
        weights = np.append(np.log(rate / (1.0 - rate)), np.zeros(width))
        ridge = np.append(0.0, np.full(width, _RIDGE))
        for _ in range(_STEPS):
            p = _sigmoid(design @ weights)
            gradient = design.T @ (outcome - p) - ridge * weights
            curvature = (design * (p * (1.0 - p))[:, None]).T @ design + np.diag(ridge + 1e-9)
            step = np.linalg.solve(curvature, gradient)
            weights = weights + step / max(1.0, float(np.abs(step).max()))
            if np.abs(step).max() < 1e-6:
                break
        slope = weights[1:] / scale
        return cls(float(weights[0] - centre @ slope), slope)

    def probability(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of each row of ``features``, of shape (rows, features)."""
        return _sigmoid(self.intercept + features @ self.slope)


def _sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.exp(-np.logaddexp(0.0, -x))
