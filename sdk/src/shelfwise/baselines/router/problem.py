"""A route request as arrays: deliveries and depots by row, vehicles that are alike as one type."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.routing.schedule import minutes_since, shift_minutes
from shelfwise.routing.timing import ANY_TIME, Segment, join
from shelfwise.routing.travel import Travel
from shelfwise.types import Delivery, RouteRequest, State, Vehicle

__all__ = ["Floats", "Ints", "Problem", "VehicleTypes"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_NO_WAY = 3.0 * ANY_TIME
"""The km and minutes between places with no known way, more than any shift allows."""

_UNSERVED = 1e3
"""What leaving out a delivery that must be made costs, in costs of the dearest route with a single stop."""


@attrs.frozen(eq=False)
class VehicleTypes:
    """Vehicles that differ only by name, one row a type.

    Capacities in units, kg and litres (inf unlimited), shifts in minutes since ``state.as_of``. A leg takes
    ``pace`` times what :attr:`Problem.minutes` says. ``depot`` is the row of the depot among the places.
    """

    vehicles: tuple[tuple[Vehicle, ...], ...]
    depot: Ints
    capacity: Floats
    fixed_cost: Floats
    cost_per_km: Floats
    cost_per_minute: Floats
    opens: Floats
    closes: Floats
    pace: Floats

    @classmethod
    def of(cls, vehicles: Iterable[Vehicle], travel: Travel, state: State) -> VehicleTypes:
        """Return the types of ``vehicles`` in the order in which they first appear."""
        alike: dict[Vehicle, list[Vehicle]] = {}
        for vehicle in vehicles:
            alike.setdefault(attrs.evolve(vehicle, vehicle_id=""), []).append(vehicle)
        kinds = list(alike)
        shifts = [shift_minutes(kind, state.as_of) for kind in kinds]
        capacities = [(kind.capacity, kind.capacity_kg, kind.capacity_l) for kind in kinds]
        return cls(
            vehicles=tuple(tuple(group) for group in alike.values()),
            depot=len(travel.deliveries) + travel.depots.positions(kind.node_id for kind in kinds),
            capacity=np.array([[np.inf if c is None else c for c in row] for row in capacities]).reshape(-1, 3),
            fixed_cost=np.array([kind.fixed_cost for kind in kinds], dtype=np.float64),
            cost_per_km=np.array([kind.cost_per_km for kind in kinds], dtype=np.float64),
            cost_per_minute=np.array([kind.cost_per_hour / 60.0 for kind in kinds], dtype=np.float64),
            opens=np.array([opens for opens, _ in shifts], dtype=np.float64),
            closes=np.array([closes for _, closes in shifts], dtype=np.float64),
            pace=np.array([1.0 if travel.matrix else 60.0 / kind.speed_kmh for kind in kinds], dtype=np.float64),
        )

    def __len__(self) -> int:
        return len(self.vehicles)

    @property
    def count(self) -> Ints:
        """How many vehicles there are of each type."""
        return np.array([len(group) for group in self.vehicles], dtype=np.int64)


@attrs.frozen(eq=False)
class Problem:
    """All that the search looks at. Rows of places are the deliveries first, then the depots.

    ``distance`` in km and ``minutes`` (at pace 1) have shape (places, places), ``demand`` (deliveries, 3).
    ``skip_cost`` is finite for deliveries that must be made too, but far above any route. ``alone`` of shape
    (types, deliveries) is the cost of a route with that one stop, inf where there is none. ``timed`` tells whether
    time matters, for a window, a shift, an hourly cost or a missing way; ``reversible`` whether a route may be turned
    round.
    """

    travel: Travel
    state: State
    deliveries: tuple[Delivery, ...]
    types: VehicleTypes
    distance: Floats
    minutes: Floats
    demand: Floats
    service: Floats
    opens: Floats
    closes: Floats
    skip_cost: Floats
    alone: Floats
    timed: bool
    reversible: bool

    @classmethod
    def of(cls, request: RouteRequest, state: State, deliveries: tuple[Delivery, ...]) -> Problem:
        """Return the arrays of a request, whose vehicles and depots are spelled out."""
        travel = Travel.of(request, state, deliveries)
        types = VehicleTypes.of(request.vehicles or (), travel, state)
        rows = np.roll(np.arange(len(travel)), -len(travel.depots))
        distance = travel.distance_km(rows[:, None], rows[None, :])
        minutes = distance if travel.matrix is None else travel.duration_minutes(rows[:, None], rows[None, :], 1.0)
        windows = [(d.window_start, d.window_end) for d in deliveries]
        opens = _floats(minutes_since(state.as_of, start, -ANY_TIME) for start, _ in windows)
        closes = _floats(minutes_since(state.as_of, end, ANY_TIME) for _, end in windows)
        service = _floats(d.service_minutes for d in deliveries)
        demand = np.array([(d.quantity, d.weight_kg, d.volume_l) for d in deliveries]).reshape(-1, 3)
        alone = np.where(
            _may(deliveries, travel, types) & _fits(demand, types),
            _alone(types, distance, minutes, Segment(service, opens, closes)),
            np.inf,
        )
        dearest = float(np.max(alone, where=np.isfinite(alone), initial=1.0))
        known = np.isfinite(distance) & np.isfinite(minutes)
        km = np.where(known, distance, _NO_WAY)
        located = travel.located[rows]
        connected = bool(known[np.ix_(located, located)].all())
        windowless = bool((opens == -ANY_TIME).all() and (closes == ANY_TIME).all())
        shiftless = not len(types) or bool((types.closes >= ANY_TIME).all())
        return cls(
            travel=travel,
            state=state,
            deliveries=deliveries,
            types=types,
            distance=km,
            minutes=km if minutes is distance else np.where(known, minutes, _NO_WAY),
            demand=demand,
            service=service,
            opens=opens,
            closes=closes,
            skip_cost=_floats(_UNSERVED * dearest if d.skip_cost is None else d.skip_cost for d in deliveries),
            alone=alone,
            timed=not (windowless and shiftless and connected and (types.cost_per_minute == 0).all()),
            reversible=windowless and _symmetric(distance) and _symmetric(minutes),
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
    def new_routes(self) -> list[list[tuple[float, int]]]:
        """Per delivery, the cost of serving it alone and the type that does, cheapest first."""
        kinds = self.alone.argsort(axis=0, kind="stable")
        costs = np.take_along_axis(self.alone, kinds, axis=0)
        options = zip(costs.T.tolist(), kinds.T.tolist(), strict=True)
        return [[new for new in zip(*option, strict=True) if new[0] < np.inf] for option in options]

    @cached_property
    def visits(self) -> tuple[Segment, ...]:
        """The deliveries as segments of time."""
        columns = (self.service.tolist(), self.opens.tolist(), self.closes.tolist())
        return tuple(Segment(*visit) for visit in zip(*columns, strict=True))


def _floats(values: Iterable[float]) -> Floats:
    return np.fromiter(values, dtype=np.float64)


def _symmetric(table: Floats) -> bool:
    return bool(np.allclose(table, table.T, equal_nan=True))


def _may(deliveries: tuple[Delivery, ...], travel: Travel, types: VehicleTypes) -> NDArray[np.bool_]:
    """Tell which types stand at the node that a delivery comes from, of shape (types, deliveries)."""
    home = travel.depots.positions(d.node_id for d in deliveries) + len(deliveries)
    anywhere = np.array([not d.node_id for d in deliveries], dtype=np.bool_)
    return np.asarray(anywhere | (home == types.depot[:, None]), dtype=np.bool_)


def _fits(demand: Floats, types: VehicleTypes) -> NDArray[np.bool_]:
    return np.asarray(np.all(demand <= types.capacity[:, None, :] + 1e-9, axis=2), dtype=np.bool_)


def _alone(types: VehicleTypes, distance: Floats, minutes: Floats, visit: Segment) -> Floats:
    """Return the cost of serving each delivery alone with each type, of shape (types, deliveries)."""
    size = len(visit.duration)
    out, back = distance[types.depot, :size], distance[:size, types.depot].T
    pace = types.pace[:, None]
    yard = Segment(0.0, types.opens[:, None], types.closes[:, None])
    there = join(yard, visit, pace * minutes[types.depot, :size])
    route = join(there, yard, pace * minutes[:size, types.depot].T)
    cost = types.fixed_cost[:, None] + types.cost_per_km[:, None] * (out + back)
    timed = cost + types.cost_per_minute[:, None] * np.where(np.isfinite(route.duration), route.duration, 0.0)
    return np.where(np.isfinite(route.duration) & np.isfinite(timed), timed, np.inf)
