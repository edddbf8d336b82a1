"""The search for parameters: coarse to fine, the candidates of all item-nodes side by side on the same draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.simulation.demand import Source
from shelfwise.simulation.network import Network
from shelfwise.simulation.simulator import Policy
from shelfwise.simulation.state import State
from shelfwise.simulation.tuning.descent import Trial, descend
from shelfwise.simulation.tuning.kinds import KINDS
from shelfwise.simulation.tuning.service import Service
from shelfwise.simulation.tuning.setting import Setting

__all__ = ["Tuned", "tuned"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_CELLS = 32_768
"""Numbers an array of the simulation should have: few enough for the cache, many enough for one operation."""


@attrs.frozen(eq=False)
class Tuned:
    """A policy of the kind ``name`` with its ``parameters``, each (item-nodes,), as found best.

    ``cost`` (item-nodes,) is the mean cost of a period on the draws that it was chosen on, so lower than on others.
    Where a service had to be reached, it is without the cost of shortage, and ``shortfall`` (item-nodes,) is what is
    lacking of the service at best, mostly 0.
    """

    name: str
    parameters: Mapping[str, Floats]
    cost: Floats
    shortfall: Floats
    policy: Policy

    def order(self, state: State) -> Floats:
        """Return what the policy orders."""
        return self.policy.order(state)


def tuned(
    kind: str,
    network: Network,
    demand: Sequence[Source | None],
    *,
    lead_times: Sequence[Source | None] | None = None,
    review_periods: int = 1,
    service: Service | None = None,
    seed: int = 0,
    budget: int | None = None,
    periods: int = 400,
    warmup: int = 100,
    crossing: bool = True,
) -> Tuned:
    """Return the policy of a kind (one of ``KINDS``) whose parameters cost least in a simulation of the network.

    Every item-node has parameters of its own. About ``budget`` periods of each are simulated in all (by default
    500,000, in networks 2 million), in scenarios of ``periods`` that count and ``warmup`` before, keyed by ``seed``
    apart from all other draws. Item-nodes that are supplied from outside and supply no other are searched each by
    itself; in networks tier by tier, again and again. With a ``service``, each item-node that sells must reach it at
    the least cost of everything but shortage.

    Raises:
        ValueError: There is no such kind, or not a source for each item-node.
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    if len(demand) != len(network) or (lead_times is not None and len(lead_times) != len(network)):
        raise ValueError(f"demand and lead_times must have a source or None for each of {len(network)} item-nodes")
    if budget is None:
        budget = 500_000 if len(network.tiers) < 2 else 2_000_000
    whole = Setting(network, demand, lead_times, review_periods, seed, service, crossing)
    parameters: dict[str, Floats] = {}
    cost, shortfall = np.zeros((2, len(network)))
    for rows in _parts(network, budget, periods + warmup):
        part = attrs.evolve(
            whole,
            network=network.part(rows),
            demand=[demand[row] for row in rows],
            lead_times=None if lead_times is None else [lead_times[row] for row in rows],
        )
        found, cost[rows], shortfall[rows] = descend(Trial(KINDS[kind], part, periods, warmup, budget))
        for name, values in found.items():
            parameters.setdefault(name, np.zeros(len(network)))[rows] = values
    return Tuned(kind, parameters, cost, shortfall, KINDS[kind].policy(whole, parameters))


def _parts(network: Network, budget: int, length: int) -> Iterator[Ints]:
    """Yield the positions of item-nodes, whole trees together, as many at a time as are simulated fastest."""
    wide = max(budget // (5 * length), 1)
    order = np.argsort(network.roots, kind="stable")
    tree = np.unique(network.roots[order], return_inverse=True)[1]
    sizes = np.bincount(tree)
    # A tree goes where its first item-node would.
    part = ((np.cumsum(sizes) - sizes) * wide // _CELLS)[tree]
    for number in np.unique(part):
        yield order[part == number]
