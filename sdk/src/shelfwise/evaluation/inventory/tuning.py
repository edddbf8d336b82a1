"""The best simple policies of a scenario, found by search on demand of their own."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.inventory.policies import BaseStock, ReorderPoint
from shelfwise.evaluation.inventory.run import run
from shelfwise.evaluation.inventory.scenario import Scenario
from shelfwise.evaluation.inventory.simulator import Policy

Floats = NDArray[np.float64]

_LEVELS = 49
_CAPS = 12
_LOTS = 13
_FINER = 8.0


def tuned_policies(scenario: Scenario) -> dict[str, Policy]:
    """Return the best base-stock and capped base-stock policies, and (s, S) where orders have a fixed cost.

    Parameters are searched item by item, first coarsely then finely, by simulation on draws that the evaluation
    does not use.
    """
    cover = scenario.column("lead_time") + scenario.review_periods
    mean = np.array([law.mean for law in scenario.laws])
    spread = np.array([float(law.quantile(0.975) - law.quantile(0.025)) / 4.0 for law in scenario.laws])
    low = np.floor(0.4 * mean * cover)
    high = np.ceil(mean * cover + 4.5 * spread * np.sqrt(cover)) + 1.0
    step = np.maximum(np.ceil((high - low) / (_LEVELS - 1)), 1.0)
    fine = np.maximum(np.ceil(step / _FINER), 1.0)
    (level,) = _best(scenario, BaseStock, _grid(low, step, _LEVELS))
    if (step > 1.0).any():
        (level,) = _best(scenario, BaseStock, _grid(level - _FINER * fine, fine, int(2 * _FINER) + 1))
    near = _grid(level - 2.0 * fine, fine, 9)
    cap_step = np.maximum(np.ceil(3.0 * spread * np.sqrt(scenario.review_periods) / _CAPS), 1.0)
    caps = _grid(np.floor(mean * scenario.review_periods), cap_step, _CAPS)
    capped_level, cap = _best(scenario, BaseStock, *_pairs(near, caps))
    policies: dict[str, Policy] = {
        "base_stock": BaseStock(_rows(scenario, level)),
        "capped_base_stock": BaseStock(_rows(scenario, capped_level), _rows(scenario, cap)),
    }
    fixed = scenario.column("fixed_order_cost")
    if fixed.any():
        lot = np.sqrt(2.0 * fixed * mean / scenario.column("holding"))
        points = _grid(level - 6.0 * fine, fine, 11)
        lots = _grid(np.zeros_like(lot), np.maximum(np.ceil(2.0 * lot / (_LOTS - 1)), 1.0), _LOTS)
        point, least = _best(scenario, _reorder, *_pairs(points, lots))
        policies["reorder_point"] = _reorder(_rows(scenario, point), _rows(scenario, least))
    return policies


def _reorder(point: Floats, lot: Floats) -> ReorderPoint:
    """Return the policy that orders up to ``lot`` more than a unit above its reorder point."""
    return ReorderPoint(point, point + 1.0 + lot)


def _grid(start: Floats, step: Floats, count: int) -> Floats:
    """Return ``count`` values for each item, of shape (items, count)."""
    return np.maximum(start[:, None] + step[:, None] * np.arange(float(count)), 0.0)


def _pairs(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Return every pair of an item's values, as two arrays of shape (items, pairs)."""
    return np.repeat(left, right.shape[1], axis=1), np.tile(right, (1, left.shape[1]))


def _rows(scenario: Scenario, values: Floats) -> Floats:
    return np.repeat(values, scenario.replications)


def _best(scenario: Scenario, policy: Callable[..., Policy], *choices: Floats) -> tuple[Floats, ...]:
    """Return for each item the parameters of least simulated cost among those in its row."""
    items, count = choices[0].shape
    copies = max(scenario.replications // 2, 1)
    many = attrs.evolve(
        scenario,
        items=tuple(item for item in scenario.items for _ in range(count)),
        laws=tuple(law for law in scenario.laws for _ in range(count)),
        trace=None if scenario.trace is None else np.repeat(scenario.trace, count, axis=1),
        replications=copies,
    )
    outcome = run(many, policy(*(np.repeat(grid.reshape(-1), copies) for grid in choices)), "tuning")
    column = outcome.cost.reshape(items, count, copies).mean(axis=2).argmin(axis=1)
    return tuple(grid[np.arange(items), column] for grid in choices)
