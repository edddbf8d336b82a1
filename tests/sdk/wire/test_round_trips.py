"""Whatever goes over the wire comes out as it went in."""

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from strategies import decision_requests, decisions

from shelfwise.types import Decision, DecisionRequest, RecommendRequest
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

    types = {field.name: field.type for field in attrs.fields(DecisionRequest)}
    assert request.recommend == RecommendRequest()
    for field in ("forecast", "replenish", "route", "live", "options"):
        kind = types[field] if isinstance(types[field], type) else type(getattr(request, field))
        assert getattr(request, field) == kind()


@pytest.mark.parametrize("kind", ["Event", "CartLine", "Delivery", "Vehicle", "Depot"])
def test_what_is_unset_in_a_row_is_the_default(kind):
    """An unset field of a row is the default of the Python type."""
    from shelfwise import types

    request = pb.DecideRequest()
    rows = {
        "Event": request.live.events,
        "CartLine": request.recommend.customers.add().cart,
        "Delivery": request.route.deliveries,
        "Vehicle": request.route.vehicles,
        "Depot": request.route.depots,
    }
    row = rows[kind].add()
    if kind == "Event":
        row.kind = pb.EVENT_KIND_PURCHASE
    required = {field.name: "" for field in attrs.fields(getattr(types, kind)) if field.default is attrs.NOTHING}

    read = request_from_proto(request)

    found = {
        "Event": read.live.events,
        "CartLine": read.recommend.customers[0].cart,
        "Delivery": read.route.deliveries,
        "Vehicle": read.route.vehicles,
        "Depot": read.route.depots,
    }[kind]
    assert found == (getattr(types, kind)(**required),)


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


def test_a_column_that_is_fortran_ordered_is_written_in_row_major_order():
    """The order of an array in memory does not show on the wire."""
    from shelfwise.types import TravelMatrix
    from shelfwise.wire.routing import RouteRequest

    distance = np.arange(81.0).reshape(9, 9)
    travel = TravelMatrix(tuple("abcdefghi"), np.asfortranarray(distance), distance.T)

    message = request_to_proto(DecisionRequest(route=RouteRequest(travel=travel)))

    assert list(message.route.travel.distance_km) == list(range(81))
    assert request_from_proto(message).route.travel == travel


def test_a_decision_is_a_decision():
    """Reading gives the very types of the SDK, tuples and all."""
    message = pb.DecideResponse(decision_id="d", warnings=["w"])

    decision = decision_from_proto(message)

    assert isinstance(decision, Decision)
    assert decision.warnings == ("w",)
