"""The sample retailer's history: promotions, stock-outs, baskets, and the demand they add up to.

Customers visit, fill baskets from their favourites, from what their taste and the day's promotions suggest and from
what goes with it; what is out of stock is not sold. Demand is the sum of the baskets, so both tables agree.
"""

from __future__ import annotations

import attrs
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset.sample.world import FIRST_DAY, HISTORY_DAYS, PLANNED_DAYS, STORES, ZONES

_TASTES = 6
_FAVOURITES = 6
_WALK_INS_A_DAY = 45
_WEEKDAY = np.array([0.9, 0.8, 0.85, 1.0, 1.25, 1.45, 0.75])
_PROMOTIONS_A_WEEK = 5
_STOCK_OUTS = 90
_DAYS = HISTORY_DAYS + PLANNED_DAYS


@attrs.frozen
class History:
    """What happened: tables, and the units sold of shape (items, stores, days)."""

    events: pd.DataFrame
    demand: pd.DataFrame
    promotions: pd.DataFrame
    units: NDArray[np.float64]


def history(rng: np.random.Generator, items: pd.DataFrame, customers: pd.DataFrame, calendar: pd.DataFrame) -> History:
    """Return 26 weeks of trade and the promotions planned for the next weeks."""
    promotions = _promotions(rng, items)
    price, promoted = _prices(items, promotions)
    in_stock = _in_stock(rng, len(items))
    open_days = ~calendar["holiday"].to_numpy(bool)[:HISTORY_DAYS]
    cut = 1.0 - price[:, :HISTORY_DAYS] / items["price"].to_numpy(np.float64)[:, None]
    lines = _purchases(rng, items, customers, cut, open_days)
    lines = lines[in_stock[lines["item"], lines["store"], lines["day"]]].reset_index(drop=True)
    units = np.zeros(in_stock.shape)
    np.add.at(units, (lines["item"], lines["store"], lines["day"]), lines["quantity"])
    events = _events(rng, lines, items, customers, price)
    return History(events, _demand(items, units, price, promoted, in_stock, open_days), promotions, units)


