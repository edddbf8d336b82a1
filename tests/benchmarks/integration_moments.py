"""Moments of the twin's market beside those of public data: what its parameters were chosen by, and what they miss."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from shelfwise.twin.life import Life
from shelfwise.twin.scenario import Scenario
from shelfwise.twin.world import World

__all__ = ["moments"]

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
_WORLDS, _OFTEN = 3, 3.0


def moments() -> None:
    """Print each moment of the data and of the history of the first worlds of the baseline scenario."""
    ours = [_of_twin(World.draw(Scenario("baseline", history_weeks=26), number)) for number in range(_WORLDS)]
    theirs = _of_data()
    print(f"{'moment':58}{'twin':>8}{'data':>8}  of")
    for name, (value, source) in theirs.items():
        print(f"{name:58}{np.mean([one[name] for one in ours]):8.2f}{value:8.2f}  {source}")


def _of_twin(world: World) -> dict[str, float]:
    life = Life.begin(world)
    days = world.scenario.history_days
    units, seasons = life.record.units[:days].sum(axis=2), world.seasons
    log = pd.concat(life.record.events[:days])
    bought = log[log["kind"] == "purchase"]
    visits = life.diary.visited[:days].sum(axis=0)
    daily = life.record.units[28:days].sum(axis=2)
    often = daily.mean(axis=0) >= _OFTEN
    promoted = seasons.promoted[28:days] & (seasons.price[28:days] < 0.99 * world.goods.price)
    usual = np.array([daily[~promoted[:, item], item].mean() for item in range(daily.shape[1])])
    cut = np.log(seasons.price[28:days] / world.goods.price)
    sold = [
        (
            daily[promoted[:, item], item].sum(),
            usual[item] * promoted[:, item].sum(),
            cut[promoted[:, item], item].mean(),
        )
        for item in np.flatnonzero(promoted.any(axis=0) & often)
    ]
    lift = np.array(sold)
    return {
        GINI: _gini(units.sum(axis=0)),
        REPEATS: _repeats(bought["customer_id"], bought["item_id"], bought["session_id"]),
        SPREAD: float(visits.std() / visits.mean()),
        ELASTICITY: float(np.log(lift[:, 0].sum() / lift[:, 1].sum()) / np.average(lift[:, 2], weights=lift[:, 1])),
        VARIATION: float(np.median(daily[:, often].std(axis=0) / daily[:, often].mean(axis=0))),
    }


GINI = "Gini coefficient of the items' units"
REPEATS = "share of lines that a customer had bought in an earlier basket"
SPREAD = "coefficient of variation of baskets per customer"
ELASTICITY = "elasticity of units on offer to the price"
VARIATION = "median coefficient of variation of daily units, mean 3 or more"


def _of_data() -> dict[str, tuple[float, str]]:
    found: dict[str, tuple[float, str]] = {}
    retail = DATA / "online_retail" / "online_retail.parquet"
    if retail.exists():
        lines = pd.read_parquet(retail).dropna(subset=["CustomerID"])
        lines = lines[(lines["Quantity"] > 0) & (lines["UnitPrice"] > 0)]
        lines = lines.sort_values("InvoiceDate", kind="stable").drop_duplicates(["InvoiceNo", "StockCode"])
        baskets = lines.groupby("CustomerID")["InvoiceNo"].nunique()
        found[GINI] = (
            _gini(lines.groupby("StockCode", observed=True)["Quantity"].sum().to_numpy(float)),
            "Online Retail",
        )
        found[REPEATS] = _repeats(lines["CustomerID"], lines["StockCode"], lines["InvoiceNo"]), "Online Retail"
        found[SPREAD] = float(baskets.std() / baskets.mean()), "Online Retail"
    juice = DATA / "orange_juice" / "oj_weekly.parquet"
    if juice.exists():
        weeks = pd.read_parquet(juice)
        weeks = weeks[weeks["units"] > 0]
        log = np.log(weeks[["units", "own_price"]])
        log = log - log.groupby([weeks["store"], weeks["brand"]]).transform("mean")
        found[ELASTICITY] = (
            float((log["units"] * log["own_price"]).sum() / (log["own_price"] ** 2).sum()),
            "orange juice",
        )
    skus = DATA / "sku58" / "sku58.demand.csv"
    if skus.exists():
        units = pd.read_csv(skus).drop(columns="Date")
        units = units.loc[:, units.mean() >= _OFTEN]
        found[VARIATION] = float((units.std() / units.mean()).median()), "sku58"
    return found


def _gini(values: np.ndarray) -> float:
    values, count = np.sort(values), len(values)
    return float((2 * np.arange(1, count + 1) - count - 1) @ values / (count * values.sum()))


def _repeats(customer: pd.Series, item: pd.Series, basket: pd.Series) -> float:
    """Return the share of basket lines whose item the customer has in a basket before it; rows are in order of time."""
    lines = pd.DataFrame({"customer": customer.to_numpy(), "item": item.to_numpy(), "basket": basket.to_numpy()})
    lines = lines.drop_duplicates()
    return float(lines.duplicated(["customer", "item"]).mean())
