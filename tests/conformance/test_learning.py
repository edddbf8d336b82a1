"""The checks of going on learning find what is wrong with an update or with checkpoints."""

import json
import re
from pathlib import Path

import attrs
import numpy as np
import pytest

from shelfwise.hookspecs import hookimpl
from shelfwise.testing import run_checks
from shelfwise.types import DemandForecast, Index


@attrs.define(eq=False)
class Steady:
    """Forecasts the level that it learned in ten epochs; ``fault`` says what it gets wrong."""

    fault: str = ""
    _level: float = attrs.field(init=False, default=0.0)
    _bonus: float = attrs.field(init=False, default=0.0)

    @hookimpl
    def train(self, dataset, progress, checkpoints):
        """Learn a tenth of the level in each epoch, and keep how far it came."""
        kept = None if checkpoints is None else Path(checkpoints) / "epoch.json"
        done = json.loads(kept.read_text()) if kept is not None and kept.exists() else 0
        self._level = dataset.demand["units"].mean() * done / 10
        if done and self.fault == "checkpoints":
            self._level = float("nan")
        for epoch in range(done, 10):
            self._level += dataset.demand["units"].mean() / 10
            if kept is not None:
                kept.write_text(json.dumps(epoch + 1))
            progress("epochs", epoch + 1, 10)

    @hookimpl
    def update(self, dataset):
        """Raise the level a little."""
        self._bonus = -1e6 if self.fault == "update" else 1.0

    @hookimpl
    def save(self, directory):
        """Write the level, and what an update added."""
        (directory / "level.json").write_text(json.dumps([self._level, 0.0 if self.fault == "save" else self._bonus]))

    @hookimpl
    def load(self, directory):
        """Read both."""
        self._level, self._bonus = json.loads((directory / "level.json").read_text())

    @hookimpl
    def forecast(self, request, state):
        """Expect the same always."""
        shape = (len(request.item_ids), len(request.node_ids), request.horizon_days)
        mean = np.full(shape, self._level + self._bonus)
        quantiles = np.repeat(mean[None], len(request.quantiles), axis=0)
        return DemandForecast(
            Index(request.item_ids), Index(request.node_ids), state.starts_on, request.quantiles, mean, quantiles
        )


@pytest.mark.parametrize(
    ("fault", "problems"),
    [
        ("", ["", ""]),
        ("update", ["after an update: .*negative", ""]),
        ("save", ["what an update changed is not saved", ""]),
        ("checkpoints", ["", "after an interrupt: .*finite"]),
    ],
)
def test_faults_of_going_on_are_found(fault, problems):
    """An update to nonsense, one that is not saved, and checkpoints that mislead fail the check that is theirs."""
    results = run_checks(
        "forecaster", lambda: Steady(fault), only=("updates_what_it_loaded", "goes_on_after_an_interrupt")
    )

    for result, problem in zip(results, problems, strict=True):
        assert bool(result.problem) == bool(problem), result.problem
        if problem:
            assert re.search(problem, result.problem)


def test_training_is_done_again_only_where_a_check_needs_its_own():
    """One training serves all checks but that of determinism, and that of checkpoints, which needs two."""
    trained = []

    @attrs.define(eq=False)
    class Counted(Steady):
        @hookimpl
        def train(self, dataset, progress, checkpoints):
            trained.append(checkpoints is not None)
            Steady.train(self, dataset, progress, checkpoints)

    names = (
        "answers_validly",
        "training_is_deterministic",
        "save_and_load_keep_answers",
        "saving_is_repeatable",
        "inputs_are_not_changed",
        "goes_on_after_an_interrupt",
    )
    results = run_checks("forecaster", Counted, only=names)

    assert all(result.passed for result in results)
    assert trained == [False, False, True, True]


def test_an_interrupt_from_outside_ends_the_checks():
    """Ctrl-C while a check interrupts a training of its own is not taken for that interrupt."""
    told = []

    def progress(step, _done, _total):
        told.append(step)
        if told.count("goes_on_after_an_interrupt: epochs") == 12:  # the first ten are of the training that all share
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(run_checks("forecaster", Steady, progress=progress, only=["goes_on_after_an_interrupt"]))
