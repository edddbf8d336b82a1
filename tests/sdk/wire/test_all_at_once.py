"""One error names everything: what does not fit the document, what is out of form, and what makes no sense."""

import json
from functools import partial

import pytest
from fakes import small_state

from shelfwise.errors import InvalidRequestError
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.validation import validate
from shelfwise.wire import request_from_json, request_from_proto

STATE = small_state()
reading = {"currency": STATE.currency, "also": partial(validate, state=STATE)}


def faults(read, request):
    """Return what is wrong with a request: a description for each field path, each path once."""
    with pytest.raises(InvalidRequestError) as caught:
        read(request, **reading)
    found = {violation.field: violation.description for violation in caught.value.violations}
    assert len(found) == len(caught.value.violations)
    assert type(caught.value) is InvalidRequestError
    return found


def json_faults(**content):
    """Return what is wrong with a request in JSON."""
    return faults(request_from_json, json.dumps(content))


VEHICLE = {"vehicle_id": "v", "node_id": "depot"}


def test_form_and_sense_of_a_message():
    """A message out of form is checked for sense as well, but not at the fields out of form."""
    message = pb.DecideRequest()
    vehicle = message.route.vehicles.add(vehicle_id="v", node_id="moon", capacity=float("nan"), speed_kmh=0)
    vehicle.cost_per_km.currency_code = "USD"
    vehicle.cost_per_km.units = -1
    message.route.vehicles.add(vehicle_id="v", node_id="depot").shift_end.nanos = -1
    message.options.disabled_links.extend([0, 99])
    message.options.seed = -1
    message.live.promotions.add(item_id="kiwi", starts_on="2026-01-01", ends_on="soon")

    assert list(faults(request_from_proto, message)) == [
        "route.vehicles[0].cost_per_km.currency_code",
        "route.vehicles[1].shift_end",
        "live.promotions[0].ends_on",
        "options.disabled_links[0]",
        "options.disabled_links[1]",
        "route.vehicles[1].vehicle_id",
        "route.vehicles[0].node_id",
        "route.vehicles[0].capacity",
        "route.vehicles[0].cost_per_km",
        "route.vehicles[0].speed_kmh",
        "live.promotions[0].item_id",
        "options.seed",
    ]


def test_a_message_in_form_is_not_checked_twice():
    """Sense is for the orchestrator to check, where nothing is wrong with the form."""
    message = pb.DecideRequest()
    message.forecast.item_ids.append("kiwi")

    request = request_from_proto(message, also=lambda _: pytest.fail("asked"))

    assert request.forecast.item_ids == ("kiwi",)


def test_document_form_and_sense():
    """A misspelt field, words that are none, values that do not fit and values without sense come together."""
    found = json_faults(
        as_of="2025-07",
        forecast={"horizon_days": "soon", "item_ids": ["kiwi", 5, "apple"], "quantiles": [0.5, "x", 0.9]},
        replenish={"service_measure": "FILL", "service_target": 2, "budget": {"currency_code": "USD", "units": 1}},
        route={"vehicles": [VEHICLE | {"capacity": "NaN", "cost_per_km": {"nanos": -1, "units": 1}}]},
        live={"events": [{"item_id": "apple", "customer_id": "anna"}]},
        options={"time_budget": 3, "seed": -1, "disabled_links": ["LINK_UNSPECIFIED", 99, "LINK_X", None]},
    )

    links = "must be one of LINK_EXPOSURE, LINK_IN_STOCK, LINK_FORECAST, LINK_STOCK_OUTLOOK"
    assert {field: words.partition(", LINK_DELIVERY")[0] for field, words in found.items()} == {
        "as_of": "must be an RFC 3339 time such as 2026-03-31T08:00:00Z, got '2025-07'",
        "forecast.horizon_days": "must be a whole number of at most 32 bits, got 'soon'",
        "forecast.item_ids[0]": "'kiwi' is no item on record",
        "forecast.item_ids[1]": "must be text in quotes, got 5",
        "forecast.quantiles[1]": "must be a number, got 'x'",
        "replenish.service_measure": "must be one of SERVICE_MEASURE_FILL_RATE, SERVICE_MEASURE_CYCLE_SERVICE, "
        "got 'FILL'",
        "replenish.service_target": "must be above 0 and below 1, got 2.0",
        "replenish.budget.currency_code": "must be EUR as elsewhere, or empty, got 'USD'",
        "route.vehicles[0].capacity": "must be a finite number, 0 or more, got nan",
        "route.vehicles[0].cost_per_km.nanos": "must be below a unit and of the sign of the units 1, got -1",
        "live.events[0].kind": "must be one of EVENT_KIND_VIEW, EVENT_KIND_CART, EVENT_KIND_PURCHASE, "
        "EVENT_KIND_RETURN, got nothing",
        "options.time_budget": "Options has no such field; did you mean time_budget_seconds?",
        "options.seed": "must be between 0 and 9223372036854775807, got -1",
        "options.disabled_links[0]": links,
        "options.disabled_links[1]": links,
        "options.disabled_links[2]": links,
        "options.disabled_links[3]": links,
    }


