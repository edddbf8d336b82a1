"""Reloads, breaks, pickups, lateness, limits, open ends and pins: by hand, by the checker, and in any mixture."""

from datetime import timedelta

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from routing_world import STATE, ask, clock, drop, mixture, plane, town, van

from shelfwise.baselines.router import BaselineRouter
from shelfwise.routing import Travel, check_routes, schedule
from shelfwise.types import Break, Deadline, PreviousRoute, RoutePlan, SkippedDelivery, SkipReason, StopKind

LINE = plane({"hub": (0, 0), "near": (10, 0), "mid": (20, 0), "far": (30, 0)}, minutes_per_km=2.0)


def driven(vehicle, *trips, request=None):
    """Return the route of a vehicle along the line, and what the checker says of it."""
    request = request or ask(vehicle, travel=LINE)
    stops = tuple(stop for trip in trips for stop in trip)
    route = schedule(Travel.of(request, STATE, stops), STATE, vehicle, *trips)
    return route, route and "\n".join(check_routes(request, STATE, stops, RoutePlan(routes=[route])))


def broken(vehicle, route, *stops, request=None):
    """Return what the checker says of a route that was tampered with."""
    return "\n".join(check_routes(request or ask(vehicle, travel=LINE), STATE, stops, RoutePlan(routes=[route])))


def test_a_reload_by_hand():
    """Two trips of a full van: the reload takes its minutes at the depot, and the load is that of the trip."""
    vehicle = van(max_trips=2, reload_minutes=15.0)
    first, second = drop("near", quantity=8.0), drop("mid", quantity=9.0)

    route, problems = driven(vehicle, (first,), (second,))

    assert problems == ""
    assert [stop.kind for stop in route.stops] == [StopKind.DELIVERY, StopKind.RELOAD, StopKind.DELIVERY]
    assert [stop.load for stop in route.stops] == [8.0, 0.0, 9.0]
    assert route.stops[1].arrives_at == clock(7 + 40 / 60)
    assert route.stops[2].arrives_at == clock(7 + 95 / 60)
    assert route.distance_km == 60.0
    assert route.delivery_ids == ("near", "mid")


def test_the_checker_counts_trips_and_loads_by_trip():
    """Too many trips, a trip without stops, and a trip that is too full are each named."""
    vehicle = van(max_trips=2)
    full = [drop("near", quantity=8.0), drop("mid", quantity=9.0)]
    route, _ = driven(vehicle, full[:1], full[1:])
    together, _ = driven(vehicle, full)
    idle, _ = driven(vehicle, full[:1], ())

    assert "makes 2 trips, above the 1" in broken(van(), route, *full)
    assert "carries 17 units, above the capacity of 10" in broken(vehicle, together, *full)
    assert "one of its trips has no stops" in broken(vehicle, idle, full[0])
    assert "minutes and takes 0" in broken(attrs.evolve(vehicle, reload_minutes=5.0), route, *full)


def test_a_break_on_the_road_by_hand():
    """A break begins as early as it may, on the road where need be, and what is left of the way follows."""
    vehicle = van(breaks=(Break(clock(7.5), clock(8.0), 30.0),))

    route, problems = driven(vehicle, (drop("far", window_end=clock(8.75)),))

    assert problems == ""
    rest, stop = route.stops
    assert (rest.kind, rest.arrives_at, rest.minutes, rest.distance_km) == (StopKind.BREAK, clock(7.5), 30.0, 15.0)
    assert (stop.arrives_at, stop.distance_km) == (clock(8.5), 15.0)
    assert route.returns_at == clock(9.5)


def test_a_break_is_due_only_to_those_who_are_out():
    """Who is back in time, or leaves after it, takes none."""
    rest = (Break(clock(12.0), clock(13.0), 30.0),)

    early, problems = driven(van(breaks=rest), (drop("near"),))
    late, later = driven(van(breaks=rest), (drop("near", window_start=clock(14)),))

    assert problems == later == ""
    assert [stop.kind for stop in (*early.stops, *late.stops)] == [StopKind.DELIVERY] * 2


def test_a_break_that_fits_nowhere_forbids_the_route():
    """Windows on both sides that leave no time for the break leave no schedule."""
    rest = (Break(clock(12.0), clock(12.25), 60.0),)
    stops = (
        drop("near", window_start=clock(11.9), window_end=clock(12.0)),
        drop("mid", window_start=clock(12.3), window_end=clock(12.5)),
        drop("far", window_start=clock(15.0)),
    )

    assert driven(van(breaks=rest), stops)[0] is None
    assert driven(van(), stops)[1] == ""


