"""Checks of recommenders: what customers bring along, whatever it is."""

from __future__ import annotations

import time
from datetime import timedelta

import attrs
import numpy as np

from shelfwise.testing.common import SLACK_SECONDS, valid
from shelfwise.testing.registry import check
from shelfwise.testing.subject import Subject
from shelfwise.types import CartLine, Customer, Deadline, Event, EventKind, Recommendations, Stage

_HUGE = 20_000
"""Events of a very long session."""


def _answer(subject: Subject, *customers: Customer, slate_size: int = 8) -> Recommendations:
    """Ask for customers' slates and fail where one is invalid or not full."""
    request = subject.request(customers=customers, slate_size=slate_size)
    answer: Recommendations = subject.ask(request)
    valid(subject, request, answer)
    assert all(len(slate.items) == slate_size for slate in answer.slates), "a session or cart left a slate short"
    return answer


@check(Stage.RECOMMENDER)
def no_cart_is_recommended_again(subject: Subject) -> None:
    """Whoever it belongs to, with consent or without: nothing in a cart is recommended, named twice or not."""
    shown = [item.item_id for item in subject.ask().slates[2].items[:3]]
    cart = tuple(CartLine(item) for item in (*shown, shown[0]))
    known = subject.state.customers.index[1]
    for customer in (Customer(known, cart=cart), Customer("", cart=cart), Customer(known, cart=cart, consent=False)):
        (slate,) = _answer(subject, customer).slates
        both = {item.item_id for item in slate.items} & set(shown)
        assert not both, f"{sorted(both)} are in the cart and in the slate"


@check(Stage.RECOMMENDER)
def every_kind_of_event_is_taken(subject: Subject) -> None:
    """Views, cart additions, purchases and returns of a known and of an unknown customer give full slates."""
    items, now = subject.state.items.index, subject.state.as_of
    events = tuple(Event(items[row], kind, now) for row, kind in enumerate((*EventKind, *EventKind)))
    _answer(subject, Customer(subject.state.customers.index[2], events=events), Customer("nobody", events=events))


@check(Stage.RECOMMENDER)
def time_may_run_backwards(subject: Subject) -> None:
    """Events from new to old, from the future, and some without a time give full slates."""
    items, now = subject.state.items.index, subject.state.as_of
    hours = (-400, -1, 0, 30, 2000)
    events = tuple(Event(items[row], EventKind.VIEW, now - timedelta(hours=ago)) for row, ago in enumerate(hours))
    mixed = (events[4], Event(items[7]), events[0], Event(items[8], EventKind.CART), events[2])
    customer = subject.state.customers.index[2]
    _answer(subject, Customer(customer, events=events), Customer("nobody", events=mixed))


@check(Stage.RECOMMENDER)
def a_huge_session_is_answered(subject: Subject) -> None:
    """A session of very many events has a full slate, soon after the deadline at the latest."""
    items, now = subject.state.items.index, subject.state.as_of
    events = tuple(
        Event(items[row % len(items)], EventKind.VIEW, now - timedelta(seconds=_HUGE - row)) for row in range(_HUGE)
    )
    request = subject.request(customers=(Customer(subject.state.customers.index[2], events=events),))
    subject.ask()
    seconds, started = 1.0, time.monotonic()
    answer = subject.ask(request, deadline=Deadline.after(seconds))
    late = time.monotonic() - started - seconds
    assert late < SLACK_SECONDS, f"the answer came {late:.1f} s after a deadline of {seconds} s"
    valid(subject, request, answer)
    assert answer.slates[0].items, "a long session emptied the slate"


@check(Stage.RECOMMENDER)
def without_consent_the_cart_tells_nothing(subject: Subject) -> None:
    """With the same cart and zone, a customer without consent gets the slate of a stranger without consent."""
    state = subject.state
    cart, zone = (CartLine(state.items.index[5]),), str(state.customers.zone[3])
    event = Event(state.items.index[9], EventKind.PURCHASE, state.as_of)
    refused = Customer(state.customers.index[3], events=(event,), cart=cart, zone=zone, consent=False)
    answer = _answer(subject, refused, Customer("a stranger", cart=cart, zone=zone, consent=False))
    assert all(slate.impersonal for slate in answer.slates)
    assert answer.slates[0].items == answer.slates[1].items, "what a customer did counts without consent"


@check(Stage.RECOMMENDER)
def exposure_adds_up(subject: Subject) -> None:
    """What slates cause together is the sum of what each causes: no more items, units or impressions than shown."""
    request = subject.request()
    together = subject.ask(request).exposure
    if together is None:
        return
    alone = [subject.ask(attrs.evolve(request, customers=(customer,))).exposure for customer in request.customers]
    for name in ("impressions", "extra_units"):
        total = float(np.sum([getattr(part, name).sum() for part in alone]))
        found = float(getattr(together, name).sum())
        assert np.isclose(found, total, rtol=1e-6), f"{name} of all customers are {found:g}, one by one {total:g}"
    assert set(together.items) == {item for part in alone for item in part.items}
