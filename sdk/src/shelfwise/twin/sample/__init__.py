"""The sample retailer, for a first try, the demo and the tests: a shop of the twin after half a year of trade."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs
import pandas as pd

from shelfwise.twin.life import Life
from shelfwise.twin.opening import Opening
from shelfwise.twin.sample.presentation import presented
from shelfwise.twin.scenario_file import parse_scenario, scenario_text
from shelfwise.twin.world import World

__all__ = ["sample_tables", "write_sample"]

CONFIG_NAME = "shelfwise.toml"
_SCENARIO = "sample"
_ANONYMOUS = 0.2
"""Share of the shoppers whom the shop does not know."""


def sample_tables(seed: int = 0, customers: int = 400) -> dict[str, pd.DataFrame]:
    """Return every table of the schema for a grocer with 120 items, a warehouse and two stores.

    They are the books of a world of the twin's scenario ``sample``, lived through for 26 weeks under a simple rule:
    sales and clicks of ``customers`` on record and of some who are not, stock-outs, promotions, items launched in the
    last weeks, and the baskets to bring on the next day. The same seed gives the same tables.
    """
    scenario = parse_scenario(scenario_text(_SCENARIO), _SCENARIO)
    shoppers = round(customers / (1.0 - _ANONYMOUS))
    scenario = attrs.evolve(scenario, people=attrs.evolve(scenario.people, customers=shoppers))
    life = Life.begin(World.draw(scenario, seed))
    life.until(scenario.last_day, Opening(scenario, life.daily))
    return presented(life, customers)


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
