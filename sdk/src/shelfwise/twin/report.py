"""What an experiment found, as JSON and as one page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from shelfwise.evaluation.report import Interval, envelope
from shelfwise.twin.arms import SILOED, arm_named
from shelfwise.twin.comparison import SAMPLES, Comparison
from shelfwise.twin.experiment import Experiment
from shelfwise.twin.figures import DEFINITIONS, LESS_IS_BETTER
from shelfwise.twin.plots import forest, funnel, weekly
from shelfwise.twin.scenario import Scenario
from shelfwise.twin.trial import DEFINITIONS as TRIAL_DEFINITIONS
from shelfwise.twin.trial import summary

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["document", "render", "trial_document"]


def document(
    scenario: Scenario,
    experiment: Experiment,
    compared: Comparison,
    worlds: Sequence[Mapping[str, Any]],
    seconds: float,
) -> dict[str, Any]:
    """Return everything as plain values: a row an arm and figure, with the value of each world."""
    protocol = {
        "scenario": attrs.asdict(scenario),
        "configuration": experiment.config,
        "arms": {name: arm_named(name).description for name in experiment.arms},
        "worlds": [world["world"] for world in worlds],
        "primary": compared.primary,
        "compared_with": SILOED,
        "interval": f"95 % percentile bootstrap over worlds, {SAMPLES:,} resamples, paired by world",
        "p_value": "two-sided, by flipping the signs of worlds, after Holm over all arms",
        "seconds_by_arm": {
            arm: float(np.mean([world["arms"][arm]["seconds"] for world in worlds])) for arm in experiment.arms
        },
    }
    told = envelope(
        "twin",
        seed=scenario.seed,
        seconds=seconds,
        rows=compared.rows(),
        definitions=DEFINITIONS,
        protocol=protocol,
    )
    if compared.interaction is not None:
        told["interaction"] = compared.interaction.to_json()
    if compared.closed is not None:
        told["share_of_gap_closed"] = compared.closed.to_json()
    return told


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
            "scenario": attrs.asdict(scenario),
            "configuration": experiment.config,
            "worlds": list(worlds),
            "interval": f"95 % percentile bootstrap over worlds, {SAMPLES:,} resamples",
        },
    )


def render(scenario: Scenario, compared: Comparison, told: Mapping[str, Any]) -> str:
    """Write one page that needs nothing from outside."""
    return _template().render(
        scenario=scenario,
        compared=compared,
        figures=list(DEFINITIONS),
        definitions=DEFINITIONS,
        less_is_better=LESS_IS_BETTER,
        arms=told["protocol"]["arms"],
        told=told,
        worlds=len(told["protocol"]["worlds"]),
        plots=[plot(compared).svg() for plot in (forest, weekly, funnel)],
        settings=json.dumps(told["protocol"]["scenario"], indent=1),
    )


def _digits(value: float) -> str:
    if not np.isfinite(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


def _signed(found: Interval) -> str:
    return f"{found.estimate:+,.3g} ({found.low:+,.3g} to {found.high:+,.3g})"


def _share(found: Interval) -> str:
    ends = (f"{end:.0%}" if np.isfinite(end) else "-" for end in (found.estimate, found.low, found.high))
    return "{} ({} to {})".format(*ends)


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("shelfwise.twin"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"digits": _digits, "share": _share, "signed": _signed}
    return environment.get_template("report.html")
