"""The ensemble and each of its members pass the conformance kit with no check excused."""

import pytest

from shelfwise.plugins import build
from shelfwise.testing import parametrize_checks


def plugin(name):
    """Return the plugin as a configuration would build it."""
    return build("forecaster", name, {"preset": "fast", "trees": 5, "epochs": 1}).plugin


@parametrize_checks("forecaster", lambda: plugin("ensemble"))
def test_the_ensemble(check):
    """All members together keep the contract."""
    check()


@parametrize_checks("forecaster", lambda: build("forecaster", "statistical", {"n_jobs": 1}).plugin)
def test_the_statistical_member(check):
    """Forecasts of sktime alone keep the contract."""
    check()


@pytest.mark.parametrize("name", ["boosting", "lstm", "temporal", "statistical"])
def test_a_member_is_a_plugin(name):
    """Each member can be built by its own name, and blends nothing else."""
    assert len(plugin(name).members) == 1
