"""What is left when something goes wrong: eight regions, six kinds of disruption, each beside a run without it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.evaluation.inventory.intervals import half_width, of_mean, of_ratio, of_share
from shelfwise.evaluation.inventory.plugin_policy import PluginPolicy
from shelfwise.evaluation.inventory.regions import REGIONS, STRENGTH, Chain
from shelfwise.evaluation.inventory.scenario import Scenario
from shelfwise.evaluation.report import Interval, envelope
from shelfwise.hookspecs import Progress
from shelfwise.simulation import Happened, Kind, Policy, World, simulate
from shelfwise.simulation.tuning import tuned

__all__ = ["DEFINITIONS", "REFERENCE", "Plan", "Resilience", "resilience"]

Floats = NDArray[np.float64]

REFERENCE = "echelon_base_stock"
TOLERANCE = 0.02

DEFINITIONS = {
    "score": "service kept, in percent: the fill rate of the window with the disruption, as a share of that without it "
    "in the same world; the window begins with the disruption",
    "profit_kept": "the same of profit, in percent: penalty x units sold - holding - ordering; a surge may earn more",
    "fill_rate": "share of the window's demand that was met at once, with the disruption",
    "fill_rate_undisturbed": "the same without it",
    "time_to_survive": "periods from the start of the disruption until the region loses the first sale that it does "
    "not lose undisturbed; the length of the window where there is none",
    "survived": "share of scenarios in which there is none",
    "time_to_recover": "periods from the end of the disruption until service is back for good: until the last one in "
    f"which the region loses more than {TOLERANCE:.0%} of its mean demand beyond what it loses undisturbed; 0 where "
    "there is none after the end",
    "recovered": "share of scenarios in which that is so before the window ends",
    "kind": "supplier_outage: the supplier sends nothing; lead_time_inflation: what it sends takes "
    f"{STRENGTH[Kind.INFLATION]:g} times as long; transit_pause: what is on the way to the warehouse stands still; "
    "receiving_pause: the warehouse lets nothing in; demand_surge: the stores' demand is "
    f"{STRENGTH[Kind.SURGE]:g} times what it was; capacity_cut: the lane into the warehouse moves "
    f"{STRENGTH[Kind.CUT]:g} times its capacity",
    "intervals": "95 %, over scenarios, by Student's t; of ratios by the delta method",
}


@attrs.frozen
class Plan:
    """When it strikes: after ``warmup`` periods, for ``periods``, in a window of ``window`` from the start on."""

    warmup: int = 60
    periods: int = 14
    window: int = 70
    scenarios: int = 20


@attrs.frozen(eq=False)
class Resilience:
    """What was found: a row for each policy, region and kind of disruption."""

    scenario: Scenario
    plan: Plan
    rows: tuple[dict[str, Any], ...]
    seconds: float

    @property
    def policies(self) -> list[str]:
        """The policies that were measured."""
        return list(dict.fromkeys(row["plugin"] for row in self.rows))

    def cell(self, plugin: str, region: str, kind: str) -> dict[str, Any]:
        """Return one row."""
        key = (plugin, region, kind)
        return next(row for row in self.rows if (row["plugin"], row["region"], row["kind"]) == key)

    def to_json(self) -> dict[str, Any]:
        """Return the rows with definitions, protocol, seed, versions and machine, ready for JSON."""
        protocol = {
            "scenario": self.scenario.name,
            "items": len(self.scenario.items),
            "regions": len(REGIONS),
            "review_periods": self.scenario.review_periods,
            **attrs.asdict(self.plan),
            "references": f"{REFERENCE} is tuned by search on demand drawn apart, without disruptions",
        }
        rows = [
            {name: value.to_json() if isinstance(value, Interval) else value for name, value in row.items()}
            for row in self.rows
        ]
        return envelope(
            "inventory",
            seed=self.scenario.seed,
            seconds=self.seconds,
            rows=rows,
            definitions=DEFINITIONS,
            protocol=protocol,
        )


@attrs.frozen(eq=False)
class _Record:
    """What each region sold, lost and earned in each period of the window, (periods, regions, scenarios)."""

    demand: Floats
    lost: Floats
    profit: Floats


def resilience(
    scenario: Scenario,
    plugins: Mapping[str, object],
    *,
    plan: Plan | None = None,
    progress: Progress = lambda *_: None,
) -> Resilience:
    """Strike each region with each kind of disruption, under each plugin and a tuned echelon base-stock policy.

    Raises:
        DataError: The unmet demand of the scenario waits.
        PluginError: a plugin gives no plan, or quantities that are no orders.
    """
    started, plan = time.perf_counter(), plan or Plan()
    chain = Chain.of(scenario, plan.scenarios)
    options: dict[str, Any] = {"review_periods": scenario.review_periods, "seed": scenario.seed, "budget": 400_000}
    policies: dict[str, Policy] = {REFERENCE: tuned(REFERENCE, chain.shop.network, chain.shop.laws, **options)}
    for name, plugin in plugins.items():
        policies[name] = PluginPolicy.in_shop(plugin, chain.shop, scenario.review_periods)
    rows: list[dict[str, Any]] = []
    steps = len(policies) * (len(Kind) + 1)
    for number, (name, policy) in enumerate(policies.items()):
        told = _teller(progress, name, number * (len(Kind) + 1), steps)
        calm = _record(scenario, chain, policy, plan, None, told)
        for kind in Kind:
            told()
            struck = _record(scenario, chain, policy, plan, kind, told)
            rows += [{"plugin": name, "kind": kind.value, **row} for row in _rows(calm, struck, plan)]
    return Resilience(scenario, plan, tuple(rows), time.perf_counter() - started)


def _teller(progress: Progress, name: str, before: int, steps: int) -> Callable[[], None]:
    done = iter(range(before, steps))
    return lambda: progress(name, next(done), steps)


def _record(
    scenario: Scenario, chain: Chain, policy: Policy, plan: Plan, kind: Kind | None, told: Callable[[], None]
) -> _Record:
    """Run a policy through the same world, with or without something going wrong."""
    if kind is None:
        told()
    network, margin = chain.shop.network, chain.shop.margin[chain.shop.item][:, None]
    world = World.draw(
        network,
        chain.shop.laws,
        periods=plan.warmup + plan.window,
        scenarios=plan.scenarios,
        seed=scenario.seed,
        disruptions=[] if kind is None else chain.struck(kind, plan.warmup, plan.periods),
        study="resilience",
    )
    demand, lost, profit = np.zeros((3, plan.window, len(REGIONS), plan.scenarios))

    def watch(happened: Happened) -> None:
        at = happened.state.period - plan.warmup
        if at < 0:
            return
        stock = happened.state.on_hand + happened.state.gate
        costs = network.holding_cost[:, None] * stock + network.order_cost[:, None] * (happened.ordered > 0)
        demand[at], lost[at] = chain.by_region(happened.demand), chain.by_region(happened.lost)
        profit[at] = chain.by_region(margin * happened.met - costs)

    simulate(world, policy, warmup=plan.warmup, review_periods=scenario.review_periods, watch=watch)
    return _Record(demand, lost, profit)


def _rows(calm: _Record, struck: _Record, plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield the row of each region."""
    extra = struck.lost - calm.lost
    first = np.where((extra > 0).any(axis=0), (extra > 0).argmax(axis=0), plan.window)
    after = extra[plan.periods :] > TOLERANCE * calm.demand.mean(axis=(0, 2))[:, None]
    back = np.where(after.any(axis=0), len(after) - after[::-1].argmax(axis=0), 0)
    for place, region in enumerate(REGIONS):
        yield {
            "region": region,
            "score": _kept(struck, calm, place),
            "profit_kept": of_ratio(100.0 * struck.profit.sum(axis=0)[place], calm.profit.sum(axis=0)[place]),
            "fill_rate": of_share(*_served(struck, place)),
            "fill_rate_undisturbed": of_share(*_served(calm, place)),
            "time_to_survive": of_mean(first[place]),
            "survived": float((first[place] == plan.window).mean()),
            "time_to_recover": of_mean(back[place]),
            "recovered": float((back[place] < len(after)).mean()),
        }


def _served(record: _Record, place: int) -> tuple[Floats, Floats]:
    """Return units met at once and units demanded in the window, each (scenarios,)."""
    demand = record.demand.sum(axis=0)[place]
    return demand - record.lost.sum(axis=0)[place], demand


def _kept(struck: _Record, calm: _Record, place: int) -> Interval:
    """Return the ratio of two fill rates in percent with its interval, by the delta method on its logarithm."""
    rates, shifts = [], []
    for record in (struck, calm):
        met, demand = _served(record, place)
        rate = float(met.mean()) / max(float(demand.mean()), 1e-12)
        rates.append(rate)
        shifts.append((met - rate * demand) / max(float(met.mean()), 1e-12))
    if rates[1] <= 0:
        return Interval(float("nan"), float("nan"), float("nan"))
    kept = 100.0 * rates[0] / rates[1]
    width = kept * half_width(shifts[0] - shifts[1])
    return Interval(kept, kept - width, kept + width)
