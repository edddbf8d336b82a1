"""The signal of the router: what one more delivery to each zone costs, and when it can arrive."""

import attrs
import numpy as np
import pytest
from routing_world import AS_OF, STATE, ask, clock, drop, plane, town, van

from shelfwise.baselines.router import BaselineRouter
from shelfwise.routing.travel import great_circle_km
from shelfwise.types import Customers, Deadline, Index, Lanes, RouteRequest

LINE = {"hub": (0.0, 0.0)} | {f"drop-{n}": (10.0 * n, 0.0) for n in range(1, 4)}


def signal(request, deliveries, state=STATE):
    """Return the delivery costs of the baseline's plan."""
    return BaselineRouter(rounds_per_delivery=2).route(request, state, deliveries, Deadline()).delivery_costs


def test_a_zone_on_the_way_costs_no_detour():
    """Between two stops of a route another one costs its service time alone; beyond the last, there and back."""
    deliveries = (
        drop("drop-1", zone="way", service_minutes=6.0),
        drop("drop-2", zone="way", service_minutes=6.0),
        drop("drop-3", zone="end"),
    )

    costs = signal(ask(van(), travel=plane(LINE)), deliveries)

    by_zone = dict(zip(costs.zones, costs.marginal_cost[:, 0].tolist(), strict=True))
    there_and_back = 20.0 * (0.5 + 20.0 / 60.0)
    assert by_zone["way"] == pytest.approx(2.0)
    assert by_zone["end"] == pytest.approx(there_and_back)


def test_far_zones_cost_more_than_near_ones():
    """Cost grows with the way to a zone."""
    deliveries = (drop("a", 2.0, zone="near"), drop("b", 3.0, zone="near"), drop("c", 60.0, zone="far"))

    costs = signal(ask(van(), van("second")), deliveries)

    assert costs.marginal_cost[costs.zones.position("far"), 0] > costs.marginal_cost[costs.zones.position("near"), 0]


def test_each_node_with_vehicles_has_its_own_price():
    """A zone beside the western depot is cheaper from there."""
    deliveries = (drop("a", -20.0, 11.0, zone="west"), drop("b", 1.0, zone="hub"))

    costs = signal(ask(van(), van("other", "west")), deliveries)

    west = costs.zones.position("west")
    assert costs.nodes.ids == ("hub", "west")
    assert costs.marginal_cost[west, 1] < costs.marginal_cost[west, 0]


def test_a_zone_of_customers_without_deliveries_takes_the_mean():
    """Every zone on record has a finite price."""
    customers = Customers(Index(("c1", "c2")), ["z", "elsewhere"], [True, True])
    state = attrs.evolve(STATE, customers=customers)

    costs = signal(ask(van()), (drop("a", 5.0), drop("b", 9.0)), state)

    assert costs.zones.ids == ("elsewhere", "z")
    assert costs.marginal_cost[0] == pytest.approx(costs.marginal_cost[1])


def test_the_promise_is_the_day_of_the_first_vehicle():
    """A shift tomorrow promises tomorrow, one a week later a week later, a journey of a day another day."""
    week = {"shift_start": clock(7 + 7 * 24), "shift_end": clock(17 + 7 * 24)}

    tomorrow = signal(ask(van()), (drop(),))
    next_week = signal(ask(van(**week)), (drop(),))
    slow = signal(ask(van(speed_kmh=0.5, shift_start=None, shift_end=None)), (drop(east_km=10.0),))

    assert clock(7).date() != AS_OF.date()
    assert tomorrow.promise_days.tolist() == [[1.0]]
    assert next_week.promise_days.tolist() == [[8.0]]
    assert slow.promise_days.tolist() == [[2.0]]


def test_there_is_no_signal_without_vehicles_or_places():
    """None says that nothing is known, rather than that delivery is free."""
    assert signal(RouteRequest(vehicles=(), depots=()), (drop(),)) is None
    assert signal(ask(van()), ()) is None
    assert signal(ask(van()), (drop(latitude=None),)) is None


def test_the_price_of_a_town_is_finite_and_not_negative():
    """Whatever is skipped and however full the vans are, each zone has a price."""
    request, state, deliveries = town(60, seed=2, vehicles=4)

    costs = signal(request, deliveries, state)

    assert np.isfinite(costs.marginal_cost).all()
    assert (costs.marginal_cost >= 0.0).all()
    assert (costs.promise_days == 1.0).all()


def test_a_zone_without_deliveries_costs_what_its_customers_are_far():
    """Where customers live is known from their record, also where no delivery of the day goes there."""
    far = drop("x", east_km=30.0)
    customers = Customers(
        Index(("c1", "c2")),
        ["near", "far"],
        [True, True],
        latitude=[np.nan, far.latitude],
        longitude=[0.0, far.longitude],
    )
    state = attrs.evolve(STATE, customers=customers)

    costs = signal(ask(van()), (drop("a", 5.0, zone="near"), drop("b", 6.0, zone="near")), state)

    by_zone = dict(zip(costs.zones, costs.marginal_cost[:, 0].tolist(), strict=True))
    km = 2 * 1.3 * (30.0 - 6.0)
    assert by_zone["far"] > km * 0.5 > by_zone["near"]


def test_a_truck_to_another_node_does_not_make_doors_on_its_way_cheap():
    """Nor does what goes to the retailer's own nodes count for a zone."""
    node = dict(zip(STATE.nodes.index, zip(STATE.nodes.latitude, STATE.nodes.longitude, strict=True), strict=True))[
        "west"
    ]
    truck = attrs.evolve(drop("transfer"), latitude=float(node[0]), longitude=float(node[1]))
    customer = drop("a", -19.0, zone="west")

    alone, beside = (signal(ask(van(), van("truck")), day).marginal_cost for day in ((customer,), (customer, truck)))

    assert beside == pytest.approx(alone)
    assert signal(ask(van()), (truck,)) is None


def test_a_visit_to_an_own_node_is_a_trip_of_its_own():
    """Whoever passes by today: there and back by the cheapest vehicle, for every node that a lane leads to."""
    lanes = Lanes([0], [STATE.nodes.index.position("west")], [-1], *[[1.0]] * 7)
    state = attrs.evolve(STATE, lanes=lanes)
    by_the_way = (drop("a", -19.0, service_minutes=6.0),)

    costs = signal(ask(van(), van("dear", fixed_cost=50.0)), by_the_way, state)

    km = 1.3 * great_circle_km(52.0, 4.5, 52.1, 4.2)
    there_and_back = 30.0 + 2 * km * (0.5 + 20.0 / 40.0) + 6.0 * 20.0 / 60.0
    assert costs.places.ids == ("west",)
    assert costs.visit_cost.tolist() == [[pytest.approx(there_and_back, rel=1e-6)]]
    assert not signal(ask(van()), by_the_way, STATE).places
