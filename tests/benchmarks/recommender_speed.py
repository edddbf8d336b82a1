"""How fast recommenders answer, on one thread, from a bundle loaded as in production, and how large that is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from shelfwise.cli.files import write_json
from shelfwise.plugins import build, call
from shelfwise.types import silent
from tests.benchmarks.recommender_data import drawn_shop

ROOT = Path(__file__).resolve().parents[2]
SIZES = ((12_000, 20_000), (100_000, 20_000))
"""Items and customers of the shops; a batch is measured in the first."""
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")


def speed(plugins: Sequence[str], folder: Path | None) -> None:
    """Train each recommender, save it, and let a process with one thread load it and answer."""
    print(
        "\nServing, one thread: one customer with filters, rules, stock and delivery costs; batches of plain requests"
    )
    print("                  items  train s  bundle MB  load s  p50 ms  p99 ms  customers/s  strangers/s  memory MB")
    rows = []
    for items, customers in SIZES:
        dataset = drawn_shop(items, customers)
        for name in plugins:
            with tempfile.TemporaryDirectory() as place:
                figures = _measured(name, dataset, Path(place), batch=items == SIZES[0][0])
            rows.append({"plugin": name, "items": items, "customers": customers} | figures)
            print(
                f"  {name:<12} {items:>8,} {figures['train_seconds']:8.1f} {figures['bundle_mb']:10.1f} "
                f"{figures['load_seconds']:7.2f} {figures['p50_ms']:7.2f} {figures['p99_ms']:7.2f} "
                f"{figures.get('customers_per_second', float('nan')):12,.0f} "
                f"{figures.get('strangers_per_second', float('nan')):12,.0f} {figures['memory_mb']:10,.0f}",
                flush=True,
            )
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / "speed.json", {"rows": rows})


def _measured(name: str, dataset: object, place: Path, *, batch: bool) -> dict[str, float]:
    plugin = build("recommender", name).plugin
    model, reference = place / "model", place / "reference"
    model.mkdir()
    begun = time.perf_counter()
    call(plugin, "train", dataset=dataset, progress=silent)
    trained = time.perf_counter() - begun
    call(plugin, "save", directory=model)
    dataset.save_reference(reference)
    size = sum(file.stat().st_size for file in model.rglob("*") if file.is_file())
    command = [sys.executable, "-m", "tests.benchmarks.recommender_serving", name, str(place), "batch" if batch else ""]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | ONE_THREAD, check=True, capture_output=True, text=True)
    return {"train_seconds": trained, "bundle_mb": size / 1e6} | json.loads(done.stdout.splitlines()[-1])
