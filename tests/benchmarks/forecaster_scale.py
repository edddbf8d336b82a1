"""How long a chain of stores takes, and how much memory: each forecaster in a process of its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from shelfwise.plugins import build, call
from shelfwise.types import Deadline, ForecastRequest, silent
from tests.benchmarks.forecaster_bench import Bench, machine
from tests.benchmarks.forecaster_contestants import REACHES, installed
from tests.benchmarks.forecaster_data import CHAIN_DAYS, chain

ROOT = Path(__file__).resolve().parents[2]
ITEMS, STORES, HORIZON = 3_840, 4, 90
PRESET = "fast"
LIMITS = "aimed at: a training of the fast preset in at most 1,200 s, a forecast in at most 60 s and 4,096 MB"


def scale(bench: Bench) -> None:
    """Train on a year of 15,360 series and forecast 90 days, from a model saved and loaded as in production."""
    items = ITEMS if not bench.most else max(1, bench.most // STORES)
    print(
        f"\n== Scale: {machine()}\n{items} items x {STORES} stores, {CHAIN_DAYS} days on record, {HORIZON} ahead, "
        f"preset {bench.given.get('preset', PRESET)}; {LIMITS}"
    )
    print("  forecaster         train s  first forecast s  then s  training MB  serving MB", flush=True)
    rows = []
    for one in bench.among("ensemble", "baseline"):
        if one.key not in installed():
            continue
        try:
            options = {"preset": PRESET} | dict(bench.given) | dict.fromkeys(REACHES, HORIZON)
            figures = _measured(one.key, items, options)
        except (subprocess.CalledProcessError, ValueError) as error:
            bench.fail(one.name, RuntimeError(getattr(error, "stderr", "").strip()[-500:] or str(error)))
            continue
        rows.append({"plugin": one.name, "items": items, "stores": STORES} | figures)
        print(
            f"  {one.name:<16} {figures['train_seconds']:9.1f} {figures['first_seconds']:17.1f} "
            f"{figures['forecast_seconds']:7.1f} {figures['training_mb']:12,.0f} {figures['serving_mb']:11,.0f}",
            flush=True,
        )
    print(f"load after {os.getloadavg()[0]:.1f}")
    bench.keep("scale", {"rows": rows, "machine": machine()})


def _measured(name: str, items: int, options: dict[str, Any]) -> dict[str, float]:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as place:
        return _run("train", name, items, options, place) | _run("serve", name, items, options, place)


def _run(step: str, name: str, items: int, options: dict[str, Any], place: str) -> dict[str, float]:
    accepted = {option: value for option, value in options.items() if option in installed()[name]}
    command = [sys.executable, "-m", __spec__.name, step, name, str(items), json.dumps(accepted), place]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _child(step: str, name: str, items: str, options: str, place: str) -> dict[str, float]:
    """Train and save, or load and forecast twice, and tell what it took; the peak memory is of the whole process."""
    plugin = build("forecaster", name, json.loads(options)).plugin
    model, reference = Path(place) / "model", Path(place) / "reference"
    if step == "train":
        dataset = chain(int(items), STORES)
        begun = time.perf_counter()
        call(plugin, "train", dataset=dataset, progress=silent)
        trained = time.perf_counter() - begun
        model.mkdir()
        call(plugin, "save", directory=model)
        dataset.save_reference(reference)
        return {"train_seconds": trained, "training_mb": _peak_mb()}
    from shelfwise.dataset import Dataset

    call(plugin, "load", directory=model)
    state = Dataset.load_reference(reference)
    request = ForecastRequest(state.items.index.ids, state.nodes.selling_ids, HORIZON)
    seconds = []
    for _ in range(2):
        begun = time.perf_counter()
        call(plugin, "forecast", request=request, state=state, exposure=None, deadline=Deadline())
        seconds.append(time.perf_counter() - begun)
    return {"first_seconds": seconds[0], "forecast_seconds": seconds[1], "serving_mb": _peak_mb()}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(_child(*sys.argv[1:])))