def test_the_checker_misses_no_break():
    """A break that is left out, too short, too late or nobody's is named."""
    vehicle = van(breaks=(Break(clock(8.0), clock(9.0), 30.0),))
    stops = (drop("mid", window_start=clock(9.5)),)
    plain, _ = driven(van(shift_start=clock(8.5)), stops)
    route, problems = driven(attrs.evolve(vehicle, shift_end=clock(11)), (drop("near", window_end=clock(8)), *stops))
    at = next(number for number, stop in enumerate(route.stops) if stop.kind == StopKind.BREAK)

    assert problems == ""
    assert "takes no break of 30 minutes" in broken(vehicle, attrs.evolve(plain, departs_at=clock(7)), *stops)
    changed = list(route.stops)
    changed[at] = attrs.evolve(changed[at], arrives_at=clock(9.1))
    words = broken(vehicle, attrs.evolve(route, stops=changed), drop("near", window_end=clock(8)), *stops)
    assert "takes no break" in words
    assert "is none of the vehicle's" in words


def test_pickups_fill_what_deliveries_leave():
    """A pickup after a delivery uses its room; before it there is none."""
    vehicle = van()
    brought, taken = drop("near", quantity=9.0), drop("mid", quantity=8.0, pickup=True)

    route, problems = driven(vehicle, (brought, taken))
    _, words = driven(vehicle, (taken, brought))

    assert problems == ""
    assert [stop.load for stop in route.stops] == [9.0, 0.0]
    assert [stop.kind for stop in route.stops] == [StopKind.DELIVERY, StopKind.PICKUP]
    assert "carries 17 units" in words
    assert "is no delivery" in broken(
        vehicle,
        attrs.evolve(route, stops=[attrs.evolve(s, kind=StopKind.DELIVERY) for s in route.stops]),
        brought,
        taken,
    )


def test_lateness_is_paid_where_it_may_be():
    """Service after the window costs by the hour, and only where there is a price."""
    late = drop("far", window_end=clock(7.5), late_cost_per_hour=12.0)

    route, problems = driven(van(), (late,))

    assert problems == ""
    assert route.stops[0].late_minutes == pytest.approx(30.0)
    assert route.late_cost == pytest.approx(6.0)
    assert "after its window ends" in broken(van(), route, attrs.evolve(late, late_cost_per_hour=None))
    assert "late_cost is 0" in broken(van(), attrs.evolve(route, late_cost=0.0), late)
    assert driven(van(), (attrs.evolve(late, window_end=clock(9)),))[0].late_cost == 0.0


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"max_distance_km": 59.0}, "makes 60 km, above the limit of 59"),
        ({"max_minutes": 100.0}, "makes 120 minutes, above the limit of 100"),
        ({"max_stops": 1}, "makes 2 stops, above the limit of 1"),
    ],
)
def test_limits_of_a_vehicle(limits, words):
    """Kilometres, minutes and stops of a route have limits, each of which is checked."""
    stops = (drop("near"), drop("far"))
    route, problems = driven(van(), stops)

    assert problems == ""
    assert words in broken(van(**limits), route, *stops)


def test_skills_are_checked():
    """A vehicle needs every skill of what it brings."""
    stop = drop("near", skills=("lift", "cooling"))
    route, problems = driven(van(skills=("cooling", "lift", "more")), (stop,))

    assert problems == ""
    assert "needs lift, which the vehicle does not have" in broken(van(skills=("cooling",)), route, stop)


def test_a_trip_waits_for_what_it_brings():
    """The first trip leaves at its release; the reload before the next one is over at the other."""
    vehicle = van(max_trips=2, reload_minutes=15.0)
    near, far = drop("near", released_at=clock(8)), drop("far", released_at=clock(10))
    back = drop("mid", pickup=True, released_at=clock(12))

    route, problems = driven(vehicle, (near, back), (far,))
    early, _ = driven(vehicle, (near, back), (attrs.evolve(far, released_at=None),))

    assert problems == ""
    reload = route.stops[2]
    left = reload.arrives_at + timedelta(minutes=reload.wait_minutes + reload.minutes)
    assert left == clock(10)
    assert route.departs_at == left - timedelta(minutes=20 + 20 + 40 + 15)
    assert route.stops[3].arrives_at == clock(11)
    assert f"stop far: its trip leaves at {clock(9 + 35 / 60)}, before it is released" in broken(
        vehicle, early, near, back, far
    )
    assert "stop near: its trip leaves" in broken(vehicle, driven(van(), (drop("near"),))[0], near)


def test_releases_and_a_break_by_hand():
    """A vehicle that may not leave before its break is due takes none."""
    vehicle = van(breaks=(Break(clock(8), clock(9), 30.0),))

    route, problems = driven(vehicle, (drop("near", released_at=clock(9.5)),))

    assert problems == ""
    assert [stop.kind for stop in route.stops] == [StopKind.DELIVERY]
    assert route.departs_at == clock(9.5)


