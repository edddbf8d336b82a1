"""Which policy decides by which numbers, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from shelfwise.baselines.heuristic.kinds import NAMES, Kind
from shelfwise.baselines.heuristic.parameters import Parameters
from shelfwise.ordering import Situation, aim, number

__all__ = ["reasons_for"]

_Words = Callable[[float, float, float], str]


def _lots(level: float, lot: float, _: float) -> str:
    return f"{number(lot)} at a time from {number(level)} or less"


def _up_to(level: float, _: float, cap: float) -> str:
    return f"up to {number(level)}" if np.isinf(cap) else f"up to {number(level)}, at most {number(cap)} at a time"


_WORDS: Mapping[Kind, _Words] = {
    Kind.EOQ: _lots,
    Kind.REORDER_QUANTITY: _lots,
    Kind.REORDER_POINT: lambda level, lot, _: f"up to {number(level + lot)} from {number(level)} or less",
    Kind.BASE_STOCK: _up_to,
    Kind.CAPPED_BASE_STOCK: _up_to,
    Kind.PROJECTED_INVENTORY: lambda level, *_: f"{level:,.1f} wanted when the order arrives",
    Kind.NEWSVENDOR: lambda level, *_: f"up to {number(level)}, a quantile of demand",
    Kind.ECHELON_BASE_STOCK: lambda level, *_: f"up to {number(level)} with all that is supplied from here",
}


def reasons_for(situation: Situation, kind: Kind, told: Parameters, wanted: NDArray[np.bool_]) -> NDArray[np.object_]:
    """Return a text for each item at each node where something is ``wanted``, empty elsewhere; (items, nodes)."""
    why = "by formula" if situation.request.service_target is None else f"for {aim(situation.request)}"
    texts = np.full(wanted.shape, "", dtype=object)
    words, name = _WORDS[kind], NAMES[kind]
    rows, nodes = np.nonzero(wanted)
    columns = (column[rows, nodes].tolist() for column in (told.level, told.lot, told.cap, told.tuned))
    texts[rows, nodes] = [
        f"{name} {'tuned on past demand' if tuned else why}: {words(level, lot, cap)}"
        for level, lot, cap, tuned in zip(*columns, strict=True)
    ]
    return texts
