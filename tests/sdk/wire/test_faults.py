"""What is out of form is refused, all of it at once, each fault by its full field path."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from shelfwise.errors import ContractError, InvalidDecisionError, InvalidRequestError
from shelfwise.types import (
    Customer,
    Decision,
    DecisionRequest,
    Delivery,
    Event,
    ForecastRequest,
    Live,
    OpenOrderLines,
    Options,
    Promotion,
    RecommendRequest,
    ReplenishRequest,
    RouteRequest,
    SignalReport,
    TravelMatrix,
    Vehicle,
)
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.wire import decision_from_proto, decision_to_proto, request_from_proto, request_to_proto

NOW = datetime(2026, 3, 31, tzinfo=UTC)


def faults(convert, value):
    """Return what is wrong with a value: a description for each field path."""
    with pytest.raises(ContractError) as caught:
        convert(value)
    return {violation.field: violation.description for violation in caught.value.violations}


def test_every_fault_of_a_request_is_named_at_once():
    """Faults in all parts of a message are gathered, not only the first."""
    message = pb.DecideRequest()
    message.as_of.nanos = -1
    customer = message.recommend.customers.add()
    customer.events.add(item_id="a", kind=pb.EVENT_KIND_VIEW)
    customer.events.add(item_id="b")
    customer.events.add(item_id="c", kind=9).time.seconds = 10**15
    message.replenish.service_measure = 7
    message.route.only_transfers = True
    message.route.deliveries.add().window_end.nanos = 10**9
    message.route.travel.place_ids.extend(["n", "d"])
    message.route.travel.distance_km.extend([0, 1, 1])
    message.live.promotions.add(starts_on="31/03/2026", ends_on="20260331")
    message.live.events.add()
    message.options.disabled_links.extend([pb.LINK_EXPOSURE, 0])

    found = faults(request_from_proto, message)

    assert list(found) == [
        "as_of",
        "recommend.customers[0].events[1].kind",
        "recommend.customers[0].events[2].kind",
        "recommend.customers[0].events[2].time",
        "replenish.service_measure",
        "route.deliveries[0].window_end",
        "route.only_transfers",
        "route.travel.distance_km",
        "route.travel.duration_minutes",
        "live.promotions[0].starts_on",
        "live.promotions[0].ends_on",
        "live.events[0].kind",
        "options.disabled_links[1]",
    ]


@pytest.mark.parametrize(
    ("path", "description"),
    [
        (
            "recommend.customers[0].events[0].kind",
            "must be one of EVENT_KIND_VIEW, EVENT_KIND_CART, EVENT_KIND_PURCHASE, EVENT_KIND_RETURN, got nothing",
        ),
        ("live.promotions[0].starts_on", "must be a day such as 2026-03-31, got '2026-02-30'"),
        ("route.travel.distance_km", "must hold 1 x 1 numbers, got 0"),
    ],
)
def test_a_fault_says_what_is_allowed_and_what_was_given(path, description):
    """A description is enough to repair the request."""
    message = pb.DecideRequest()
    message.recommend.customers.add().events.add()
    message.live.promotions.add(starts_on="2026-02-30", ends_on="2026-03-01")
    message.route.travel.place_ids.append("n")

    assert faults(request_from_proto, message)[path] == description


def test_money_of_two_currencies_is_refused():
    """All money of a request is in one currency."""
    message = pb.DecideRequest()
    message.replenish.budget.currency_code = "EUR"
    message.route.vehicles.add(fixed_cost=pb.Money(currency_code="GBP", units=1))

    found = faults(request_from_proto, message)

    assert found == {
        "route.vehicles[0].fixed_cost.currency_code": "must be EUR as elsewhere, or empty, got 'GBP'",
    }


def test_money_has_to_be_in_the_retailers_currency_where_it_is_known():
    """A budget in another currency than the retailer's is refused, one without a currency is taken."""
    message = pb.DecideRequest()
    message.replenish.budget.units = 100
    assert request_from_proto(message, currency="GBP").replenish.budget == 100.0

    message.replenish.budget.currency_code = "EUR"

    assert list(faults(lambda m: request_from_proto(m, currency="GBP"), message)) == ["replenish.budget.currency_code"]


@pytest.mark.parametrize(("units", "nanos"), [(1, -1), (-1, 1), (0, 10**9), (0, -(10**9))])
def test_an_amount_of_mixed_signs_is_refused(units, nanos):
    """Nanos are below a unit and have the sign of the units."""
    message = pb.DecideRequest()
    message.replenish.budget.units = units
    message.replenish.budget.nanos = nanos

    assert list(faults(request_from_proto, message)) == ["replenish.budget.nanos"]


