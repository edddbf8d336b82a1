"""A small, made-up retailer whose tables agree: for a first try, the demo and the tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from shelfwise.dataset.atomic import write_whole
from shelfwise.dataset.sample import today, world
from shelfwise.dataset.sample.history import history


def sample_tables(seed: int = 0, customers: int = 400) -> dict[str, pd.DataFrame]:
    """Return every table of the schema for a retailer with 120 items, two stores and a warehouse.

    26 weeks of history with a weekly season, promotions and recorded stock-outs; the same seed gives the same tables.
    """
    rng = np.random.default_rng(seed)
    items = world.items(rng)
    people = world.customers(rng, customers)
    calendar = world.calendar(rng)
    past = history(rng, items, people, calendar)
    return {
        "events": past.events,
        "items": items,
        "customers": people,
        "demand": past.demand,
        "nodes": world.nodes(),
        "lanes": world.lanes(items),
        "stock": today.stock(rng, items, past.units),
        "promotions": past.promotions,
        "calendar": calendar,
        "vehicles": today.vehicles(),
        "deliveries": today.deliveries(rng, people),
    }


def write_sample(directory: Path, seed: int = 0) -> list[Path]:
    """Write the sample tables as ``<table>.csv`` into ``directory``, each file whole or not at all, and return them."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, table in sample_tables(seed).items():
        path = directory / f"{name}.csv"
        write_whole(path, lambda temporary, table=table: table.to_csv(temporary, index=False))  # type: ignore[misc]
        paths.append(path)
    return paths


__all__ = ["sample_tables", "write_sample"]
