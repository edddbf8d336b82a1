"""Demand as a dense block: items by selling nodes by days."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset.tables import records
from shelfwise.types import Index
from shelfwise.types._fields import array

_SURELY = 7.0
"""Expected rows on a day or weekday above which selling nothing means closed: by chance it has p = exp(-7) < 0.1 %."""


@attrs.frozen
class DemandPanel:
    """Daily demand of shape (items, nodes, days); days are consecutive and end on the day of ``as_of``.

    ``units`` is 0 where nothing was sold. ``open`` of shape (nodes, days) tells the days on which a node sold at
    all: leave the others out, their zeros say nothing. ``price`` is the day's price in currency, or the nearest
    earlier one; before the first it is the first, and where there is none the item's regular price. Days without
    ``in_stock`` are censored.
    """

    items: Index
    nodes: Index
    days: NDArray[np.datetime64] = array("datetime64[D]")
    units: NDArray[np.float64] = array(np.float64)
    in_stock: NDArray[np.bool_] = array(np.bool_)
    price: NDArray[np.float64] = array(np.float64)
    on_promotion: NDArray[np.bool_] = array(np.bool_)
    open: NDArray[np.bool_] = array(np.bool_)


def demand_panel(
    demand: pd.DataFrame,
    promotions: pd.DataFrame,
    items: Index,
    regular_price: NDArray[np.float64],
    nodes: Index,
    last_day: np.datetime64,
) -> DemandPanel:
    """Spread the demand table over the block; demand of other items and nodes is left out."""
    item, node = _positions(demand["item_id"], items), _positions(demand["node_id"], nodes)
    known = (item >= 0) & (node >= 0)
    rows, item, node = demand[known], item[known], node[known]
    dates = rows["date"].to_numpy("datetime64[D]")
    first = dates.min() if len(dates) else last_day
    days = np.arange(first, max(last_day, dates.max()) + 1 if len(dates) else last_day + 1)
    day = (dates - first).astype(np.int64)
    shape = (len(items), len(nodes), len(days))
    units, price = np.zeros(shape), np.full(shape, np.nan)
    in_stock, on_promotion = np.ones(shape, dtype=bool), np.zeros(shape, dtype=bool)
    units[item, node, day] = rows["units"].to_numpy(np.float64)
    price[item, node, day] = rows["price"].to_numpy(np.float64)
    in_stock[item, node, day] = rows["in_stock"].to_numpy(bool)
    on_promotion[item, node, day] = rows["on_promotion"].to_numpy(bool)
    _promote(on_promotion, price, promotions, items, nodes, days)
    _carry(price)
    price = np.where(np.isnan(price), regular_price[:, None, None], price)
    counts = np.zeros(shape[1:])
    np.add.at(counts, (node, day), 1.0)
    return DemandPanel(items, nodes, days, units, in_stock, price, on_promotion, _open(counts, days))


def _positions(ids: pd.Series[Any], index: Index) -> NDArray[np.int64]:
    codes, values = pd.factorize(ids)
    return np.append(index.positions(values), -1)[codes]


def _promote(
    on_promotion: NDArray[np.bool_],
    price: NDArray[np.float64],
    promotions: pd.DataFrame,
    items: Index,
    nodes: Index,
    days: NDArray[np.datetime64],
) -> None:
    for row in records(promotions):
        item, node = items.position(row.item_id), nodes.position(row.node_id)
        if item < 0 or (node < 0 and row.node_id):
            continue
        start = np.searchsorted(days, np.datetime64(row.starts_on, "D"))
        end = np.searchsorted(days, np.datetime64(row.ends_on, "D"), side="right")
        where = slice(None) if node < 0 else slice(node, node + 1)
        on_promotion[item, where, start:end] |= bool(row.advertised)
        if np.isfinite(row.price):
            block = price[item, where, start:end]
            block[np.isnan(block)] = row.price


def _carry(price: NDArray[np.float64]) -> None:
    """Fill unknown prices in place with the last known one, and those before the first with the first."""
    for block in (price, price[..., ::-1]):
        known = np.where(np.isnan(block), 0, np.arange(block.shape[-1]))
        np.maximum.accumulate(known, axis=-1, out=known)
        block[...] = np.take_along_axis(block, known, axis=-1)


def _open(counts: NDArray[np.float64], days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Tell open days from closed ones by the number of demand rows per node and day.

    A day with a row was open. One without was closed where that many customers cannot stay away by chance: where
    the node's mean over open days, or over all weeks of that weekday, makes no row at all improbable (Poisson). It
    counts as closed, too, where rows come in a steady rhythm, such as one a week or a month.
    """
    weekday = (days.astype(np.int64) + 3) % 7
    sold = counts > 0
    was_open = sold.copy()
    for node in range(len(counts)):
        observed = np.flatnonzero(sold[node])
        mean = counts[node].sum() / max(len(observed), 1)
        if not len(observed) or mean >= _SURELY or _steady(np.diff(observed)):
            continue
        idle = [day for day in range(7) if not sold[node, weekday == day].any()]
        closed = [day for day in idle if mean * np.count_nonzero(weekday == day) >= _SURELY]
        was_open[node, observed[0] :] |= ~np.isin(weekday[observed[0] :], closed)
    return was_open


def _steady(gaps: NDArray[np.int64]) -> bool:
    return len(gaps) >= 3 and bool(gaps.min() >= 2) and bool(gaps.max() <= 1.15 * gaps.min())


__all__ = ["DemandPanel", "demand_panel"]
