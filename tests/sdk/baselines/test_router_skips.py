"""Why a delivery is left out: each reason, with words that say what would let it in."""

import math
from itertools import count
from types import SimpleNamespace

import attrs
import pytest
from routing_world import STATE, ask, clock, drop, plane, van

from shelfwise.baselines.router import BaselineRouter
from shelfwise.routing import check_routes
from shelfwise.routing.draft import Draft
from shelfwise.routing.explanation import explain
from shelfwise.routing.obstacles import obstructed
from shelfwise.routing.problem import Problem
from shelfwise.types import Deadline, RouteRequest, SkipReason


def skipped(request, *deliveries, deadline=None):
    """Return the only skip of the plan."""
    plan = BaselineRouter().route(request, STATE, deliveries, Deadline() if deadline is None else deadline)
    assert check_routes(request, STATE, deliveries, plan) == ()
    (skip,) = plan.skipped
    return skip


def test_without_vehicles_everything_waits():
    """NO_VEHICLE where nobody is there to drive, or nobody at the node the goods are at."""
    nobody = skipped(RouteRequest(vehicles=(), depots=()), drop())
    elsewhere = skipped(ask(van(node_id="hub")), drop(node_id="west"))

    assert nobody.reason is SkipReason.NO_VEHICLE
    assert (elsewhere.reason, elsewhere.text) == (
        SkipReason.NO_VEHICLE,
        "No vehicle stands at west; one there would be needed.",
    )


@pytest.mark.parametrize(
    ("amounts", "words"),
    [
        ({"quantity": 11.0}, "It needs 11 units, but the largest vehicle takes 10"),
        ({"weight_kg": 70.0}, "It needs 70 kg, but the largest vehicle takes 60"),
        ({"volume_l": 80.0}, "It needs 80 l, but the largest vehicle takes 50"),
    ],
)
def test_what_no_vehicle_can_hold(amounts, words):
    """CAPACITY where a single delivery is larger than the largest vehicle."""
    skip = skipped(ask(van(capacity_kg=60.0, capacity_l=50.0)), drop(**amounts))

    assert skip.reason is SkipReason.CAPACITY
    assert words in skip.text


def test_what_the_vehicles_together_cannot_hold():
    """CAPACITY where every vehicle is full."""
    skip = skipped(ask(van()), drop("large", quantity=8.0), drop("small", quantity=3.0))

    assert skip.reason is SkipReason.CAPACITY
    assert "full" in skip.text


def test_vehicles_that_may_stop_no_more():
    """STOPS where no vehicle may stop at all, or none once more; the smallest change is told."""
    never = skipped(ask(van(max_stops=0, max_trips=2)), drop())
    full = skipped(ask(van(max_stops=1, max_trips=2)), drop("one"), drop("other", 6.0))

    assert (never.reason, full.reason) == (SkipReason.STOPS, SkipReason.STOPS)
    assert "max_stops of 1 or more" in never.text
    assert "all the stops that it may" in full.text
    assert {skip.remedy.text for skip in (never, full)} == {"With the max stops of van raised by 1, van can make it."}


def test_full_vehicles_are_the_reason_however_short_the_time():
    """CAPACITY where no vehicle has room, even if the search was cut short; where one has, TIME_LIMIT."""
    deliveries = tuple(drop(f"drop-{number}", 1.0 + number) for number in range(11))

    def reason(*vehicles):
        draft = Draft(Problem.of(ask(*vehicles), STATE, deliveries), ask(*vehicles))
        draft.put(0, [range(10)], 0.0)
        return explain(draft, 10, in_time=False).reason

    assert reason(van()) is SkipReason.CAPACITY
    assert reason(van(), van("other")) is SkipReason.TIME_LIMIT


def test_a_window_that_nobody_can_make():
    """WINDOW where the first vehicle comes too late, or every vehicle is elsewhere."""
    too_early = skipped(ask(van()), drop(window_end=clock(6)))
    elsewhere = skipped(
        ask(van()),
        drop("east", 40.0, window_start=clock(9), window_end=clock(9.1)),
        drop("west", -40.0, window_start=clock(9), window_end=clock(9.1)),
    )

    turned = skipped(ask(van()), drop(window_start=clock(12), window_end=clock(10)))

    assert (turned.reason, turned.remedy) == (SkipReason.WINDOW, None)
    assert "closes before it opens" in turned.text
    assert too_early.reason is SkipReason.WINDOW
    assert "after its window ends" in too_early.text
    assert elsewhere.reason is SkipReason.WINDOW


