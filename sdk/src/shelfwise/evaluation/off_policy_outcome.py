"""How often items sell from a slot: the outcome model of the doubly robust estimate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.off_policy_log import SlateLog

__all__ = ["expected_rewards"]

_PRIOR = 20.0
"""Slots for which the mean of all items counts in that of each."""
_FOLDS = 2


def expected_rewards(
    log: SlateLog, reward: NDArray[np.float64], targets: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the reward expected in each slot of what was shown there, and of the target item; both of shape (slots,).

    It is the mean of the item's slots, drawn towards that of all, apart for customers who had bought it before and
    others. What is said of a customer comes from slots of other customers, by cross-fitting over two folds. A target
    of -1 is no item and earns nothing.
    """
    shown, aimed = np.zeros(reward.size), np.zeros(reward.size)
    fold = log.person % _FOLDS
    cells = 2 * len(log.items)
    cell = 2 * log.item + log.had(log.item)
    target = 2 * np.maximum(targets, 0) + log.had(targets)
    for number in range(_FOLDS):
        learned, told = fold != number, fold == number
        total = np.bincount(cell[learned], reward[learned], cells).reshape(-1, 2)
        count = np.bincount(cell[learned], minlength=cells).reshape(-1, 2)
        overall = total.sum(axis=0) / np.maximum(count.sum(axis=0), 1)
        mean = ((total + _PRIOR * overall) / (count + _PRIOR)).ravel()
        shown[told], aimed[told] = mean[cell[told]], mean[target[told]]
    return shown, np.where(targets >= 0, aimed, 0.0)
