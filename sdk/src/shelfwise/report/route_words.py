"""Routes in words: what there is on them, how good they are, and what keeps a delivery out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from shelfwise.report.formats import count, money, number, percent, words
from shelfwise.types import Obstacle, Route, RoutingReport, StopKind

_PROVEN = 1e-6
"""The gap up to which a plan counts as the best there is, as money is rounded."""


def stops_in_words(routes: Sequence[Route]) -> str:
    """Say how many deliveries and pickups there are on routes, and what is out of the ordinary about them."""
    stops = [stop for route in routes for stop in route.stops]
    kinds = Counter(stop.kind for stop in stops)
    late = sum(round(stop.late_minutes) > 0 for stop in stops)
    notes = [
        count(kinds[kind], str(kind)) for kind in (StopKind.PICKUP, StopKind.RELOAD, StopKind.BREAK) if kinds[kind]
    ]
    notes += [f"{late:,} late"] if late else []
    total = count(kinds[StopKind.DELIVERY] + kinds[StopKind.PICKUP], "stop")
    return f"{total} ({', '.join(notes)})" if notes else total


def quality_in_words(report: RoutingReport | None, currency: str) -> str:
    """Say what found the routes, how far they may be from the best, and how much of the plan before they keep."""
    return "; ".join(_quality(report, currency)) if report is not None else ""


def _quality(report: RoutingReport, currency: str) -> Iterator[str]:
    if report.solver:
        yield f"found by {report.solver}"
    if report.lower_bound is not None and report.gap is not None:
        if report.gap <= _PROVEN:
            yield "no plan can cost less"
        else:
            least = money(report.lower_bound, currency)
            yield f"no plan can cost less than {least}, skip costs included: a gap of {percent(report.gap)}"
    if report.moved_stops is not None:
        yield f"{count(report.moved_stops, 'stop')} moved since the plan before"


def obstacle_in_words(obstacle: Obstacle, currency: str) -> str:
    """Say what stands in the way, or would have to change, with its amount where the text is silent."""
    if obstacle.text:
        return obstacle.text
    if obstacle.amount is None:
        return words(obstacle.reason)
    if obstacle.unit == currency:
        return f"{words(obstacle.reason)}: {money(obstacle.amount, currency)}"
    return f"{words(obstacle.reason)}: {number(obstacle.amount)} {obstacle.unit}".rstrip()
