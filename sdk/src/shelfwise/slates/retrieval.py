"""From scores of the whole catalogue to candidates, by the rules."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelfwise.slates.ranking import taken, top
from shelfwise.slates.rows import Rows
from shelfwise.slates.rules import Blocks, Rule

__all__ = ["retrieve"]


def retrieve(
    score: NDArray[np.floating[Any]], rule: NDArray[np.int8], blocks: Blocks, width: int, named: int
) -> NDArray[np.int64]:
    """Return the ``width`` best items that each customer may be shown, and behind them up to ``named`` blocked ones.

    ``score`` has shape (customers, items), higher being better and of equals the earlier item. ``rule``, of shape
    (items,), withholds items from everybody, ``blocks`` from single customers. The answer has -1 where there are fewer.
    """
    free = np.where(rule == Rule.NONE, score, -np.inf) if rule.any() else score.copy()
    free[blocks.row, blocks.item] = -np.inf
    best = top(free, width)
    common = np.flatnonzero((rule != Rule.NONE) & (rule != Rule.GONE))
    own = (blocks.rule == Rule.PURCHASED) & (rule[blocks.item] == Rule.NONE)
    if not common.size and not own.any():
        return best
    mine = Rows.grouped(blocks.row[own], blocks.item[own], len(score)).distinct().padded()
    blocked = np.concatenate([np.broadcast_to(common, (len(score), common.size)), mine], axis=1)
    value = np.where(blocked >= 0, score[np.arange(len(score))[:, None], blocked], -np.inf)
    return np.concatenate([best, taken(blocked, top(value, named), -1)], axis=1)
