"""One warehouse and its stores: the learned policy at the stores, beside heuristics tuned for the whole network.

Unmet demand is lost, lead times are random and cross, the warehouse's orders cost something and have a minimum.
"""

from __future__ import annotations

import time

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import stats
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.simulated import Simulated
from shelfwise_inventory_ppo.terms import Terms

from shelfwise.simulation import OUTSIDE, Network, State, World, simulate
from shelfwise.simulation.laws import DiscreteLaw, empirical, negative_binomial, poisson
from shelfwise.simulation.tuning import tuned

__all__ = ["network"]

Floats = NDArray[np.float64]

_KINDS = ("base_stock", "capped_base_stock", "projected_inventory", "echelon_base_stock", "reorder_point")
_SCENARIOS, _PERIODS, _WARMUP = 60, 500, 100
_GRID = np.linspace(0.6, 1.4, 9)
_TO_STORES, _TO_WAREHOUSE = empirical([1.0, 1.0, 2.0, 3.0]), empirical([3.0, 4.0, 4.0, 5.0, 6.0])


def network() -> None:
    """Print total costs for 3, 10 and 50 stores."""
    for stores in (3, 10, 50):
        _compare(stores)


def _compare(stores: int) -> None:
    laws: list[DiscreteLaw | None] = [None]
    laws += [poisson(2.0 + row % 4) if row % 2 else negative_binomial(2.0 + row % 4, 8.0) for row in range(stores)]
    mean = np.array([0.0 if law is None else law.mean for law in laws])
    chain = Network(
        names=("warehouse", *(f"store {row}" for row in range(stores))),
        source=[OUTSIDE, *[0] * stores],
        lead_time=[4, *[2] * stores],
        order_cost=[50.0, *[0.0] * stores],
        minimum=[2.0 * mean.sum(), *[0.0] * stores],
        holding_cost=[0.5, *[1.0] * stores],
        lost_cost=[0.0, *[19.0] * stores],
        initial_stock=np.ceil(mean * 4.0 + np.where(mean == 0, 6.0 * mean.sum(), 0.0)),
    )
    lead_times = [_TO_WAREHOUSE, *[_TO_STORES] * stores]

    def world(study: str, scenarios: int) -> World:
        return World.draw(
            chain,
            laws,
            periods=_WARMUP + _PERIODS,
            scenarios=scenarios,
            seed=5,
            lead_times=lead_times,
            study=study,
        )

    test = world("test", _SCENARIOS)
    title = f"{stores} stores, {_SCENARIOS} worlds of {_PERIODS} days"
    print(f"\n{title:48}{'cost a day':>12}{'fill rate':>14}{'s to tune':>14}")
    costs: dict[str, Floats] = {}
    for kind in _KINDS:
        started = time.perf_counter()
        policy = tuned(kind, chain, laws, lead_times=lead_times, seed=11)
        seconds = time.perf_counter() - started
        if kind == "reorder_point":
            point, level = (float(policy.parameters[name][0]) for name in ("reorder_point", "level"))
        costs[kind] = _told(kind, test, policy, seconds)
    best = min(costs, key=lambda kind: costs[kind].mean())
    started = time.perf_counter()
    learned = _at_stores(laws, chain)
    study = world("tuning", 12)
    tries = [_Chain(learned, point * p, max(level * s, point * p + 1.0)) for p in _GRID for s in _GRID]
    chosen = min(tries, key=lambda one: simulate(study, one, warmup=_WARMUP).cost.sum(axis=0).mean())
    name = "learned at stores"
    costs[name] = _told(name, test, chosen, time.perf_counter() - started)
    saved = (costs[best] - costs[name]) / costs[best].mean() * 100.0
    half = stats.t.ppf(0.975, len(saved) - 1) * saved.std(ddof=1) / np.sqrt(len(saved))
    print(
        f"saved against {best}: {saved.mean():.2f} % ({saved.mean() - half:.2f} to {saved.mean() + half:.2f}); aim 3 %"
    )


def _told(name: str, world: World, policy: object, seconds: float) -> Floats:
    outcome = simulate(world, policy, warmup=_WARMUP)  # type: ignore[arg-type]
    total = outcome.cost.sum(axis=0)
    fill = outcome.met[1:].sum() / outcome.demand[1:].sum()
    print(f"{name:48}{total.mean():12.2f}{fill:14.2%}{seconds:14.0f}", flush=True)
    return np.asarray(total)


def _at_stores(laws: list[DiscreteLaw | None], chain: Network) -> Simulated:
    """Return the shipped policy for all rows; what it says of the warehouse is not asked for."""
    told = [law or poisson(1.0) for law in laws]
    mean = np.array([law.mean for law in told])
    far = [law.values - law.mean for law in told]
    variance = np.array([law.probabilities @ off**2 for law, off in zip(told, far, strict=True)])
    third = np.array([law.probabilities @ off**3 for law, off in zip(told, far, strict=True)])
    lead = [2.0 if law is None else float(_TO_STORES.mean) for law in laws]
    deviation = float(np.sqrt(_TO_STORES.probabilities @ (_TO_STORES.values - _TO_STORES.mean) ** 2))
    shape = (len(told), int(chain.lead_time.max()) + 1)
    terms = Terms.of(
        mean=np.broadcast_to(mean[:, None], shape),
        variance=np.broadcast_to(variance[:, None], shape),
        skewness=third / variance**1.5,
        none=[float(law.probabilities[law.values == 0].sum()) for law in told],
        lead_time=chain.lead_time,
        lead_deviation=np.full(len(told), deviation),
        shortage_ratio=np.full(len(told), 19.0),
        lead_shift=np.array(lead) - chain.lead_time,
    )
    return Simulated(LearnedPolicy.shipped(), terms)


@attrs.frozen(eq=False)
class _Chain:
    """The learned policy at the stores; the warehouse orders up to ``level`` from ``point`` or less."""

    stores: Simulated
    point: float
    level: float

    def order(self, state: State) -> Floats:
        """Return units to order."""
        units = self.stores.order(state)
        position = state.position[0]
        units[0] = np.where(position <= self.point, np.maximum(np.rint(self.level) - position, 0.0), 0.0)
        return units
