"""Requests and decisions in files people write and read."""

import json

import pytest

from shelfwise.errors import InvalidDecisionError, InvalidRequestError
from shelfwise.types import CartLine, Customer, DecisionRequest, RecommendRequest
from shelfwise.wire import decision_from_json, request_from_json, request_to_json


def violations(text):
    """Return what is wrong with a request in JSON: a description for each field path."""
    with pytest.raises(InvalidRequestError) as caught:
        request_from_json(text)
    return {violation.field: violation.description for violation in caught.value.violations}


def test_names_are_those_of_the_contract():
    """Fields are written as the contract spells them, not in camel case."""
    request = DecisionRequest("r", recommend=RecommendRequest([Customer("c", cart=[CartLine("a", 2.0)])]))

    content = json.loads(request_to_json(request))

    assert content == {
        "request_id": "r",
        "recommend": {
            "customers": [{"customer_id": "c", "cart": [{"item_id": "a", "quantity": 2.0}]}],
            "slate_size": 10,
        },
        "options": {},
    }


def test_camel_case_is_read_too():
    """A file from another language's library is read as it is."""
    assert request_from_json('{"requestId": "r", "forecast": {"horizonDays": 7}}').forecast.horizon_days == 7


def test_bytes_and_other_letters():
    """UTF-8 is read, and written as it is."""
    request = request_from_json('{"request_id": "größe 寿司"}'.encode())

    assert request.request_id == "größe 寿司"
    assert "größe 寿司" in request_to_json(request)


def test_every_field_at_fault_is_named_with_a_hint():
    """Misspelt names and values that do not fit are all reported at once, each by its path."""
    text = json.dumps(
        {
            "as_of": "yesterday",
            "recommend": {"slatesize": 3, "customers": [{"id": "x", "events": [{"kind": "PURCHASE"}]}, 7]},
            "forecast": {"horizon_days": "soon", "quantiles": 0.5},
            "live": {"events": {}},
            "options": [1],
            "xyz": None,
        }
    )

    found = violations(text)

    assert list(found) == [
        "as_of",
        "recommend.slatesize",
        "recommend.customers[0].id",
        "recommend.customers[0].events[0].kind",
        "recommend.customers[1]",
        "forecast.horizon_days",
        "forecast.quantiles",
        "live.events",
        "options",
        "xyz",
    ]
    assert found["recommend.slatesize"] == "RecommendRequest has no such field; did you mean slate_size?"
    assert found["xyz"].startswith("DecideRequest has no such field; known are request_id, as_of, recommend")
    assert found["forecast.horizon_days"] == "must be a whole number of at most 32 bits, got 'soon'"
    assert found["live.events"] == "must be a list in brackets, got {}"
    assert found["options"] == "must be an object in braces, got a list"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "line 1"),
        ("", "line 1"),
        ("[1]", "must be an object in braces"),
        (b"\xff{", "byte 0"),
        ("[" * 100_000, "too deeply"),
        ('{"a": ' + "1" * 5000 + "}", "too many digits"),
    ],
)
def test_what_is_no_json_object_is_refused(text, words):
    """A broken file is an invalid request that says where it breaks."""
    assert words in violations(text)["json"]


def test_form_is_checked_after_the_names():
    """Faults that JSON lets through are reported as on the wire."""
    assert list(violations('{"live": {"promotions": [{"item_id": "a"}]}}')) == [
        "live.promotions[0].starts_on",
        "live.promotions[0].ends_on",
    ]


def test_a_decision_has_its_own_error():
    """A file that is no decision is not called an invalid request."""
    with pytest.raises(InvalidDecisionError, match="did you mean recommendations"):
        decision_from_json('{"recommendation": []}')
