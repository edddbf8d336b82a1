"""What is left when something goes wrong: each kind of disruption in each region, beside a run without it.

The words are those of ``shelfwise evaluate inventory --resilience``. A strike is the same for both arms; every run is
an experiment of its own (:mod:`shelfwise.twin.experiment`), and those that are finished are not run again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.errors import ConfigError
from shelfwise.evaluation.inventory.regions import STRENGTH
from shelfwise.evaluation.report import bootstrap_difference, bootstrap_mean
from shelfwise.simulation import Kind
from shelfwise.twin.arms import INTEGRATED, SILOED
from shelfwise.twin.comparison import SAMPLES
from shelfwise.twin.experiment import Experiment, run
from shelfwise.twin.scenario import Scenario
from shelfwise.twin.scenario_file import parse_scenario, regions
from shelfwise.types import Progress, silent

__all__ = [
    "ARMS",
    "DEFINITIONS",
    "EVERYWHERE",
    "FIRST_WEEK",
    "LESS_IS_RESILIENT",
    "MEASURES",
    "STRUCK_WEEKS",
    "Map",
    "regions_of",
    "strike_everywhere",
]

Floats = NDArray[np.float64]
Worlds = Sequence[Mapping[str, Any]]

ARMS = SILOED, INTEGRATED
FIRST_WEEK, STRUCK_WEEKS = 2, 2
"""The week of the run in which it strikes, and for how long; the window of what is measured begins with it."""
TOLERANCE = 0.02
EVERYWHERE = "all regions"
"""In place of a region: their mean."""

DEFINITIONS = {
    "resilience": "profit per customer of the window with the disruption less that of the same arm in the same world "
    "without it, in currency: below zero is what it costs",
    "profit_kept": "profit of the window with the disruption, in percent of that without it; a surge may earn more",
    "score": "service kept, in percent: latent service of the window with the disruption, as a share of that "
    "without it",
    "time_to_survive": f"weeks from the start of the disruption until the first in which more than {TOLERANCE:.0%} of "
    "what is wanted is lost beyond what is lost undisturbed; those of the window where there is none",
    "time_to_recover": "weeks from the end of the disruption until the last such week is over; 0 where there is none",
    "region": "a supplier or a warehouse by its number, the first warehouse supplies the others; "
    f"{EVERYWHERE}: the mean of them",
    "kind": "supplier_outage: the supplier sends nothing; lead_time_inflation: what it sends takes "
    f"{STRENGTH[Kind.INFLATION]:g} times as long; transit_pause: what is on the way to the warehouse stands still; "
    "receiving_pause: the warehouse lets nothing in; demand_surge: "
    f"{STRENGTH[Kind.SURGE]:g} times as many visits to the warehouse; capacity_cut: the supplier ships "
    f"{STRENGTH[Kind.CUT]:g} times what it can",
}
"""One sentence a figure."""
MEASURES = ("resilience", "profit_kept", "score", "time_to_survive", "time_to_recover")
"""Of a cell."""
LESS_IS_RESILIENT = frozenset({"time_to_recover"})
"""Of the others more is."""


@attrs.frozen(eq=False)
class Map:
    """By kind and region (None for a run without a disruption) the worlds in which both arms were run."""

    scenario: Scenario
    found: dict[tuple[str, int] | None, Worlds]

    @property
    def seconds(self) -> float:
        """What one cell of one world takes, both arms."""
        spent = [world["arms"][arm]["seconds"] for worlds in self.found.values() for world in worlds for arm in ARMS]
        return len(ARMS) * float(np.mean(spent))

    @property
    def degraded_days(self) -> dict[str, float]:
        """By arm, the mean over cells and worlds of the days on which a stage did not have its plugin's answer."""
        lived = [world["arms"] for worlds in self.found.values() for world in worlds]
        return {arm: float(np.mean([one[arm]["figures"]["degraded_days"] for one in lived])) for arm in ARMS}

    def rows(self) -> list[dict[str, Any]]:
        """Return a row a kind, region and measure, ready for JSON: both arms, and integrated less siloed."""
        rows = []
        for kind in Kind:
            cells = {key[1]: self._measured(key) for key in self.found if key is not None and key[0] == kind}
            together = {name: np.mean([cell[name] for cell in cells.values()], axis=0) for name in MEASURES}
            named = {f"region {region + 1}": cell for region, cell in cells.items()} | {EVERYWHERE: together}
            rows += [self._row(kind, region, name, cell[name]) for region, cell in named.items() for name in MEASURES]
        return rows

    def _row(self, kind: Kind, region: str, name: str, values: Floats) -> dict[str, Any]:
        """Return a row of a measure; ``values`` are of shape (arms, worlds)."""
        seed = self.scenario.seed
        siloed, integrated = values
        means = [bootstrap_mean(one, seed=seed, samples=SAMPLES) for one in values]
        return {
            "kind": kind.value,
            "region": region,
            "figure": name,
            **{arm: told.to_json() for arm, told in zip(ARMS, means, strict=True)},
            "difference_to_siloed": bootstrap_difference(integrated, siloed, seed=seed, samples=SAMPLES).to_json(),
            "worlds": (integrated - siloed).tolist(),
        }

    def _measured(self, key: tuple[str, int]) -> dict[str, Floats]:
        """Return what a cell comes to by measure, each of shape (arms, worlds)."""
        pairs = zip(self.found[None], self.found[key], strict=True)
        cells = [[_measures(calm["arms"][arm], struck["arms"][arm]) for arm in ARMS] for calm, struck in pairs]
        return {name: np.array([[cell[name] for cell in world] for world in cells]).T for name in MEASURES}