def test_what_has_no_form_on_the_wire_is_named_before_it_is_sent():
    """A request that cannot be written is refused with every field that stands in the way."""
    naive = datetime(2026, 3, 31)  # noqa: DTZ001 - the point of the test
    request = DecisionRequest(
        as_of=naive,
        recommend=RecommendRequest(slate_size=2**40),
        forecast=ForecastRequest(quantiles=()),
        replenish=ReplenishRequest(budget=float("nan"), review_days=1.5),
        route=RouteRequest(
            deliveries=(Delivery("a"), Delivery("b", window_start=naive, skip_cost=float("inf"))),
            vehicles=(),
            depots=(),
            travel=TravelMatrix(("a",), [[0, 1]], [[0]]),
        ),
        live=Live(
            open_orders=OpenOrderLines(["a"], ["n"], [1.0], np.array(["NaT"], dtype="datetime64[D]")),
            promotions=[Promotion("a", date(2026, 1, 1), date(2026, 1, 2), price=1e30)],
            events=[Event("a", time=naive)],
        ),
        options=Options(seed=2**63),
    )

    assert list(faults(request_to_proto, request)) == [
        "replenish.review_days",
        "as_of",
        "recommend.slate_size",
        "forecast.quantiles",
        "replenish.budget",
        "route.deliveries[1].window_start",
        "route.deliveries[1].skip_cost",
        "route.vehicles",
        "route.depots",
        "route.travel.distance_km",
        "live.open_orders.arrives_on[0]",
        "live.promotions[0].price",
        "live.events[0].time",
        "options.seed",
    ]


def test_a_value_of_the_wrong_type_is_refused():
    """Values of other types than declared are named by their paths, beside what has no form on the wire."""
    request = DecisionRequest(
        as_of="2026-01-01",
        forecast=ForecastRequest(horizon_days="7"),
        replenish=ReplenishRequest(budget=float("inf")),
        route=RouteRequest(vehicles=(Vehicle(7, "n"),)),
    )

    assert faults(request_to_proto, request) == {
        "as_of": "must be a datetime with a time zone or None, got '2026-01-01'",
        "forecast.horizon_days": "must be a whole number, got '7'",
        "route.vehicles[0].vehicle_id": "must be text, got 7",
        "replenish.budget": f"must be an amount of money of less than {2**63}, got inf",
    }


def test_text_that_is_no_unicode_is_refused():
    """Half a character is an invalid request, not a fault of the program."""
    with pytest.raises(InvalidRequestError, match="cannot be sent"):
        request_to_proto(DecisionRequest("\ud800"))


def test_numbers_of_numpy_are_sent():
    """A caller's numpy numbers are as good as Python's."""
    request = DecisionRequest(
        recommend=RecommendRequest((Customer(),), all_customers=np.bool_(True), slate_size=np.int64(4)),
        replenish=ReplenishRequest(service_target=np.float32(0.5)),
    )

    message = request_to_proto(request)

    assert (message.recommend.all_customers, message.recommend.slate_size) == (True, 4)
    assert message.replenish.service_target == 0.5


def test_a_decision_that_cannot_be_written_is_refused():
    """Money that is not finite has no form on the wire."""
    decision = Decision("d", "r", NOW, "EUR", "m", signals=SignalReport(objective=float("inf")))

    assert list(faults(decision_to_proto, decision)) == ["signals.objective"]


def test_a_decision_of_a_later_contract_is_refused_by_name():
    """A word that this version does not know, and arrays that do not fit, are named."""
    message = pb.DecideResponse(currency="EUR")
    message.skipped_deliveries.add(delivery_id="d", reason=99)
    message.forecasts.item_ids.extend(["a", "a"])
    message.forecasts.node_ids.append("n")
    message.forecasts.starts_on = "2026-04-01"
    message.forecasts.horizon_days = 2
    message.forecasts.mean.append(1.0)
    order = message.orders.add(place_on="2026-03-31", arrives_on="2026-03-31")
    order.lines.stock_out_on.extend(["", "31 March"])
    message.routes.add().stops.add().arrives_at.nanos = -5

    with pytest.raises(InvalidDecisionError) as caught:
        decision_from_proto(message)

    assert [violation.field for violation in caught.value.violations] == [
        "forecasts.item_ids",
        "forecasts.mean",
        "orders[0].lines.stock_out_on[1]",
        "routes[0].stops[0].arrives_at",
        "skipped_deliveries[0].reason",
    ]
