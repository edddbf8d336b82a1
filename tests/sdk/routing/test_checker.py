"""The checker finds nothing wrong with a good plan, and what is wrong with each kind of broken one."""

import math
from datetime import timedelta

import attrs
import numpy as np
import pytest
from routing_world import STATE, ask, clock, drop, town, van

from shelfwise.baselines.router import BaselineRouter
from shelfwise.routing import Travel, check_routes, schedule
from shelfwise.types import Deadline, RoutePlan, SkippedDelivery, SkipReason

VANS = (van("first"), van("second", "west", capacity_kg=50.0, capacity_l=50.0))
DROPS = (
    drop("a", 4.0, window_start=clock(9), window_end=clock(10), service_minutes=5.0),
    drop("b", 8.0, quantity=3.0, window_start=clock(9), window_end=clock(11)),
    drop("c", -20.0, 10.0, node_id="west", weight_kg=10.0, volume_l=10.0),
    drop("d", 6.0, skip_cost=5.0),
)
REQUEST = ask(*VANS)


def good_plan():
    """Return two routes and a skipped delivery that hold."""
    travel = Travel.of(REQUEST, STATE, DROPS)
    routes = [schedule(travel, STATE, VANS[0], DROPS[:2]), schedule(travel, STATE, VANS[1], DROPS[2:3])]
    return RoutePlan(routes=routes, skipped=[SkippedDelivery("d", SkipReason.COST, "It costs too much.")])


def problems(plan, deliveries=DROPS, request=REQUEST):
    """Return what the checker says, as one text."""
    return "\n".join(check_routes(request, STATE, deliveries, plan))


def with_route(**changes):
    """Return the good plan with something else in its first route."""
    plan = good_plan()
    return attrs.evolve(plan, routes=(attrs.evolve(plan.routes[0], **changes), *plan.routes[1:]))


def with_stop(at, **changes):
    """Return the good plan with something else in one stop of its first route."""
    stops = list(good_plan().routes[0].stops)
    stops[at] = attrs.evolve(stops[at], **changes)
    return with_route(stops=stops)


def test_a_good_plan_has_nothing_wrong_with_it():
    """A plan that holds gives no words at all."""
    assert problems(good_plan()) == ""


def test_a_delivery_must_be_somewhere_once():
    """Left out, made twice, skipped twice, or made and skipped: each is named."""
    plan = good_plan()
    first, second = plan.routes

    assert "d: neither in a route nor skipped" in problems(attrs.evolve(plan, skipped=()))
    assert "a: in routes 2 times" in problems(with_route(stops=(*first.stops, first.stops[0])))
    assert "d: skipped 2 times" in problems(attrs.evolve(plan, skipped=plan.skipped * 2))
    assert "c: both in a route and skipped" in problems(
        attrs.evolve(plan, skipped=(*plan.skipped, SkippedDelivery("c", SkipReason.COST)))
    )
    assert "stranger: nobody asked for it" in problems(with_stop(0, delivery_id="stranger"))
    assert "c: neither" in problems(attrs.evolve(plan, routes=(first,)))
    assert "it has no stops" in problems(attrs.evolve(plan, routes=(first, second, attrs.evolve(second, stops=()))))


def test_a_skip_needs_a_reason_that_can_be():
    """A skip without a reason is named, and so is one for the cost of what must be delivered."""
    plan = good_plan()
    must = tuple(attrs.evolve(delivery, skip_cost=None) for delivery in DROPS)

    assert "d: skipped without a reason" in problems(attrs.evolve(plan, skipped=(SkippedDelivery("d", "no idea"),)))
    assert "d: skipped for its cost" in problems(plan, must)


def test_a_vehicle_drives_one_route_from_where_it_stands():
    """An unknown vehicle, one used twice, one at another node, and a drop of another node are named."""
    plan = good_plan()
    from_west = tuple(attrs.evolve(delivery, node_id="west") for delivery in DROPS)

    assert "there is no such vehicle" in problems(with_route(vehicle_id="third"))
    assert "the vehicle has 2 routes" in problems(attrs.evolve(plan, routes=plan.routes * 2))
    assert "it starts at west" in problems(with_route(node_id="west"))
    assert "delivery a comes from west" in problems(plan, from_west)


@pytest.mark.parametrize(
    ("amounts", "words"),
    [
        ({"quantity": 9.0}, "12 units, above the capacity of 10"),
        ({"weight_kg": 60.0}, "60 kg, above the capacity of 50"),
        ({"volume_l": 60.0}, "60 l, above the capacity of 50"),
    ],
)
def test_capacities_hold_in_units_kg_and_litres(amounts, words):
    """Whatever does not fit is named with its unit."""
    vehicles = tuple(attrs.evolve(vehicle, capacity_kg=50.0, capacity_l=50.0) for vehicle in VANS)
    heavy = (attrs.evolve(DROPS[0], **amounts), *DROPS[1:])

    assert words in problems(good_plan(), heavy, ask(*vehicles))


