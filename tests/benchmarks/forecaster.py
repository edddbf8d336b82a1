"""Quality and speed of the baseline forecaster: ``python -m tests.benchmarks.forecaster``.

Orange juice and car parts by their published protocols, with the published rows beside ours; Online Retail by the
day over rolling origins; and the time to learn and to forecast a chain of stores. Nothing is tuned on what is
scored: the same defaults hold for all, and what a training chooses, it chooses on its own past.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from shelfwise.baselines.forecaster import BaselineForecaster
from shelfwise.dataset import DataConfig, Dataset, read_dataset
from shelfwise.evaluation.forecaster import evaluate
from shelfwise.evaluation.forecaster_protocols import read_protocol
from shelfwise.evaluation.forecaster_references import Zero
from shelfwise.types import ForecastRequest

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
FIGURES = ("mape", "mape_median", "wape", "wape_median", "wql", "mase", "rmsse", "bias", "coverage_80", "coverage_95")
PUBLISHED = {
    "orange_juice": "MAPE: naive 109.67, AutoARIMA 70.80, ETS 70.99, RNN 37.68, dilated CNN 37.09, LightGBM 36.28",
    "car_parts": "WQL: seasonal naive 1.600, zero 1.000, Chronos-Bolt .995, Moirai-large .975, plain NB quantiles .870",
}
RETAIL_ORIGINS, RETAIL_HORIZON = 6, 28
ITEMS, STORES, DAYS, HORIZON = 3_840, 4, 374, 90


def main() -> None:
    """Print every table."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, seed 0")
    for name, published in PUBLISHED.items():
        if not (SHARED / name).is_dir():
            print(f"\n{name}: skipped, the data set is not beside the checkout")
            continue
        protocol = read_protocol(SHARED / name)
        assert protocol is not None
        table(protocol.name, protocol.dataset, protocol.arguments)
        print(f"  published {published}")
    retail = SHARED / "online_retail"
    if retail.is_dir():
        dataset = read_dataset(DataConfig(), retail)
        table("Online Retail, daily", dataset, {"horizon": RETAIL_HORIZON, "origins": RETAIL_ORIGINS})
    else:
        print("\nOnline Retail: skipped, the data set is not beside the checkout")
    chain()


def table(name: str, dataset: Dataset, arguments: Mapping[str, object]) -> None:
    """Print the figures of the references and the baseline, with 95 % intervals over series for the first two."""
    plugins = {"zero": Zero(), "baseline": BaselineForecaster()}
    evaluation = evaluate(dataset, plugins, **arguments)
    protocol = evaluation.protocol
    print(
        f"\n{name}: {protocol['series']} series, horizon {protocol['horizon']}, {len(protocol['origins'])} origins "
        f"({protocol['origins'][0]} to {protocol['origins'][-1]}), {evaluation.rows[0].count} scored"
    )
    print(" ".join([" " * 16, *(f"{figure:>11}" for figure in FIGURES), " train s  forecast s"]))
    for row in evaluation.rows:
        cells = " ".join(f"{row.metrics[figure].estimate:11.3f}" for figure in FIGURES)
        print(f"  {row.plugin:<14} {cells} {row.train_seconds:8.2f} {row.forecast_seconds:11.2f}")
    for figure in ("mape_median", "wql"):
        interval = evaluation.row("baseline").metrics[figure]
        print(f"  baseline {figure} 95 % interval: {interval.low:.3f} to {interval.high:.3f}")


def chain() -> None:
    """Print how long it takes to learn from and to forecast a chain of made-up stores."""
    generator = np.random.default_rng(0)
    level = generator.gamma(0.5, 2.0, (ITEMS, STORES, 1))
    units = generator.poisson(generator.gamma(1.0, 1.0, (ITEMS, STORES, DAYS)) * level)
    item, node, day = np.nonzero(units)
    demand = pd.DataFrame(
        {
            "date": pd.date_range("2024-01-01", periods=DAYS).to_numpy()[day],
            "item_id": np.char.add("item ", item.astype(str)),
            "node_id": np.char.add("store ", node.astype(str)),
            "units": units[item, node, day],
        }
    )
    nodes = pd.DataFrame({"node_id": [f"store {number}" for number in range(STORES)], "kind": "store"})
    dataset = Dataset.from_tables({"demand": demand, "nodes": nodes})
    state = dataset.state()
    plugin = BaselineForecaster()
    start = time.perf_counter()
    plugin.train(dataset=dataset, progress=lambda *_: None)
    trained = time.perf_counter()
    request = ForecastRequest(state.items.index.ids, state.nodes.index.ids[:STORES], HORIZON)
    seconds = []
    for _ in range(2):
        begun = time.perf_counter()
        plugin.forecast(request=request, state=state, exposure=None)
        seconds.append(time.perf_counter() - begun)
    print(
        f"\nchain of {ITEMS} items x {STORES} stores: train on {DAYS} days {trained - start:.1f} s, forecast {HORIZON} "
        f"days with {len(request.quantiles)} quantiles {seconds[0]:.1f} s the first time, then {seconds[1]:.1f} s"
    )


if __name__ == "__main__":
    main()