@pytest.mark.parametrize(
    ("content", "paths"),
    [
        ({"recomend": {}}, ["recomend"]),
        ({"recommend": 5}, ["recommend"]),
        ({"recommend": {"customer": []}}, ["recommend.customer"]),
        ({"recommend": {"customers": [7]}}, ["recommend.customers[0]"]),
        ({"route": {"deliveries": [{"delivery_id": "d", "latitude": "x", "longitude": 1}]}}, "latitude"),
        ({"route": {"deliveries": [{"delivery_id": 1}, {"delivery_id": 2}]}}, None),
        ({"route": {"vehicles": 7}}, ["route.vehicles"]),
        ({"live": {"stock": {"item_id": ["apple"], "node_ids": ["shop"], "on_hand": [1]}}}, None),
        ({"live": {"stock": {"item_ids": "apple", "node_ids": ["shop"], "on_hand": [1]}}}, ["live.stock.item_ids"]),
    ],
)
def test_what_follows_from_a_fault_is_no_fault_of_its_own(content, paths):
    """A value taken out of a document does not make the rest look wrong."""
    found = json_faults(**({} if {"route", "recommend", "recomend"} & set(content) else {"forecast": {}}), **content)

    if isinstance(paths, list):
        assert list(found) == paths
    assert all("got" in words or "did you mean" in words for words in found.values())
    assert len(found) == (2 if "'delivery_id': 2" in str(content) else 1)


def test_names_that_stand_twice():
    """Neither of two values of one field wins unseen, in whatever spelling."""
    text = '{"request_id": "a", "request_id": "b", "forecast": {"horizon_days": 0, "horizon_days": 800}}'

    assert faults(request_from_json, text) == {
        "request_id": "stands twice in one object",
        "forecast.horizon_days": "stands twice in one object",
    }


def test_days_of_a_column_in_words():
    """In JSON the days of a column are numbers, or written like all other days; what is neither is told."""
    orders = {"item_ids": ["apple"] * 3, "node_ids": ["shop"] * 3, "quantity": [1] * 3}
    right = {"forecast": {}, "live": {"open_orders": orders | {"arrives_on": ["2025-07-01", 20270, "20271"]}}}
    wrong = orders | {"arrives_on": ["2025-07", 2**31 - 1, 20270]}

    days = request_from_json(json.dumps(right)).live.open_orders.arrives_on

    assert days.astype(str).tolist() == ["2025-07-01", "2025-07-01", "2025-07-02"]
    assert json_faults(forecast={}, live={"open_orders": wrong}) == {
        "live.open_orders.arrives_on[0]": "must be a day such as 2026-03-31 or the number of days since 1970-01-01, "
        "got '2025-07'",
        "live.open_orders.arrives_on[1]": "must be a day of the years 1 to 9999, got 5881580-07-11",
    }


def test_a_long_column_that_does_not_fit_is_cut_short():
    """Thousands of rows that do not fit are counted."""
    found = json_faults(forecast={"item_ids": list(range(5000))})

    assert len(found) == 21
    assert found["forecast.item_ids"] == "and 4980 more rows like these"


def test_nothing_is_told_in_the_words_of_a_programming_language():
    """Whatever stands in a field, the words are those of the contract."""
    for value in (None, True, 1.5, "x", "2025-07", [], [None], {}, {"a": 1}, float("nan")):
        content = {"recommend": {"slate_size": value, "customers": value, "all_customers": value}, "as_of": value}
        content |= {
            "forecast": {"item_ids": value, "quantiles": value},
            "route": {"travel": value, "vehicles": [value]},
        }
        words = str(faults(request_from_json, json.dumps(content)))
        assert not any(odd in words for odd in ("None", "True", "invalid literal", "format", "object is not", "'int'"))


@pytest.mark.parametrize("content", [{"route": {"vehicles": []}}, {"route": {"deliveries": []}}])
def test_an_empty_list_means_those_on_record(content):
    """In JSON an empty list cannot be told from one that was left out."""
    route = request_from_json(json.dumps(content)).route

    assert (route.deliveries, route.vehicles) == (None, None)
