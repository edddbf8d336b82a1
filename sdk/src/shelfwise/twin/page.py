"""What experiments found, as one page that needs nothing from outside."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from shelfwise.errors import DataError
from shelfwise.evaluation.report import Interval
from shelfwise.twin.figures import LESS_IS_BETTER
from shelfwise.twin.findings import Findings
from shelfwise.twin.plots import forest, frontier, funnel, heat_map, scenarios, values, weekly
from shelfwise.twin.plots.frame import signed, words
from shelfwise.twin.resilience import LESS_IS_RESILIENT, MEASURES

if TYPE_CHECKING:
    from jinja2 import Template

    from shelfwise.evaluation.inventory.drawing import Drawing

__all__ = ["read_document", "render"]

Document = Mapping[str, Any]


def render(document: Document, beside: Sequence[Document] = ()) -> str:
    """Write the page of an experiment's JSON, and of others beside it: arms of scenarios, or maps of disruptions."""
    studies = [document, *beside]
    several = [Findings.read(one) for one in studies if one["protocol"]["study"] == "arms"]
    maps = [one for one in studies if one["protocol"]["study"] == "disruptions"]
    return _template().render(
        title=_title(document),
        several=several,
        across=scenarios(several),
        plots=[_plots(found) for found in several],
        maps=[(one, heat_map(one), _cells(one), _by_chance(one)) for one in maps],
        measures=MEASURES,
        less_is_better=LESS_IS_BETTER | LESS_IS_RESILIENT,
        settings=[json.dumps(one["protocol"]["scenario"], indent=1) for one in studies],
        definitions={name: said for one in studies for name, said in one["definitions"].items()},
        arms={name: said for one in studies for name, said in one["protocol"]["arms"].items()},
    )


def read_document(file: Path) -> Document:
    """Read the JSON of an experiment that a page can show.

    Raises:
        DataError: It is no such file, or lacks what a page is made of.
    """
    from jinja2 import UndefinedError

    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        study = document["protocol"]["study"]
        if study not in ("arms", "disruptions"):
            raise DataError(f"{file} is of {study}; a page shows arms and disruptions")
        render(document)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, UndefinedError) as error:
        raise DataError(f"{file} is no JSON of shelfwise simulate, or that of another version") from error
    return dict(document)


def _title(document: Document) -> str:
    asked = {"arms": "What coordination is worth", "disruptions": "What is left when something goes wrong"}
    return f"{asked[document['protocol']['study']]}: {document['protocol']['scenario']['name']}"


def _plots(found: Findings) -> list[Drawing]:
    drawn = [plot(found) for plot in (forest, weekly, funnel, values, frontier)]
    return [one for one in drawn if one is not None]


def _cells(told: Document) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the rows of a map by kind and region, and then by measure."""
    cells: dict[tuple[str, str], dict[str, Any]] = {}
    for row in told["rows"]:
        cells.setdefault((row["kind"], row["region"]), {})[row["figure"]] = row
    return cells


def _by_chance(told: Document) -> float:
    """Return how many cells would have a colour if arms were alike: intervals of few worlds are too short."""
    worlds = len(told["protocol"]["worlds"])
    return max(0.05, 2.0 ** (1 - worlds)) * len(_cells(told))


def _digits(value: float) -> str:
    if not np.isfinite(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


def _signed(found: Interval | Mapping[str, float | None]) -> str:
    ends = [found.estimate, found.low, found.high] if isinstance(found, Interval) else [*found.values()]
    return "{} ({} to {})".format(*("-" if one is None else signed(one) for one in ends))


def _share(found: Interval) -> str:
    ends = (f"{end:.0%}" if np.isfinite(end) else "-" for end in (found.estimate, found.low, found.high))
    return "{} ({} to {})".format(*ends)


def _weeks(found: Interval) -> str:
    ends = (f"{end:,.0f}" if np.isfinite(end) else "never" for end in (found.estimate, found.low, found.high))
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
    environment.filters |= {"digits": _digits, "share": _share, "signed": _signed, "weeks": _weeks, "words": words}
    return environment.get_template("report.html")
