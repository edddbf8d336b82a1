"""Whatever goes over the wire comes out as it went in."""

import numpy as np
import pytest
from hypothesis import given, settings
from strategies import decision_requests, decisions

from shelfwise.types import (
    CartLine,
    Customer,
    DecisionRequest,
    Delivery,
    Depot,
    Event,
    ForecastRequest,
    RecommendRequest,
    ReplenishRequest,
    RouteRequest,
    TravelMatrix,
    Vehicle,
)
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire import (
    decision_from_json,
    decision_from_proto,
    decision_to_json,
    decision_to_proto,
    request_from_json,
    request_from_proto,
    request_to_json,
    request_to_proto,
)


@settings(max_examples=200, deadline=None)
@given(decision_requests())
def test_a_request_survives_the_wire(request):
    """A request read from the bytes it was written to equals what it was."""
    data = request_to_proto(request).SerializeToString()

    assert request_from_proto(pb.DecideRequest.FromString(data)) == request


@settings(max_examples=200, deadline=None)
@given(decisions())
def test_a_decision_survives_the_wire(decision):
    """A decision read from the bytes it was written to equals what it was, to the last bit of every number."""
    data = decision_to_proto(decision).SerializeToString()

    assert decision_from_proto(pb.DecideResponse.FromString(data)) == decision


@settings(max_examples=50, deadline=None)
@given(decision_requests())
def test_a_request_survives_json(request):
    """A request read from the JSON it was written to equals what it was."""
    assert request_from_json(request_to_json(request)) == request


@settings(max_examples=50, deadline=None)
@given(decisions())
def test_a_decision_survives_json(decision):
    """A decision read from the JSON it was written to equals what it was."""
    assert decision_from_json(decision_to_json(decision)) == decision


@settings(max_examples=50, deadline=None)
@given(decisions())
def test_equal_decisions_have_equal_bytes(decision):
    """The same decision is written to the same bytes, every time."""
    again = decision_from_proto(decision_to_proto(decision))

    first, second = (decision_to_proto(value).SerializeToString(deterministic=True) for value in (decision, again))

    assert first == second


@settings(max_examples=50, deadline=None)
@given(decisions())
def test_time_taken_is_carried(decision):
    """The milliseconds of a stage are carried, though they are left out of comparisons."""
    back = decision_from_proto(decision_to_proto(decision))

    assert [report.milliseconds for report in back.stages] == [report.milliseconds for report in decision.stages]


def test_what_is_unset_is_the_default():
    """An empty message of a stage is that stage's request with every default of the Python type."""
    message = pb.DecideRequest()
    for field in ("recommend", "forecast", "replenish", "route", "live", "options"):
        getattr(message, field).SetInParent()

    request = request_from_proto(message)

    assert request == DecisionRequest(
        recommend=RecommendRequest(), forecast=ForecastRequest(), replenish=ReplenishRequest(), route=RouteRequest()
    )


def test_what_is_unset_in_a_row_is_the_default():
    """An unset field of a row is the default of the Python type."""
    message = pb.DecideRequest()
    message.live.events.add(kind=pb.EVENT_KIND_PURCHASE)
    message.recommend.customers.add().cart.add()
    message.route.deliveries.add()
    message.route.vehicles.add()
    message.route.depots.add()

    request = request_from_proto(message)

    assert request.live.events == (Event(""),)
    assert request.recommend.customers == (Customer(cart=(CartLine(""),)),)
    assert request.route == RouteRequest((Delivery(""),), (Vehicle("", ""),), (Depot(""),))


def test_not_a_number_passes_through():
    """Whether a number makes sense is for the validation to say, so NaN reaches it."""
    message = pb.DecideRequest()
    message.replenish.service_target = float("nan")
    message.live.stock.item_ids.append("a")
    message.live.stock.node_ids.append("n")
    message.live.stock.on_hand.append(float("nan"))

    request = request_from_proto(message)

    assert np.isnan(request.replenish.service_target)
    assert np.isnan(request.live.stock.on_hand).all()


def test_an_array_in_another_memory_order_is_written_in_row_major_order():
    """How an array lies in memory does not show on the wire."""
    distance = np.arange(81.0).reshape(9, 9)
    travel = TravelMatrix(tuple("abcdefghi"), np.asfortranarray(distance), distance.T)

    message = request_to_proto(DecisionRequest(route=RouteRequest(travel=travel)))

    assert list(message.route.travel.distance_km) == list(range(81))
    assert request_from_proto(message).route.travel == travel


@pytest.mark.parametrize("amount", [0.0, -0.01, 0.1 + 0.2, 8e9 + 1e-6, -1e12 - 0.25, 9.2e18])
def test_an_amount_of_money_survives_at_any_size(amount):
    """A budget read from the wire is the float that was written, from millionths to quintillions."""
    request = DecisionRequest(replenish=ReplenishRequest(budget=amount))

    assert request_from_proto(request_to_proto(request)) == request


def test_nothing_given_differs_from_an_empty_list():
    """A request without customer deliveries is not one for the deliveries on record."""
    on_record, none = (DecisionRequest(route=RouteRequest(deliveries=given)) for given in (None, ()))

    assert request_from_proto(request_to_proto(on_record)).route.deliveries is None
    assert request_from_proto(request_to_proto(none)).route.deliveries == ()
