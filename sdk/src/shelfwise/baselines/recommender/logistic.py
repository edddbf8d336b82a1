"""Logistic regression of a few features, for calibrated probabilities."""

from __future__ import annotations

from collections.abc import Sequence

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
    def fit(cls, features: Sequence[NDArray[np.float64]], outcome: Sequence[NDArray[np.bool_]]) -> Logistic:
        """Fit by Newton steps with a small ridge on standardised features (Hastie et al. 2009, section 4.4.1).

        Outcomes are drawn a little towards the middle (Platt 1999), so that few of them make nothing certain.
        Blocks of ``features`` have shape (rows, features), those of ``outcome`` (rows,).
        """
        rows = np.concatenate(features) if len(features) else np.zeros((0, 0))
        happened = np.concatenate(outcome) if len(outcome) else np.zeros(0, dtype=bool)
        width = rows.shape[1]
        if not happened.any():
            return cls(-np.inf, np.zeros(width))
        centre, scale = rows.mean(axis=0), rows.std(axis=0)
        scale = np.where(scale > 1e-9, scale, np.inf)
        design = np.column_stack([np.ones(len(rows)), (rows - centre) / scale])
        positive, negative = happened.sum(), (~happened).sum()
        target = np.where(happened, (positive + 1.0) / (positive + 2.0), 1.0 / (negative + 2.0))
        rate = target.mean()
        weights = np.append(np.log(rate / (1.0 - rate)), np.zeros(width))
        ridge = np.append(0.0, np.full(width, _RIDGE))
        for _ in range(_STEPS):
            chance = _sigmoid(design @ weights)
            gradient = design.T @ (target - chance) - ridge * weights
            curvature = (design * (chance * (1.0 - chance))[:, None]).T @ design + np.diag(ridge + 1e-9)
            step = np.linalg.solve(curvature, gradient)
            weights = weights + step / max(1.0, float(np.abs(step).max()))
            if np.abs(step).max() < 1e-6:
                break
        slope = weights[1:] / scale
        return cls(float(weights[0] - centre @ slope), slope)

    def of_rows(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of each row of ``features``, of shape (rows, features)."""
        return self.of_columns(tuple(features.T))

    def of_columns(self, columns: Sequence[NDArray[np.float64] | float]) -> NDArray[np.float64]:
        """Return the same where features are arrays or numbers; the answer has the shape that they broadcast to."""
        logit: NDArray[np.float64] | float = self.intercept
        for weight, column in zip(self.slope.tolist(), columns, strict=bool(self.slope.size)):
            if weight:
                logit = logit + weight * column
        return np.asarray(_sigmoid(np.broadcast_to(logit, np.broadcast_shapes(*map(np.shape, columns)))))


def _sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(over="ignore"):
        return np.asarray(1.0 / (1.0 + np.exp(-x)))
