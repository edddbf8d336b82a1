"""A route request as arrays: deliveries and depots by row, vehicles that are alike as one type."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.routing.schedule import released_minutes, shift_of, visit_of
from shelfwise.routing.timeline import Shift, Visit
from shelfwise.routing.timing import ANY_TIME, Segment, join
from shelfwise.routing.travel import Travel
from shelfwise.types import Delivery, RouteRequest, State, Vehicle

__all__ = ["Floats", "Ints", "Problem", "VehicleTypes"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_NO_WAY = 3.0 * ANY_TIME
"""The km and minutes between places with no known way, more than any shift allows."""

_UNSERVED = 1e3
"""What leaving out a delivery that must be made costs, in costs of the dearest route with a single stop, times one more
than its priority."""


@attrs.frozen(eq=False)
class VehicleTypes:
    """Vehicles that differ only by name, one row a type.

    Capacities in units, kg, litres and stops (inf unlimited), the last of which are only told here where there is one
    trip. Shifts are in minutes since ``state.as_of``. A leg takes ``pace`` times what :attr:`Problem.minutes` says.
    ``depot`` is the row of the depot among the places, ``end`` that of the place where the route ends.
    """

    vehicles: tuple[tuple[Vehicle, ...], ...]
    depot: Ints
    end: Ints
    capacity: Floats
    fixed_cost: Floats
    cost_per_km: Floats
    cost_per_minute: Floats
    opens: Floats
    closes: Floats
    pace: Floats
    most_km: Floats
    most_minutes: Floats
    most_stops: Floats
    most_trips: Ints
    shifts: tuple[Shift, ...]

    @classmethod
    def of(cls, vehicles: Iterable[Vehicle], travel: Travel, state: State) -> VehicleTypes:
        """Return the types of ``vehicles`` in the order in which they first appear."""
        alike: dict[Vehicle, list[Vehicle]] = {}
        for vehicle in vehicles:
            alike.setdefault(attrs.evolve(vehicle, vehicle_id=""), []).append(vehicle)
        kinds = list(alike)
        shifts = tuple(shift_of(kind, state) for kind in kinds)
        depot = len(travel.deliveries) + travel.depots.positions(kind.node_id for kind in kinds)
        trips = np.array([kind.max_trips for kind in kinds], dtype=np.int64)
        stops = _limits(kind.max_stops for kind in kinds)
        capacity = (
            *(_limits(getattr(kind, name) for kind in kinds) for name in ("capacity", "capacity_kg", "capacity_l")),
            np.where(trips == 1, stops, np.inf),
        )
        return cls(
            vehicles=tuple(tuple(group) for group in alike.values()),
            depot=depot,
            end=np.where([kind.ends_anywhere for kind in kinds], len(travel), depot).astype(np.int64),
            capacity=np.stack(capacity, axis=1),
            fixed_cost=_floats(kind.fixed_cost for kind in kinds),
            cost_per_km=_floats(kind.cost_per_km for kind in kinds),
            cost_per_minute=_floats(kind.cost_per_hour / 60.0 for kind in kinds),
            opens=_floats(shift.opens for shift in shifts),
            closes=_floats(shift.closes for shift in shifts),
            pace=_floats(1.0 if travel.matrix else 60.0 / kind.speed_kmh for kind in kinds),
            most_km=_limits(kind.max_distance_km for kind in kinds),
            most_minutes=_limits(kind.max_minutes for kind in kinds),
            most_stops=stops,
            most_trips=trips,
            shifts=shifts,
        )

    def __len__(self) -> int:
        return len(self.vehicles)

    @property
    def count(self) -> Ints:
        """How many vehicles there are of each type."""
        return np.array([len(group) for group in self.vehicles], dtype=np.int64)


@attrs.frozen(eq=False)
class Problem:
    """All that the search looks at. Rows of places are the deliveries first, then the depots, then the one anywhere.

    That one is no way from any place. ``distance`` in km and ``minutes`` (at pace 1) have shape (places, places),
    ``demand`` (deliveries, 4) is as the capacities are, of pickups too. ``released`` is when the trip of a delivery can
    leave. ``skip_cost`` is finite for deliveries that must be made too, but far above any route. ``alone`` of shape
    (types, deliveries) is the cost of a route with that one stop, in time and without breaks, inf where there is none
    even if it could be late. ``timed`` tells whether time matters, for a window, a shift, an hourly cost or a missing
    way; ``soft`` whether some delivery may be late; ``reversible`` whether a route may be turned round.
    """

    travel: Travel
    state: State
    deliveries: tuple[Delivery, ...]
    types: VehicleTypes
    appointments: tuple[Visit, ...]
    distance: Floats
    minutes: Floats
    demand: Floats
    service: Floats
    opens: Floats
    closes: Floats
    released: Floats
    skip_cost: Floats
    pickup: NDArray[np.bool_]
    alone: Floats
    timed: bool
    soft: bool
    reversible: bool

    @classmethod
    def of(cls, request: RouteRequest, state: State, deliveries: tuple[Delivery, ...]) -> Problem:
        """Return the arrays of a request, whose vehicles and depots are spelled out."""
        travel = Travel.of(request, state, deliveries)
        types = VehicleTypes.of(request.vehicles or (), travel, state)
        rows = np.roll(np.arange(len(travel)), -len(travel.depots))
        distance = _with_anywhere(travel.distances_km(rows))
        minutes = distance
        if travel.matrix is not None:
            minutes = _with_anywhere(travel.duration_minutes(rows[:, None], rows[None, :], 1.0))
        appointments = tuple(visit_of(delivery, state.as_of) for delivery in deliveries)
        opens, closes = _floats(visit.opens for visit in appointments), _floats(visit.closes for visit in appointments)
        service = _floats(visit.minutes for visit in appointments)
        released = _floats(released_minutes(delivery, state.as_of) for delivery in deliveries)
        demand = np.array([(d.quantity, d.weight_kg, d.volume_l, 1.0) for d in deliveries]).reshape(-1, 4)
        soft = np.array([visit.late_rate < np.inf for visit in appointments], dtype=np.bool_)
        alone = np.where(
            _may(deliveries, travel, types) & _fits(demand, types) & (opens <= closes),
            _alone(types, distance, minutes, released, Segment(service, opens, np.where(soft, ANY_TIME, closes))),
            np.inf,
        )
        dearest = float(np.max(alone, where=np.isfinite(alone), initial=1.0))
        known = np.isfinite(distance) & np.isfinite(minutes)
        km = np.where(known, distance, _NO_WAY)
        located = travel.located[rows]
        connected = bool(known[np.ix_(located, located)].all())
        windowless = bool((opens == -ANY_TIME).all() and (closes == ANY_TIME).all())
        shiftless = bool((types.closes >= ANY_TIME).all() and (types.most_minutes == np.inf).all())
        return cls(
            travel=travel,
            state=state,
            deliveries=deliveries,
            types=types,
            appointments=appointments,
            distance=km,
            minutes=km if minutes is distance else np.where(known, minutes, _NO_WAY),
            demand=demand,
            service=service,
            opens=opens,
            closes=closes,
            released=released,
            skip_cost=_floats(
                _UNSERVED * dearest * (1 + d.priority) if d.skip_cost is None else d.skip_cost for d in deliveries
            ),
            pickup=np.fromiter((d.pickup for d in deliveries), np.bool_, len(deliveries)),
            alone=alone,
            timed=not (windowless and shiftless and connected and (types.cost_per_minute == 0).all()),
            soft=bool(soft.any()),
            reversible=windowless
            and bool((types.end == types.depot).all())
            and _symmetric(distance[:-1, :-1])
            and _symmetric(minutes[:-1, :-1]),
        )

    def __len__(self) -> int:
        return len(self.deliveries)

    @cached_property
    def distance_to(self) -> Floats:
        """Distances by destination first."""
        return np.ascontiguousarray(self.distance.T)

    @cached_property
    def minutes_to(self) -> Floats:
        """Durations by destination first."""
        return self.distance_to if self.minutes is self.distance else np.ascontiguousarray(self.minutes.T)

    @cached_property
    def allowed(self) -> NDArray[np.bool_]:
        """Whether a type can serve a delivery at all, of shape (deliveries, types)."""
        return np.ascontiguousarray(np.isfinite(self.alone).T)

    @cached_property
    def alike(self) -> Ints:
        """A number for each type, the same where depots, hours, pace and the deliveries that it can serve are."""
        types = self.types
        yards = np.stack([types.depot, types.end, types.opens, types.closes, types.pace])
        return np.asarray(np.unique(np.vstack([yards, self.allowed]), axis=1, return_inverse=True)[1].reshape(-1))

    @cached_property
    def new_routes(self) -> list[list[tuple[float, int]]]:
        """Per delivery, the cost of serving it alone and the type that does, cheapest first."""
        kinds = self.alone.argsort(axis=0, kind="stable")
        costs = np.take_along_axis(self.alone, kinds, axis=0)
        options = zip(costs.T.tolist(), kinds.T.tolist(), strict=True)
        return [[new for new in zip(*option, strict=True) if new[0] < np.inf] for option in options]

    @cached_property
    def releases(self) -> list[float]:
        """:attr:`released` as a list."""
        values: list[float] = self.released.tolist()
        return values

    @cached_property
    def visits(self) -> tuple[Segment, ...]:
        """The deliveries as segments of time."""
        columns = (self.service.tolist(), self.opens.tolist(), self.closes.tolist())
        return tuple(Segment(*visit) for visit in zip(*columns, strict=True))


def _floats(values: Iterable[float]) -> Floats:
    return np.fromiter(values, dtype=np.float64)


def _limits(values: Iterable[float | None]) -> Floats:
    return _floats(np.inf if value is None else value for value in values)


def _with_anywhere(table: Floats) -> Floats:
    """Append a place that is no way from any other, and that leads nowhere."""
    wider = np.zeros((len(table) + 1, len(table) + 1))
    wider[:-1, :-1], wider[-1, :-1] = table, np.nan
    return wider


def _symmetric(table: Floats) -> bool:
    return bool(np.allclose(table, table.T, equal_nan=True))


def _may(deliveries: tuple[Delivery, ...], travel: Travel, types: VehicleTypes) -> NDArray[np.bool_]:
    """Tell which types stand at the node of a delivery and have its skills, of shape (types, deliveries)."""
    home = travel.depots.positions(d.node_id for d in deliveries) + len(deliveries)
    may = np.array([not d.node_id for d in deliveries], dtype=np.bool_) | (home == types.depot[:, None])
    for kind, (vehicle, *_) in enumerate(types.vehicles):
        has = set(vehicle.skills)
        may[kind] &= np.fromiter((has.issuperset(d.skills) for d in deliveries), np.bool_, len(deliveries))
    return np.asarray(may, dtype=np.bool_)


def _fits(demand: Floats, types: VehicleTypes) -> NDArray[np.bool_]:
    room = np.all(demand <= types.capacity[:, None, :] + 1e-9, axis=2)
    return np.asarray(room & (types.most_stops[:, None] >= 1.0), dtype=np.bool_)


def _alone(types: VehicleTypes, distance: Floats, minutes: Floats, released: Floats, visit: Segment) -> Floats:
    """Return the cost of serving each delivery alone with each type, of shape (types, deliveries)."""
    size = len(visit.duration)
    out, back = distance[types.depot, :size], distance[:size, types.end].T
    pace = types.pace[:, None]
    yard = Segment(0.0, np.maximum(types.opens[:, None], released), types.closes[:, None])
    there = join(yard, visit, pace * minutes[types.depot, :size])
    route = join(there, yard, pace * minutes[:size, types.end].T)
    cost = types.fixed_cost[:, None] + types.cost_per_km[:, None] * (out + back)
    timed = cost + types.cost_per_minute[:, None] * np.where(np.isfinite(route.duration), route.duration, 0.0)
    can = np.isfinite(route.duration) & np.isfinite(timed)
    can &= (route.duration <= types.most_minutes[:, None] + 1e-6) & (out + back <= types.most_km[:, None] + 1e-9)
    return np.where(can, timed, np.inf)
