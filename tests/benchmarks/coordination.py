"""What coordinating costs: one plan of a large retailer in process, with and without links, by the baselines.

Run by ``python -m tests.benchmarks coordination``. The retailer is made up: 3,840 items at four stores behind a
warehouse, 10,000 customers with a slate each, 1,000 deliveries.
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from shelfwise.config import Config
from shelfwise.dataset import Dataset
from shelfwise.orchestrator import Orchestrator
from shelfwise.training import train
from shelfwise.types import (
    DecisionRequest,
    ForecastRequest,
    Link,
    Options,
    RecommendRequest,
    ReplenishRequest,
    RouteRequest,
)

ITEMS, CUSTOMERS, DELIVERIES, VANS, LINES, DAYS = 3_840, 10_000, 1_000, 30, 300_000, 120
STORES = ("store-1", "store-2", "store-3", "store-4")
ZONES = ("north", "east", "south", "west")
FIRST_DAY = np.datetime64("2026-01-05", "D")
TIME_BUDGET_SECONDS = 120.0


def tables(seed: int = 0) -> dict[str, pd.DataFrame]:
    """Return the retailer's tables; the most wanted items are short."""
    dice = np.random.default_rng(seed)
    item_ids = np.array([f"item-{row:04d}" for row in range(ITEMS)], dtype=object)
    customer_ids = np.array([f"customer-{row:05d}" for row in range(CUSTOMERS)], dtype=object)
    popularity = dice.permutation(1.0 / np.arange(5, ITEMS + 5) ** 0.9)
    item = dice.choice(ITEMS, LINES, p=popularity / popularity.sum())
    customer, store = dice.integers(0, CUSTOMERS, LINES), dice.integers(0, len(STORES), LINES)
    day, quantity = np.sort(dice.integers(0, DAYS, LINES)), dice.geometric(0.6, LINES)
    price = np.round(dice.uniform(2.0, 30.0, ITEMS), 2)
    daily = np.zeros((ITEMS, len(STORES)))
    np.add.at(daily, (item, store), quantity / DAYS)
    place = {
        "latitude": np.round(dice.normal(52.1, 0.1, CUSTOMERS), 5),
        "longitude": np.round(dice.normal(5.1, 0.15, CUSTOMERS), 5),
    }
    drop = dice.choice(CUSTOMERS, DELIVERIES, replace=False)
    zones = np.array(ZONES, dtype=object)[dice.integers(0, len(ZONES), CUSTOMERS)]
    on_hand = {store: daily[:, row] * dice.uniform(0.0, 8.0, ITEMS) for row, store in enumerate(STORES)}
    on_hand["warehouse"] = daily.sum(axis=1) * dice.uniform(0.0, 15.0, ITEMS)
    return {
        "items": pd.DataFrame(
            {
                "item_id": item_ids,
                "description": item_ids,
                "category": np.array([f"category {row % 40}" for row in range(ITEMS)], dtype=object),
                "price": price,
                "unit_cost": np.round(price * dice.uniform(0.5, 0.75, ITEMS), 2),
                "pack_size": dice.choice([1.0, 6.0, 12.0], ITEMS),
                "supplier_id": "supplier",
            }
        ),
        "customers": pd.DataFrame({"customer_id": customer_ids, "zone": zones, **place}),
        "events": pd.DataFrame(
            {
                "time": (FIRST_DAY + day).astype("datetime64[us]") + np.timedelta64(12, "h"),
                "customer_id": customer_ids[customer],
                "item_id": item_ids[item],
                "kind": "purchase",
                "quantity": quantity,
                "price": price[item],
                "node_id": np.array(STORES, dtype=object)[store],
            }
        ),
        "nodes": pd.DataFrame(
            {
                "node_id": ["supplier", "warehouse", *STORES],
                "kind": ["supplier", "warehouse", *["store"] * len(STORES)],
                "latitude": [52.5, 52.1, 52.2, 52.0, 52.15, 52.05],
                "longitude": [5.5, 5.1, 5.1, 5.1, 5.3, 4.9],
            }
        ),
        "lanes": pd.DataFrame(
            {
                "from_node": ["supplier", *["warehouse"] * len(STORES)],
                "to_node": ["warehouse", *STORES],
                "lead_time_days": [6.0, *[1.0] * len(STORES)],
                "fixed_cost": [50.0, *[5.0] * len(STORES)],
                "unit_cost": [0.02, *[0.03] * len(STORES)],
            }
        ),
        "stock": pd.concat(
            pd.DataFrame({"node_id": node, "item_id": item_ids, "on_hand": np.round(units)})
            for node, units in on_hand.items()
        ),
        "vehicles": pd.DataFrame(
            {
                "vehicle_id": [f"van-{row:02d}" for row in range(VANS)],
                "node_id": "warehouse",
                "capacity": 5_000.0,
                "fixed_cost": 40.0,
                "cost_per_km": 0.4,
                "cost_per_hour": 20.0,
                "speed_kmh": 40.0,
            }
        ),
        "deliveries": pd.DataFrame(
            {
                "delivery_id": [f"delivery-{row:04d}" for row in range(DELIVERIES)],
                "node_id": "warehouse",
                "zone": zones[drop],
                "latitude": place["latitude"][drop],
                "longitude": place["longitude"][drop],
                "quantity": dice.integers(1, 10, DELIVERIES),
                "service_minutes": 4.0,
            }
        ),
    }


def plan(*disabled: Link) -> DecisionRequest:
    """Ask for everything, for every customer, item and node."""
    return DecisionRequest(
        recommend=RecommendRequest(all_customers=True, slate_size=10),
        forecast=ForecastRequest(horizon_days=28),
        replenish=ReplenishRequest(),
        route=RouteRequest(),
        options=Options(disabled_links=disabled, time_budget_seconds=TIME_BUDGET_SECONDS),
    )


def gigabytes() -> float:
    """Return the most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def main() -> None:
    """Print time and memory of the siloed plan and the coordinated one."""
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.2f}, Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as models:
        train(Config(), Dataset.from_tables(tables()), Path(models))
        orchestrator = Orchestrator.open(Path(models))
    print(f"{ITEMS:,} items x {len(STORES)} stores, {CUSTOMERS:,} customers, {DELIVERIES:,} deliveries")
    print(f"peak memory before the plans {gigabytes():.2f} GB")
    for name, request in (("siloed", plan(*Link)), ("coordinated", plan())):
        started = time.perf_counter()
        decision = orchestrator.decide(request)
        seconds, signals = time.perf_counter() - started, decision.signals
        print(f"\n{name}: {seconds:.1f} s, {signals.passes} passes, peak memory {gigabytes():.2f} GB")
        print(f"  objective {signals.objective:,.0f}, siloed {signals.siloed_objective:,.0f} {decision.currency}")
        print(f"  item-nodes with a price {np.count_nonzero(signals.prices.unit_price):,}")
        for report in decision.stages:
            print(f"  {report.stage.value}, all passes: {report.milliseconds / 1000:.1f} s, {report.state.value}")
    print(f"load after {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main()