def test_nothing_is_brought_that_is_released_too_late():
    """Where the window or the shift ends before a vehicle can be there and back, a delivery is left out."""
    stops = (
        drop("near", released_at=clock(9), window_end=clock(9.25)),
        drop("mid", released_at=clock(16.5)),
        drop("far", released_at=clock(15)),
    )

    plan = BaselineRouter().route(ask(van(), travel=LINE), STATE, stops, Deadline())

    assert check_routes(ask(van(), travel=LINE), STATE, stops, plan) == ()
    assert {skip.delivery_id for skip in plan.skipped} == {"near", "mid"}


def test_an_open_route_ends_at_its_last_stop():
    """No way back is driven, timed or paid for."""
    route, problems = driven(van(ends_anywhere=True), (drop("near"), drop("far", service_minutes=10.0)))

    assert problems == ""
    assert route.distance_km == 30.0
    assert route.returns_at == clock(7 + 70 / 60)


def test_pinned_stops_stay_first():
    """The beginning of a route is kept by its vehicle, whatever would be cheaper; the checker sees to it."""
    vehicles, stops = (van("a"), van("b")), (drop("near"), drop("mid"), drop("far"))
    request = attrs.evolve(ask(*vehicles, travel=LINE), previous=(PreviousRoute("b", ("far", "near"), pinned=2),))

    plan = BaselineRouter().route(request, STATE, stops, Deadline())

    assert check_routes(request, STATE, stops, plan) == ()
    route = next(route for route in plan.routes if route.vehicle_id == "b")
    assert route.delivery_ids[:2] == ("far", "near")
    turned = attrs.evolve(plan, routes=[schedule(Travel.of(request, STATE, stops), STATE, vehicles[1], stops)])
    assert "far, near are pinned" in "\n".join(check_routes(request, STATE, stops, turned))


def test_a_pinned_stop_that_cannot_be_kept_is_skipped_or_moved_with_a_reason():
    """A pinned stop whose window has passed does not keep the others from being made."""
    stops = (drop("near", window_end=clock(6)), drop("far"))
    request = attrs.evolve(ask(van("a"), travel=LINE), previous=(PreviousRoute("a", ("near", "far"), pinned=2),))

    plan = BaselineRouter().route(request, STATE, stops, Deadline())

    assert check_routes(request, STATE, stops, plan) == ()
    assert [skip.delivery_id for skip in plan.skipped] == ["near"]
    assert plan.routes[0].delivery_ids == ("far",)


def test_the_previous_plan_is_never_made_worse():
    """The answer costs no more than the plan before, and what moved is counted."""
    request, state, deliveries = town(40, seed=3)
    before = BaselineRouter().route(request, state, deliveries, Deadline())
    previous = tuple(PreviousRoute(route.vehicle_id, route.delivery_ids) for route in before.routes)
    hasty = BaselineRouter(rounds_per_delivery=0)

    again = hasty.route(attrs.evolve(request, previous=previous), state, deliveries, Deadline())
    anew = hasty.route(request, state, deliveries, Deadline())

    assert check_routes(request, state, deliveries, again) == ()
    assert again.cost <= before.cost + 1e-6 < anew.cost
    assert again.moved_stops == 0
    assert anew.moved_stops is None


def test_obstacles_name_every_vehicle_and_the_remedy_works():
    """Each vehicle has its own reason, and the change that is named lets the delivery in."""
    vehicles = (
        van("small", capacity=4.0),
        van("unskilled", capacity=20.0),
        van("away", "west"),
        van("early", shift_end=clock(7.5), skills=("lift",)),
    )
    vehicles = tuple(attrs.evolve(v, skills=("lift",)) if v.vehicle_id in ("small", "away") else v for v in vehicles)
    stop = drop("far", quantity=5.0, node_id="hub", skills=("lift",))
    request = ask(*vehicles, travel=plane({"hub": (0, 0), "west": (0, 9), "far": (30, 0)}, minutes_per_km=2.0))

    plan = BaselineRouter().route(request, STATE, (stop,), Deadline())

    (skip,) = plan.skipped
    assert {obstacle.vehicle_id: obstacle.reason for obstacle in skip.obstacles} == {
        "small": SkipReason.CAPACITY,
        "unskilled": SkipReason.SKILL,
        "away": SkipReason.NO_VEHICLE,
        "early": SkipReason.SHIFT,
    }
    amounts = {obstacle.vehicle_id: (obstacle.amount, obstacle.unit) for obstacle in skip.obstacles}
    assert amounts["small"] == (pytest.approx(1.0, abs=0.01), "units")
    assert amounts["early"] == (pytest.approx(90.0, abs=0.01), "minutes")
    assert skip.remedy.vehicle_id == "early"
    longer = attrs.evolve(vehicles[3], shift_end=vehicles[3].shift_end + timedelta(minutes=skip.remedy.amount))
    eased = attrs.evolve(request, vehicles=(*vehicles[:3], longer))
    assert not BaselineRouter().route(eased, STATE, (stop,), Deadline()).skipped


