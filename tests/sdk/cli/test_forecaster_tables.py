"""What the tables of a forecaster evaluation say: groups, horizons, and where a row loses."""

from __future__ import annotations

import io

import numpy as np
import pytest
from forecaster_world import Fixed, dataset_of
from rich.console import Console

from shelfwise.cli.evaluate.forecaster_tables import show_differences, show_evaluation, show_losses, show_seeds
from shelfwise.evaluation.forecaster import evaluate
from shelfwise.evaluation.forecaster_seeds import ForecasterSeedStudy


@pytest.fixture
def evaluation():
    """Two items that sell 4 a day and one that sells 10, forecast right for the former, and right for the latter."""
    dataset = dataset_of(np.array([[4.0], [4.0], [10.0]]) * np.ones((3, 30)), category=["tea", "tea", "milk"])
    return evaluate(dataset, {"four": Fixed(4.0), "ten": Fixed(10.0)}, horizon=8, origins=1)


def printed(show, *arguments):
    """Return what a table prints, its words one space apart."""
    out = io.StringIO()
    show(Console(file=out, width=150), *arguments)
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def test_an_evaluation_is_told_by_horizon_and_by_category(evaluation):
    """Errors stand beside the periods ahead, the last among them, and beside categories with their sizes."""
    lines = printed(show_evaluation, evaluation)
    assert "1 3 7 8" in lines
    assert "four 0.333 0.333 0.333 0.333" in lines
    start = lines.index("wape by category (series)")
    assert lines[start + 1 : start + 3] == ["tea milk", "(2) (1)"]
    assert "four 0.000 0.600" in lines[start:]


def test_losses_name_who_is_better_where(evaluation):
    """The row that is right for tea loses on milk, to the one that is right there, by its own error."""
    lines = printed(show_losses, evaluation, "four")
    assert any(line.startswith("milk 1 wape 0.600") and line.endswith("+0.600") for line in lines)
    assert not any(line.startswith("tea") for line in lines)


def test_a_row_that_nobody_beats_is_told_of(evaluation):
    """The seasonal naive forecast repeats constant demand without any error."""
    assert "seasonal_naive is behind no other row in any group" in printed(show_losses, evaluation, "seasonal_naive")


def test_differences_are_signed(evaluation):
    """A better row is below the others."""
    assert "ten -0.333" in printed(show_differences, evaluation, "four", ("wape",))


def test_a_failure_is_printed():
    """A plugin without a row is named with its error."""
    dataset = dataset_of(np.ones((1, 20)))
    evaluation = evaluate(dataset, {"nobody": object()}, horizon=2, origins=1, failed=lambda *_: None)
    assert any(line.startswith("nobody failed: PluginError") for line in printed(show_evaluation, evaluation))


def test_seeds_have_means_and_deviations(evaluation):
    """Two equal evaluations have no deviation."""
    lines = printed(show_seeds, ForecasterSeedStudy((evaluation, evaluation)))
    assert lines[0].startswith("2 seeds")
    assert any("± 0.000" in line for line in lines)
