"""The search for the numbers of chains: all that are tried side by side on the same draws."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation import World, simulate
from shelfwise_inventory_ppo.chain.numbers import Numbers
from shelfwise_inventory_ppo.chain.simulated import SimulatedChains
from shelfwise_inventory_ppo.chain.terms import ChainTerms
from shelfwise_inventory_ppo.policy import LearnedPolicy

__all__ = ["TRIED", "tuned_chains"]

Floats = NDArray[np.float64]

_GRID = np.linspace(-1.0, 1.0, 5)
TRIED = len(_GRID) ** 2
"""How many numbers are tried at a time."""
_STAGES = (
    (("shift", 1.2), ("lots", 0.8)),
    (("price", 1.0), ("swing", 1.0)),
    (("shift", 0.5), ("lots", 0.3)),
    (("price", 0.4), ("swing", 0.4)),
    (("shift", 0.2), ("swing", 0.2)),
)
"""Which two are sought at a time, and how far from the best so far."""
_LEAST = {"shift": -np.inf, "lots": 0.0, "price": -np.inf, "swing": 0.0}


def tuned_chains(policy: LearnedPolicy, terms: ChainTerms, world: World, *, warmup: int) -> tuple[Numbers, Floats]:
    """Return the numbers that cost each chain the least in a world, and what they cost it a period; (chains,).

    The world has one copy of its scenarios, and a network as :class:`SimulatedChains` wants it.
    """
    numbers, cost = Numbers.usual(len(terms)), np.zeros(len(terms))
    chains = np.arange(len(terms))
    for (name, step), (other, far) in _STAGES:
        moves = np.meshgrid(step * _GRID, far * _GRID)
        tried = {
            changed: np.maximum(getattr(numbers, changed)[:, None] + move.ravel(), _LEAST[changed])
            for changed, move in zip((name, other), moves, strict=True)
        }
        whole = attrs.evolve(numbers.times(TRIED), **{changed: column.ravel() for changed, column in tried.items()})
        side_by_side = world.first(world.scenarios, copies=TRIED)
        outcome = simulate(side_by_side, SimulatedChains(policy, terms, whole.times(world.scenarios)), warmup=warmup)
        costs = world.network.echelon(outcome.cost)[: len(terms)].reshape(len(terms), TRIED, -1).mean(axis=2)
        best = costs.argmin(axis=1)
        cost = costs[chains, best]
        numbers = attrs.evolve(numbers, **{changed: column[chains, best] for changed, column in tried.items()})
    return numbers, cost
