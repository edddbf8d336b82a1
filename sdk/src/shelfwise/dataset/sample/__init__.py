"""A small, made-up retailer whose tables agree: for a first try, the demo and the tests."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from shelfwise.dataset.sample import today, world
from shelfwise.dataset.sample.history import history

CONFIG_NAME = "shelfwise.toml"


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
    """Write the sample as ``<table>.csv`` and a ``shelfwise.toml`` into ``directory``, and return the files.

    All are written beside before the first one is put in its place, so that a write that ends early leaves
    ``directory`` as it was. A ``shelfwise.toml`` that is there already stays.
    """
    there = directory.is_dir()
    directory.parent.mkdir(parents=True, exist_ok=True)
    # Inside the folder where it exists: its parent may be another file system, or closed to us.
    beside = directory if there else directory.parent
    with TemporaryDirectory(dir=beside, prefix=f".{directory.name}.", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary) / "sample"
        folder.mkdir()
        for name, table in sample_tables(seed).items():
            table.to_csv(folder / f"{name}.csv", index=False)
        (folder / CONFIG_NAME).write_bytes(resources.files(__name__).joinpath(CONFIG_NAME).read_bytes())
        names = sorted(path.name for path in folder.iterdir())
        if not there:
            folder.rename(directory)
        else:
            for name in names:
                if name != CONFIG_NAME or not (directory / name).exists():
                    (folder / name).replace(directory / name)
    return [directory / name for name in names]


__all__ = ["sample_tables", "write_sample"]