def test_what_costs_too_much_is_told_in_money():
    """The obstacle of an optional delivery is what it costs beyond leaving it out."""
    request = ask(van(fixed_cost=0.0, cost_per_hour=0.0), travel=LINE)

    plan = BaselineRouter().route(request, STATE, (drop("far", skip_cost=10.0),), Deadline())

    (skip,) = plan.skipped
    assert skip.reason is SkipReason.COST
    assert (skip.remedy.reason, skip.remedy.amount) == (SkipReason.COST, pytest.approx(20.0))


def test_a_remedy_is_worth_its_cost():
    """A vehicle that could go farther, but for more than leaving the delivery out costs, is no remedy."""
    request = ask(van(fixed_cost=0.0, cost_per_hour=0.0, max_distance_km=50.0), travel=LINE)

    dear, cheap = (
        BaselineRouter().route(request, STATE, (drop("far", skip_cost=cost),), Deadline()).skipped[0]
        for cost in (10.0, 40.0)
    )

    assert (dear.obstacles[0].reason, dear.obstacles[0].amount) == (SkipReason.DISTANCE, pytest.approx(10.0, abs=0.01))
    assert "for 20.00 more than leaving it out costs" in dear.obstacles[0].text
    assert dear.remedy is None
    assert cheap.remedy == cheap.obstacles[0]


def test_what_its_vehicle_cannot_make_is_no_matter_of_time():
    """A pinned delivery has no remedy with another vehicle, which does not make it."""
    request = ask(van(capacity=1.0), van("other"), travel=LINE)
    request = attrs.evolve(request, previous=(PreviousRoute("van", ("near", "mid"), 2),))

    plan = BaselineRouter().route(request, STATE, (drop("near"), drop("mid")), Deadline())

    (skip,) = plan.skipped
    assert skip.remedy is None
    assert {obstacle.vehicle_id for obstacle in skip.obstacles} == {"van", "other"}
    assert SkipReason.TIME_LIMIT not in {obstacle.reason for obstacle in skip.obstacles}


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 25), seed=st.integers(0, 10_000))
def test_any_mixture_gives_a_plan_that_holds(size, seed):
    """Whatever binds vehicles and deliveries, the plan holds by the checker."""
    request, state, deliveries = mixture(size, seed)

    plan = BaselineRouter(rounds_per_delivery=2).route(request, state, deliveries, Deadline())

    assert check_routes(request, state, deliveries, plan) == ()
    assert all(len(skip.obstacles) == len(request.vehicles) for skip in plan.skipped)


@settings(max_examples=40, deadline=None)
@given(size=st.integers(4, 20), seed=st.integers(0, 10_000))
def test_a_tampered_route_is_found(size, seed):
    """Two stops that change places, a stop that goes missing and a minute too many are always found."""
    request, state, deliveries = mixture(size, seed)
    plan = BaselineRouter(rounds_per_delivery=1).route(request, state, deliveries, Deadline())
    for number, route in enumerate(plan.routes):
        stops = list(route.stops)
        for changed in (
            attrs.evolve(route, stops=stops[1:]),
            attrs.evolve(route, returns_at=route.returns_at + timedelta(minutes=1)),
            attrs.evolve(route, departs_at=route.departs_at - timedelta(minutes=1)),
            attrs.evolve(route, stops=[*stops[:-1], attrs.evolve(stops[-1], load=stops[-1].load + 1.0)]),
        ):
            routes = [*plan.routes[:number], changed, *plan.routes[number + 1 :]]
            assert check_routes(request, state, deliveries, attrs.evolve(plan, routes=routes))


def test_every_skip_of_a_must_has_a_reason_other_than_its_cost():
    """Where vehicles are too few, what must be made and is not has a reason that says so; low priority goes first."""
    stops = tuple(drop(f"d{n}", 3.0 + n, quantity=5.0, priority=n % 2) for n in range(6))

    plan = BaselineRouter().route(ask(van()), STATE, stops, Deadline())

    assert all(skip.reason is not SkipReason.COST for skip in plan.skipped)
    assert {skip.delivery_id for skip in plan.skipped} >= {"d0", "d2", "d4"}
    assert isinstance(plan.skipped[0], SkippedDelivery)
