"""A plugin from another distribution: built as a wheel, installed, and chosen by its name."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PYPROJECT = """
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"

[project]
name = "acme-naive"
version = "2.3.4"

[project.entry-points."shelfwise.forecaster"]
naive = "acme_naive:Naive"
broken = "acme_naive:Missing"

[project.entry-points."shelfwise.extension"]
doubled = "acme_naive:Doubled"

[tool.setuptools]
py-modules = ["acme_naive"]
"""

MODULE = '''
"""Yesterday's demand is tomorrow's."""
import attrs
import numpy as np
from shelfwise.hookspecs import hookimpl
from shelfwise.types import DemandForecast, Index


@attrs.define(eq=False)
class Naive:
    """A forecaster that expects the same every day."""

    units: float = 3.0

    @hookimpl
    def forecast(self, request, state):
        mean = np.full((len(request.item_ids), len(request.node_ids), request.horizon_days), self.units)
        quantiles = np.repeat(mean[None], len(request.quantiles), axis=0)
        return DemandForecast(
            Index(request.item_ids), Index(request.node_ids), state.starts_on, request.quantiles, mean, quantiles
        )


@attrs.define(eq=False)
class Doubled:
    """An extension that multiplies what any forecaster expects."""

    factor: float = 2.0

    @hookimpl(wrapper=True)
    def forecast(self):
        answer = yield
        return attrs.evolve(answer, mean=answer.mean * self.factor, quantiles=answer.quantiles * self.factor)
'''

SCRIPT = """
import json, sys
from pathlib import Path
from shelfwise.config import parse_config
from shelfwise.dataset import Dataset
from shelfwise.twin.sample import sample_tables
from shelfwise.orchestrator import Orchestrator
from shelfwise.plugins import available
from shelfwise.training import train
from shelfwise.types import DecisionRequest, ForecastRequest, Stage

config = parse_config(
    {"forecaster": {"plugin": "naive", "options": {"units": 5.0}}, "extensions": {"doubled": {"factor": 3.0}}}
)
train(config, Dataset.from_tables(sample_tables(seed=1)), Path(sys.argv[1]))
decision = Orchestrator.open(Path(sys.argv[1])).decide(DecisionRequest(forecast=ForecastRequest(horizon_days=2)))
report = decision.stage(Stage.FORECASTER)
loaded = sorted({name.split(".")[0] for name in sys.modules} & {"grpc", "torch", "acme_naive"})  # listing loads all
print(json.dumps({
    "plugin": report.plugin,
    "version": report.version,
    "state": report.state,
    "mean": float(decision.forecasts.mean.mean()),
    "listed": {info.name: [info.distribution, info.version, info.error] for info in available()
               if info.stage == "forecaster"},
    "loaded": loaded,
}))
"""


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """Return a fresh virtual environment with the wheel of a foreign plugin in it."""
    directory = tmp_path_factory.mktemp("foreign")
    source = directory / "source"
    source.mkdir()
    (source / "pyproject.toml").write_text(PYPROJECT)
    (source / "acme_naive.py").write_text(MODULE)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", directory, source], check=True)
    home = directory / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    target = next((home / "lib").glob("python*/site-packages"))
    # What the new environment needs besides the wheel is lent by this one, so that nothing is downloaded.
    lent = next(path for path in sys.path if path.endswith("site-packages"))
    (target / "lent.pth").write_text(f"{lent}\nimport site; site.addsitedir({lent!r})\n")
    wheel = next(directory.glob("acme_naive-*.whl"))
    install = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, wheel], check=True)
    return python


def test_a_foreign_plugin_is_chosen_by_name(foreign, tmp_path):
    """Installed beside the baseline and named in the configuration, it answers, and an extension wraps the answer.

    Its broken sibling is listed.
    """
    ran = subprocess.run(
        [foreign, "-c", SCRIPT, tmp_path / "models"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": ""},
    )

    assert ran.returncode == 0, ran.stderr
    result = json.loads(ran.stdout.splitlines()[-1])
    assert (result["plugin"], result["version"], result["state"]) == ("naive", "2.3.4", "ok")
    assert result["mean"] == 15.0
    assert result["listed"]["naive"] == ["acme-naive", "2.3.4", ""]
    assert result["listed"]["broken"][1] == "2.3.4"
    assert "Missing" in result["listed"]["broken"][2]
    assert {"baseline", "naive", "broken"} <= set(result["listed"])
    assert result["loaded"] == ["acme_naive"]
