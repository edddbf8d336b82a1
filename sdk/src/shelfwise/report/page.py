"""The page: a decision laid out section by section and written through one template."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from shelfwise import __version__
from shelfwise.report import formats
from shelfwise.report.forecasts import History, forecasts
from shelfwise.report.limits import Limits
from shelfwise.report.names import Names
from shelfwise.report.orders import orders
from shelfwise.report.overview import overview
from shelfwise.report.routes import routes
from shelfwise.report.slates import slates
from shelfwise.types import Decision, Delivery, State

if TYPE_CHECKING:
    from jinja2 import Environment


def render(
    decision: Decision,
    state: State | None = None,
    *,
    deliveries: Iterable[Delivery] = (),
    history: History | None = None,
    limits: Limits | None = None,
) -> str:
    """Write a decision as one HTML page that needs nothing from outside.

    ``state`` gives descriptions, stock and coordinates, ``deliveries`` the places of deliveries that came with the
    request, ``history`` the demand before the forecast. Whatever is not given is left out of the page.
    """
    state, limits = state or State(), limits or Limits()
    names = Names(state, decision, tuple(deliveries))
    warnings = tuple(dict.fromkeys(decision.warnings))
    return (
        _environment()
        .get_template("report.html")
        .render(
            decision=decision,
            overview=overview(decision, names),
            slates=slates(decision, names, limits),
            forecasts=forecasts(decision, names, history, limits),
            orders=orders(decision, names, limits),
            routes=routes(decision, names, limits),
            warnings=warnings[: limits.warnings],
            warnings_total=len(warnings),
            version=__version__,
        )
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("shelfwise.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("clock", "count", "day", "moment", "number", "words"):
        environment.filters[name] = getattr(formats, name)
    return environment
