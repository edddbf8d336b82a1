"""One warehouse and its stores, decided together, beside heuristics tuned for the whole network.

Unmet demand is lost, lead times are random and cross, the warehouse's orders cost something and have a minimum. The
gate chooses what costs least on worlds of its own; all are told on others, which nothing was chosen on.
"""

from __future__ import annotations

import time

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import stats
from shelfwise_inventory_ppo.chain.simulated import SimulatedChains
from shelfwise_inventory_ppo.chain.terms import ChainTerms
from shelfwise_inventory_ppo.chain.tuning import tuned_chains
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.simulated import Simulated
from shelfwise_inventory_ppo.terms import Terms

from shelfwise.simulation import OUTSIDE, Network, Policy, State, World, simulate
from shelfwise.simulation.laws import DiscreteLaw, empirical, negative_binomial, poisson
from shelfwise.simulation.tuning import tuned

__all__ = ["network"]

Floats = NDArray[np.float64]

_KINDS = ("base_stock", "capped_base_stock", "projected_inventory", "echelon_base_stock", "reorder_point")
_SCENARIOS, _TUNING, _PERIODS, _WARMUP = 60, 24, 500, 100
_SHORTAGE = 19.0
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
        lost_cost=[0.0, *[_SHORTAGE] * stores],
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

    test, study, choice = world("test", _SCENARIOS), world("tuning", _TUNING), world("gate", _TUNING)
    title = f"{stores} stores, {_SCENARIOS} worlds of {_PERIODS} days"
    print(f"\n{title:48}{'cost a day':>12}{'fill rate':>14}{'s to tune':>14}")
    costs: dict[str, Floats] = {}
    chosen: dict[str, float] = {}

    def tell(name: str, policy: Policy, started: float) -> None:
        seconds = time.perf_counter() - started
        costs[name] = _told(name, test, policy, seconds)
        chosen[name] = float(simulate(choice, policy, warmup=_WARMUP).cost.sum(axis=0).mean())

    for kind in _KINDS:
        started = time.perf_counter()
        policy = tuned(kind, chain, laws, lead_times=lead_times, seed=11)
        if kind == "reorder_point":
            point, level = (float(policy.parameters[name][0]) for name in ("reorder_point", "level"))
        tell(kind, policy, started)
    best = min(costs, key=lambda kind: costs[kind].mean())
    started = time.perf_counter()
    terms = _terms(laws, chain)
    alone = Simulated(LearnedPolicy.shipped(), terms)
    tries = [_AtStores(alone, point * p, max(level * s, point * p + 1.0)) for p in _GRID for s in _GRID]
    tell(
        "learned at stores, each by itself",
        min(tries, key=lambda one: simulate(study.first(12), one, warmup=_WARMUP).cost.sum(axis=0).mean()),
        started,
    )
    whole = _chain_terms(laws, chain, terms)
    for name, one in (
        ("together, nothing learned", LearnedPolicy.unlearned()),
        ("together, learned", LearnedPolicy.shipped()),
    ):
        started = time.perf_counter()
        numbers, _ = tuned_chains(one, whole, study, warmup=_WARMUP)
        tell(name, SimulatedChains(one, whole, numbers), started)
    gate = min(chosen, key=lambda name: chosen[name])
    for name in [name for name in costs if name not in _KINDS]:
        saved = (costs[best] - costs[name]) / costs[best].mean() * 100.0
        half = stats.t.ppf(0.975, len(saved) - 1) * saved.std(ddof=1) / np.sqrt(len(saved))
        interval = f"{saved.mean():.2f} % ({saved.mean() - half:.2f} to {saved.mean() + half:.2f})"
        print(f"{name}, saved against {best}: {interval}{'; aim 3 %' if name == gate else ''}")
    print(f"the gate chooses: {gate}")


def _told(name: str, world: World, policy: object, seconds: float) -> Floats:
    outcome = simulate(world, policy, warmup=_WARMUP)  # type: ignore[arg-type]
    total = outcome.cost.sum(axis=0)
    fill = outcome.met[1:].sum() / outcome.demand[1:].sum()
    print(f"{name:48}{total.mean():12.2f}{fill:14.2%}{seconds:14.0f}", flush=True)
    return np.asarray(total)


def _moments(law: DiscreteLaw) -> tuple[float, float, float]:
    """Return mean, variance and skewness."""
    far = law.values - law.mean
    variance = float(law.probabilities @ far**2)
    return law.mean, variance, float(law.probabilities @ far**3) / variance**1.5


def _terms(laws: list[DiscreteLaw | None], chain: Network) -> Terms:
    """Return what a policy is told of all rows; what it says of the warehouse is not asked for."""
    told = [law or poisson(1.0) for law in laws]
    mean, variance, skewness = np.array([_moments(law) for law in told]).T
    lead, spread, _ = _moments(_TO_STORES)
    shape = (len(told), int(chain.lead_time.max()) + 1)
    return Terms.of(
        mean=np.broadcast_to(mean[:, None], shape),
        variance=np.broadcast_to(variance[:, None], shape),
        skewness=skewness,
        none=[float(law.probabilities[law.values == 0].sum()) for law in told],
        lead_time=chain.lead_time,
        lead_deviation=np.full(len(told), np.sqrt(spread)),
        shortage_ratio=np.full(len(told), _SHORTAGE),
        lead_shift=np.where(chain.source == OUTSIDE, 2.0, lead) - chain.lead_time,
    )


def _chain_terms(laws: list[DiscreteLaw | None], chain: Network, terms: Terms) -> ChainTerms:
    """Return what is known of the chain as a whole."""
    mean, variance, _ = np.array([_moments(law) for law in laws if law is not None]).T
    near, far = _moments(_TO_STORES), _moments(_TO_WAREHOUSE)
    periods, rate = near[0] + far[0] + 1.0, mean.sum()
    lot = np.sqrt(2.0 * chain.order_cost[0] * rate / chain.holding_cost[0])
    return ChainTerms(
        terms.take(np.arange(1, len(laws))),
        ratio=np.full(len(mean), _SHORTAGE),
        chain=np.zeros(len(mean), np.int64),
        batch=np.array([rate]),
        cover=np.array([rate * periods]),
        spread=np.sqrt([variance.sum() * periods + rate**2 * far[1]]),
        lot=np.maximum([lot], chain.minimum[:1]),
    )


@attrs.frozen(eq=False)
class _AtStores:
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
