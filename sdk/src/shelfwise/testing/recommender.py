"""Checks of recommenders."""

from __future__ import annotations

import attrs
import numpy as np

from shelfwise.testing.common import valid
from shelfwise.testing.registry import check
from shelfwise.testing.subject import Subject
from shelfwise.types import CartLine, Customer, DeliveryCosts, Event, EventKind, Index, Slate, Stage, StockOutlook


def _items(slate: Slate) -> list[str]:
    return [item.item_id for item in slate.items]


def _outlook(subject: Subject, available: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> StockOutlook:
    state = subject.state
    nodes = Index(state.nodes.selling_ids)
    by_node = np.repeat(available[:, None], len(nodes), axis=1)
    return StockOutlook(state.items.index, nodes, by_node, (by_node > 0).astype(float), np.zeros(by_node.shape))


@check(Stage.RECOMMENDER)
def fills_the_slate(subject: Subject) -> None:
    """Known, unknown and nameless customers all get as many items as were asked for."""
    request = subject.request(slate_size=8)
    sizes = [len(slate.items) for slate in subject.ask(request).slates]
    assert sizes == [8] * len(request.customers), f"slates have {sizes} items, 8 were asked for"


@check(Stage.RECOMMENDER)
def a_slate_may_be_the_catalogue(subject: Subject) -> None:
    """A slate larger than the catalogue holds at most every item, each once."""
    request = subject.request(slate_size=1000)
    valid(subject, request, subject.ask(request))


@check(Stage.RECOMMENDER)
def exclusions_hold_on_every_path(subject: Subject) -> None:
    """Excluded items are in no slate, and the slate is filled with others."""
    shown = {item for slate in subject.ask().slates for item in _items(slate)}
    request = subject.request(exclude_item_ids=tuple(sorted(shown)))
    answer = subject.ask(request)
    valid(subject, request, answer)
    assert all(slate.items for slate in answer.slates), "an exclusion left a slate empty though other items exist"


@check(Stage.RECOMMENDER)
def categories_are_allowed_and_denied(subject: Subject) -> None:
    """Only allowed categories and no denied ones are shown."""
    category = str(subject.state.items.category[0])
    for rule in ({"allow_categories": (category,)}, {"deny_categories": (category,)}):
        request = subject.request(**rule)
        answer = subject.ask(request)
        valid(subject, request, answer)
        assert all(slate.items for slate in answer.slates), f"{rule} left a slate empty"


@check(Stage.RECOMMENDER)
def everything_excluded_is_no_error(subject: Subject) -> None:
    """With the whole catalogue excluded the slates are empty."""
    answer = subject.ask(subject.request(exclude_item_ids=subject.state.items.index.ids))
    assert not any(slate.items for slate in answer.slates)


@check(Stage.RECOMMENDER)
def without_consent_nothing_personal(subject: Subject) -> None:
    """A customer without consent gets the slate of a stranger in the same zone, marked impersonal."""
    state = subject.state
    row = 1
    known = Customer(
        state.customers.index[row], events=(subject.past_event(2),), consent=False, zone=str(state.customers.zone[row])
    )
    stranger = Customer("nobody knows me", consent=False, zone=known.zone)
    request = subject.request(customers=(known, stranger))
    answer = subject.ask(request)
    valid(subject, request, answer)
    assert all(slate.impersonal for slate in answer.slates)
    assert _items(answer.slates[0]) == _items(answer.slates[1]), "the history or session of a customer was used"


@check(Stage.RECOMMENDER)
def batch_equals_single(subject: Subject) -> None:
    """A customer's slate does not depend on who else is asked for."""
    request = subject.request()
    together = subject.ask(request).slates
    alone = tuple(subject.ask(attrs.evolve(request, customers=(customer,))).slates[0] for customer in request.customers)
    assert together == alone, "a slate changes with the company it is asked in"


@check(Stage.RECOMMENDER)
def the_cart_is_not_recommended(subject: Subject) -> None:
    """What lies in the cart already is not in the slate."""
    popular = _items(subject.ask(subject.request(customers=(Customer("nobody knows me"),))).slates[0])[0]
    request = subject.request(customers=(Customer("nobody knows me", cart=(CartLine(popular),)),))
    assert popular not in _items(subject.ask(request).slates[0]), "the slate shows an item that is in the cart"


@check(Stage.RECOMMENDER)
def unknown_items_in_a_session_are_no_error(subject: Subject) -> None:
    """An event of an item that left the catalogue, and one without a time, are taken in stride."""
    events = (Event("left the catalogue"), Event(subject.state.items.index[4], EventKind.CART), Event("x", quantity=0))
    request = subject.request(customers=(Customer(subject.state.customers.index[2], events=events),))
    valid(subject, request, subject.ask(request))


@check(Stage.RECOMMENDER)
def what_cannot_be_promised_is_withheld(subject: Subject) -> None:
    """An item that is available nowhere is not shown, the others are."""
    shown = _items(subject.ask().slates[0])
    available = np.full(len(subject.state.items.index), 50.0)
    available[subject.state.items.index.position(shown[0])] = 0.0
    request = subject.request()
    answer = subject.ask(request, stock_outlook=_outlook(subject, available))
    valid(subject, request, answer)
    assert shown[0] not in _items(answer.slates[0]), "an item without any stock to promise is recommended"
    assert answer.slates[0].items, "one sold-out item emptied the slate"


@check(Stage.RECOMMENDER)
def delivery_costs_may_be_partial(subject: Subject) -> None:
    """Delivery costs that know neither every zone nor every node are no error."""
    state = subject.state
    zones, nodes = Index(("a zone nobody lives in",)), Index(state.nodes.selling_ids[:1])
    costs = DeliveryCosts(zones, nodes, np.full((1, 1), 4.0), np.full((1, 1), 2.0))
    outlook = _outlook(subject, np.full(len(state.items.index), 50.0))
    request = subject.request()
    valid(subject, request, subject.ask(request, stock_outlook=outlook, delivery_costs=costs))


@check(Stage.RECOMMENDER)
def exposure_agrees_with_the_slates(subject: Subject) -> None:
    """Exposure, where given, is for items shown, and extra units come only where there are impressions."""
    request = subject.request()
    answer = subject.ask(request)
    if answer.exposure is None:
        return
    shown = {item for slate in answer.slates for item in _items(slate)}
    rows = np.flatnonzero(answer.exposure.impressions.sum(axis=(1, 2)) > 0)
    assert {answer.exposure.items[row] for row in rows} <= shown, "items that no slate shows have impressions"
    unseen = answer.exposure.impressions <= 0
    assert not answer.exposure.extra_units[unseen].any(), "items sell more by being shown where they are not shown"
    assert shown <= set(answer.exposure.items), "items that are shown have no exposure"


@check(Stage.RECOMMENDER)
def everything_sold_out_is_no_error(subject: Subject) -> None:
    """With nothing to promise anywhere the slates are empty."""
    outlook = _outlook(subject, np.zeros(len(subject.state.items.index)))
    answer = subject.ask(stock_outlook=outlook)
    valid(subject, subject.request(), answer)
    assert not any(slate.items for slate in answer.slates), "items that cannot be had anywhere are recommended"
