"""Scenario files in TOML.

    name = "lost sales, Poisson demand"
    periods = 2000                   # per replication, after the warm-up
    warmup = 200
    replications = 8
    seed = 0
    review_periods = 1               # orders are placed every so many periods
    unmet_demand = "lost"            # or "backordered"
    holding_rate_per_year = 0.25     # plugins are told costs as prices: see below
    items = "items.csv"              # a table of the fields below, or [[items]]

    [demand]
    law = "poisson"                  # poisson, negative_binomial, geometric, normal or replay
    file = "demand.csv"              # replay only: one column an item, one row a period, the warm-up first

    [[items]]
    item_id = "a"                    # default: the row's number
    demand_mean = 5.0                # units per period; not for replay
    demand_variance = 10.0           # negative_binomial and normal
    lead_time = 2                    # periods
    lead_time_sd = 0.0               # above 0 the lead time is a rounded normal variable, at least 0
    holding = 1.0                    # cost per unit left at the end of a period
    penalty = 9.0                    # cost per unit of demand lost, or per unit and period of waiting
    fixed_order_cost = 0.0           # cost per order
    optimal_cost = 6.0936            # per period, if known

Files are looked for beside the scenario. A column of ``items.csv`` that is none of these fields is left aside.
In each period orders arrive, an order is placed, demand comes, and holding and penalty are paid. A period is a day.
A plugin learns costs the way it learns them from a shop: an item's unit cost is such that ``holding_rate_per_year``
of it makes the holding cost, and its margin is the penalty. Its forecast is the law itself, or for replay
the law of the warm-up.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from attrs.validators import ge, gt, in_
from numpy.typing import NDArray

from shelfwise.errors import DataError
from shelfwise.evaluation.inventory.scenario import Scenario, ScenarioItem
from shelfwise.simulation import laws
from shelfwise.structuring import structure

Floats = NDArray[np.float64]

LAWS = ("poisson", "negative_binomial", "geometric", "normal", "replay")
UNMET = ("lost", "backordered")


@attrs.frozen
class _Demand:
    """The kind of law that demand follows."""

    law: str = attrs.field(default="poisson", validator=in_(LAWS))
    file: str = ""


@attrs.frozen
class _File:
    """The tables of a scenario file."""

    name: str = ""
    periods: int = attrs.field(default=2000, validator=ge(1))
    warmup: int = attrs.field(default=200, validator=ge(0))
    replications: int = attrs.field(default=8, validator=ge(1))
    seed: int = attrs.field(default=0, validator=ge(0))
    review_periods: int = attrs.field(default=1, validator=ge(1))
    unmet_demand: str = attrs.field(default="lost", validator=in_(UNMET))
    holding_rate_per_year: float = attrs.field(default=0.25, validator=gt(0.0))
    items: tuple[ScenarioItem, ...] = ()
    demand: _Demand = attrs.field(factory=_Demand)


def lost_sales_example() -> Path:
    """Return the path of the scenario file that comes with the package."""
    return Path(str(resources.files("shelfwise.evaluation") / "scenarios" / "lost_sales.toml"))


def read_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        DataError: the file, or one it names, cannot be used; all mistakes of the file are named at once.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"{path}: {error}") from error
    listed = table.pop("items") if isinstance(table.get("items"), str) else ""
    file, mistakes = structure(table, _File, "")
    if file is None:
        raise DataError("\n".join(f"{path}: {mistake}" for mistake in mistakes))
    items = _read_items(path.parent / listed) if listed else file.items
    if not items:
        raise DataError(f"{path}: a scenario needs [[items]], or items with the name of a CSV file")
    items = tuple(attrs.evolve(item, item_id=item.item_id or str(row)) for row, item in enumerate(items, 1))
    if len({item.item_id for item in items}) != len(items):
        raise DataError(f"{path}: each item_id may stand only once")
    trace = None
    if file.demand.law == "replay":
        trace = _read_trace(path.parent / file.demand.file, items)
        if len(trace) <= file.warmup or not file.warmup:
            raise DataError(f"{path}: a replay needs a warm-up of at least 1 period and more rows than that")
    return Scenario(
        name=file.name or path.stem,
        items=items,
        laws=_laws(path, file, items, trace),
        periods=file.periods if trace is None else min(file.periods, len(trace) - file.warmup),
        warmup=file.warmup,
        replications=file.replications if trace is None else 1,
        seed=file.seed,
        review_periods=file.review_periods,
        lost_sales=file.unmet_demand == "lost",
        holding_rate_per_year=file.holding_rate_per_year,
        trace=trace,
    )


def _laws(path: Path, file: _File, items: tuple[ScenarioItem, ...], trace: Floats | None) -> tuple[laws.Law, ...]:
    def law(row: int, item: ScenarioItem) -> laws.Law:
        if trace is not None:
            return laws.empirical(trace[: file.warmup, row])
        variance = item.demand_mean if item.demand_variance is None else item.demand_variance
        match file.demand.law:
            case "poisson":
                return laws.poisson(item.demand_mean)
            case "geometric":
                return laws.geometric(item.demand_mean)
            case "negative_binomial":
                return laws.negative_binomial(item.demand_mean, variance)
            case _:
                return laws.NormalLaw(item.demand_mean, float(np.sqrt(variance)))

    try:
        return tuple(law(row, item) for row, item in enumerate(items))
    except ValueError as error:
        raise DataError(f"{path}: {error}") from error


def _read_items(path: Path) -> tuple[ScenarioItem, ...]:
    kinds = {field.name: field.type for field in attrs.fields(ScenarioItem)}
    items, mistakes = [], []
    for number, row in enumerate(_rows(path), 2):
        cells: dict[str, Any] = {}
        for name in kinds.keys() & row.keys():
            if row[name] not in ("", None):
                cells[name] = row[name] if name == "item_id" else _number(path, number, name, row)
        if "lead_time" in cells and float(cells["lead_time"]).is_integer():
            cells["lead_time"] = int(cells["lead_time"])
        item, wrong = structure(cells, ScenarioItem, f"{path.name}, line {number}")
        items += [item] if item is not None else []
        mistakes += wrong
    if mistakes:
        raise DataError("\n".join(mistakes))
    return tuple(items)


def _read_trace(path: Path, items: tuple[ScenarioItem, ...]) -> Floats:
    rows = _rows(path)
    missing = [item.item_id for item in items if not rows or item.item_id not in rows[0]]
    if missing:
        raise DataError(f"{path}: needs a column {missing[0]!r} with the demand of that item")
    trace = np.array([[_number(path, n, i.item_id, row) for i in items] for n, row in enumerate(rows, 2)])
    if not (np.isfinite(trace).all() and (trace >= 0).all()):
        raise DataError(f"{path}: demand must be finite and not negative")
    return trace


def _rows(path: Path) -> list[Mapping[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: {error}") from error


def _number(path: Path, line: int, name: str, row: Mapping[str, str]) -> float:
    try:
        return float(row[name])
    except (TypeError, ValueError) as error:
        raise DataError(f"{path}, line {line}: {name} must be a number, got {row[name]!r}") from error
