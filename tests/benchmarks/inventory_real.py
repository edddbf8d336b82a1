"""Real demand: 58 SKUs, and the items of Online Retail that sell on most days, on the last third of the record.

Policies are told, day by day, mean and variance of the demand of the last eight weeks; simple ones are tuned, and the
gate is decided, on the first two thirds. Unmet demand is lost. Profit is what is earned on units sold, less holding.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import attrs
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from shelfwise_inventory_ppo.heuristics import KINDS, Heuristics
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.presets import Effort
from shelfwise_inventory_ppo.rows import usual_law
from shelfwise_inventory_ppo.simulated import Simulated
from shelfwise_inventory_ppo.terms import Terms
from shelfwise_inventory_ppo.trial import Candidates, try_out
from shelfwise_inventory_ppo.verdicts import Verdicts

from shelfwise.simulation import Network, Replay, State, World, simulate
from shelfwise.simulation.laws import empirical

__all__ = ["real"]

Floats = NDArray[np.float64]

_SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
_WINDOW = 56
_LEARNED_ON = 2.0 / 3.0
_MOST = 199.0
"""Shortage over holding cost that counts at most: a critical ratio of 99.5 %, as the plugins have it by default."""
_BEGIN = 30
"""Days of the last third after which counting begins."""


@attrs.frozen(eq=False)
class Shop:
    """Items with ``demand`` (items, days), what a unit earns and what holding it for a day costs, each (items,)."""

    name: str
    demand: Floats
    lead_time: NDArray[np.int64]
    margin: Floats
    holding: Floats

    @property
    def cut(self) -> int:
        """The first day that no policy was tuned on."""
        return int(self.demand.shape[1] * _LEARNED_ON)

    @property
    def ratio(self) -> Floats:
        """What a unit of unmet demand costs, in what holding one for a day does."""
        return np.clip(self.margin / self.holding, 1.0, _MOST)


def real() -> None:
    """Print profit and fill rate of each policy."""
    for shop in (sku58(0.25), sku58(3.65), online_retail(0.25), online_retail(3.65)):
        if shop is not None:
            _compare(shop)


def sku58(yearly: float) -> Shop | None:
    """Return the 58 SKUs with a holding cost of so many times their cost a year."""
    folder = _SHARED / "sku58"
    if not folder.exists():
        print("no sku58 beside the checkout: left out")
        return None
    with (folder / "sku58.info.csv").open(encoding="utf-8") as file:
        info = list(csv.DictReader(file))
    demand = pd.read_csv(folder / "sku58.demand.csv")[[row["SKU"] for row in info]].to_numpy(np.float64).T
    price, cost = (np.array([float(row[name]) for row in info]) for name in ("selling_price", "procurement_cost"))
    lead = np.array([int(row["vlt"]) for row in info])
    return Shop(f"58 SKUs, holding {yearly:.0%} a year", demand, lead, price - cost, cost * yearly / 365.0)


def online_retail(yearly: float) -> Shop | None:
    """Return Online Retail's items that sold on at least half of its open days, costs taken for 60 % of prices."""
    file = _SHARED / "online_retail" / "online_retail.parquet"
    if not file.exists():
        print("no Online Retail beside the checkout: left out")
        return None
    frame = pd.read_parquet(file, columns=["StockCode", "Quantity", "InvoiceDate", "UnitPrice"])
    frame = frame[(frame["Quantity"] > 0) & (frame["Quantity"] < 5000) & (frame["UnitPrice"] > 0)]
    days = frame["InvoiceDate"].dt.normalize()
    frame = frame.assign(day=days, StockCode=frame["StockCode"].astype(str))
    units = frame.pivot_table(index="StockCode", columns="day", values="Quantity", aggfunc="sum", fill_value=0.0)
    units = units[(units > 0).mean(axis=1) >= 0.5]
    price = frame.groupby("StockCode")["UnitPrice"].median()[units.index].to_numpy()
    lead = np.resize([2, 3, 5, 7], len(units))
    cost = 0.6 * price
    name = f"Online Retail, {len(units)} items, open days, lead times 2 to 7 made up, holding {yearly:.0%} a year"
    return Shop(name, units.to_numpy(np.float64), lead, price - cost, cost * yearly / 365.0)