def test_a_journey_longer_than_the_shift():
    """SHIFT where no vehicle is back in time, alone or with the rest of its day."""
    too_far = skipped(ask(van(shift_end=clock(8))), drop(east_km=30.0))
    too_much = skipped(ask(van()), drop("long", service_minutes=500.0), drop("longer", 7.0, service_minutes=510.0))

    assert too_far.reason is SkipReason.SHIFT
    assert "by 57 minutes" in too_far.text
    assert too_much.reason is SkipReason.SHIFT


def test_a_place_that_nobody_knows():
    """LOCATION where coordinates, or a row of the matrix, are missing for the drop or for its depot."""
    no_coordinates = skipped(ask(van()), drop(latitude=None))
    no_row = skipped(ask(van(), travel=plane({"hub": (0, 0)})), drop())
    no_depot = skipped(RouteRequest(vehicles=(van(node_id="nowhere"),)), drop())
    no_road = plane({"hub": (0, 0), "drop": (1, 1)})
    no_road = attrs.evolve(no_road, distance_km=[[0.0, math.inf], [math.inf, 0.0]])

    assert no_coordinates.reason is SkipReason.LOCATION
    assert "latitude and longitude" in no_coordinates.text
    assert no_row.reason is SkipReason.LOCATION
    assert "travel matrix" in no_row.text
    assert no_depot.reason is SkipReason.LOCATION
    assert skipped(ask(van(), travel=no_road), drop()).reason is SkipReason.LOCATION


def test_without_coordinates_a_matrix_is_enough():
    """A delivery without coordinates is made where the matrix says how far it is."""
    request = ask(van(), travel=plane({"hub": (0, 0), "drop": (3, 4)}))

    plan = BaselineRouter().route(request, STATE, (drop(latitude=None, longitude=None),), Deadline())

    assert plan.routes[0].distance_km == 10.0


def test_a_drop_that_costs_more_than_it_saves():
    """COST where leaving it out is cheaper, with both amounts; dearer to leave out, it is made."""
    skip = skipped(ask(van()), drop(skip_cost=20.0))
    made = BaselineRouter().route(ask(van()), STATE, (drop(skip_cost=60.0),), Deadline())

    assert skip.reason is SkipReason.COST
    assert "20.00" in skip.text
    assert made.skipped == ()


def test_drops_share_the_cost_of_a_route():
    """Two drops that are each too dear alone are made together."""
    deliveries = (drop("one", 5.0, skip_cost=28.0), drop("two", 5.1, skip_cost=28.0))

    plan = BaselineRouter().route(ask(van()), STATE, deliveries, Deadline())

    assert len(plan.routes[0].stops) == 2


def test_what_would_let_it_in_is_sought_no_longer_than_there_is_time(monkeypatch):
    """The clock, which ticks with every look at it, is looked at between two changes of the same vehicle."""
    request, deliveries = ask(van(capacity=3.0), van("other", capacity=3.0)), (drop("one", 4.0), drop("other", 5.0))
    draft = Draft(Problem.of(request, STATE, deliveries), request)
    draft.put(0, [[0]], 0.0)
    draft.put(1, [[1]], 0.0)
    tried = []
    monkeypatch.setattr("shelfwise.routing.obstacles.check_routes", lambda *_: tried.append(1) or ("wrong",))

    def tries(ticks):
        tried.clear()
        now = count()
        monkeypatch.setattr("shelfwise.types.deadline.time", SimpleNamespace(monotonic=lambda: next(now)))
        obstructed(draft, request, 0, Deadline(ticks))
        return len(tried)

    every = [tries(ticks) for ticks in range(12)]

    assert every[:3] == [0, 1, 2]
    assert every == sorted(every)


def test_without_time_a_plan_still_holds():
    """TIME_LIMIT is the reason for what was not looked at; what is planned is feasible."""
    deliveries = tuple(drop(f"drop-{n}", 1.0 + n) for n in range(30))
    request = ask(*(van(f"van-{n}") for n in range(4)))

    plan = BaselineRouter().route(request, STATE, deliveries, Deadline.after(-1.0))

    assert check_routes(request, STATE, deliveries, plan) == ()
    assert plan.routes
    assert {skip.reason for skip in plan.skipped} <= {SkipReason.TIME_LIMIT}
