"""How the sample's books look: names for people in place of numbers, and what a shop's own tables would add."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset.schema import TABLES
from shelfwise.twin.life import Life
from shelfwise.twin.world import Goods, World
from shelfwise.types import Delivery

__all__ = ["presented"]

_SUPPLIERS = "supplier-east", "supplier-west"
_WAREHOUSE, _STORES = "warehouse", {"store-north": "north", "store-south": "south"}
"""What supplies the stores, and the stores with the area that each serves."""
_CATALOGUE = {
    "bakery": ("rye bread", "croissants", "oat biscuits"),
    "dairy": ("yoghurt", "butter", "hard cheese"),
    "fruit": ("apples", "bananas", "berries"),
    "coffee and tea": ("espresso", "filter coffee", "green tea"),
    "drinks": ("orange juice", "sparkling water", "lemonade"),
    "snacks": ("salted nuts", "crisps", "dark chocolate"),
    "household": ("dish soap", "paper towels", "candles"),
    "care": ("hand cream", "shampoo", "toothpaste"),
}
"""What spoils comes first, as in the world."""
_KINDS = "classic", "organic", "family", "mini", "premium"
_DROP = (
    *("node_id", "zone", "latitude", "longitude", "quantity", "weight_kg", "volume_l"),
    *("window_start", "window_end", "service_minutes"),
)
"""What is told of a basket to bring."""
_KG, _L = 2.0, 4.0
"""What a vehicle may carry beside each unit that it holds."""
_WHOLE, _DECIMALS = ("quantity", "units", "on_hand", "on_order"), 5


def presented(life: Life, known: int) -> dict[str, pd.DataFrame]:
    """Return the tables of a shop this morning, the first ``known`` of its customers on record."""
    world, now = life.world, life.situation()
    books = now.record.tables(life.today - 1, now.on_hand, now.under_way)
    books |= {
        "items": _items(books["items"], world.goods),
        "customers": books["customers"].head(known),
        "stock": _once(books["stock"]),
        "vehicles": books["vehicles"].assign(
            capacity_kg=_KG * books["vehicles"]["capacity"], capacity_l=_L * books["vehicles"]["capacity"]
        ),
        "deliveries": _deliveries(now.deliveries),
    }
    names = _names(world, known)
    return {name: _tidied(books[name], names) for name in TABLES if name in books}


def _items(items: pd.DataFrame, goods: Goods) -> pd.DataFrame:
    """Return the catalogue by category, with what things are called."""
    words = [
        (f"{kind} {product}", category)
        for category, products in _CATALOGUE.items()
        for product in products
        for kind in _KINDS
    ]
    description, category = zip(*words, strict=True)
    return items.iloc[_by_category(goods)].assign(description=description, category=category)


def _by_category(goods: Goods) -> NDArray[np.int64]:
    return np.argsort(goods.category, kind="stable")


def _once(stock: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each item, place and day of arrival: several late orders are expected on one day."""
    key = ["node_id", "item_id", "arrives_on"]
    return stock.groupby(key, as_index=False, dropna=False, sort=False).agg({"on_hand": "first", "on_order": "sum"})


def _deliveries(drops: tuple[Delivery, ...]) -> pd.DataFrame:
    """Return the baskets to bring; an order is called as the visit in which it was made."""
    table = pd.DataFrame([[getattr(drop, name) for name in _DROP] for drop in drops], columns=_DROP)
    for name in ("window_start", "window_end"):
        table[name] = pd.to_datetime(table[name], utc=True).dt.tz_localize(None).astype("datetime64[us]")
    table.insert(0, "delivery_id", [f"delivery-{number:02d}" for number in range(1, len(drops) + 1)])
    return table.assign(order_id=[drop.delivery_id.rpartition("-")[0] for drop in drops])


def _names(world: World, known: int) -> dict[str, str]:
    """Return the sample's names by those of the world: places by where they are, customers not on record as blanks."""
    people, places = world.people.ids.ids, world.places
    first = len(places.suppliers)
    from_east = np.argsort(-places.east_km[:first])
    from_north = 1 + np.argsort(-places.north_km[first + 1 :])
    centre = places.warehouses[0]
    names = dict(zip(places.suppliers.take(from_east), _SUPPLIERS, strict=True))
    names |= {centre: _WAREHOUSE, f"{centre}/truck": "truck-1"}
    for ours, (name, area) in zip(places.warehouses.take(from_north), _STORES.items(), strict=True):
        names |= {ours: name, f"{ours}/near": area, f"{ours}/far": f"outer {area}"}
        for number in range(1, world.scenario.delivery.vans_per_warehouse + 1):
            names[f"{ours}/van-{number}"] = f"van-{area}-{number}"
    goods = world.goods.ids.take(_by_category(world.goods))
    names |= {ours: f"item-{number:03d}" for number, ours in enumerate(goods, 1)}
    names |= {ours: f"customer-{number:03d}" for number, ours in enumerate(people[:known], 1)}
    return names | dict.fromkeys(people[known:], "")


def _tidied(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return a table with the sample's names, whole units and seconds, and numbers no finer than a place is known."""
    table = table.reset_index(drop=True)
    for column in table:
        if column in _WHOLE:
            table[column] = table[column].astype(int)
        elif column == "time":
            table[column] = table[column].dt.floor("s")
        elif table[column].dtype == object:
            table[column] = table[column].map(lambda name: names.get(name, name))
        elif table[column].dtype == float:
            table[column] = table[column].round(_DECIMALS)
    return table
