"""The golden cases of the wire: requests, the server that they are put to, and what it answers.

The requests are written by people, as ``conformance/cases/NAME.request.json``; ``tools/golden.py`` writes the same in
binary, and the answers. Cases are put in the order of their names, because a plan's signals stand for later slates.
The large ones are made, not kept.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import attrs
from google.protobuf import json_format
from google.protobuf.message import Message
from sample_retailer import sample_orchestrator

from shelfwise.errors import ContractError, ShelfwiseError
from shelfwise.hookspecs import hookimpl
from shelfwise.orchestrator import Orchestrator
from shelfwise.plugins import Member, PluginSet
from shelfwise.types import Stage
from shelfwise.v1.decision_pb2 import (
    EVENT_KIND_VIEW,
    Customer,
    DecideRequest,
    DecideResponse,
    Event,
    ForecastRequest,
    Live,
    RecommendRequest,
)
from shelfwise.wire import decision_to_proto, request_from_proto
from shelfwise_server.status import status_of

HERE = Path(__file__).parent / "conformance/cases"
NAMES = sorted(path.name.removesuffix(".request.json") for path in HERE.glob("*.request.json"))
LARGE = ("large-answer", "large-request")
LARGE_BYTES = 5_000_000
MASKED = ("milliseconds",)
"""What differs between equal decisions."""
PRECISION = 1e-9
"""Relative, for machines whose arithmetic rounds otherwise."""


@attrs.define(eq=False)
class NoPickups:
    """A router that fails where a pickup is among the deliveries, and leaves all else to the next in the chain."""

    @hookimpl
    def route(self, deliveries):
        """Raise, or answer nothing."""
        if any(delivery.pickup for delivery in deliveries):
            raise ValueError("takes no pickups")


def golden_orchestrator() -> Orchestrator:
    """Return a new orchestrator of the baselines over the sample retailer, with a router that may fail before theirs.

    Its model's name is the same on every machine, so that decisions have the same ids.
    """
    sample = sample_orchestrator()
    chains = dict(sample.plugins.chains)
    chains[Stage.ROUTER] = (Member(Stage.ROUTER, "no-pickups", "1", NoPickups()), *chains[Stage.ROUTER])
    return Orchestrator(PluginSet(chains, ()), sample.state, sample._coordination, "golden")


@cache
def golden_request(name: str) -> DecideRequest:
    """Return the request of a case; do not change it."""
    if name == "large-answer":
        return DecideRequest(request_id=name, forecast=ForecastRequest(horizon_days=240))
    if name == "large-request":
        item_ids = (f"{row:07d}, nobody's {'寿司' * 30}" for row in range(25_000))
        events = [Event(item_id=item_id, kind=EVENT_KIND_VIEW, customer_id="größe") for item_id in item_ids]
        recommend = RecommendRequest(customers=[Customer(customer_id="anna")])
        return DecideRequest(request_id=name, recommend=recommend, live=Live(events=events))
    return json_format.Parse((HERE / f"{name}.request.json").read_text(encoding="utf-8"), DecideRequest())


def golden_answer(orchestrator: Orchestrator, message: DecideRequest) -> DecideResponse | dict:
    """Return what an orchestrator answers to a request, or what is to be told of the error that it raises."""
    try:
        return decision_to_proto(orchestrator.decide(request_from_proto(message, currency=orchestrator.state.currency)))
    except ShelfwiseError as error:
        violations = error.violations if isinstance(error, ContractError) else ()
        return {
            "reason": error.reason,
            "code": status_of(error).code.name,
            "message": str(error),
            "violations": [attrs.asdict(violation) for violation in violations],
        }


def kept_answer(name: str) -> DecideResponse | dict:
    """Return the answer or error that is kept of a case."""
    error = HERE / f"{name}.error.json"
    if error.exists():
        return json.loads(error.read_text(encoding="utf-8"))
    return DecideResponse.FromString((HERE / f"{name}.response.binpb").read_bytes())


def outcome_differences(expected: Message | dict, found: Message | dict) -> list[str]:
    """Return where two outcomes differ, answers field by field."""
    if isinstance(expected, dict) or isinstance(found, dict):
        return [] if expected == found else [f"{expected} became {found}"]
    return differences(expected, found)


def differences(expected: Message, found: Message, path: str = "") -> list[str]:
    """Return where two messages of one type differ, field by field, but for what is masked and errors of rounding."""
    told = []
    for field in expected.DESCRIPTOR.fields:
        if field.name in MASKED:
            continue
        where = f"{path}{field.name}"
        ours, theirs = getattr(expected, field.name), getattr(found, field.name)
        if field.is_repeated:
            if len(ours) != len(theirs):
                told.append(f"{where}: {len(ours)} entries became {len(theirs)}")
            for row, (one, other) in enumerate(zip(ours, theirs, strict=False)):
                told += _differ(field, one, other, f"{where}[{row}]")
        elif field.has_presence and expected.HasField(field.name) != found.HasField(field.name):
            told.append(f"{where}: is set in one of them")
        else:
            told += _differ(field, ours, theirs, where)
    return told


def _differ(field, one, other, where: str) -> list[str]:
    if field.message_type:
        return differences(one, other, f"{where}.")
    close = isinstance(one, float) and abs(one - other) <= PRECISION * max(1.0, abs(one))
    return [] if close or one == other else [f"{where}: {one!r} became {other!r}"]
