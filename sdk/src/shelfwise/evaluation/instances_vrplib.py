"""Instances in the VRPLIB format: one or several depots, alike or mixed vehicles, windows, reloads, releases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import ceil
from pathlib import Path

import attrs

from shelfwise.errors import DataError
from shelfwise.evaluation.instances import EPOCH, Instance, Rounding, at, travel_matrix
from shelfwise.routing.travel import Travel
from shelfwise.types import Delivery, Depot, RouteRequest, State, Vehicle

__all__ = ["read_solution", "read_vrplib"]

_IGNORED = {"NAME", "COMMENT", "TYPE", "DIMENSION", "EOF"}
_HEADERS = {"VEHICLES", "EDGE_WEIGHT_TYPE", "CAPACITY", "SERVICE_TIME", "VEHICLES_MAX_DURATION"}
_SECTIONS = {
    "NODE_COORD_SECTION": 3,
    "DEMAND_SECTION": 2,
    "CAPACITY_SECTION": 2,
    "SERVICE_TIME_SECTION": 2,
    "TIME_WINDOW_SECTION": 3,
    "RELEASE_TIME_SECTION": 2,
    "VEHICLES_DEPOT_SECTION": 2,
    "VEHICLES_FIXED_COST_SECTION": 2,
    "VEHICLES_UNIT_DISTANCE_COST_SECTION": 2,
    "VEHICLES_RELOAD_DEPOT_SECTION": 2,
    "DEPOT_SECTION": 1,
}
"""The sections that are understood, with the numbers in a row."""

_ROUNDING = {"CVRP": Rounding.ROUND, "MTVRPTWR": Rounding.DIMACS}
"""How distances are rounded in the published costs, by the type of the problem; in others they are exact."""

_Rows = dict[int, list[float]]

_Trips = tuple[tuple[str, ...], ...]
"""Delivery ids, in order, a sequence for each trip."""


@attrs.frozen
class _File:
    """A file taken apart: headers by keyword, sections by keyword and then by the first number of a row."""

    path: Path
    headers: dict[str, str]
    sections: dict[str, _Rows]

    def number(self, keyword: str, otherwise: float | None = None) -> float:
        """Return a header as a number."""
        text = self.headers.get(keyword)
        if text is None:
            if otherwise is None:
                raise DataError(f"{self.path}: {keyword} is missing")
            return otherwise
        try:
            return float(text)
        except ValueError as error:
            raise DataError(f"{self.path}: {keyword} is {text!r}, not a number") from error

    def column(self, section: str, row: int, otherwise: float) -> float:
        """Return the number that a section gives for a node or a vehicle, or ``otherwise`` without the section."""
        if section not in self.sections:
            return otherwise
        if row not in self.sections[section]:
            raise DataError(f"{self.path}: {section} has no row for {row}")
        return self.sections[section][row][0]


def read_vrplib(path: Path, text: str, rounding: Rounding | None) -> Instance:
    """Return the instance in ``text``, with the cost of the solution in the ``.sol`` file beside it as best known.

    Without ``rounding``, distances are rounded to integers where the file is a plain CVRP, cut to one decimal where it
    has several trips with releases, and exact elsewhere, as the published costs have it. Where no number of vehicles is
    given there are more than any solution needs.
    Raises :class:`~shelfwise.errors.DataError` naming the keyword that is not supported.
    """
    file = _parse(path, text)
    rounding = rounding or _ROUNDING.get(file.headers.get("TYPE", "CVRP"), Rounding.EXACT)
    depots = sorted(node for node in file.sections["DEPOT_SECTION"] if node > 0)
    nodes = sorted(set(file.sections["NODE_COORD_SECTION"]) - set(depots))
    if not depots or not set(depots) <= set(file.sections["NODE_COORD_SECTION"]):
        raise DataError(f"{path}: DEPOT_SECTION names no node of NODE_COORD_SECTION")
    deliveries = tuple(_delivery(file, node) for node in nodes)
    places = {_depot_id(node): file.sections["NODE_COORD_SECTION"][node] for node in depots}
    places |= {str(node): file.sections["NODE_COORD_SECTION"][node] for node in nodes}
    instance = Instance(
        name=file.headers.get("NAME", path.stem),
        rounding=rounding,
        request=RouteRequest(
            vehicles=_vehicles(file, depots, deliveries),
            depots=tuple(Depot(_depot_id(node)) for node in depots),
            travel=travel_matrix(places, rounding),
        ),
        deliveries=deliveries,
        state=State(as_of=EPOCH),
    )
    solution = path.with_suffix(".sol")
    if not solution.exists():
        return instance
    routes, _ = read_solution(solution)
    return attrs.evolve(instance, best_known=_cost(instance, routes))


def read_solution(path: Path) -> tuple[dict[str, _Trips], float]:
    """Return the routes of a ``.sol`` file as trips by vehicle id, and the cost it states, in its own unit.

    The number of a route is that of its vehicle; a stop is counted from 0 among all nodes, the depots included. A stop
    at 0, the first depot, is a reload.
    """
    routes: dict[str, _Trips] = {}
    cost = None
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"Route #(\d+):(.*)", line):
            trips = tuple(
                tuple(str(int(number) + 1) for number in trip.split()) for trip in re.split(r"\b0\b", match[2])
            )
            if any(trips):
                routes[match[1]] = trips
        elif match := re.match(r"Cost:?\s+([\d.]+)", line):
            cost = float(match[1])
    if cost is None or not routes:
        raise DataError(f"{path}: not a solution, which has lines 'Route #1: ...' and 'Cost ...'")
    return routes, cost


def _cost(instance: Instance, routes: Mapping[str, _Trips]) -> float:
    """Return what the routes of a solution cost under the rounding of the instance."""
    vehicles = {vehicle.vehicle_id: vehicle for vehicle in instance.request.vehicles or ()}
    travel = Travel.of(instance.request, instance.state, instance.deliveries)
    total = 0.0
    for vehicle_id, trips in routes.items():
        vehicle = vehicles[vehicle_id]
        depot = travel.depots.position(vehicle.node_id)
        rows = [depot]
        for stops in trips:
            rows += [*(len(travel.depots) + travel.deliveries.positions(stops)).tolist(), depot]
        total += vehicle.fixed_cost + vehicle.cost_per_km * float(travel.distance_km(rows[:-1], rows[1:]).sum())
    return total


def _delivery(file: _File, node: int) -> Delivery:
    window = file.sections.get("TIME_WINDOW_SECTION", {}).get(node)
    release = file.sections.get("RELEASE_TIME_SECTION", {}).get(node)
    return Delivery(
        str(node),
        quantity=file.column("DEMAND_SECTION", node, 0.0),
        service_minutes=file.column("SERVICE_TIME_SECTION", node, file.number("SERVICE_TIME", 0.0)),
        window_start=None if window is None else at(window[0]),
        window_end=None if window is None else at(window[1]),
        released_at=None if release is None else at(release[0]),
    )


def _vehicles(file: _File, depots: list[int], deliveries: tuple[Delivery, ...]) -> tuple[Vehicle, ...]:
    windows = file.sections.get("TIME_WINDOW_SECTION", {})
    fleet = []
    for number in range(1, _fleet_size(file, deliveries) + 1):
        depot = int(file.column("VEHICLES_DEPOT_SECTION", number, depots[0]))
        if depot not in depots:
            raise DataError(f"{file.path}: vehicle {number} stands at {depot}, which is no depot")
        if int(file.column("VEHICLES_RELOAD_DEPOT_SECTION", number, depot)) != depot:
            raise DataError(f"{file.path}: vehicle {number} reloads elsewhere than where it stands, at {depot}")
        window = windows.get(depot)
        fleet.append(
            Vehicle(
                str(number),
                _depot_id(depot),
                capacity=file.column("CAPACITY_SECTION", number, file.number("CAPACITY", 0.0)),
                fixed_cost=file.column("VEHICLES_FIXED_COST_SECTION", number, 0.0),
                cost_per_km=file.column("VEHICLES_UNIT_DISTANCE_COST_SECTION", number, 1.0),
                shift_start=None if window is None else at(window[0]),
                shift_end=None if window is None else at(window[1]),
                max_minutes=file.number("VEHICLES_MAX_DURATION") if "VEHICLES_MAX_DURATION" in file.headers else None,
                max_trips=len(deliveries) if "VEHICLES_RELOAD_DEPOT_SECTION" in file.sections else 1,
            )
        )
    return tuple(fleet)


def _fleet_size(file: _File, deliveries: tuple[Delivery, ...]) -> int:
    """Return the number of vehicles, or as many as are enough for any plan in which no two routes could be one.

    In such a plan the loads of any two routes are above one capacity, so there are fewer than 2 total / capacity + 1.
    """
    if "VEHICLES" in file.headers:
        return int(file.number("VEHICLES"))
    total = sum(delivery.quantity for delivery in deliveries)
    return min(len(deliveries), ceil(2.0 * total / file.number("CAPACITY")) + 1)


def _depot_id(node: int) -> str:
    return f"depot-{node}"


def _parse(path: Path, text: str) -> _File:
    headers: dict[str, str] = {}
    sections: dict[str, _Rows] = {}
    rows: _Rows | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if match := re.match(r"([A-Z][A-Z_0-9]*)\s*:?\s*(.*)", line.strip()):
            keyword, value = match[1], match[2].strip()
            rows = sections.setdefault(keyword, {}) if keyword in _SECTIONS else None
            if rows is None and keyword not in _IGNORED | _HEADERS:
                raise DataError(f"{path}:{number}: {keyword} is not supported")
            headers[keyword] = value
        elif line.strip():
            if rows is None:
                raise DataError(f"{path}:{number}: {line.strip()!r} stands in no section")
            _row(path, number, line, list(sections)[-1], rows)
    if headers.get("EDGE_WEIGHT_TYPE") != "EUC_2D":
        raise DataError(f"{path}: EDGE_WEIGHT_TYPE is not EUC_2D, the only one supported")
    if missing := {"NODE_COORD_SECTION", "DEMAND_SECTION", "DEPOT_SECTION"} - set(sections):
        raise DataError(f"{path}: {', '.join(sorted(missing))} is missing")
    return _File(path, headers, sections)


def _row(path: Path, number: int, line: str, section: str, rows: _Rows) -> None:
    try:
        first, *values = [float(word) for word in line.split()]
    except ValueError as error:
        raise DataError(f"{path}:{number}: {line.strip()!r} is not a row of numbers") from error
    if len(values) + 1 != _SECTIONS[section]:
        raise DataError(f"{path}:{number}: {len(values) + 1} numbers do not make a row of {section}")
    rows[int(first)] = values
