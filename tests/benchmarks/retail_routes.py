"""A day of deliveries of a made-up retailer, with everything that binds routes in practice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import numpy as np

from shelfwise.types import Break, Delivery, Depot, RouteRequest, State, Vehicle

__all__ = ["AS_OF", "RetailDay", "retail_day"]

AS_OF = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
_DAY = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
_DEPOTS = {"north": (52.56, 13.35), "south": (52.43, 13.45)}


@attrs.frozen(eq=False)
class RetailDay:
    """What is asked of a router for one day."""

    request: RouteRequest
    state: State
    deliveries: tuple[Delivery, ...]


def retail_day(deliveries: int, seed: int = 0, *, lateness: bool = False) -> RetailDay:
    """Draw a day in a city: windows, three capacities, a mixed fleet of two depots, reloads, breaks, skills, choices.

    Vans make two trips, trucks one; all drivers rest at noon; some drops need a lift or cooling, a twentieth are
    pickups, a tenth may be left out for a price. With ``lateness`` a fifth may be served late for one.
    """
    random = np.random.default_rng([seed, deliveries])
    drops = tuple(_drop(random, number, lateness=lateness) for number in range(deliveries))
    vehicles = tuple(_vehicle(random, number) for number in range(max(3, round(deliveries / 18))))
    depots = tuple(Depot(name, *place) for name, place in _DEPOTS.items())
    return RetailDay(RouteRequest(vehicles=vehicles, depots=depots, seed=seed), State(as_of=AS_OF), drops)


def _clock(hours: float) -> datetime:
    return _DAY + timedelta(hours=float(hours))


def _drop(random: np.random.Generator, number: int, *, lateness: bool) -> Delivery:
    centre = np.array(list(_DEPOTS.values())[int(random.random() < 0.5)])
    latitude, longitude = centre + random.normal(0.0, [0.05, 0.08])
    kind = random.random()
    opens, closes = None, None
    if kind < 0.35:
        opens = float(random.integers(7, 16))
        closes = opens + float(random.choice([2.0, 3.0]))
    elif kind < 0.7:
        opens, closes = ((7.0, 12.0), (12.0, 18.0))[int(random.random() < 0.5)]
    units = int(random.integers(1, 9))
    return Delivery(
        f"drop {number}",
        node_id=("", "north", "south")[int(random.choice(3, p=[0.8, 0.1, 0.1]))],
        zone=f"zone {int(random.integers(6))}",
        latitude=float(latitude),
        longitude=float(longitude),
        quantity=float(units),
        weight_kg=float(units * random.uniform(1.0, 12.0)),
        volume_l=float(units * random.uniform(5.0, 40.0)),
        window_start=None if opens is None else _clock(opens),
        window_end=None if closes is None else _clock(closes),
        service_minutes=float(random.integers(3, 9)),
        skip_cost=float(random.uniform(5.0, 25.0)) if random.random() < 0.1 else None,
        pickup=bool(random.random() < 0.05),
        skills=("lift",) if random.random() < 0.07 else ("cooling",) if random.random() < 0.1 else (),
        priority=int(random.integers(3)),
        late_cost_per_hour=30.0 if lateness and closes is not None and random.random() < 0.2 else None,
    )


def _vehicle(random: np.random.Generator, number: int) -> Vehicle:
    van = random.random() < 0.65
    starts = float(random.choice([6.5, 7.0, 8.0]))
    noon = Break(_clock(11.5), _clock(13.5), 30.0)
    return Vehicle(
        f"{'van' if van else 'truck'} {number}",
        ("north", "south")[number % 2],
        capacity=60.0 if van else 140.0,
        capacity_kg=350.0 if van else 900.0,
        capacity_l=1200.0 if van else 3000.0,
        fixed_cost=40.0 if van else 75.0,
        cost_per_km=0.35 if van else 0.6,
        cost_per_hour=22.0,
        speed_kmh=32.0 if van else 28.0,
        shift_start=_clock(starts),
        shift_end=_clock(starts + 9.5),
        skills=tuple(skill for skill in ("lift", "cooling") if number < 4 or random.random() < 0.5),
        max_distance_km=220.0,
        max_stops=45,
        max_trips=2 if van else 1,
        reload_minutes=20.0,
        breaks=(noon,),
    )
