"""Two published protocols, each read from its own file as a data set and the numbers of its backtest.

A folder is recognised by the file it holds, so ``shelfwise evaluate forecaster --data`` takes it like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd

from shelfwise.dataset import Dataset

__all__ = ["ForecasterProtocol", "read_protocol"]

ORANGE_JUICE_FILE, CAR_PARTS_FILE = "oj_weekly.parquet", "carparts_long.parquet"


@attrs.frozen(eq=False)
class ForecasterProtocol:
    """A published comparison: its data, and the arguments of ``evaluate`` that make it."""

    name: str
    dataset: Dataset
    arguments: dict[str, Any]


def read_protocol(directory: Path) -> ForecasterProtocol | None:
    """Return the protocol whose file lies in a directory, or None where it holds a retailer's own tables."""
    readers: dict[str, Callable[[Path], ForecasterProtocol]] = {
        ORANGE_JUICE_FILE: read_orange_juice,
        CAR_PARTS_FILE: read_car_parts,
    }
    return next((read(directory / name) for name, read in readers.items() if (directory / name).exists()), None)


def read_orange_juice(path: Path) -> ForecasterProtocol:
    """Read weekly sales of 11 brands in 83 stores (TSPerf ``OrangeJuice_Pt_3Weeks_Weekly``).

    Round r = 1..12 trains on weeks 40 to 135 + 2(r - 1) and forecasts weeks 137 and 138 + 2(r - 1), all prices and
    promotions of those weeks being known. A featured brand (``feat``) is on promotion; a price cut without feature
    (``deal``) is no more than its price. The published figure is MAPE; its naive repeats the last week.
    """
    weekly = pd.read_parquet(path)
    demand = pd.DataFrame(
        {
            "date": weekly["week_start"],
            "item_id": weekly["brand_name"].astype(str),
            "node_id": "store " + weekly["store"].astype(str),
            "units": weekly["units"],
            "price": weekly["own_price"],
            "on_promotion": weekly["feat"] > 0,
        }
    )
    arguments = {"horizon": 2, "origins": 12, "step": 2, "gap": 1, "season_length": 1, "known_prices": True}
    return ForecasterProtocol("orange juice", _dataset(demand, "orange juice"), arguments)


def read_car_parts(path: Path) -> ForecasterProtocol:
    """Read monthly sales of spare parts (Hyndman et al. 2008), without the 165 parts that have gaps.

    One origin: the last 12 months are forecast from the 39 before. The published figure is the weighted quantile
    loss at the deciles.
    """
    monthly = pd.read_parquet(path)
    complete = monthly.groupby("part_id", observed=True)["demand"].transform(lambda units: units.notna().all())
    kept = monthly[complete.to_numpy(bool)]
    demand = pd.DataFrame(
        {
            "date": kept["month"],
            "item_id": kept["part_id"].astype(str),
            "units": kept["demand"].to_numpy(np.float64),
        }
    )
    arguments = {"horizon": 12, "origins": 1, "season_length": 12}
    return ForecasterProtocol("car parts", _dataset(demand, "car parts"), arguments)


def _dataset(demand: pd.DataFrame, category: str) -> Dataset:
    items = pd.DataFrame({"item_id": sorted(demand["item_id"].unique()), "category": category})
    return Dataset.from_tables({"demand": demand.reset_index(drop=True), "items": items})
