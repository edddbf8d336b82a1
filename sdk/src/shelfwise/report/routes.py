"""The report's routes: a timetable per vehicle, a plot, and the deliveries left out."""

from __future__ import annotations

import attrs

from shelfwise.report.formats import clock, count, moment, money, number, words
from shelfwise.report.limits import Limits
from shelfwise.report.names import Names
from shelfwise.report.route_plot import RoutePlot, route_plot
from shelfwise.types import Decision, Route

COLOURS = 8


@attrs.frozen
class StopRow:
    """One stop of a timetable."""

    number: int
    delivery_id: str
    arrives_at: str
    wait: str
    leg: str
    load: str


@attrs.frozen
class Timetable:
    """What one vehicle does."""

    number: int
    colour: int
    vehicle_id: str
    node_id: str
    departs_at: str
    returns_at: str
    distance: str
    cost: str
    costs: str
    stops: tuple[StopRow, ...]
    stop_total: int


@attrs.frozen
class Routes:
    """The routes shown, how many there are, and what was left out."""

    timetables: tuple[Timetable, ...]
    total: int
    summary: str
    plot: RoutePlot | None
    skipped: tuple[tuple[str, str, str], ...]
    skipped_total: int


def routes(decision: Decision, names: Names, limits: Limits) -> Routes | None:
    """Lay out the routes, or None where nothing was to be delivered."""
    if not decision.routes and not decision.skipped_deliveries:
        return None
    shown = decision.routes[: limits.routes]
    stops = sum(len(route.stops) for route in decision.routes)
    distance = number(sum(route.distance_km for route in decision.routes), 0)
    cost = money(sum(route.cost for route in decision.routes), decision.currency)
    whole = f"{count(len(decision.routes), 'route')} with {count(stops, 'stop')}: {distance} km for {cost}"
    return Routes(
        timetables=tuple(_timetable(i, route, decision.currency, limits) for i, route in enumerate(shown)),
        total=len(decision.routes),
        summary=whole,
        plot=route_plot(shown, decision.skipped_deliveries, names),
        skipped=tuple(
            (each.delivery_id, words(each.reason), each.text) for each in decision.skipped_deliveries[: limits.skipped]
        ),
        skipped_total=len(decision.skipped_deliveries),
    )


def _timetable(row: int, route: Route, currency: str, limits: Limits) -> Timetable:
    terms = (("fixed", route.fixed_cost), ("distance", route.distance_cost), ("time", route.time_cost))
    stops = tuple(
        StopRow(
            number=i,
            delivery_id=stop.delivery_id,
            arrives_at=clock(stop.arrives_at),
            wait=f"{number(stop.wait_minutes, 0)} min" if round(stop.wait_minutes) else "",
            leg=f"{number(stop.distance_km, 1)} km",
            load=number(stop.load),
        )
        for i, stop in enumerate(route.stops[: limits.stops], start=1)
    )
    same_day = route.departs_at.date() == route.returns_at.date()
    return Timetable(
        number=row + 1,
        colour=row % COLOURS,
        vehicle_id=route.vehicle_id,
        node_id=route.node_id,
        departs_at=moment(route.departs_at).replace(" UTC", ""),
        returns_at=clock(route.returns_at) if same_day else moment(route.returns_at).replace(" UTC", ""),
        distance=f"{number(route.distance_km, 1)} km",
        cost=money(route.cost, currency),
        costs=" · ".join(f"{name} {money(amount, currency)}" for name, amount in terms if amount),
        stops=stops,
        stop_total=len(route.stops),
    )