def _compare(shop: Shop) -> None:
    names = tuple(str(row) for row in range(len(shop.demand)))
    past, coming = shop.demand[:, : shop.cut], shop.demand[:, shop.cut :]
    laws, daily = [empirical(row) for row in past], np.ones(len(names), np.int64)
    candidates = Candidates(names, laws, shop.lead_time, shop.ratio, daily, np.zeros(len(names)))
    learned = LearnedPolicy.shipped()
    verdicts = try_out(learned, candidates, Effort(), seed=0)
    network = Network(
        names=names,
        lead_time=shop.lead_time,
        holding_cost=shop.holding,
        lost_cost=shop.margin,
        initial_stock=np.ceil(past[:, -_WINDOW:].mean(axis=1) * (shop.lead_time + 1)),
    )
    world = World.draw(network, [Replay(row) for row in coming], periods=coming.shape[1], scenarios=1, seed=0)
    formula = stats.norm.ppf(shop.ratio / (shop.ratio + 1.0))
    usual = Heuristics(np.zeros(len(names), np.int64), formula, np.full(len(names), np.inf))
    policies: dict[str, Callable[[Terms, Floats, Floats], Floats]] = {
        "base-stock by formula": usual.order,
        "best tuned simple policy": verdicts.heuristics.order,
        "learned policy": learned.order,
        "behind the gate": _gated(learned, verdicts),
    }
    print(
        f"\n{shop.name}: {len(names)} items, {coming.shape[1] - _BEGIN} days; the gate lets the learned policy decide"
    )
    print(f"for {verdicts.cheaper.mean():.0%}; the simple policies are {', '.join(KINDS)}, the better by item")
    print(
        "                             profit a day   fill rate   holding a day   profit to the best simple one (95 %)"
    )
    best: Floats | None = None
    for name, order in policies.items():
        outcome = simulate(world, _Rolling(shop, order), warmup=_BEGIN)
        earned = (shop.margin[:, None] * outcome.met / outcome.periods - outcome.costs["holding"])[:, 0]
        best = earned if name.startswith("best") else best
        beside = "" if best is None else _beside(earned, best)
        fill = outcome.met.sum() / outcome.demand.sum()
        print(
            f"{name:26}{earned.sum():15,.2f}{fill:12.2%}{outcome.costs['holding'].sum():16,.2f}   {beside}", flush=True
        )


def _beside(earned: Floats, best: Floats) -> str:
    """Say how much more is earned than by the best simple policy, with an interval from resampled items."""
    random = np.random.default_rng(0)
    rows = random.integers(len(best), size=(4000, len(best)))
    low, high = np.quantile(earned[rows].sum(axis=1) / best[rows].sum(axis=1) - 1.0, [0.025, 0.975])
    return f"{earned.sum() / best.sum() - 1.0:+.2%} ({low:+.2%} to {high:+.2%})"


def _gated(learned: LearnedPolicy, verdicts: Verdicts) -> Callable[[Terms, Floats, Floats], Floats]:
    def order(terms: Terms, on_hand: Floats, due: Floats) -> Floats:
        simple = verdicts.heuristics.order(terms, on_hand, due)
        return np.where(verdicts.cheaper, learned.order(terms, on_hand, due), simple)

    return order


@attrs.define(eq=False)
class _Rolling:
    """A policy that is told the mean and variance of the last days' demand, day by day."""

    shop: Shop
    decide: Callable[[Terms, Floats, Floats], Floats]

    def order(self, state: State) -> Floats:
        """Order whole units."""
        shop = self.shop
        day = shop.cut + state.period
        window = shop.demand[:, max(day - _WINDOW, 0) : day]
        mean, variance = window.mean(axis=1), np.maximum(window.var(axis=1, ddof=1), 1e-3)
        skewness, none = usual_law(mean, variance)
        shape = (len(mean), int(shop.lead_time.max()) + 1)
        terms = Terms.of(
            mean=np.broadcast_to(mean[:, None], shape),
            variance=np.broadcast_to(variance[:, None], shape),
            skewness=skewness,
            none=none,
            lead_time=shop.lead_time,
            lead_deviation=np.zeros(len(mean)),
            shortage_ratio=shop.ratio,
        )
        return Simulated(_Told(self.decide), terms).order(state)


@attrs.frozen(eq=False)
class _Told:
    order: Callable[[Terms, Floats, Floats], Floats]
