"""Callers in the same process may pass anything: what is of the wrong type is told, and no stage sees it."""

from datetime import UTC, date, datetime

import attrs
import numpy as np
import pytest
from fakes import small_state

from shelfwise.errors import InvalidRequestError
from shelfwise.types import (
    CartLine,
    Customer,
    DecisionRequest,
    Delivery,
    Depot,
    Event,
    ForecastRequest,
    Live,
    OpenOrderLines,
    Options,
    Promotion,
    RecommendRequest,
    ReplenishRequest,
    RouteRequest,
    StockLevels,
    TravelMatrix,
    Vehicle,
)
from shelfwise.validation import ensure_valid, validate

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FULL = DecisionRequest(
    request_id="r",
    as_of=NOON,
    recommend=RecommendRequest(
        [Customer("anna", [Event("apple", time=NOON) for _ in range(5)], [CartLine("apple")], "north", consent=True)]
    ),
    forecast=ForecastRequest(["apple"], ["shop"]),
    replenish=ReplenishRequest(["apple"], ["shop"], 0.9, budget=5.0),
    route=RouteRequest(
        [Delivery("d", window_start=NOON, skip_cost=1.0)],
        [Vehicle("v", "depot", 5.0)],
        [Depot("depot", 1.0, 2.0)],
        TravelMatrix(["depot", "d"], np.zeros((2, 2)), np.zeros((2, 2))),
    ),
    live=Live(
        StockLevels(["apple"], ["shop"], [1.0]),
        OpenOrderLines(["apple"], ["shop"], [1.0], ["2026-03-03"]),
        [Promotion("apple", date(2026, 3, 3), date(2026, 3, 4))],
        [Event("apple", customer_id="anna")],
    ),
    options=Options(time_budget_seconds=1.0),
)
JUNK = (None, True, 0, -7, 10**400, 1.5, float("nan"), "x", b"x", (), ("x",), [1], {}, {"a": 1}, frozenset(), object())
JUNK += (date(2026, 1, 1), datetime(2026, 1, 1), np.float32(2), np.int64(3), np.zeros((2, 2)), Event("apple"), Event)  # noqa: DTZ001


def spoilt(value, junk):
    """Yield copies of a value, each with junk in one place, wherever the constructors let it in."""
    yield junk
    if isinstance(value, tuple):
        for row, entry in enumerate(value):
            yield from ((*value[:row], other, *value[row + 1 :]) for other in spoilt(entry, junk))
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            for other in spoilt(getattr(value, field.name), junk):
                try:
                    yield attrs.evolve(value, **{field.name: other})
                except (TypeError, ValueError, OverflowError):  # refused by the constructor
                    continue


def violations(request):
    """Return what is wrong with a request: a description for each field path."""
    return {violation.field: violation.description for violation in validate(request, small_state())}


