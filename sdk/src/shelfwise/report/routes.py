"""The report's routes: a timetable per vehicle, a plot, and the deliveries left out."""

from __future__ import annotations

import attrs

from shelfwise.report.formats import clock, count, moment, money, number, words
from shelfwise.report.limits import Limits
from shelfwise.report.names import Names
from shelfwise.report.route_plot import RoutePlot, returns, route_plot
from shelfwise.report.route_words import obstacle_in_words, quality_in_words, stops_in_words
from shelfwise.types import Decision, Route, SkippedDelivery, Stop, StopKind

COLOURS = 8


@attrs.frozen
class StopRow:
    """One line of a timetable; reloads and breaks have no number."""

    number: str
    delivery_id: str
    kind: str
    arrives_at: str
    wait: str
    takes: str
    late: str
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
    returns: bool
    stops: tuple[StopRow, ...]
    stop_total: str
    line_total: int

    @property
    def late(self) -> bool:
        """Whether there is anything to show in a column of lateness."""
        return any(stop.late for stop in self.stops)


@attrs.frozen
class SkippedRow:
    """A delivery left out: why, what keeps it from each vehicle, and what would let it in."""

    delivery_id: str
    reason: str
    text: str
    obstacles: tuple[tuple[str, str], ...]
    remedy: str


@attrs.frozen
class Routes:
    """The routes shown, how many there are, and what was left out."""

    timetables: tuple[Timetable, ...]
    total: int
    summary: str
    quality: str
    plot: RoutePlot | None
    skipped: tuple[SkippedRow, ...]
    skipped_total: int

    @property
    def remedied(self) -> bool:
        """Whether there is anything to show in a column of remedies."""
        return any(row.remedy for row in self.skipped)


def routes(decision: Decision, names: Names, limits: Limits) -> Routes | None:
    """Lay out the routes, or None where nothing was to be delivered."""
    if not decision.routes and not decision.skipped_deliveries:
        return None
    shown = decision.routes[: limits.routes]
    distance = number(sum(route.distance_km for route in decision.routes), 0)
    cost = money(sum(route.cost for route in decision.routes), decision.currency)
    whole = f"{count(len(decision.routes), 'route')} with {stops_in_words(decision.routes)}: {distance} km for {cost}"
    quality = quality_in_words(decision.routing, decision.currency)
    return Routes(
        timetables=tuple(_timetable(i, route, decision.currency, limits) for i, route in enumerate(shown)),
        total=len(decision.routes),
        summary=whole,
        quality=quality[:1].upper() + quality[1:],
        plot=route_plot(shown, decision.skipped_deliveries, names),
        skipped=tuple(_skipped(each, decision.currency) for each in decision.skipped_deliveries[: limits.skipped]),
        skipped_total=len(decision.skipped_deliveries),
    )


def _timetable(row: int, route: Route, currency: str, limits: Limits) -> Timetable:
    terms = (
        ("fixed", route.fixed_cost),
        ("distance", route.distance_cost),
        ("time", route.time_cost),
        ("lateness", route.late_cost),
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
        returns=returns(route),
        stops=_stops(route.stops[: limits.stops]),
        stop_total=stops_in_words([route]),
        line_total=len(route.stops),
    )


def _stops(stops: tuple[Stop, ...]) -> tuple[StopRow, ...]:
    rows, visits = [], 0
    for stop in stops:
        visits += bool(stop.delivery_id)
        rows.append(
            StopRow(
                number=f"{visits}" if stop.delivery_id else "",
                delivery_id=stop.delivery_id,
                kind="" if stop.kind == StopKind.DELIVERY else str(stop.kind),
                arrives_at=clock(stop.arrives_at),
                wait=_minutes(stop.wait_minutes),
                takes=_minutes(stop.minutes),
                late=_minutes(stop.late_minutes),
                leg=f"{number(stop.distance_km, 1)} km",
                load=number(stop.load),
            )
        )
    return tuple(rows)


def _minutes(minutes: float) -> str:
    return f"{number(minutes, 0)} min" if round(minutes) else ""


def _skipped(skipped: SkippedDelivery, currency: str) -> SkippedRow:
    return SkippedRow(
        delivery_id=skipped.delivery_id,
        reason=words(skipped.reason),
        text=skipped.text,
        obstacles=tuple(
            (each.vehicle_id or "every vehicle", obstacle_in_words(each, currency)) for each in skipped.obstacles
        ),
        remedy=obstacle_in_words(skipped.remedy, currency) if skipped.remedy else "",
    )
