"""The sample retailer today: stock, open orders, vehicles and the deliveries of the next day."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset.sample.world import STORES, TODAY, WAREHOUSE

_DELIVERIES = 40
_WINDOWS = ((8, 12), (10, 14), (13, 17))
_NEXT_DAY = TODAY + 1


def stock(rng: np.random.Generator, items: pd.DataFrame, units: NDArray[np.float64]) -> pd.DataFrame:
    """Return one to ten days of demand on hand in the stores, more in the warehouse, some of it under way."""
    daily = units[:, :, -28:].mean(axis=2)
    at = {store: daily[:, row] * rng.uniform(0.5, 10.0, len(items)) for row, store in enumerate(STORES)}
    at[WAREHOUSE] = daily.sum(axis=1) * rng.uniform(1.0, 18.0, len(items))
    frames = []
    for node, level in at.items():
        empty = rng.random(len(items)) < 0.03
        ordered = (rng.random(len(items)) < 0.2) & (node == WAREHOUSE)
        pack = items["pack_size"].to_numpy(np.float64)
        packs = np.ceil(np.maximum(7.0 * daily.sum(axis=1), items["minimum_order"]) / pack)
        arrives = _NEXT_DAY + rng.integers(0, 6, len(items))
        frames.append(
            pd.DataFrame(
                {
                    "node_id": node,
                    "item_id": items["item_id"],
                    "on_hand": np.where(empty, 0, np.round(level)).astype(int),
                    "on_order": np.where(ordered, packs * pack, 0).astype(int),
                    "arrives_on": np.where(ordered, arrives, np.datetime64("NaT", "D")).astype("datetime64[us]"),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def vehicles() -> pd.DataFrame:
    """Return two vans for customers and a truck that can restock the stores, all at the warehouse."""
    rows = (
        ("truck-1", WAREHOUSE, 4000, 6000, 22000, 90.0, 0.95, 30.0, 45.0, "06:00", "15:00"),
        ("van-1", WAREHOUSE, 300, 800, 3000, 45.0, 0.42, 24.0, 38.0, "08:00", "17:00"),
        ("van-2", WAREHOUSE, 300, 800, 3000, 45.0, 0.42, 24.0, 38.0, "09:00", "18:00"),
    )
    names = ("vehicle_id", "node_id", "capacity", "capacity_kg", "capacity_l")
    return pd.DataFrame(
        rows, columns=[*names, "fixed_cost", "cost_per_km", "cost_per_hour", "speed_kmh", "shift_start", "shift_end"]
    )


def deliveries(rng: np.random.Generator, customers: pd.DataFrame) -> pd.DataFrame:
    """Return the next day's drops, two in three with a window and some that may be left out at a cost."""
    drawn = rng.choice(len(customers), _DELIVERIES, replace=len(customers) < _DELIVERIES)
    to = customers.iloc[np.sort(drawn)].reset_index(drop=True)
    quantity = rng.integers(1, 13, _DELIVERIES)
    window = np.array(_WINDOWS)[rng.integers(0, len(_WINDOWS), _DELIVERIES)]
    start, end = (_NEXT_DAY.astype("datetime64[us]") + window.astype("timedelta64[h]")).T
    any_time = rng.random(_DELIVERIES) < 1 / 3
    optional = rng.random(_DELIVERIES) < 0.15
    numbers = [f"{number:02d}" for number in range(1, _DELIVERIES + 1)]
    return pd.DataFrame(
        {
            "delivery_id": [f"delivery-{number}" for number in numbers],
            "node_id": WAREHOUSE,
            "zone": to["zone"],
            "latitude": to["latitude"],
            "longitude": to["longitude"],
            "quantity": quantity,
            "weight_kg": np.round(quantity * rng.uniform(0.4, 1.5, _DELIVERIES), 1),
            "volume_l": np.round(quantity * rng.uniform(0.6, 2.5, _DELIVERIES), 1),
            "window_start": np.where(any_time, np.datetime64("NaT"), start),
            "window_end": np.where(any_time, np.datetime64("NaT"), end),
            "service_minutes": rng.integers(3, 9, _DELIVERIES),
            "skip_cost": np.where(optional, 15.0, np.nan),
            "order_id": [f"order-{number}" for number in numbers],
        }
    )


__all__ = ["deliveries", "stock", "vehicles"]