@pytest.mark.parametrize(
    ("request_", "field", "words"),
    [
        (attrs.evolve(FULL, request_id=5), "request_id", "must be text, got 5"),
        (
            attrs.evolve(FULL, as_of="2025-01-01"),
            "as_of",
            "must be a datetime with a time zone or None, got '2025-01-01'",
        ),
        (attrs.evolve(FULL, live=None), "live", "must be of type Live, got None"),
        (attrs.evolve(FULL, recommend={}), "recommend", "must be of type RecommendRequest, got {}"),
        (
            attrs.evolve(FULL, forecast=ForecastRequest(horizon_days=1.5)),
            "forecast.horizon_days",
            "must be a whole number, got 1.5",
        ),
        (
            attrs.evolve(FULL, forecast=ForecastRequest(horizon_days="7")),
            "forecast.horizon_days",
            "must be a whole number, got '7'",
        ),
        (
            attrs.evolve(FULL, recommend=RecommendRequest([Customer()], slate_size=None)),
            "recommend.slate_size",
            "must be a whole number, got None",
        ),
        (
            attrs.evolve(FULL, recommend=RecommendRequest(["anna"])),
            "recommend.customers[0]",
            "must be of type Customer, got 'anna'",
        ),
        (
            attrs.evolve(FULL, recommend=RecommendRequest([Customer(events=[Event("apple", "buy")])])),
            "recommend.customers[0].events[0].kind",
            "must be one of EventKind.VIEW, EventKind.CART, EventKind.PURCHASE, EventKind.RETURN, got 'buy'",
        ),
        (
            attrs.evolve(FULL, live=Live(promotions=[Promotion("apple", NOON, date(2026, 4, 1))])),
            "live.promotions[0].starts_on",
            f"must be a date without a time, got {NOON!r}",
        ),
        (attrs.evolve(FULL, options=Options(["exposures"])), "options.disabled_links", "got 'exposures'"),
        (attrs.evolve(FULL, options=Options(seed=True)), "options.seed", "must be a whole number, got True"),
        ("decide!", "request", "must be of type DecisionRequest, got 'decide!'"),
    ],
)
def test_a_value_of_the_wrong_type_is_told(request_, field, words):
    """One value of the wrong type gives one violation: what it must be, and what was given."""
    found = violations(request_)

    assert list(found) == [field]
    assert words in found[field]


def test_wrong_types_and_wrong_values_are_told_together():
    """A request is checked for sense also where some of it is of the wrong type."""
    events = [Event("apple", quantity="2"), Event("apple", quantity=-1)]
    request = DecisionRequest(
        recommend=RecommendRequest([Customer(7, events), Customer(8)], slate_size=5000),
        forecast=ForecastRequest([3, "kiwi"], quantiles=(0.5, "x", 0.9)),
    )

    assert list(violations(request)) == [
        "recommend.customers[0].customer_id",
        "recommend.customers[0].events[0].quantity",
        "recommend.customers[1].customer_id",
        "forecast.item_ids[0]",
        "forecast.quantiles[1]",
        "recommend.slate_size",
        "recommend.customers[0].events[1].quantity",
        "forecast.item_ids[1]",
    ]


def test_a_request_of_all_parts_is_right():
    """The request that the next test spoils has nothing wrong with it."""
    assert violations(FULL) == {}


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: f"{type(junk).__name__} {junk!r}"[:20])
def test_whatever_a_request_holds_it_is_checked(junk):
    """Junk anywhere in a request is allowed there or told, and nothing else is raised."""
    for request in spoilt(FULL, junk):
        for field, words in violations(request).items():
            assert field
            assert words


def test_numbers_of_numpy_are_numbers():
    """A caller's numpy numbers are as good as Python's."""
    customer = Customer("anna", cart=[CartLine("apple", np.float32(2))])

    assert violations(DecisionRequest(recommend=RecommendRequest([customer], slate_size=np.int64(3)))) == {}


@pytest.mark.parametrize("value", [np.float32("inf"), np.float32("nan"), 10**400])
def test_a_number_that_is_no_finite_float_is_told(value):
    """Numbers of other types are finite or refused like those of Python."""
    customer = Customer("anna", cart=[CartLine("apple", value)])

    assert list(violations(DecisionRequest(recommend=RecommendRequest([customer])))) == [
        "recommend.customers[0].cart[0].quantity"
    ]


def test_a_text_is_not_taken_for_its_letters():
    """Where several ids are expected, one text is refused on the spot."""
    with pytest.raises(TypeError, match=r"write \('item-001',\) for one"):
        ForecastRequest(item_ids="item-001")


def test_no_stage_sees_a_value_of_the_wrong_type():
    """The error is that of any invalid request."""
    with pytest.raises(InvalidRequestError, match=r"forecast\.horizon_days: must be a whole number, got 1\.5"):
        ensure_valid(DecisionRequest(forecast=ForecastRequest(horizon_days=1.5)), small_state())
