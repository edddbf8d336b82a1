"""The best base-stock and capped base-stock policies of a scenario, found by search on demand of their own."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.inventory.policies import BaseStock
from shelfwise.evaluation.inventory.run import run
from shelfwise.evaluation.inventory.scenario import Scenario

Floats = NDArray[np.float64]

_LEVELS = 48
_CAPS = 12
_AROUND = np.arange(-2.0, 7.0)
"""Levels tried for each cap, in steps from the best level without one."""


@attrs.frozen(eq=False)
class Tuned:
    """Parameters per item, of shape (items,)."""

    base_stock: Floats
    capped_level: Floats
    cap: Floats


def tune(scenario: Scenario) -> Tuned:
    """Search levels, then levels and caps, by simulation on draws that the evaluation does not use."""
    cover = scenario.column("lead_time") + scenario.review_periods
    mean = np.array([law.mean for law in scenario.laws])
    spread = np.array([float(law.quantile(0.975) - law.quantile(0.025)) / 4.0 for law in scenario.laws])
    high = np.ceil(mean * cover + 4.5 * spread * np.sqrt(cover)) + 1.0
    low = np.floor(0.4 * mean * cover)
    step = np.maximum(np.ceil((high - low) / _LEVELS), 1.0)
    levels = low[:, None] + step[:, None] * np.arange(_LEVELS + 1.0)
    best = _best(scenario, levels, np.full_like(levels, np.inf))[0]
    if (step > 1.0).any():
        levels = best[:, None] + np.maximum(np.ceil(step / 8.0), 1.0)[:, None] * np.arange(-8.0, 9.0)
        best = _best(scenario, levels, np.full_like(levels, np.inf))[0]
    review = mean * scenario.review_periods
    cap_step = np.maximum(np.ceil(1.5 * spread * np.sqrt(scenario.review_periods) / _CAPS * 2.0), 1.0)
    caps = np.floor(review)[:, None] + cap_step[:, None] * np.arange(float(_CAPS))
    around = best[:, None] + np.maximum(np.ceil(step / 8.0), 1.0)[:, None] * _AROUND
    pairs = (len(best), len(_AROUND) * _CAPS)
    level, cap = _best(
        scenario,
        np.repeat(around, _CAPS, axis=1).reshape(pairs),
        np.tile(caps, (1, len(_AROUND))).reshape(pairs),
    )
    return Tuned(best, level, cap)


def _best(scenario: Scenario, levels: Floats, caps: Floats) -> tuple[Floats, Floats]:
    """Return for each item the level and cap of least simulated cost among those in its row."""
    choices = levels.shape[1]
    trial = attrs.evolve(scenario, replications=max(scenario.replications // 2, 1))
    many = attrs.evolve(
        trial,
        items=tuple(item for item in trial.items for _ in range(choices)),
        laws=tuple(law for law in trial.laws for _ in range(choices)),
        trace=None if trial.trace is None else np.repeat(trial.trace, choices, axis=1),
    )
    copies = many.replications
    policy = BaseStock(np.repeat(levels.reshape(-1), copies), np.repeat(caps.reshape(-1), copies))
    cost = run(many, policy, "tuning").cost.reshape(len(levels), choices, copies).mean(axis=2)
    rows, column = np.arange(len(levels)), cost.argmin(axis=1)
    return levels[rows, column], caps[rows, column]
