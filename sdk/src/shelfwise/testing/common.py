"""Checks that a plugin of any stage must pass."""

from __future__ import annotations

import io
import pickletools
import tempfile
import time
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from shelfwise.errors import InvalidRequestError
from shelfwise.fingerprint import fingerprint
from shelfwise.plugins import HOOK_OF, Member, call
from shelfwise.plugins import check as check_member
from shelfwise.testing.registry import check
from shelfwise.testing.retailer import UNICODE_ITEM
from shelfwise.testing.subject import Subject, contents
from shelfwise.types import (
    Deadline,
    DecisionRequest,
    Delivery,
    ForecastRequest,
    Index,
    RecommendRequest,
    ReplenishRequest,
    RouteRequest,
    Stage,
    StageState,
)

FORBIDDEN = {".pkl", ".pickle", ".joblib", ".dill", ".pt", ".pth"}
"""Endings of files that need pickle to be read."""
SLACK_SECONDS = 1.0
"""How late an answer may be on a busy machine before the deadline counts as missed."""


def valid(subject: Subject, request: Any, answer: Any, **context: Any) -> None:
    """Fail with what the invariants say of an answer."""
    problems = subject.problems(request, answer, **context)
    assert not problems, "; ".join(problems)


@check()
def fits_the_contract(subject: Subject) -> None:
    """It is an attrs class whose hooks have the contract's names and arguments, the one of its stage among them."""
    plugin = subject.factory()
    assert attrs.has(type(plugin)), "declare the plugin with @attrs.define(eq=False)"
    check_member(Member(subject.stage, "examined", "", plugin))


@check()
def answers_validly(subject: Subject) -> None:
    """An ordinary request gets an answer with the right axes, units and numbers."""
    valid(subject, subject.request(), subject.answer)


@check()
def same_seed_same_answer(subject: Subject) -> None:
    """The same question has the same answer, twice in a row."""
    request = subject.request(seed=3)
    assert subject.ask(request) == subject.ask(request), "two answers to one question differ"


@check()
def training_is_deterministic(subject: Subject) -> None:
    """Two plugins trained on the same data answer alike."""
    assert subject.answer == subject.ask(plugin=subject.trained()), "two trainings on the same data differ"


@check()
def save_and_load_keep_answers(subject: Subject) -> None:
    """A plugin that has loaded what another saved answers as that one."""
    assert subject.answer == subject.ask(plugin=subject.reloaded(subject.plugin)), "the loaded plugin answers otherwise"


@check()
def saving_is_repeatable(subject: Subject) -> None:
    """Saving twice writes the same bytes, and saving what was loaded as well."""
    saved = []
    for plugin in (subject.plugin, subject.plugin, subject.reloaded(subject.plugin)):
        with tempfile.TemporaryDirectory() as directory:
            call(plugin, "save", directory=Path(directory))
            saved.append(contents(Path(directory)))
    assert saved[0] == saved[1] == saved[2], "what is saved differs from one time to the next"


@check()
def saves_no_pickle(subject: Subject) -> None:
    """What it saves can be read without running code."""
    with tempfile.TemporaryDirectory() as directory:
        call(subject.plugin, "save", directory=Path(directory))
        for name, content in contents(Path(directory)).items():
            assert Path(name).suffix not in FORBIDDEN, f"{name} is a kind of file that needs pickle"
            assert not _is_pickle(content), f"{name} is a pickle"
            if name.endswith((".npz", ".npy")):
                loaded = np.load(io.BytesIO(content), allow_pickle=False)
                assert all(loaded[key] is not None for key in getattr(loaded, "files", ()))


def _is_pickle(content: bytes) -> bool:
    if not content.startswith(b"\x80"):
        return False
    try:
        return any(operation.name == "STOP" for operation, _, _ in pickletools.genops(content))
    except ValueError:
        return False


@check()
def inputs_are_not_changed(subject: Subject) -> None:
    """Neither training nor answering changes what it was given."""
    assert subject.training.data_kept, "training changed the data set"
    request, state = subject.request(), subject.state
    before_answer = fingerprint(request, state)
    subject.ask(request)
    assert fingerprint(request, state) == before_answer, "answering changed the request or the state"


@check()
def an_expired_deadline_is_no_error(subject: Subject) -> None:
    """With no time left it gives a valid answer or leaves it to the next in the chain."""
    request = subject.request()
    answer = subject.ask(request, deadline=Deadline.after(-1.0))
    if answer is not None:
        valid(subject, request, answer)


