"""The baselines pass the conformance kit with no check excused."""

import pytest

from shelfwise.plugins import build
from shelfwise.testing import checks_of, parametrize_checks
from shelfwise.types import Stage


@parametrize_checks("recommender", lambda: build("recommender", "baseline").plugin)
def test_recommender(check):
    """The baseline recommender keeps the contract."""
    check()


@parametrize_checks("forecaster", lambda: build("forecaster", "baseline").plugin)
def test_forecaster(check):
    """The baseline forecaster keeps the contract."""
    check()


@parametrize_checks("inventory", lambda: build("inventory", "baseline").plugin)
def test_inventory(check):
    """The baseline inventory plugin keeps the contract."""
    check()


@parametrize_checks("router", lambda: build("router", "baseline").plugin)
def test_router(check):
    """The baseline router keeps the contract."""
    check()


@pytest.mark.parametrize("stage", list(Stage))
def test_the_kit_is_thorough(stage):
    """Every stage has at least ten checks, each saying in a sentence what it expects."""
    checks = checks_of(stage)

    assert len(checks) >= 10
    assert all((function.__doc__ or "").strip().endswith(".") for function in checks.values())
