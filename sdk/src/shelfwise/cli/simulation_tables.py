"""What a simulation found, as tables on the terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shelfwise.cli.evaluate.figures import grid

if TYPE_CHECKING:
    from rich.console import Console

    from shelfwise.evaluation.report import Interval

__all__ = ["show_arms", "show_resilience", "show_trials"]

Document = Mapping[str, Any]

_SHOWN = (
    "profit_per_customer_year",
    "latent_service",
    "cost_per_delivery",
    "on_time",
    "slate_hit",
    "wape_30_days",
    "retention_90_days",
    "order_value",
)


def show_arms(console: Console, told: Document) -> None:
    """Print some figures of each arm, and what each is worth in the primary one."""
    from shelfwise.twin.findings import Findings
    from shelfwise.twin.plots.frame import signed, words

    found = Findings.read(told)
    shown = dict.fromkeys((found.primary, *_SHOWN))
    lines = grid("", *map(words, shown))
    for arm, table in found.mean.items():
        lines.add_row(arm, *(_written(table[name].estimate, ",.4g") for name in shown))
    console.print(lines)
    console.print(f"\n{found.primary}: difference to siloed over {found.worlds} worlds, 95 % interval, p after Holm")
    lines = grid("", "difference", "from", "to", "p")
    for arm, table in found.difference.items():
        one = table[found.primary]
        lines.add_row(arm, *map(signed, (one.estimate, one.low, one.high)), f"{found.p_value[arm]:.4f}")
    console.print(lines)
    if found.interaction is not None:
        both = found.interaction
        console.print(f"all links together less the sum of each alone: {_interval(both, '+,.3g')}")
    if found.closed is not None:
        part = _interval(found.closed, ".0%")
        console.print(f"of the way from siloed to perfect information integration goes {part}")
    _tell_degraded(console, {arm: table["degraded_days"].estimate for arm, table in found.mean.items()})


def show_trials(console: Console, told: Document) -> None:
    """Print a row a design: what it says beside the truth."""
    lines = grid("trial by", "truth", "estimate", "bias", "from", "to", "coverage", "p < .05")
    for row in told["rows"]:
        amounts = [row["truth"]["estimate"], row["estimate"]["estimate"], *row["bias"].values()]
        shares = [row["coverage"], row["found"]]
        lines.add_row(
            row["design"], *(_written(one, "+.3f") for one in amounts), *(_written(one, ".0%") for one in shares)
        )
    console.print(lines)
    _tell_degraded(console, {"all lives": told["protocol"]["degraded_days"]})


def show_resilience(console: Console, told: Document) -> None:
    """Print the map: a row a region, a column a kind, a star where the interval does not hold zero."""
    from shelfwise.twin.resilience import regions_of

    rows = [row for row in told["rows"] if row["figure"] == "resilience"]
    kinds = list(dict.fromkeys(row["kind"] for row in rows))
    cells = {(row["region"], row["kind"]): row["difference_to_siloed"] for row in rows}
    worlds, seconds = len(told["protocol"]["worlds"]), told["protocol"]["seconds_by_cell"]
    console.print(f"resilience: integrated less siloed over {worlds} worlds; * where the 95 % interval holds no zero")
    lines = grid("", *(kind.replace("_", " ") for kind in kinds))
    for region in regions_of(rows):
        lines.add_row(region, *(_starred(cells.get((region, kind))) for kind in kinds))
    console.print(lines)
    console.print(f"{seconds:.1f} s a cell and world")
    _tell_degraded(console, told["protocol"]["degraded_days"])


def _tell_degraded(console: Console, days: Mapping[str, float]) -> None:
    """Say by arm on how many days of a world a plugin failed, if it did."""
    if often := {arm: one for arm, one in days.items() if one}:
        listed = ", ".join(f"{arm} {one:,.4g}" for arm, one in often.items())
        console.print(f"days a world on which a stage did not have the answer of its plugin: {listed}")


def _starred(found: Mapping[str, float] | None) -> str:
    if found is None:
        return "-"
    return f"{found['estimate']:+,.3f}{'*' if found['low'] > 0 or found['high'] < 0 else ' '}"


def _interval(found: Interval, how: str) -> str:
    estimate, low, high = (_written(end, how) for end in (found.estimate, found.low, found.high))
    return f"{estimate} ({low} to {high})"


def _written(value: float | None, how: str) -> str:
    return "-" if value is None or not math.isfinite(value) else f"{value:{how}}"