def regions_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the regions of a map's rows in their order, and at last what stands for all of them."""
    return sorted({row["region"] for row in rows}, key=lambda name: (name == EVERYWHERE, len(name), name))


def strike_everywhere(
    experiment: Experiment, worlds: int, folder: Path, *, workers: int = 1, progress: Progress = silent
) -> Map:
    """Run siloed and integrated undisturbed and with each disruption, each an experiment with a folder of its own.

    Of ``experiment`` the scenario, the configuration, the weeks and the first world are taken.

    Raises:
        ConfigError: The run ends with the disruption, none can be put behind the scenario, or a folder holds worlds of
            another experiment.
        ShelfwiseError: A world failed; what is finished is kept.
    """
    scenario = parse_scenario(experiment.scenario, "to be struck", experiment.weeks)
    if scenario.weeks <= FIRST_WEEK + STRUCK_WEEKS:
        raise ConfigError(
            f"it strikes in week {FIRST_WEEK + 1} for {STRUCK_WEEKS} weeks, and needs time to recover: "
            f"{FIRST_WEEK + STRUCK_WEEKS + 1} weeks or more, got {scenario.weeks}"
        )
    keys = [None, *((kind.value, region) for kind in Kind for region in range(regions(scenario, kind)))]
    _check(experiment)
    found: dict[tuple[str, int] | None, Worlds] = {}
    for number, key in enumerate(keys):
        text = experiment.scenario if key is None else experiment.scenario + _strike(*key)
        asked = attrs.evolve(experiment, scenario=text, arms=ARMS)
        place = folder / ("undisturbed" if key is None else f"{key[0]}-{key[1] + 1}")
        told = _offset(progress, number * worlds, len(keys) * worlds)
        found[key] = run(asked, worlds, place, workers=workers, progress=told)
    return Map(scenario, found)


def _check(experiment: Experiment) -> None:
    """See that a disruption can be put behind the scenario, before a world is run."""
    try:
        parse_scenario(experiment.scenario + _strike(Kind.OUTAGE, 0), "with a disruption behind it", experiment.weeks)
    except ConfigError as error:
        raise ConfigError(f"{error}; write disruptions of its own as [[disruptions]]") from error


def _strike(kind: str, region: int) -> str:
    """Return the TOML of a disruption, to be put behind a scenario."""
    return (
        f'\n[[disruptions]]\nkind = "{kind}"\nfirst_day = {7 * FIRST_WEEK}\ndays = {7 * STRUCK_WEEKS}\n'
        f"strength = {STRENGTH.get(Kind(kind), 0.0)}\nregion = {region}\n"
    )


def _offset(progress: Progress, before: int, steps: int) -> Progress:
    def told(step: str, done: int, total: int) -> None:  # noqa: ARG001 - that of one experiment
        progress(step, before + done, steps)

    return told


def _measures(calm: Mapping[str, Any], struck: Mapping[str, Any]) -> dict[str, float]:
    """Compare two runs of an arm in a world; what comes before the disruption is the same in both."""
    profit = [run["profit_by_week"][-1] - run["profit_by_week"][FIRST_WEEK - 1] for run in (calm, struck)]
    wanted, met = (
        np.array([run[name][FIRST_WEEK:] for run in (calm, struck)]) for name in ("wanted_by_week", "met_by_week")
    )
    service = met.sum(axis=1) / np.maximum(wanted.sum(axis=1), 1.0)
    weekly = met / np.maximum(wanted, 1.0)
    hurt = np.flatnonzero(weekly[0] - weekly[1] > TOLERANCE)
    return {
        "resilience": profit[1] - profit[0],
        "profit_kept": 100.0 * profit[1] / profit[0] if profit[0] > 0 else float("nan"),
        "score": 100.0 * service[1] / service[0] if service[0] > 0 else float("nan"),
        "time_to_survive": float(hurt[0]) if hurt.size else float(wanted.shape[1]),
        "time_to_recover": float(max(0, hurt[-1] + 1 - STRUCK_WEEKS)) if hurt.size else 0.0,
    }
