"""What promotions and prices do, against answers known beforehand."""

from __future__ import annotations

import numpy as np
import pytest

from shelfwise.baselines.forecaster.effects import fit_effects
from shelfwise.series import Cadence, History
from shelfwise.types import Index


def history_of(units, promoted, log_price):
    """Return a history of items at one node that were always open, on sale and in stock."""
    series, periods = units.shape
    everywhere = np.ones(units.shape, dtype=bool)
    first = np.datetime64("2024-01-01")
    return History(
        items=Index(tuple(f"i{k}" for k in range(series))),
        nodes=Index(("s",)),
        groups=Index(("all",)),
        group=np.zeros(series, dtype=np.int64),
        attributes={},
        cadence=Cadence(first, first + periods - 1, 1.0, 1),
        days=first + np.arange(periods),
        phase=np.zeros(periods, dtype=np.int64),
        opened=np.ones((1, periods), dtype=bool),
        units=units,
        observed=everywhere,
        in_stock=everywhere,
        promoted=promoted,
        price=np.exp(log_price),
        log_price=log_price,
        reference_price=np.ones(series),
    )


def test_effects_recover_elasticity_and_uplift():
    """Prices and promotions that act by known factors are found, and the empty coefficients of an item shrunk to."""
    generator = np.random.default_rng(7)
    shape = (12, 300)
    promoted = generator.random(shape) < 0.15
    log_price = np.where(generator.random(shape) < 0.3, -0.3, 0.0)
    log_price[-1], promoted[-1] = 0.0, False
    units = generator.poisson(8.0 * np.exp(0.7 * promoted - 2.0 * log_price)).astype(float)
    effects = fit_effects(history_of(units, promoted, log_price), np.ones((12, 1)), np.ones(shape, dtype=bool))
    assert effects.items[0, :2] == pytest.approx([0.7, -2.0], abs=0.2)
    assert effects.groups[0, :2] == pytest.approx([0.7, -2.0], abs=0.1)
    np.testing.assert_allclose(effects.items[-1, :2], effects.groups[0, :2], atol=0.2)


def test_without_promotions_there_are_no_effects():
    """A history of plain periods has coefficients of exactly 0."""
    shape = (2, 50)
    plain = history_of(np.ones(shape), np.zeros(shape, dtype=bool), np.zeros(shape))
    effects = fit_effects(plain, np.ones((2, 1)), np.ones(shape, dtype=bool))
    assert not effects.items.any()