def test_the_load_on_arrival_is_what_is_still_to_be_delivered():
    """A stop with another load is named."""
    assert "stop b: load 4, but 3 units are on board" in problems(with_stop(1, load=4.0))


def test_times_follow_from_each_other():
    """An arrival, a wait or a return that does not follow from what came before is named."""
    route = good_plan().routes[0]
    minute = timedelta(minutes=1)

    assert "stop b: arrives at" in problems(with_stop(1, arrives_at=route.stops[1].arrives_at + minute))
    assert "stop a: arrives at" in problems(with_route(departs_at=route.departs_at - minute))
    assert "stop a: waits -1" in problems(with_stop(0, wait_minutes=-1.0))
    assert "stop a: waits nan" in problems(with_stop(0, wait_minutes=math.nan))
    assert "it returns at" in problems(with_route(returns_at=route.returns_at + minute))


def test_windows_and_shifts_hold():
    """Service outside its window and driving outside the shift are named."""
    plan = good_plan()
    served = plan.routes[0].stops[1].arrives_at
    late = (DROPS[0], attrs.evolve(DROPS[1], window_end=served - timedelta(minutes=1)), *DROPS[2:])
    early = (DROPS[0], attrs.evolve(DROPS[1], window_start=served + timedelta(minutes=1)), *DROPS[2:])
    short = (attrs.evolve(VANS[0], shift_start=clock(9), shift_end=clock(9.1)), VANS[1])

    assert "stop b: served at" in problems(plan, late)
    assert "after its window ends" in problems(plan, late)
    assert "before its window starts" in problems(plan, early)
    assert "before the shift starts" in problems(plan, request=ask(*short))
    assert "after the shift ends" in problems(plan, request=ask(*short))


@pytest.mark.parametrize("term", ["distance_km", "fixed_cost", "distance_cost", "time_cost"])
@pytest.mark.parametrize("wrong", [0.01, math.nan])
def test_amounts_are_recomputed(term, wrong):
    """A distance or a cost that does not come from the stops is named."""
    right = getattr(good_plan().routes[0], term)

    assert f"{term} is" in problems(with_route(**{term: right + wrong}))


def test_the_distance_of_a_stop_is_recomputed():
    """A stop that is farther than stated is named."""
    assert "stop b: 1 km from the place before" in problems(with_stop(1, distance_km=1.0))


def test_a_place_without_location_cannot_be_on_a_route():
    """Nobody drives to a place that is not located."""
    lost = (attrs.evolve(DROPS[0], latitude=None), *DROPS[1:])

    assert "a place on it has no known location" in problems(good_plan(), lost)


def test_a_second_is_forgiven_and_two_are_not():
    """What rounding to seconds makes of a time is no violation."""
    arrives = good_plan().routes[0].stops[1].arrives_at

    assert problems(with_stop(1, arrives_at=arrives + timedelta(seconds=0.5))) == ""
    assert "arrives at" in problems(with_stop(1, arrives_at=arrives + timedelta(seconds=2)))


def test_any_change_to_a_plan_of_a_town_is_found():
    """Swapping two stops of a route, or two routes' vehicles, never goes unnoticed."""
    request, state, deliveries = town(40, seed=3)
    plan = BaselineRouter(rounds_per_delivery=0).route(request, state, deliveries, Deadline())
    long = max(range(len(plan.routes)), key=lambda row: len(plan.routes[row].stops))

    for at in range(len(plan.routes[long].stops) - 1):
        stops = list(plan.routes[long].stops)
        stops[at], stops[at + 1] = stops[at + 1], stops[at]
        routes = list(plan.routes)
        routes[long] = attrs.evolve(routes[long], stops=tuple(stops))
        assert check_routes(request, state, deliveries, attrs.evolve(plan, routes=tuple(routes)))


def test_the_plan_of_a_thousand_deliveries_is_checked_leg_by_leg():
    """The checker asks for the legs that are driven, never for all pairs."""
    request, state, deliveries = town(60, seed=1)
    plan = BaselineRouter(rounds_per_delivery=0).route(request, state, deliveries, Deadline())
    asked = []

    class Counting(Travel):
        def distance_km(self, origins, destinations):
            asked.append(np.broadcast(origins, destinations).size)
            return super().distance_km(origins, destinations)

    plain = Travel.of(request, state, deliveries)
    travel = Counting(plain.depots, plain.deliveries, plain.latitude, plain.longitude)
    assert check_routes(request, state, deliveries, plan, travel) == ()
    assert max(asked) == sum(len(route.stops) + 1 for route in plan.routes)
