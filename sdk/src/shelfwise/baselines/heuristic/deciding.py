"""From parameters to what a plan is told: below which stock an order is due, and up to where."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.heuristic.formula import by_formula, spread_cost
from shelfwise.baselines.heuristic.kinds import LOTS, Kind
from shelfwise.baselines.heuristic.parameters import Parameters
from shelfwise.baselines.heuristic.reasons import reasons_for
from shelfwise.baselines.heuristic.scores import Scores
from shelfwise.baselines.heuristic.view import View, look
from shelfwise.ordering import Situation

__all__ = ["Levels", "decide"]

Floats = NDArray[np.float64]

_AT_MOST = 1e-6
"""An order of a lot is due at the reorder point, not only below it."""


@attrs.frozen(eq=False)
class Levels:
    """What :func:`shelfwise.ordering.plan` is told, each of shape (items, nodes)."""

    reorder_level: Floats
    level: Floats
    reasons: NDArray[np.object_]


def decide(situation: Situation, kind: Kind, quantile_ceiling: float, scores: Scores) -> Levels:
    """Decide by the parameters that were found by search, or by formula where there are none or a service is asked."""
    view = look(situation, kind)
    told = by_formula(situation, view, kind, quantile_ceiling)
    if situation.request.service_target is None:
        told = scores.put(told, situation, view, kind)
    due_at, up_to = _wanted(situation, view, kind, told)
    # Levels are of what the policy sees, and are compared with what a plan goes by.
    unseen = situation.position - situation.placed_today - view.stock
    return Levels(due_at + unseen, up_to + unseen, reasons_for(situation, kind, told, up_to > view.stock))


def _wanted(situation: Situation, view: View, kind: Kind, told: Parameters) -> tuple[Floats, Floats]:
    """Return below which stock an order is due, and the stock with what is ordered, if it is."""
    stock = view.stock
    if kind not in LOTS:
        # A cap smooths what sells, not what is owed.
        lacking = np.clip(told.level - stock, 0.0, told.cap + np.maximum(-stock, 0.0))
        return told.level, stock + (np.rint(lacking) if kind is Kind.PROJECTED_INVENTORY else lacking)
    point, lot = told.level, told.lot
    due, filled = stock <= point + _AT_MOST, point + lot
    lots = filled
    if kind is not Kind.REORDER_POINT:
        lots = stock + (np.floor((point - stock) / np.maximum(lot, 1.0) + _AT_MOST) + 1.0) * lot
    # An order that is shared for its cost fills up all of its lines.
    up_to = np.where(spread_cost(situation), filled, np.where(due, lots, stock))
    sells = view.cover.mean > 0
    return np.where(sells, point + _AT_MOST, point), np.maximum(np.where(sells, up_to, point), stock)
