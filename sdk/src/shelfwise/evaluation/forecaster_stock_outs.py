"""Stock-outs put into a record whose demand is known, to measure what they do to forecasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset.periods import trading_periods

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset, DemandPanel

__all__ = ["StockOuts", "hide_stock_record", "inject_stock_outs"]


@attrs.frozen(eq=False)
class StockOuts:
    """A record with stock-outs, which of its series they befell (series,), and in what share of their periods."""

    record: Dataset
    affected: NDArray[np.bool_]
    share: float


def inject_stock_outs(
    dataset: Dataset, *, series: float = 0.5, share: float = 0.2, periods: float = 7.0, seed: int = 0
) -> StockOuts:
    """Return the data set as it would be on record had some series been out of stock at times.

    A share ``series`` of all series, drawn at random, are out of stock in a share ``share`` of their periods, in spells
    of ``periods`` periods on average (two-state Markov chains): nothing is sold then, and ``in_stock`` says so.
    """
    panel = dataset.demand_panel()
    calendar = trading_periods(panel)
    shape = (len(panel.items), len(panel.nodes), len(calendar.days))
    generator = np.random.default_rng(seed)
    affected = np.zeros(shape[0] * shape[1], dtype=bool)
    affected[generator.permutation(affected.size)[: round(series * affected.size)]] = True
    out = _spells(generator, affected, shape[2], share, periods).reshape(shape)
    out &= panel.open[:, calendar.columns]
    demand = dataset.demand
    item, node = panel.items.positions(demand["item_id"]), panel.nodes.positions(demand["node_id"])
    day = np.searchsorted(calendar.days, demand["date"].to_numpy("datetime64[D]"))
    known = (item >= 0) & (node >= 0)
    hit = np.zeros(len(demand), dtype=bool)
    hit[known] = out[item[known], node[known], day[known]]
    empty = demand.assign(units=demand["units"].where(~hit, 0.0), in_stock=demand["in_stock"] & ~hit)
    left = out.copy()
    left[item[known], node[known], day[known]] = False
    added = _rows(panel, np.nonzero(left), calendar.days, demand)
    record = attrs.evolve(dataset, demand=pd.concat([empty, added], ignore_index=True) if len(added) else empty)
    opened = np.broadcast_to(panel.open[:, calendar.columns], shape).reshape(-1, shape[2])[affected]
    return StockOuts(record, affected, float(out.sum() / max(opened.sum(), 1)))


def hide_stock_record(dataset: Dataset) -> Dataset:
    """Return the data set as a shop without a stock record has it: out of stock looks like no demand."""
    return attrs.evolve(dataset, demand=dataset.demand.assign(in_stock=True))


def _spells(
    generator: np.random.Generator, affected: NDArray[np.bool_], length: int, share: float, periods: float
) -> NDArray[np.bool_]:
    """Return when each series is out of stock, shape (series, periods)."""
    ends, starts = 1.0 / periods, share / (1.0 - share) / periods
    out = np.zeros((len(affected), length), dtype=bool)
    now = generator.random(len(affected)) < share
    for period in range(length):
        out[:, period] = now & affected
        now = np.where(now, generator.random(len(now)) >= ends, generator.random(len(now)) < starts)
    return out


def _rows(
    panel: DemandPanel, cells: tuple[NDArray[Any], ...], days: NDArray[np.datetime64], like: pd.DataFrame
) -> pd.DataFrame:
    """Return demand rows for cells (item, node, period) without any, that say "out of stock"."""
    item, node, day = cells
    column = np.searchsorted(panel.days, days[day])
    rows = pd.DataFrame(
        {
            "date": days[day].astype(like["date"].dtype),
            "item_id": np.array(panel.items, dtype=object)[item],
            "node_id": np.array(panel.nodes, dtype=object)[node],
            "units": 0.0,
            "price": panel.price[item, node, column],
            "on_promotion": panel.on_promotion[item, node, column],
            "in_stock": False,
        }
    )
    return rows.reindex(columns=like.columns)
