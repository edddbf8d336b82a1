"""Keep promises: slates steer no more demand to a node than it can promise, whoever made them."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types import Exposure, Index, Reason, Recommendations, Slate, SlateItem, StockOutlook, WithheldItem

Floats = NDArray[np.float64]

GONE = Reason("out_of_stock", "all that can be promised of it has been promised")

_ROUNDING = 1e-6
"""Units by which sums of many small promises may differ."""

_FIELDS = attrgetter(*(field.name for field in attrs.fields(SlateItem)))
"""The values of an item in the order of its fields."""


def kept(recommendations: Recommendations, outlook: StockOutlook) -> Recommendations:
    """Return the slates without what nobody has left to promise by the time that a customer's turn comes.

    Customers are served in order. A slot takes what is expected to be bought by it from the node that fulfils it, or
    where the slate leaves that open, from the one with most left; the exposure follows. Slates of a recommender that
    keeps account of the same outlook stay as they are, and so do those of one that tells no exposure: what they steer
    is not known.
    """
    exposure = recommendations.exposure
    if exposure is None:
        return recommendations
    promised = promised_units(exposure, outlook)
    if (promised <= outlook.available_to_promise + _ROUNDING).all():  # of which no less can be promised
        return recommendations
    promisable = promisable_units(exposure, outlook)
    short = np.flatnonzero((promised > promisable + _ROUNDING).any(axis=1))
    if not short.size:
        return recommendations
    bought = dict.fromkeys(outlook.items.take(short), 0.0)
    for slate in recommendations.slates:
        for item in slate.items:
            if item.item_id in bought:
                bought[item.item_id] += item.purchase_probability
    wanted = promised[short].sum(axis=1)
    units = {item: total / max(bought[item], 1e-300) for item, total in zip(bought, wanted.tolist(), strict=True)}
    available = promisable[short]
    till = _Till(outlook.nodes, units, dict(zip(units, available.tolist(), strict=True)))
    slates = tuple(till.serve(slate) for slate in recommendations.slates)
    taken = (available - np.array(list(till.left.values()))) / wanted[:, None]
    return Recommendations(slates, _moved(exposure, outlook, short, taken))


def promised_units(exposure: Exposure, outlook: StockOutlook) -> Floats:
    """Return the units that are expected to be bought of what is shown, on the axes of an outlook: (items, nodes)."""
    units = np.zeros(outlook.available_to_promise.shape)
    here, there = _common(exposure, outlook)
    units[here] = _promises(exposure).sum(axis=2)[there]
    return units


def promisable_units(exposure: Exposure, outlook: StockOutlook) -> Floats:
    """Return the units that can be promised in the days of an exposure, on the axes of an outlook: (items, nodes).

    What is available has to last for the first days alone, so that of a promise over weeks only the part of these
    counts.
    """
    here, there = _common(exposure, outlook)
    promises = _promises(exposure)
    units, days = np.array(outlook.available_to_promise), promises.shape[2]
    if not days:
        return units
    so_far = np.cumsum(promises, axis=2)[there]
    last = np.clip(np.ceil(outlook.lasts_days[here]), 1, days).astype(np.int64)
    by_then = np.take_along_axis(so_far, last[:, :, None] - 1, axis=2)[:, :, 0]
    share = np.divide(by_then, so_far[:, :, -1], out=last / days, where=so_far[:, :, -1] > 0)
    units[here] /= np.maximum(share, 1e-9)
    return units


def _promises(exposure: Exposure) -> Floats:
    return exposure.extra_units if exposure.promised_units is None else exposure.promised_units


def _common(exposure: Exposure, outlook: StockOutlook) -> tuple[Any, Any]:
    """Return where items and nodes that both know are in the arrays of the outlook, and in those of the exposure."""
    rows, columns = outlook.items.positions(exposure.items), outlook.nodes.positions(exposure.nodes)
    known = np.flatnonzero(rows >= 0), np.flatnonzero(columns >= 0)
    return np.ix_(rows[known[0]], columns[known[1]]), np.ix_(*known)


@attrs.frozen(eq=False)
class _Till:
    """Serves one customer after another.

    ``units`` is the mean quantity of a purchase of each item that is short, ``left`` what each of the ``nodes`` has.
    """

    nodes: Index
    units: dict[str, float]
    left: dict[str, list[float]]

    def serve(self, slate: Slate) -> Slate:
        """Return a slate with what is left for it."""
        shown: list[SlateItem] = []
        gone: list[WithheldItem] = []
        for item in slate.items:
            node = self._take(item) if item.item_id in self.units else item.node_id
            if node is None:
                gone.append(WithheldItem(item.item_id, GONE))
            elif node == item.node_id and not gone:
                shown.append(item)
            else:
                shown.append(_placed(item, len(shown) + 1, node))
        items = tuple(shown)
        return slate if items == slate.items else attrs.evolve(slate, items=items, withheld=(*slate.withheld, *gone))

    def _take(self, item: SlateItem) -> str | None:
        """Return the node that fulfils an item, None where no node has enough left."""
        left = self.left[item.item_id]
        column = self.nodes.position(item.node_id) if item.node_id else left.index(max(left))
        wanted = self.units[item.item_id] * item.purchase_probability
        if column < 0 or wanted > left[column]:
            return None
        left[column] -= wanted
        return self.nodes[column]


def _placed(item: SlateItem, rank: int, node: str) -> SlateItem:
    """Return an item at another rank and fulfilled by a node, as attrs.evolve does, which takes twice as long."""
    _, item_id, score, probability, price, _, *others = _FIELDS(item)
    return SlateItem(rank, item_id, score, probability, price, node, *others)


def _moved(exposure: Exposure, outlook: StockOutlook, short: NDArray[np.int64], taken: Floats) -> Exposure:
    """Return the exposure with that of the items ``short`` where they are taken from, and as far as they are.

    ``taken``, of shape (items short, nodes), holds shares of what was to be bought of the item.
    """
    rows, columns = exposure.items.positions(outlook.items.take(short)), exposure.nodes.positions(outlook.nodes)
    known = np.flatnonzero(columns >= 0)
    share = np.zeros((rows.size, len(exposure.nodes)))
    share[:, columns[known]] = taken[:, known]

    def moved(amount: Floats) -> Floats:
        changed = np.array(amount)
        changed[rows] = amount[rows].sum(axis=1, keepdims=True) * share[:, :, None]
        return changed

    return attrs.evolve(
        exposure,
        impressions=moved(exposure.impressions),
        extra_units=moved(exposure.extra_units),
        promised_units=None if exposure.promised_units is None else moved(exposure.promised_units),
    )
