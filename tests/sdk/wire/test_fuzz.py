"""Whatever comes in, the answer is a request or an invalid request, never another error."""

import contextlib
import json
from functools import partial

from fakes import small_state
from google.protobuf.message import DecodeError
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import decision_requests, decisions

from shelfwise.errors import ContractError, Violation
from shelfwise.v1 import decision_pb2 as pb
from shelfwise.validation import validate
from shelfwise.wire import (
    decision_from_json,
    decision_from_proto,
    decision_to_proto,
    request_from_json,
    request_from_proto,
    request_to_proto,
)

NAMES = sorted({field.name for kind in pb.DESCRIPTOR.message_types_by_name.values() for field in kind.fields})
contents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=8,
)


def damaged(data, spots):
    """Return bytes with some of them changed."""
    changed = bytearray(data)
    for where, value in spots:
        if changed:
            changed[where % len(changed)] = value
    return bytes(changed)


spots = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(decision_requests(), spots)
def test_a_damaged_request_is_read_or_refused(request, where):
    """Bytes changed on the way give a request, or an invalid one."""
    data = damaged(request_to_proto(request).SerializeToString(), where)

    with contextlib.suppress(DecodeError, ContractError):
        request_from_proto(pb.DecideRequest.FromString(data))


@settings(max_examples=150, deadline=None)
@given(decisions(), spots)
def test_a_damaged_decision_is_read_or_refused(decision, where):
    """Bytes changed on the way give a decision, or an invalid one."""
    data = damaged(decision_to_proto(decision).SerializeToString(), where)

    with contextlib.suppress(DecodeError, ContractError):
        decision_from_proto(pb.DecideResponse.FromString(data))


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(["recommend", "forecast", "replenish", "route", "live", "as_of"]), contents))
def test_any_json_is_read_or_refused(content):
    """Any content under the names of the contract gives a request, or violations that each name a field."""
    violations = [Violation("field", "description")]

    try:
        request_from_json(json.dumps(content), also=partial(validate, state=small_state()))
    except ContractError as error:
        violations = error.violations

    assert violations
    assert all(violation.field and violation.description for violation in violations)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=20) | contents.map(json.dumps))
def test_any_text_is_read_or_refused(text):
    """Any text gives a decision, or an invalid one."""
    with contextlib.suppress(ContractError):
        decision_from_json(text)
