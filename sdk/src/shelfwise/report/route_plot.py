"""Routes on a plot: straight lines between places on an equirectangular projection."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import attrs

from shelfwise.report.charts import round_steps
from shelfwise.report.names import Names, Place
from shelfwise.types import Route, SkippedDelivery, StopKind

_WIDTH = 640.0
_LEAST_HEIGHT, _MOST_HEIGHT = 280.0, 560.0
_MARGIN = 34.0
_KM_PER_DEGREE = 111.195
_COLOURS = 8
_ROUNDING_KM = 1e-6
Point = tuple[float, float]


@attrs.frozen
class Dot:
    """A place on the plot and what is said of it; ``kind`` is the CSS class of another mark than the usual one."""

    x: float
    y: float
    text: str
    kind: str = ""


@attrs.frozen
class Track:
    """One route: its line, its stops, and where its number is written."""

    number: int
    colour: int
    path: str
    stops: tuple[Dot, ...]
    label: Dot


@attrs.frozen
class RoutePlot:
    """Everything on the plot, in a box of ``width`` by ``height``."""

    width: float
    height: float
    tracks: tuple[Track, ...]
    depots: tuple[Dot, ...]
    skipped: tuple[Dot, ...]
    scale_width: float
    scale_text: str
    summary: str
    unplaced: int
    """Stops that are missing on the plot because nobody knows where they are."""


@attrs.frozen
class _Projection:
    """Degrees to the plot: kilometres on a plane that touches the earth at the middle latitude."""

    west: float
    north: float
    cosine: float
    per_km: float
    left: float
    top: float
    height: float

    def __call__(self, place: Place) -> Point:
        latitude, longitude = place
        x = (longitude - self.west) * _KM_PER_DEGREE * self.cosine
        y = (self.north - latitude) * _KM_PER_DEGREE
        return round(self.left + x * self.per_km, 1), round(self.top + y * self.per_km, 1)


def route_plot(routes: Sequence[Route], skipped: Sequence[SkippedDelivery], names: Names) -> RoutePlot | None:
    """Plot routes, or return None where fewer than two places are known."""
    known = _known(routes, skipped, names)
    if len(set(known)) < 2:
        return None
    project = _projection(known)
    tracks = tuple(
        track for i, route in enumerate(routes) if (track := _track(i, route, names, project, _centre(project)))
    )
    depots = {route.node_id: place for route in routes if (place := names.node(route.node_id))}
    left_out = [(each.delivery_id, place) for each in skipped if (place := names.delivery(each.delivery_id))]
    km = _scale_km(project.per_km)
    placed = sum(len(track.stops) for track in tracks)
    stops = sum(len(route.delivery_ids) for route in routes)
    return RoutePlot(
        width=_WIDTH,
        height=project.height,
        tracks=tracks,
        depots=tuple(Dot(*project(place), node_id) for node_id, place in depots.items()),
        skipped=tuple(Dot(*project(place), f"{delivery_id}, skipped") for delivery_id, place in left_out),
        scale_width=round(km * project.per_km, 1),
        scale_text=f"{km:g} km",
        summary=f"{len(tracks)} routes with {placed} stops from {len(depots)} depots, as straight lines between stops.",
        unplaced=stops - placed,
    )


def returns(route: Route) -> bool:
    """Tell whether a route drives on after its last stop, as one that ends anywhere does not."""
    return route.distance_km - math.fsum(stop.distance_km for stop in route.stops) > _ROUNDING_KM


def _known(routes: Iterable[Route], skipped: Iterable[SkippedDelivery], names: Names) -> list[Place]:
    places = [names.node(route.node_id) for route in routes]
    places += [names.delivery(delivery_id) for route in routes for delivery_id in route.delivery_ids]
    places += [names.delivery(each.delivery_id) for each in skipped]
    return [place for place in places if place is not None]


def _projection(places: list[Place]) -> _Projection:
    latitudes, longitudes = zip(*places, strict=True)
    south, north, west, east = min(latitudes), max(latitudes), min(longitudes), max(longitudes)
    cosine = max(math.cos(math.radians((south + north) / 2)), 0.01)
    width_km = max((east - west) * _KM_PER_DEGREE * cosine, 1e-3)
    height_km = max((north - south) * _KM_PER_DEGREE, 1e-3)
    per_km = min((_WIDTH - 2 * _MARGIN) / width_km, (_MOST_HEIGHT - 2 * _MARGIN) / height_km)
    height = max(_LEAST_HEIGHT, height_km * per_km + 2 * _MARGIN)
    left, top = (_WIDTH - width_km * per_km) / 2, (height - height_km * per_km) / 2
    return _Projection(west, north, cosine, per_km, left, top, round(height, 1))


def _centre(project: _Projection) -> Point:
    return _WIDTH / 2, project.height / 2


def _track(row: int, route: Route, names: Names, project: _Projection, centre: Point) -> Track | None:
    number = row + 1
    depot = names.node(route.node_id)
    ends = [project(depot)] if depot else []
    dots: list[Dot] = []
    points, visits = list(ends), 0
    for stop in route.stops:
        visits += bool(stop.delivery_id)
        if stop.kind == StopKind.RELOAD:
            points += ends
        elif place := names.delivery(stop.delivery_id):
            kind = "pickup" if stop.kind == StopKind.PICKUP else ""
            what = f"{stop.delivery_id}, {kind}," if kind else stop.delivery_id
            late = f", {stop.late_minutes:.0f} min late" if round(stop.late_minutes) else ""
            text = f"Route {number}, stop {visits}: {what} at {stop.arrives_at:%H:%M}{late}"
            dots.append(Dot(*project(place), text, kind))
            points.append((dots[-1].x, dots[-1].y))
    if not dots:
        return None
    points += ends if returns(route) else []
    start = ends[0] if ends else centre
    farthest = max(dots, key=lambda dot: math.hypot(dot.x - start[0], dot.y - start[1]))
    label = Dot(*_beyond(start, farthest), str(number))
    path = "M" + "L".join(f"{x} {y}" for x, y in points)
    return Track(number, row % _COLOURS, path, tuple(dots), label)


def _beyond(start: Point, dot: Dot, by: float = 16.0) -> Point:
    """Return the point a little farther from ``start`` than the dot, for its label."""
    dx, dy = dot.x - start[0], dot.y - start[1]
    length = math.hypot(dx, dy) or 1.0
    return round(dot.x + by * dx / length, 1), round(dot.y + by * dy / length, 1)


def _scale_km(per_km: float) -> float:
    """Return a round distance of about a fifth of the plot's width."""
    return round_steps(_WIDTH / 5 / per_km, about=1)[1]
