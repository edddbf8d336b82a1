"""The sample retailer's lasting tables: items, nodes, lanes, customers, calendar."""

from __future__ import annotations

import numpy as np
import pandas as pd

FIRST_DAY = np.datetime64("2025-01-06", "D")
HISTORY_DAYS = 182
PLANNED_DAYS = 35
TODAY = FIRST_DAY + HISTORY_DAYS - 1
"""The last day of the history; plans begin the day after."""

STORES = ("store-north", "store-south")
WAREHOUSE = "warehouse"
SUPPLIERS = ("supplier-east", "supplier-west")
ZONES = ("north", "east", "south", "west")
CENTRE = (52.09, 5.12)
_KM_NORTH, _KM_EAST = 1 / 111.2, 1 / 68.3
"""Degrees per kilometre at the latitude of the centre."""

_KINDS = ("classic", "organic", "family", "mini", "premium")
_CATALOGUE = {
    "coffee and tea": ("espresso", "filter coffee", "green tea"),
    "bakery": ("rye bread", "croissants", "oat biscuits"),
    "dairy": ("yoghurt", "butter", "hard cheese"),
    "fruit": ("apples", "bananas", "berries"),
    "drinks": ("orange juice", "sparkling water", "lemonade"),
    "snacks": ("salted nuts", "crisps", "dark chocolate"),
    "household": ("dish soap", "paper towels", "candles"),
    "care": ("hand cream", "shampoo", "toothpaste"),
}
_PRICE = (6.0, 2.8, 3.2, 2.4, 1.9, 2.6, 4.2, 5.0)
_SHELF_LIFE_DAYS = (np.nan, 5.0, 21.0, 7.0, np.nan, np.nan, np.nan, np.nan)
_PACKS = np.array([1.0, 6.0, 12.0, 24.0])
_HOLIDAYS = ("2025-04-18", "2025-04-21", "2025-05-01", "2025-05-29", "2025-06-09", "2025-07-21")


def items(rng: np.random.Generator) -> pd.DataFrame:
    """Return 120 items: eight categories of three products in five variants."""
    rows = [
        (f"item-{1 + 15 * group + 5 * product + variant:03d}", f"{kind} {name}", category, group, kind)
        for group, (category, names) in enumerate(_CATALOGUE.items())
        for product, name in enumerate(names)
        for variant, kind in enumerate(_KINDS)
    ]
    out = pd.DataFrame(rows, columns=["item_id", "description", "category", "group", "range"])
    group, count = out.pop("group").to_numpy(int), len(out)
    price = np.array(_PRICE)[group] * np.exp(rng.normal(0.0, 0.25, count))
    price = np.maximum(np.floor(price * 10) / 10, 0.5) + 0.09
    pack = _PACKS[rng.integers(0, len(_PACKS), count)]
    volume = np.round(rng.uniform(0.2, 3.0, count), 2)
    return out.assign(
        price=np.round(price, 2),
        unit_cost=np.round(price * rng.uniform(0.5, 0.72, count), 2),
        pack_size=pack,
        minimum_order=pack * rng.integers(1, 3, count),
        supplier_id=np.array(SUPPLIERS, dtype=object)[group % 2],
        volume_l=volume,
        weight_kg=np.round(volume * rng.uniform(0.3, 1.0, count), 2),
        shelf_life_days=np.array(_SHELF_LIFE_DAYS)[group],
    )


def nodes() -> pd.DataFrame:
    """Return two suppliers, the warehouse in the middle and a store to its north and south."""
    places = (
        (SUPPLIERS[0], "supplier", 9.0, 95.0, np.nan),
        (SUPPLIERS[1], "supplier", -20.0, -60.0, np.nan),
        (WAREHOUSE, "warehouse", 0.0, 0.0, 60_000.0),
        (STORES[0], "store", 7.0, 1.0, 8_000.0),
        (STORES[1], "store", -6.0, -2.0, 8_000.0),
    )
    out = pd.DataFrame(places, columns=["node_id", "kind", "north_km", "east_km", "capacity"])
    latitude = np.round(CENTRE[0] + out.pop("north_km") * _KM_NORTH, 5)
    longitude = np.round(CENTRE[1] + out.pop("east_km") * _KM_EAST, 5)
    out.insert(2, "latitude", latitude)
    out.insert(3, "longitude", longitude)
    return out


def lanes(catalogue: pd.DataFrame) -> pd.DataFrame:
    """Return a lane per item from its supplier to the warehouse, and from there to each store for every item."""
    from_supplier = pd.DataFrame(
        {"from_node": catalogue["supplier_id"], "to_node": WAREHOUSE, "item_id": catalogue["item_id"]}
    )
    east = (from_supplier["from_node"] == SUPPLIERS[0]).to_numpy(bool)
    from_supplier = from_supplier.assign(
        lead_time_days=np.where(east, 6.0, 9.0),
        lead_time_sd_days=np.where(east, 1.0, 2.5),
        fixed_cost=np.where(east, 4.0, 6.0),
        unit_cost=np.where(east, 0.02, 0.04),
        minimum=catalogue["minimum_order"],
    )
    to_stores = pd.DataFrame({"from_node": WAREHOUSE, "to_node": STORES, "item_id": ""}).assign(
        lead_time_days=1.0, lead_time_sd_days=0.0, fixed_cost=1.0, unit_cost=0.03, minimum=1.0
    )
    return pd.concat([from_supplier, to_stores], ignore_index=True)


def customers(rng: np.random.Generator, count: int) -> pd.DataFrame:
    """Return customers around the middle of four zones, 85 % of them with consent."""
    zone = rng.choice(len(ZONES), count, p=(0.35, 0.2, 0.3, 0.15))
    angle = np.pi / 2 * (1 - zone) + rng.normal(0.0, 0.3, count)
    distance = np.abs(rng.normal(8.0, 2.5, count))
    return pd.DataFrame(
        {
            "customer_id": [f"customer-{number:03d}" for number in range(1, count + 1)],
            "zone": np.array(ZONES, dtype=object)[zone],
            "latitude": np.round(CENTRE[0] + distance * np.sin(angle) * _KM_NORTH, 5),
            "longitude": np.round(CENTRE[1] + distance * np.cos(angle) * _KM_EAST, 5),
            "consent": rng.random(count) < 0.85,
        }
    )


def calendar(rng: np.random.Generator) -> pd.DataFrame:
    """Return the days of the history and the plan; the temperature of days to come is unknown."""
    days = FIRST_DAY + np.arange(HISTORY_DAYS + PLANNED_DAYS)
    temperature = 11.0 - 9.0 * np.cos(2 * np.pi * (days - days[0] + 25).astype(int) / 365.25)
    temperature = np.round(temperature + rng.normal(0.0, 2.5, len(days)), 1)
    temperature[days > TODAY] = np.nan
    return pd.DataFrame(
        {
            "date": days.astype("datetime64[us]"),
            "holiday": np.isin(days, np.array(_HOLIDAYS, dtype="datetime64[D]")),
            "temperature_c": temperature,
        }
    )


__all__ = ["FIRST_DAY", "HISTORY_DAYS", "PLANNED_DAYS", "STORES", "SUPPLIERS", "TODAY", "WAREHOUSE", "ZONES"]
