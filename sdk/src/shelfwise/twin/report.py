"""What experiments found, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from shelfwise.evaluation.report import Interval, bootstrap_means, envelope
from shelfwise.twin.arms import INTEGRATED, SILOED, arm_named
from shelfwise.twin.comparison import SAMPLES, Comparison
from shelfwise.twin.experiment import Experiment
from shelfwise.twin.figures import DEFINITIONS
from shelfwise.twin.investment import returns
from shelfwise.twin.resilience import ARMS as STRUCK_ARMS
from shelfwise.twin.resilience import DEFINITIONS as RESILIENCE_DEFINITIONS
from shelfwise.twin.resilience import FIRST_WEEK, STRUCK_WEEKS, Map
from shelfwise.twin.scenario import Scenario
from shelfwise.twin.trial import DEFINITIONS as TRIAL_DEFINITIONS
from shelfwise.twin.trial import summary

__all__ = ["document", "resilience_document", "trial_document"]

_INTERVAL = f"95 % percentile bootstrap over worlds, {SAMPLES:,} resamples"
_PROFIT = "profit_per_customer_year"


def document(
    scenario: Scenario,
    experiment: Experiment,
    compared: Comparison,
    worlds: Sequence[Mapping[str, Any]],
    seconds: float,
) -> dict[str, Any]:
    """Return everything as plain values: a row an arm and figure, with the value of each world, and the curves."""
    protocol = {
        "study": "arms",
        "scenario": scenario.to_json(),
        "configuration": experiment.config,
        "arms": {name: arm_named(name).description for name in experiment.arms},
        "worlds": [world["world"] for world in worlds],
        "primary": compared.primary,
        "compared_with": SILOED,
        "interval": f"{_INTERVAL}, paired by world",
        "p_value": "two-sided, by flipping the signs of worlds, after Holm over all arms",
        "seconds_by_arm": {
            arm: float(np.mean([world["arms"][arm]["seconds"] for world in worlds])) for arm in experiment.arms
        },
    }
    return envelope(
        "twin",
        seed=scenario.seed,
        seconds=seconds,
        rows=compared.rows(),
        definitions=DEFINITIONS,
        protocol=protocol,
        parts=_parts(scenario, compared, worlds),
    )


def _parts(scenario: Scenario, compared: Comparison, worlds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what is found beyond the figures of arms; None where the arms that it is about were not run."""
    gain = compared.difference.get(INTEGRATED, {}).get(_PROFIT)
    repaid = None if gain is None else returns(gain, scenario.operation)
    base = compared.profit_by_week[SILOED]
    return {
        "interaction": _plain(compared.interaction),
        "share_of_gap_closed": _plain(compared.closed),
        "return_in_first_year": _plain(None if repaid is None else repaid.first_year),
        "payback_weeks": _plain(None if repaid is None else repaid.payback_weeks),
        "gained_by_week": {
            arm: [one.to_json() for one in bootstrap_means(weeks - base, seed=scenario.seed, samples=SAMPLES)]
            for arm, weeks in compared.profit_by_week.items()
            if arm != SILOED
        },
        "value_quantiles": {
            arm: np.mean([world["arms"][arm]["value_quantiles"] for world in worlds], axis=0)
            for arm in compared.profit_by_week
        },
    }


def _plain(found: Interval | None) -> dict[str, float] | None:
    return None if found is None else found.to_json()


def resilience_document(found: Map, config: str, seconds: float) -> dict[str, Any]:
    """Return the map of disruptions: a row a kind, region and measure, with the difference of each world."""
    undisturbed = found.found[None]
    return envelope(
        "twin",
        seed=found.scenario.seed,
        seconds=seconds,
        rows=found.rows(),
        definitions=RESILIENCE_DEFINITIONS,
        protocol={
            "study": "disruptions",
            "scenario": found.scenario.to_json(),
            "configuration": config,
            "arms": {name: arm_named(name).description for name in STRUCK_ARMS},
            "worlds": [world["world"] for world in undisturbed],
            "compared_with": SILOED,
            "interval": f"{_INTERVAL}, paired by world",
            "struck_in_week": FIRST_WEEK + 1,
            "struck_weeks": STRUCK_WEEKS,
            "seconds_by_cell": found.seconds,
            "degraded_days": found.degraded_days,
        },
    )


def trial_document(
    scenario: Scenario, experiment: Experiment, worlds: Sequence[Mapping[str, Any]], seconds: float
) -> dict[str, Any]:
    """Return what trials within a shop say beside the truth, a row a design, with every world."""
    return envelope(
        "twin",
        seed=scenario.seed,
        seconds=seconds,
        rows=summary(worlds, scenario.seed),
        definitions=TRIAL_DEFINITIONS,
        protocol={
            "study": "trials",
            "scenario": scenario.to_json(),
            "configuration": experiment.config,
            "worlds": list(worlds),
            "interval": _INTERVAL,
            "degraded_days": sum(world["degraded_days"] for world in worlds) / len(worlds),
        },
    )
