"""Grids that grow finer, tier by tier: every candidate a copy of the scenarios in one simulation."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation.simulator import simulate
from shelfwise.simulation.tuning.kinds import Axis, Kind
from shelfwise.simulation.tuning.setting import Setting
from shelfwise.simulation.world import World

__all__ = ["Trial", "descend"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Values = dict[str, Floats]

_FINER = 2.5
"""How much smaller the steps of a grid are than those of the one before."""
_NEAR = np.arange(-2.0, 3.0)
"""Steps around the best so far that a finer grid has on each axis."""
_ROUNDS = 2
"""How often the tiers of a network are gone through."""


@attrs.frozen(eq=False)
class Trial:
    """What is tried: a kind of policy in a setting, in scenarios of a length, at most ``budget`` periods in all."""

    kind: Kind
    setting: Setting
    periods: int
    warmup: int
    budget: int


@attrs.frozen(eq=False)
class _Bench:
    """A trial with its draws, shared by all candidates."""

    trial: Trial
    world: World
    budget: int

    def scores(self, values: Mapping[str, Floats]) -> tuple[Floats, Floats, Floats]:
        """Return how candidates are judged, what they cost and lack of the service; each (item-nodes, candidates).

        An item-node is judged with all that it supplies.
        """
        setting, kind = self.trial.setting, self.trial.kind
        copies = next(iter(values.values())).shape[1]
        length = self.trial.periods + self.trial.warmup
        each = int(np.clip(self.budget // (copies * length), 1, self.world.scenarios))
        world = self.world.first(each, copies)
        told = kind.parameters(setting, {name: np.repeat(column, each, axis=1) for name, column in values.items()})
        outcome = simulate(
            world, kind.policy(setting, told), warmup=self.trial.warmup, review_periods=setting.review_periods
        )
        costs = outcome.costs
        if setting.service is not None:
            costs = {name: cost for name, cost in costs.items() if name not in ("lost_sales", "backorders")}
        cost = np.sum([*costs.values()], axis=0).reshape(len(world.network), copies, each).mean(axis=2)
        score = setting.network.echelon(cost)
        lacking = np.zeros_like(cost)
        if setting.service is not None:
            lacking = setting.service.shortfall(outcome, copies)
            # Of two that miss it the nearer one is better, at whatever cost; one that reaches it is better than both.
            score = score + 1e6 * (1.0 + score.max()) * setting.network.echelon(lacking)
        return score, cost, lacking


def descend(trial: Trial) -> tuple[Values, Floats, Floats]:
    """Return the best parameters, and what each item-node costs and lacks of the service with them; (item-nodes,)."""
    setting = trial.setting
    axes, rows = trial.kind.axes(setting), len(setting.network)
    current = {name: axis.legal(axis.start[:, None])[:, 0] for name, axis in axes.items()}
    tiers = setting.network.tiers
    rounds = _ROUNDS if len(tiers) > 1 else 1
    stages = _stages(axes)
    runs = max(rounds * len(tiers) * (stages + 2 * (len(tiers) > 1)), 1)
    length = trial.periods + trial.warmup
    budget = max(trial.budget // runs, length)
    scenarios = max(budget // (length * len(_NEAR) ** max(len(axes), 1)), 1)
    bench = _Bench(trial, setting.world(length, scenarios, "tuning"), budget)
    for turn in range(rounds if axes else 0):
        for tier in reversed(tiers):
            found = _refined(bench, axes, current, tier, turn)
            if len(tiers) > 1:
                found = _together(bench, axes, _better(bench, current, found), tier)
            current = found
    shown = current or {"": np.zeros(rows)}
    _, cost, lacking = bench.scores({name: column[:, None] for name, column in shown.items()})
    return trial.kind.parameters(setting, current), cost[:, 0], lacking[:, 0]


def _stages(axes: Mapping[str, Axis]) -> int:
    """Return how many grids lead from the coarsest steps to the finest."""
    coarse = [float((axis.step / axis.finest).max(initial=1.0)) for axis in axes.values()]
    return 1 + int(np.ceil(np.log(max([_FINER, *coarse])) / np.log(_FINER)))


def _refined(bench: _Bench, axes: Mapping[str, Axis], current: Values, tier: Ints, turn: int) -> Values:
    """Search each item-node of a tier by itself, the others staying as they are."""
    for stage in range(_stages(axes)):
        if stage < turn:
            continue
        grids = {}
        for name, axis in axes.items():
            if stage == 0:
                grids[name] = axis.low[:, None] + axis.step[:, None] * np.arange(axis.points)
            else:
                step = np.maximum(axis.step / _FINER**stage, axis.finest)
                grids[name] = current[name][:, None] + step[:, None] * _NEAR
        candidates = {name: axes[name].legal(grid) for name, grid in _product(grids).items()}
        active = np.zeros(len(bench.world.network), bool)
        active[tier] = True
        candidates = {
            name: np.where(active[:, None], grid, current[name][:, None]) for name, grid in candidates.items()
        }
        best = bench.scores(candidates)[0].argmin(axis=1)
        current = {name: grid[np.arange(len(best)), best] for name, grid in candidates.items()}
    return current


def _product(grids: Mapping[str, Floats]) -> Values:
    """Return every combination of the values of an item-node, each of shape (item-nodes, combinations)."""
    places = np.meshgrid(*(np.arange(grid.shape[1]) for grid in grids.values()), indexing="ij")
    return {name: grid[:, place.ravel()] for (name, grid), place in zip(grids.items(), places, strict=True)}


def _better(bench: _Bench, before: Values, after: Values) -> Values:
    """Return for each tree what costs less in all: those that share a source may have chosen against each other."""
    return _of_roots(bench, {name: np.column_stack([before[name], after[name]]) for name in before})


def _together(bench: _Bench, axes: Mapping[str, Axis], current: Values, tier: Ints) -> Values:
    """Raise or lower the first parameter of all item-nodes of a tier together, by what costs least in all."""
    name, axis = next(iter(axes.items()))
    shift = np.zeros((len(bench.world.network), 2 * len(_NEAR) - 1))
    scale = np.maximum(bench.trial.setting.spread(bench.trial.setting.cover) / 10.0, axis.finest)
    shift[tier] = scale[tier, None] * np.arange(1.0 - len(_NEAR), len(_NEAR))
    candidates = {other: np.repeat(values[:, None], shift.shape[1], axis=1) for other, values in current.items()}
    candidates[name] = axis.legal(candidates[name] + shift)
    return _of_roots(bench, candidates)


def _of_roots(bench: _Bench, candidates: Values) -> Values:
    """Return for each tree of item-nodes the candidate that costs it least in all."""
    best = bench.scores(candidates)[0].argmin(axis=1)[bench.world.network.roots]
    return {name: grid[np.arange(len(best)), best] for name, grid in candidates.items()}