@check()
def a_deadline_is_obeyed(subject: Subject) -> None:
    """With little time it answers, or leaves it to the next, soon after that time."""
    request, seconds = subject.request(), 0.2
    subject.ask(request)
    started = time.monotonic()
    answer = subject.ask(request, deadline=Deadline.after(seconds))
    late = time.monotonic() - started - seconds
    assert late < SLACK_SECONDS, f"the answer came {late:.1f} s after a deadline of {seconds} s"
    if answer is not None:
        valid(subject, request, answer)


@check()
def nothing_asked_nothing_answered(subject: Subject) -> None:
    """An empty request has an empty, valid answer."""
    request = subject.request()
    if subject.stage is Stage.ROUTER:
        answer = subject.ask(request, deliveries=())
        valid(subject, request, answer, deliveries=())
        assert not answer.routes
        return
    empty = {
        Stage.RECOMMENDER: {"customers": ()},
        Stage.FORECASTER: {"item_ids": ()},
        Stage.INVENTORY: {"item_ids": (), "node_ids": ()},
    }[subject.stage]
    request = attrs.evolve(request, **empty)
    valid(subject, request, subject.ask(request))


@check()
def one_is_served(subject: Subject) -> None:
    """A request for one customer, item or delivery is answered for that one."""
    request = subject.request()
    if subject.stage is Stage.ROUTER:
        one = subject.state.deliveries[:1]
        answer = subject.ask(request, deliveries=one)
        valid(subject, request, answer, deliveries=one)
        return
    first = {
        Stage.RECOMMENDER: lambda: {"customers": request.customers[:1]},
        Stage.FORECASTER: lambda: {"item_ids": request.item_ids[:1], "node_ids": request.node_ids[:1]},
        Stage.INVENTORY: lambda: {"item_ids": request.item_ids[:1]},
    }[subject.stage]()
    request = attrs.evolve(request, **first)
    valid(subject, request, subject.ask(request))


@check()
def unicode_ids_are_ids(subject: Subject) -> None:
    """Ids with accents, spaces and other scripts come back as they went in."""
    state = subject.state
    if subject.stage is Stage.ROUTER:
        delivery = attrs.evolve(state.deliveries[0], delivery_id="Straße 5/№ 配達")
        answer = subject.ask(deliveries=(delivery,))
        named = [stop.delivery_id for route in answer.routes for stop in route.stops]
        assert [*named, *(skipped.delivery_id for skipped in answer.skipped)] == [delivery.delivery_id]
    elif subject.stage is Stage.RECOMMENDER:
        others = tuple(item for item in state.items.index if item != UNICODE_ITEM)
        request = subject.request(exclude_item_ids=others, slate_size=1)
        answer = subject.ask(request)
        shown = {item.item_id for slate in answer.slates for item in slate.items}
        assert shown == {UNICODE_ITEM}, f"only {UNICODE_ITEM!r} was allowed, shown were {shown}"
    else:
        request = subject.request(item_ids=(UNICODE_ITEM,))
        answer = subject.ask(request)
        valid(subject, request, answer)
        assert answer.items == Index((UNICODE_ITEM,))


@check()
def works_in_a_decision(subject: Subject) -> None:
    """In an orchestrator with baselines around it, a plan of all stages has an undegraded answer from it."""
    decision = subject.orchestrator().decide(
        DecisionRequest(
            recommend=RecommendRequest(all_customers=True),
            forecast=ForecastRequest(horizon_days=14),
            replenish=ReplenishRequest(),
            route=RouteRequest(),
        )
    )
    report = decision.stage(subject.stage)
    assert report.state is StageState.OK, report.message
    assert decision.signals.passes > 1, "no coordinated pass came about"


@check()
def invalid_requests_never_reach_it(subject: Subject) -> None:
    """A request that breaks the contract is refused before any plugin is asked."""
    requests = {
        Stage.RECOMMENDER: DecisionRequest(recommend=RecommendRequest(all_customers=True, slate_size=0)),
        Stage.FORECASTER: DecisionRequest(forecast=ForecastRequest(horizon_days=0)),
        Stage.INVENTORY: DecisionRequest(replenish=ReplenishRequest(budget=-1.0)),
        Stage.ROUTER: DecisionRequest(route=RouteRequest(deliveries=(Delivery("d", quantity=-1.0),))),
    }
    asked: list[str] = []
    orchestrator = subject.orchestrator()
    caller = orchestrator.plugins.caller

    def listening(stage: Stage, member: Member) -> Any:
        asked.append(HOOK_OF[stage])
        return caller(stage, member)

    orchestrator.plugins.caller = listening  # type: ignore[method-assign]
    try:
        orchestrator.decide(requests[subject.stage])
    except InvalidRequestError:
        assert not asked, f"an invalid request reached {asked}"
    else:
        raise AssertionError("an invalid request was accepted")
