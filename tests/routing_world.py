"""Small routing problems for the tests of the router and of the route checker."""

from datetime import UTC, datetime, timedelta

import attrs
import numpy as np

from shelfwise.types import (
    Break,
    Delivery,
    Depot,
    Index,
    NodeKind,
    Nodes,
    PreviousRoute,
    RouteRequest,
    State,
    TravelMatrix,
    Vehicle,
)

AS_OF = datetime(2026, 3, 2, 18, tzinfo=UTC)
DAY = datetime(2026, 3, 3, tzinfo=UTC)
STATE = State(
    as_of=AS_OF,
    nodes=Nodes(
        index=Index(("hub", "west")),
        kind=[NodeKind.WAREHOUSE, NodeKind.WAREHOUSE],
        latitude=[52.0, 52.1],
        longitude=[4.5, 4.2],
        capacity=[np.inf, np.inf],
    ),
)
DEPOTS = (Depot("hub", 52.0, 4.5), Depot("west", 52.1, 4.2))


def clock(hours):
    """Return the moment of the planning day at which so many hours have passed."""
    return DAY + timedelta(hours=float(hours))


def van(vehicle_id="van", node_id="hub", **changes):
    """Return a vehicle with a shift from seven to seventeen and room for ten units."""
    plain = Vehicle(
        vehicle_id,
        node_id,
        capacity=10.0,
        fixed_cost=30.0,
        cost_per_km=0.5,
        cost_per_hour=20.0,
        shift_start=clock(7),
        shift_end=clock(17),
    )
    return attrs.evolve(plain, **changes)


def drop(delivery_id="drop", east_km=5.0, north_km=0.0, **changes):
    """Return a delivery of one unit that lies so many km from the hub."""
    place = 52.0 + north_km / 111.195, 4.5 + east_km / (111.195 * np.cos(np.radians(52.0)))
    return attrs.evolve(Delivery(delivery_id, zone="z", latitude=place[0], longitude=place[1]), **changes)


def ask(*vehicles, travel=None, seed=0):
    """Return a request with vehicles, and the depots where they stand."""
    depots = tuple(depot for depot in DEPOTS if depot.node_id in {vehicle.node_id for vehicle in vehicles})
    return RouteRequest(vehicles=vehicles, depots=depots, travel=travel, seed=seed)


def plane(points, minutes_per_km=1.0):
    """Return a travel matrix of points of the plane: a mapping of place ids to coordinates in km."""
    places = np.array(list(points.values()), dtype=float)
    km = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    return TravelMatrix(tuple(points), km, minutes_per_km * km)


def town(size, seed=0, vehicles=None):
    """Return a request, the state and deliveries: two depots, two sizes of van, windows, and drops that may wait."""
    dice = np.random.default_rng(seed)
    deliveries = []
    for number in range(size):
        opens, windowed = int(dice.integers(7, 14)), dice.random() < 0.5
        deliveries.append(
            drop(
                f"drop-{number}",
                *dice.normal(0.0, 15.0, 2),
                zone=f"zone-{number % 4}",
                node_id=("", "", "hub", "west")[int(dice.integers(4))],
                quantity=float(dice.integers(1, 5)),
                weight_kg=float(dice.integers(0, 30)),
                window_start=clock(opens) if windowed else None,
                window_end=clock(opens + 3) if windowed and dice.random() < 0.8 else None,
                service_minutes=float(dice.integers(0, 10)),
                skip_cost=8.0 if dice.random() < 0.2 else None,
            )
        )
    fleet = [
        van(f"van-{number}", ("hub", "west")[number % 2], capacity=(12.0, 25.0)[number % 3 == 0], capacity_kg=150.0)
        for number in range(size // 6 + 2 if vehicles is None else vehicles)
    ]
    return ask(*fleet, seed=seed), STATE, tuple(deliveries)


def mixture(size, seed):
    """Return a town in which every vehicle and delivery is bound by something else."""
    request, state, deliveries = town(size, seed)
    dice = np.random.default_rng(seed)
    changed = [
        attrs.evolve(
            delivery,
            pickup=bool(dice.random() < 0.15),
            skills=("lift",) if dice.random() < 0.2 else (),
            priority=int(dice.integers(3)),
            late_cost_per_hour=20.0 if dice.random() < 0.3 else None,
            released_at=clock(dice.uniform(6, 10)) if dice.random() < 0.3 else None,
        )
        for delivery in deliveries
    ]
    vehicles = [
        attrs.evolve(
            vehicle,
            max_trips=int(dice.integers(1, 4)),
            reload_minutes=float(dice.integers(0, 20)),
            ends_anywhere=bool(dice.random() < 0.3),
            skills=("lift",) if dice.random() < 0.7 else (),
            max_stops=int(dice.integers(2, 12)) if dice.random() < 0.4 else None,
            max_minutes=float(dice.integers(120, 500)) if dice.random() < 0.4 else None,
            max_distance_km=float(dice.integers(40, 200)) if dice.random() < 0.4 else None,
            breaks=[Break(clock(9), clock(9.5), 10.0), Break(clock(11.5), clock(13), 30.0)][: int(dice.integers(3))],
        )
        for vehicle in request.vehicles
    ]
    names = [delivery.delivery_id for delivery in changed[:4]]
    previous = (
        (PreviousRoute(vehicles[0].vehicle_id, names, pinned=int(dice.integers(3))),) if dice.random() < 0.5 else ()
    )
    return attrs.evolve(request, vehicles=vehicles, previous=previous), state, tuple(changed)
