"""Scenarios in TOML: those that come with the twin, by name, and files of one's own."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import attrs

from shelfwise.errors import ConfigError
from shelfwise.simulation import Kind
from shelfwise.structuring import structure
from shelfwise.twin.figures import DEFINITIONS
from shelfwise.twin.scenario import Scenario

__all__ = ["parse_scenario", "regions", "scenario_names", "scenario_text"]

_FOLDER = resources.files("shelfwise.twin") / "scenarios"


def scenario_names() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the twin."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _FOLDER.iterdir() if file.name.endswith(".toml")))


def scenario_text(name: str) -> str:
    """Return the TOML of a scenario by its name, or of a file.

    Raises:
        ConfigError: There is neither, or the file cannot be read.
    """
    if name in scenario_names():
        return (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    path = Path(name)
    if not path.suffix and not path.exists():
        near = difflib.get_close_matches(name, scenario_names(), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        names = ", ".join(scenario_names())
        raise ConfigError(f"there is no scenario {name!r}{hint} There are {names}, or name a .toml file")
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the scenario {path} cannot be read: {error}") from error


def parse_scenario(text: str, source: str, weeks: int | None = None) -> Scenario:
    """Build a scenario, of other ``weeks`` than it says if they are given; ``source`` names it in messages.

    Raises:
        ConfigError: It is no TOML, has unknown keys, or describes what cannot be; all of it is named.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the scenario {source} is no TOML: {error}") from error
    if weeks is not None:
        table["weeks"] = weeks
    scenario, mistakes = structure(table, Scenario, "")
    if scenario is None:
        raise ConfigError(f"the scenario {source}:\n" + "\n".join(mistakes))
    wrong = [*_impossible(scenario)]
    if wrong:
        raise ConfigError(f"the scenario {source}:\n" + "\n".join(wrong))
    return scenario


def regions(scenario: Scenario, kind: Kind) -> int:
    """Return how many places a disruption may strike: warehouses, or suppliers."""
    at_warehouse = kind in (Kind.TRANSIT, Kind.RECEIVING, Kind.SURGE)
    return scenario.supply.warehouses if at_warehouse else scenario.supply.suppliers


def _endless(table: dict[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the names and values of what is infinite or no number."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{part}", number) for part, number in _endless(value))
        elif isinstance(value, float) and not math.isfinite(value):
            yield name, value


def _impossible(scenario: Scenario) -> list[str]:
    wrong = [f"{name} must be a finite number, got {value}" for name, value in _endless(attrs.asdict(scenario))]
    shares = scenario.market.substitute + scenario.market.defer + scenario.market.switch
    if shares > 1.0:
        wrong.append(f"market: substitute, defer and switch are shares of one whole; together they are {shares:g}")
    if scenario.supply.warehouses == 1 and not scenario.supply.first_sells:
        wrong.append("supply.first_sells must be true where supply.warehouses is 1: nobody else would sell")
    if scenario.operation.slates_only and scenario.supply.holding_rate_per_year:
        wrong.append(
            "supply.holding_rate_per_year must be 0 where operation.slates_only is true: shelves hold without end"
        )
    if scenario.primary not in DEFINITIONS:
        near = difflib.get_close_matches(scenario.primary, DEFINITIONS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        wrong.append(f"primary: there is no figure {scenario.primary!r}{hint} There are {', '.join(DEFINITIONS)}")
    for number, strike in enumerate(scenario.disruptions):
        places = regions(scenario, Kind(strike.kind))
        if strike.region is not None and not 0 <= strike.region < places:
            wrong.append(f"disruptions[{number}].region must be from 0 to {places - 1}, got {strike.region}")
        if strike.first_day >= 7 * scenario.weeks:
            wrong.append(
                f"disruptions[{number}].first_day must be below {7 * scenario.weeks}, the days of the run, "
                f"got {strike.first_day}"
            )
    return wrong
