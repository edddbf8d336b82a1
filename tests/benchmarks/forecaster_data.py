"""The data of the forecaster benchmark: public sets beside the checkout, a made-up retailer, and a chain of stores."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
import pandas as pd

from shelfwise.dataset import DataConfig, Dataset, read_dataset
from shelfwise.evaluation.forecaster_protocols import ForecasterProtocol, read_protocol
from shelfwise.twin.sample import sample_tables

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
ORANGE_JUICE, CAR_PARTS = SHARED / "orange_juice", SHARED / "car_parts"
RETAIL, SKU58 = SHARED / "online_retail", SHARED / "sku58"
ORANGE_JUICE_PUBLISHED = (
    "MAPE: naive 109.67, AutoARIMA 70.80, ETS 70.99, RNN 37.68, dilated CNN 37.09, LightGBM 36.28; the point that a "
    "relative error rewards is held against them (mape_relative), its wape_relative beside it"
)
CAR_PARTS_PUBLISHED = (
    "WQL: seasonal naive 1.600, zero 1.000, Chronos-Bolt .995, Moirai-large .975, plain NB quantiles .870"
)
CHAIN_DAYS = 374
TABLES = tuple(field.name for field in attrs.fields(Dataset))


def missing(folder: Path) -> bool:
    """Tell whether a public data set is not there, and say so."""
    if not folder.is_dir():
        print(f"\n{folder.name}: skipped, the data set is not beside the checkout")
    return not folder.is_dir()


def protocol_of(folder: Path, most: int) -> ForecasterProtocol:
    """Return a published protocol, with at most so many of its series where ``most`` is not 0."""
    protocol = read_protocol(folder)
    assert protocol is not None
    return attrs.evolve(protocol, dataset=some_series(protocol.dataset, most))


def online_retail(most: int) -> Dataset:
    """Return Online Retail by the day, with at most so many of its series where ``most`` is not 0."""
    return some_series(read_dataset(DataConfig(), RETAIL), most)


def sample_retailer() -> Dataset:
    """Return the made-up retailer of ``shelfwise sample``, which has categories, promotions and a stock record."""
    return Dataset.from_tables(sample_tables(seed=0))


def sku58(most: int) -> Dataset:
    """Return daily demand of 58 items over 501 days, none of them zero, at most ``most`` of them if that is not 0."""
    wide = pd.read_csv(SKU58 / "sku58.demand.csv", parse_dates=["Date"])
    demand = wide.melt("Date", var_name="item_id", value_name="units").rename(columns={"Date": "date"})
    return some_series(Dataset.from_tables({"demand": demand}), most)


def some_series(dataset: Dataset, most: int, seed: int = 0) -> Dataset:
    """Return the data set with at most ``most`` series drawn at random, whole if ``most`` is 0."""
    generator = np.random.default_rng(seed)
    items, nodes = dataset.items["item_id"].to_numpy(object), dataset.demand["node_id"].unique()
    if not most or len(items) * len(nodes) <= most:
        return dataset
    items = generator.permutation(items)[:most]
    nodes = generator.permutation(nodes)[: max(1, most // len(items))]
    changes = {}
    for name in TABLES:
        table = getattr(dataset, name)
        if isinstance(table, pd.DataFrame) and "item_id" in table:
            kept = table["item_id"].isin([*items, ""])
            kept &= table["node_id"].isin([*nodes, ""]) if name == "demand" else True
            changes[name] = table[kept].reset_index(drop=True)
    dropped = set(dataset.demand["node_id"].unique()) - set(nodes)
    changes["nodes"] = dataset.nodes[~dataset.nodes["node_id"].isin(dropped)].reset_index(drop=True)
    return attrs.evolve(dataset, **changes)


def chain(items: int, stores: int, days: int = CHAIN_DAYS, seed: int = 0) -> Dataset:
    """Return made-up daily demand of a chain: Poisson with gamma noise around gamma levels, most of them low."""
    generator = np.random.default_rng(seed)
    level = generator.gamma(0.5, 2.0, (items, stores, 1))
    units = generator.poisson(generator.gamma(1.0, 1.0, (items, stores, days)) * level)
    item, node, day = np.nonzero(units)
    demand = pd.DataFrame(
        {
            "date": pd.date_range("2024-01-01", periods=days).to_numpy()[day],
            "item_id": np.char.add("item ", item.astype(str)),
            "node_id": np.char.add("store ", node.astype(str)),
            "units": units[item, node, day],
        }
    )
    nodes = pd.DataFrame({"node_id": [f"store {number}" for number in range(stores)], "kind": "store"})
    return Dataset.from_tables({"demand": demand, "nodes": nodes})
