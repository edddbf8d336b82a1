"""Bad input to the router: each kind is refused by its path, or skipped with a reason, and nothing breaks."""

from datetime import timedelta

import attrs
import numpy as np
import pytest
from sample_retailer import sample_orchestrator

from shelfwise.errors import InvalidRequestError
from shelfwise.orchestrator import Orchestrator
from shelfwise.types import (
    Break,
    DecisionRequest,
    Delivery,
    Depot,
    Options,
    PreviousRoute,
    RouteRequest,
    SkipReason,
    Stage,
    StageState,
    TravelMatrix,
    Vehicle,
)

ORCHESTRATOR = sample_orchestrator()
STATE = ORCHESTRATOR.state
DEPOT = STATE.vehicles[0].node_id
TOMORROW = STATE.vehicles[0].shift_start
HERE = {"latitude": STATE.deliveries[0].latitude, "longitude": STATE.deliveries[0].longitude}
DROP = Delivery("drop", DEPOT, **HERE)
VAN = Vehicle("van", DEPOT, capacity=10.0, shift_start=TOMORROW, shift_end=TOMORROW + timedelta(hours=8))
PLACES = (DEPOT, "drop")


def decide(state=STATE, **route):
    """Ask for routes, of one drop with one van where nothing else is said."""
    request = RouteRequest(**{"deliveries": (DROP,), "vehicles": (VAN,)} | route)
    orchestrator = Orchestrator(ORCHESTRATOR.plugins, state, ORCHESTRATOR._coordination)
    return orchestrator.decide(DecisionRequest(route=request, options=Options(time_budget_seconds=5.0)))


def drop(**changes):
    """Ask for another drop than the usual."""
    return {"deliveries": (attrs.evolve(DROP, **changes),)}


def van(**changes):
    """Ask for another van than the usual."""
    return {"vehicles": (attrs.evolve(VAN, **changes),)}


def matrix(km, minutes=None, places=PLACES):
    """Ask for a travel matrix."""
    return {"travel": TravelMatrix(places, km, km if minutes is None else minutes)}


SQUARE = np.ones((2, 2))


@pytest.mark.parametrize(
    ("route", "field"),
    [
        (drop(window_start=TOMORROW, window_end=TOMORROW - timedelta(hours=1)), "route.deliveries[0].window_end"),
        (drop(latitude=90.5), "route.deliveries[0].latitude"),
        (drop(longitude=-180.5), "route.deliveries[0].longitude"),
        (drop(latitude=float("nan")), "route.deliveries[0].latitude"),
        (drop(quantity=float("inf")), "route.deliveries[0].quantity"),
        ({"deliveries": (DROP, DROP)}, "route.deliveries[1].delivery_id"),
        ({"vehicles": ()}, "route.vehicles"),
        ({"vehicles": (VAN, VAN)}, "route.vehicles[1].vehicle_id"),
        ({"depots": (Depot(DEPOT, 91.0, 0.0),)}, "route.depots[0].latitude"),
        ({"depots": (Depot(DEPOT), Depot(DEPOT))}, "route.depots[1].node_id"),
        (van(node_id="nowhere"), "route.vehicles[0].node_id"),
        (van(speed_kmh=0.0), "route.vehicles[0].speed_kmh"),
        (van(max_trips=0), "route.vehicles[0].max_trips"),
        (drop(service_minutes=-1.0), "route.deliveries[0].service_minutes"),
        (van(shift_end=TOMORROW - timedelta(hours=1)), "route.vehicles[0].shift_end"),
        (van(breaks=[Break(TOMORROW, TOMORROW - timedelta(hours=1), 30.0)]), "route.vehicles[0].breaks[0].latest"),
        (matrix(np.ones((2, 3)), SQUARE), "route.travel.distance_km"),
        (matrix(SQUARE, np.ones(4)), "route.travel.duration_minutes"),
        (matrix(-SQUARE, SQUARE), "route.travel.distance_km[0]"),
        (matrix(SQUARE, SQUARE * np.nan), "route.travel.duration_minutes[0]"),
        (matrix(SQUARE, places=("drop", "drop")), "route.travel.place_ids[1]"),
        ({"previous": (PreviousRoute("van", ("drop",), 2),)}, "route.previous[0].pinned"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_path(route, field):
    """The first violation names the field at fault."""
    with pytest.raises(InvalidRequestError) as caught:
        decide(**route)

    assert caught.value.violations[0].field == field


NO_VEHICLES = attrs.evolve(STATE, vehicles=())


@pytest.mark.parametrize(
    ("state", "route", "reason", "words"),
    [
        (STATE, drop(quantity=11.0), SkipReason.CAPACITY, "11 units"),
        (NO_VEHICLES, {"vehicles": None}, SkipReason.NO_VEHICLE, "ehicle"),
        (STATE, drop(latitude=None, longitude=None), SkipReason.LOCATION, "latitude"),
        (STATE, matrix(np.zeros((1, 1)), places=(DEPOT,)), SkipReason.LOCATION, "travel matrix"),
        (STATE, matrix(np.zeros((0, 0)), places=()), SkipReason.LOCATION, "travel matrix"),
        (STATE, van(speed_kmh=1e-9), SkipReason.LOCATION, "journey"),
        (
            STATE,
            drop(window_start=TOMORROW - timedelta(hours=9), window_end=TOMORROW - timedelta(hours=8)),
            SkipReason.WINDOW,
            "window",
        ),
    ],
)
def test_what_cannot_be_driven_is_skipped_with_its_reason(state, route, reason, words):
    """A right request that no vehicle can fulfil has an answer, and the answer says why."""
    decision = decide(state, **route)

    (skipped,) = decision.skipped_deliveries
    assert (skipped.delivery_id, skipped.reason) == ("drop", reason)
    assert words in skipped.text
    assert decision.stage(Stage.ROUTER).state == StageState.OK
    assert decision.routes == ()


@pytest.mark.parametrize("vehicles", [(VAN,), None])
def test_nothing_to_deliver_is_a_plan_of_no_routes(vehicles):
    """No deliveries at all are no mistake."""
    decision = decide(deliveries=(), vehicles=vehicles)

    assert (decision.routes, decision.skipped_deliveries) == ((), ())
    assert decision.routing.cost == 0.0
    assert decision.stage(Stage.ROUTER).state == StageState.OK
