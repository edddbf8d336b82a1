"""Days of a few deliveries with everything that binds routes, and their cheapest plans by trying all."""

from itertools import permutations

import attrs
import numpy as np
from routing_world import clock, town

from shelfwise.types import Break, PreviousRoute


def small_day(size, seed):
    """Return a request, the state and deliveries, each vehicle and delivery bound by something else."""
    request, state, deliveries = town(size, seed)
    dice = np.random.default_rng([seed, size])
    changed = [
        attrs.evolve(
            delivery,
            pickup=bool(dice.random() < 0.2),
            skills=("lift",) if dice.random() < 0.2 else (),
            priority=int(dice.integers(3)),
            late_cost_per_hour=float(dice.integers(5, 40)) if dice.random() < 0.3 else None,
        )
        for delivery in deliveries
    ]
    vehicles = [
        attrs.evolve(
            vehicle,
            capacity=float(dice.integers(5, 20)),
            max_trips=int(dice.integers(1, 4)),
            reload_minutes=float(dice.integers(0, 20)),
            ends_anywhere=bool(dice.random() < 0.3),
            skills=("lift",) if dice.random() < 0.7 else (),
            max_stops=int(dice.integers(2, 12)) if dice.random() < 0.3 else None,
            max_minutes=float(dice.integers(120, 500)) if dice.random() < 0.3 else None,
            max_distance_km=float(dice.integers(40, 200)) if dice.random() < 0.3 else None,
            breaks=[Break(clock(9), clock(9.5), 10.0), Break(clock(11.5), clock(13), 30.0)][: int(dice.integers(3))],
        )
        for vehicle in request.vehicles
    ]
    names = [delivery.delivery_id for delivery in changed[:3]]
    previous = (
        (PreviousRoute(vehicles[0].vehicle_id, names, pinned=int(dice.integers(3))),) if dice.random() < 0.4 else ()
    )
    return attrs.evolve(request, vehicles=vehicles, previous=previous), state, tuple(changed)


def cheapest_total(draft):
    """Return what the cheapest plan costs, of all assignments, orders and divisions into trips."""
    size, best = len(draft.problem), {0: 0.0}
    for vehicle in range(len(draft.vehicles)):
        options = _routes(draft, vehicle)
        joined = {}
        for made, cost in best.items():
            for more, added in options.items():
                if not made & more:
                    joined[made | more] = min(cost + added, joined.get(made | more, np.inf))
        best = joined
    skip = draft.problem.skip_cost
    return min(cost + sum(skip[row] for row in range(size) if not made >> row & 1) for made, cost in best.items())


def _routes(draft, vehicle):
    """Return the cheapest route of a vehicle for each set of deliveries, a bit for each."""
    most = int(draft.problem.types.most_trips[draft.kind[vehicle]])
    routes = {} if vehicle in draft.pinned else {0: 0.0}
    elsewhere = {row for number, rows in draft.pinned.items() for row in rows if number != vehicle}
    rows = [row for row in range(len(draft.problem)) if row not in draft.unkept and row not in elsewhere]
    for count in range(1, len(rows) + 1):
        for order in permutations(rows, count):
            made = sum(1 << row for row in order)
            cost = min(draft.price(vehicle, trips) for trips in _divisions(order) if len(trips) <= most)
            if cost < routes.get(made, np.inf):
                routes[made] = cost
    return routes


def _divisions(order):
    """Yield the trips that an order may be divided into."""
    for cuts in range(1 << (len(order) - 1)):
        trips = [[order[0]]]
        for number, row in enumerate(order[1:]):
            if cuts >> number & 1:
                trips.append([row])
            else:
                trips[-1].append(row)
        yield trips
