"""From the order of the stops to times, loads and costs."""

from datetime import UTC, datetime

import pytest
from routing_world import STATE, ask, clock, drop, plane, van

from shelfwise.routing import Travel, check_routes, schedule
from shelfwise.types import RoutePlan

LINE = plane({"hub": (0, 0), "near": (10, 0), "far": (30, 0)}, minutes_per_km=2.0)


def planned(vehicle, *stops):
    """Return the route of a vehicle along the line, and what the checker says of it."""
    request = ask(vehicle, travel=LINE)
    route = schedule(Travel.of(request, STATE, stops), STATE, vehicle, stops)
    return route, route and check_routes(request, STATE, stops, RoutePlan(routes=[route]))


def test_a_route_worked_out_by_hand():
    """Distances, arrivals, loads and the three terms of the cost are those of pencil and paper."""
    near = drop("near", quantity=2.0, service_minutes=15.0)
    far = drop("far", quantity=3.0)

    route, problems = planned(van(), near, far)

    assert problems == ()
    assert [stop.distance_km for stop in route.stops] == [10.0, 20.0]
    assert [stop.arrives_at for stop in route.stops] == [clock(7 + 20 / 60), clock(7 + 75 / 60)]
    assert [stop.load for stop in route.stops] == [5.0, 3.0]
    assert (route.departs_at, route.returns_at) == (clock(7), clock(7 + 135 / 60))
    assert (route.distance_km, route.fixed_cost, route.distance_cost, route.time_cost) == (60.0, 30.0, 30.0, 45.0)
    assert route.cost == 105.0


def test_the_vehicle_leaves_late_rather_than_waits_at_the_first_stop():
    """A window later in the day moves the departure, not the wait."""
    route, problems = planned(van(), drop("near", window_start=clock(12)))

    assert problems == ()
    assert route.departs_at == clock(12 - 20 / 60)
    assert route.stops[0].wait_minutes == 0.0


def test_a_wait_that_no_departure_avoids_is_reported():
    """Between an early and a late window somebody has to wait."""
    near = drop("near", window_end=clock(8))
    far = drop("far", window_start=clock(12))

    route, problems = planned(van(), near, far)

    assert problems == ()
    assert route.departs_at == clock(8 - 20 / 60)
    assert route.stops[1].wait_minutes == pytest.approx(4 * 60 - 40)


def test_without_a_shift_a_vehicle_leaves_at_eight():
    """The first day of the plan starts at eight, unless a window asks for another hour."""
    vehicle = van(shift_start=None, shift_end=None)

    free, _ = planned(vehicle, drop("near"))
    early, _ = planned(vehicle, drop("near", window_end=clock(6)))
    late, _ = planned(vehicle, drop("near", window_start=clock(20)))

    assert free.departs_at == clock(8)
    assert early.departs_at == clock(6 - 20 / 60)
    assert late.departs_at == clock(20 - 20 / 60)


def test_an_order_of_stops_that_misses_a_window_or_the_shift_has_no_schedule():
    """None says that no departure keeps the windows and the shift."""
    too_late, _ = planned(van(), drop("far"), drop("near", window_end=clock(8)))
    too_long, _ = planned(van(shift_end=clock(8)), drop("far"))

    assert too_late is None
    assert too_long is None


def test_the_clock_of_long_ago_is_as_exact():
    """A state as of 1970 and windows of today give the same route."""
    vehicle = van()
    stop = drop("near", window_start=clock(12))
    request = ask(vehicle, travel=LINE)
    state = type(STATE)(as_of=datetime(1970, 1, 1, tzinfo=UTC))

    route = schedule(Travel.of(request, state, (stop,)), state, vehicle, (stop,))

    assert abs(route.departs_at - clock(12 - 20 / 60)).total_seconds() < 1e-3