def _promotions(rng: np.random.Generator, items: pd.DataFrame) -> pd.DataFrame:
    weeks = np.repeat(np.arange(_DAYS // 7), _PROMOTIONS_A_WEEK)
    item = np.concatenate([rng.choice(len(items), _PROMOTIONS_A_WEEK, replace=False) for _ in range(_DAYS // 7)])
    cut = rng.choice([0.15, 0.2, 0.3], len(item))
    starts = FIRST_DAY + 7 * weeks
    return pd.DataFrame(
        {
            "item_id": items["item_id"].to_numpy(object)[item],
            "node_id": "",
            "starts_on": starts.astype("datetime64[us]"),
            "ends_on": (starts + 6).astype("datetime64[us]"),
            "price": np.round(items["price"].to_numpy()[item] * (1 - cut), 2),
            "expected_uplift": np.round(_uplift(cut), 2),
        }
    )


def _uplift(cut: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((1.0 - cut) ** -3.5)


def _prices(items: pd.DataFrame, promotions: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    price = np.repeat(items["price"].to_numpy(np.float64)[:, None], _DAYS, axis=1)
    promoted = np.zeros(price.shape, dtype=bool)
    rows = pd.Index(items["item_id"]).get_indexer(pd.Index(promotions["item_id"]))
    first = (promotions["starts_on"].to_numpy("datetime64[D]") - FIRST_DAY).astype(int)
    days = first[:, None] + np.arange(7)
    price[rows[:, None], days] = promotions["price"].to_numpy(np.float64)[:, None]
    promoted[rows[:, None], days] = True
    return price, promoted


def _in_stock(rng: np.random.Generator, items: int) -> NDArray[np.bool_]:
    in_stock = np.ones((items, len(STORES), HISTORY_DAYS), dtype=bool)
    starts = rng.integers(0, HISTORY_DAYS - 7, _STOCK_OUTS)
    spans = zip(rng.integers(0, items, _STOCK_OUTS), rng.integers(0, len(STORES), _STOCK_OUTS), starts, strict=True)
    for (item, store, start), length in zip(spans, rng.integers(1, 7, _STOCK_OUTS), strict=True):
        in_stock[item, store, start : start + length] = False
    return in_stock


def _purchases(
    rng: np.random.Generator,
    items: pd.DataFrame,
    customers: pd.DataFrame,
    cut: NDArray[np.float64],
    open_days: NDArray[np.bool_],
) -> pd.DataFrame:
    """Return the basket lines with positions of item, store, day and customer (-1 for one who is not known)."""
    visits = _visits(rng, customers, open_days)
    size = 1 + rng.poisson(1.8, len(visits))
    lines = visits.loc[visits.index.repeat(size)].reset_index(names="visit")
    taste = rng.integers(0, _TASTES, len(customers) + 1)
    chance = _chances(rng, items, cut)
    item = _drawn(rng, chance, taste[lines["customer"]], lines["day"].to_numpy())
    favourites = _drawn(rng, chance, np.repeat(taste, _FAVOURITES), np.zeros(_FAVOURITES * len(taste), dtype=int))
    favourites = favourites.reshape(len(taste), _FAVOURITES)
    usual = (rng.random(len(lines)) < 0.4) & (lines["customer"] >= 0).to_numpy(bool)
    own = favourites[lines["customer"], rng.integers(0, _FAVOURITES, len(lines))]
    lines["item"] = np.where(usual, own, item)
    companions = rng.permutation(len(items))
    along = lines[rng.random(len(lines)) < 0.2]
    lines = pd.concat([lines, along.assign(item=companions[along["item"]])], ignore_index=True)
    lines = lines.drop_duplicates(["visit", "item"]).sort_values(["day", "minute", "visit"], kind="stable")
    return lines.assign(quantity=rng.geometric(0.65, len(lines))).reset_index(drop=True)


def _visits(rng: np.random.Generator, customers: pd.DataFrame, open_days: NDArray[np.bool_]) -> pd.DataFrame:
    busy = _WEEKDAY[np.arange(HISTORY_DAYS) % 7] * open_days
    rate = np.clip(rng.gamma(2.0, 0.11, len(customers)), 0.01, 0.6)
    customer, day = np.nonzero(rng.random((len(customers), HISTORY_DAYS)) < rate[:, None] * busy)
    walk_ins = np.repeat(np.arange(HISTORY_DAYS), rng.poisson(_WALK_INS_A_DAY * busy))
    near = np.isin(customers["zone"], ZONES[2:]).astype(int)
    near = np.where(rng.random(len(customer)) < 0.1, 1 - near[customer], near[customer])
    return pd.DataFrame(
        {
            "customer": np.concatenate([customer, np.full(len(walk_ins), -1)]),
            "store": np.concatenate([near, rng.integers(0, len(STORES), len(walk_ins))]),
            "day": np.concatenate([day, walk_ins]),
            "minute": rng.integers(8 * 60, 20 * 60, len(customer) + len(walk_ins)),
        }
    )


def _chances(rng: np.random.Generator, items: pd.DataFrame, cut: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cumulative chance of each item by taste and day, of shape (tastes, days, items)."""
    group, _ = pd.factorize(items["category"])
    liking = rng.dirichlet(np.full(group.max() + 1, 0.8), _TASTES)[:, group]
    popularity = rng.permutation(1.0 / np.arange(3, len(items) + 3) ** 0.8)
    peak = rng.uniform(0, 2 * np.pi, group.max() + 1)[group]
    season = 1.0 + 0.35 * np.sin(2 * np.pi * np.arange(HISTORY_DAYS)[:, None] / 365.25 + peak)
    weight = (liking + 0.03)[:, None, :] * popularity * season * _uplift(cut.T)
    return np.asarray(np.cumsum(weight, axis=-1) / weight.sum(axis=-1, keepdims=True))


def _drawn(
    rng: np.random.Generator, chance: NDArray[np.float64], taste: NDArray[np.int64], day: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Draw one item for each taste and day by inverting the cumulative chances, all in one sorted array."""
    tastes, days, items = chance.shape
    row = taste * days + day
    flat = (chance.reshape(tastes * days, items) + np.arange(tastes * days)[:, None]).ravel()
    drawn = np.searchsorted(flat, row + rng.random(len(row)), side="right") - row * items
    return np.asarray(np.clip(drawn, 0, items - 1))


def _events(
    rng: np.random.Generator,
    lines: pd.DataFrame,
    items: pd.DataFrame,
    customers: pd.DataFrame,
    price: NDArray[np.float64],
) -> pd.DataFrame:
    """Return the purchases, and for a third of the web visits the views before them."""
    ids = np.append(customers["customer_id"].to_numpy(object), "")
    visits = lines["visit"].to_numpy()
    online = (rng.random(visits.max() + 1) < 0.3)[visits] & (lines["customer"] >= 0).to_numpy(bool)
    start = FIRST_DAY + lines["day"].to_numpy().astype("timedelta64[D]")
    purchases = pd.DataFrame(
        {
            "time": start.astype("datetime64[us]") + lines["minute"].to_numpy().astype("timedelta64[m]"),
            "customer_id": ids[lines["customer"]],
            "item_id": items["item_id"].to_numpy(object)[lines["item"]],
            "kind": "purchase",
            "quantity": lines["quantity"],
            "price": price[lines["item"], lines["day"]],
            "session_id": "visit-" + lines["visit"].astype(str),
            "channel": np.where(online, "web", "store"),
            "node_id": np.array(STORES, dtype=object)[lines["store"]],
        }
    )
    views = purchases[online].assign(kind="view", quantity=1)
    views["time"] -= rng.integers(1, 30, len(views)).astype("timedelta64[m]")
    return pd.concat([views, purchases]).sort_values("time", kind="stable").reset_index(drop=True)


def _demand(
    items: pd.DataFrame,
    units: NDArray[np.float64],
    price: NDArray[np.float64],
    promoted: NDArray[np.bool_],
    in_stock: NDArray[np.bool_],
    open_days: NDArray[np.bool_],
) -> pd.DataFrame:
    """Return a row per open day, item and store, also where nothing was sold."""
    day, item, store = (
        axis.ravel()
        for axis in np.meshgrid(np.flatnonzero(open_days), np.arange(len(items)), np.arange(len(STORES)), indexing="ij")
    )
    return pd.DataFrame(
        {
            "date": (FIRST_DAY + day).astype("datetime64[us]"),
            "item_id": items["item_id"].to_numpy(object)[item],
            "node_id": np.array(STORES, dtype=object)[store],
            "units": units[item, store, day].astype(int),
            "price": price[item, day],
            "on_promotion": promoted[item, day],
            "in_stock": in_stock[item, store, day],
        }
    )


__all__ = ["History", "history"]
