"""Trials that a shop could run itself, beside the truth that only a twin knows.

Coordinated slates are tried against siloed ones in one shop, in three designs: customers by lot, within strata of how
often they buy; whole regions; and weeks that take turns. All of them share the shelves of one shop, so that who is
treated takes from who is not. The truth is the difference of two lives of the world, one in which everybody is treated
and one in which nobody is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.config import Config
from shelfwise.evaluation.report import bootstrap_difference, bootstrap_mean
from shelfwise.twin.arms import ARMS, INTEGRATED, SILOED
from shelfwise.twin.comparison import SAMPLES
from shelfwise.twin.life import Life
from shelfwise.twin.market import Slates
from shelfwise.twin.operator import Morning, Operator, Situation
from shelfwise.twin.scenario import Scenario
from shelfwise.twin.world import World

__all__ = [
    "DEFINITIONS",
    "DESIGNS",
    "Estimate",
    "Split",
    "difference_in_differences",
    "run_trials",
    "summary",
    "switchback",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

Assigned = Callable[[int, Ints], Flags]
"""Tells which customers are treated on a day."""

DESIGNS = ("customers", "regions", "weeks")
DEFINITIONS = {
    "truth": "margin a customer and week with coordinated slates for everybody less that with siloed ones, in currency",
    "estimate": "what the trial says of it: difference in differences by customers (drawn in pairs of like buyers) or "
    "by regions, and the difference of weeks that take turns",
    "bias": "mean estimate less mean truth, paired by world",
    "coverage": "share of worlds in which the trial's 95 % interval (Welch) holds the truth, of those in which it has "
    "one: less than two treated or two other regions leave none",
    "found": "share of worlds in which the trial says p < .05",
}
_STRATUM = 2


@attrs.frozen
class Estimate:
    """What a trial says that treating everybody is worth, in currency a customer and week, with its 95 % interval."""

    estimate: float
    low: float
    high: float
    p_value: float


@attrs.frozen
class Split:
    """Shows who is treated the slates of one operator and the others those of another, who also orders and routes."""

    treatment: Operator
    control: Operator
    assigned: Assigned

    def morning(self, situation: Situation) -> Morning:
        """Let both plan, for their slates need it, and do what the control decides."""
        treated = self.treatment.morning(situation)
        decided = self.control.morning(situation)
        return attrs.evolve(decided, degraded=treated.degraded + decided.degraded)

    def slates(self, situation: Situation, customer: Ints) -> Slates:
        """Ask each for the slates of its own."""
        treated = self.assigned(situation.day, customer)
        width = situation.record.world.scenario.operation.slate_size
        item, node = np.full((len(customer), width), -1, np.int64), np.full((len(customer), width), -1, np.int64)
        degraded = 0
        for operator, rows in ((self.treatment, treated), (self.control, ~treated)):
            if rows.any():
                shown = operator.slates(situation, customer[rows])
                item[rows], node[rows] = shown.item, shown.node
                degraded += shown.degraded
        return Slates(item, node, degraded)


def run_trials(scenario: Scenario, config: Config, number: int) -> dict[str, Any]:
    """Run the three designs and both truths in one world, and return what they say as plain values.

    ``degraded_days`` are those of all five lives on which a stage did not have the answer of its plugin.
    """
    world = World.draw(scenario, number)
    start = Life.begin(world)
    assigned = _designs(start)
    degraded: list[int] = []

    def lived(treated: Assigned) -> Floats:
        life = start.branch()
        treatment, control = (ARMS[name].retailer(scenario, config, start.budget) for name in (INTEGRATED, SILOED))
        life.until(scenario.last_day, Split(treatment, control, treated))
        degraded.append(life.ledger.days_with("degraded", scenario.history_days, life.today))
        return life.diary.earned

    everybody = lived(lambda _, customer: np.ones(len(customer), bool))
    nobody = lived(lambda _, customer: np.zeros(len(customer), bool))
    first = scenario.history_weeks
    truth = float((everybody[first:] - nobody[first:]).mean())
    found: dict[str, Any] = {}
    for design in DESIGNS:
        earned = lived(assigned[design])
        if design == "weeks":
            said = switchback(earned[first:].mean(axis=1), np.arange(scenario.weeks) % 2 == 1)
        else:
            treated = assigned[design](0, np.arange(len(world.people)))
            group = world.people.home if design == "regions" else np.arange(len(treated))
            said = difference_in_differences(earned[:first].mean(axis=0), earned[first:].mean(axis=0), treated, group)
        covers = bool(said.low <= truth <= said.high) if np.isfinite([said.low, said.high]).all() else None
        found[design] = attrs.asdict(said) | {"covers": covers}
    return {"world": number, "truth": truth, "trials": found, "degraded_days": sum(degraded)}


def summary(worlds: Sequence[Mapping[str, Any]], seed: int = 0) -> list[dict[str, Any]]:
    """Return a row a design: how far its estimates are from the truth on average, and how often they hold it."""
    truth = np.array([world["truth"] for world in worlds])
    rows = []
    for design in DESIGNS:
        said = [world["trials"][design] for world in worlds]
        estimate = np.array([one["estimate"] for one in said])
        covers = [one["covers"] for one in said if one["covers"] is not None]
        rows.append(
            {
                "design": design,
                "truth": bootstrap_mean(truth, seed=seed, samples=SAMPLES).to_json(),
                "estimate": bootstrap_mean(estimate, seed=seed, samples=SAMPLES).to_json(),
                "bias": bootstrap_difference(estimate, truth, seed=seed, samples=SAMPLES).to_json(),
                "coverage": float(np.mean(covers)) if covers else float("nan"),
                "found": float(np.mean([one["p_value"] < 0.05 for one in said])),
            }
        )
    return rows


def difference_in_differences(before: Floats, after: Floats, treated: Flags, group: Ints) -> Estimate:
    """Return the mean change of who is treated less that of the others, with groups as the units.

    Arrays have shape (customers,). The interval is Welch's, over groups: customers themselves, or whole regions.
    """
    _, at = np.unique(group, return_inverse=True)
    size = np.bincount(at)
    change = np.bincount(at, after - before) / size
    on = np.bincount(at, treated) == size
    return _welch(change[on], change[~on])


def switchback(weekly: Floats, treated: Flags) -> Estimate:
    """Return the mean of the weeks on less that of the weeks off, with weeks as the units."""
    return _welch(weekly[treated], weekly[~treated])


def _welch(on: Floats, off: Floats) -> Estimate:
    """Return a difference of means by the t-test of Welch (1947)."""
    from scipy import stats

    if min(len(on), len(off)) < 2:
        difference = float(on.mean() - off.mean()) if len(on) and len(off) else float("nan")
        return Estimate(difference, float("-inf"), float("inf"), float("nan"))
    found = stats.ttest_ind(on, off, equal_var=False)
    low, high = found.confidence_interval(0.95)
    return Estimate(float(on.mean() - off.mean()), float(low), float(high), float(found.pvalue))


def _designs(start: Life) -> dict[str, Assigned]:
    """Return who is treated by each design: every other region and week, and one of each pair of like buyers."""
    world = start.world
    people, draws = world.people, world.draws
    often = start.diary.visited[: start.today].sum(axis=0)
    order = np.lexsort((np.arange(len(people)), -often))
    lot = draws.uniforms("lot", order)
    drawn = np.zeros(len(people), bool)
    for pair in range(0, len(order) - 1, _STRATUM):
        drawn[order[pair + int(lot[pair + 1] > lot[pair])]] = True
    first = world.scenario.history_days

    return {
        "customers": lambda _, customer: drawn[customer],
        "regions": lambda _, customer: people.home[customer] % 2 == 1,
        "weeks": lambda day, customer: np.full(len(customer), (day - first) // 7 % 2 == 1),
    }
