"""Checks of recommenders: what a request may ask of a slate as a whole."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from shelfwise.testing.common import valid
from shelfwise.testing.registry import check
from shelfwise.testing.subject import Subject
from shelfwise.types import Index, Items, Lanes, OpenOrders, Recommendations, Stage, State

_SIZE = 8
_BRANDS = 12


def _branded(state: State) -> State:
    """Return the state with a brand for every item, in turn."""
    brand = np.array([f"brand {row % _BRANDS}" for row in range(len(state.items.index))], dtype=object)
    return attrs.evolve(state, items=attrs.evolve(state.items, brand=brand))


def _filled(subject: Subject, state: State, **settings: Any) -> Recommendations:
    """Ask for slates under some settings, and fail where they break one or are not full."""
    request = subject.request(slate_size=_SIZE, **settings)
    answer: Recommendations = subject.ask(request, state=state)
    valid(subject, request, answer, state=state)
    sizes = [len(slate.items) for slate in answer.slates]
    assert sizes == [_SIZE] * len(sizes), f"{settings} left slates of {sizes} items, though there are {_SIZE} to show"
    return answer


def _categories(state: State, answer: Recommendations) -> list[int]:
    """Return the number of categories in each slate."""
    rows = (state.items.index.positions(item.item_id for item in slate.items) for slate in answer.slates)
    return [len(set(state.items.category[row])) for row in rows]


@check(Stage.RECOMMENDER)
def caps_hold(subject: Subject) -> None:
    """No slate has more items of a category or brand than asked, and each is filled while there are others."""
    state = _branded(subject.state)
    most = -(-_SIZE // len(set(state.items.category)))
    _filled(subject, state, most_per_category=most)
    _filled(subject, state, most_per_brand=1)
    request = subject.request(slate_size=_SIZE, most_per_category=most, most_per_brand=2)
    valid(subject, request, subject.ask(request, state=state), state=state)


@check(Stage.RECOMMENDER)
def caps_hold_among_few(subject: Subject) -> None:
    """With one category allowed and capped a slate is as short as the cap says."""
    category = str(subject.state.items.category[0])
    request = subject.request(allow_categories=(category,), most_per_category=2)
    answer = subject.ask(request)
    valid(subject, request, answer)
    sizes = [len(slate.items) for slate in answer.slates]
    assert sizes == [2] * len(sizes), f"slates have {sizes} items of the only category, of which 2 were allowed"


@check(Stage.RECOMMENDER)
def diversity_keeps_slates_full(subject: Subject) -> None:
    """Whatever diversity is asked for, slates are full and valid; the most of it shows no fewer categories."""
    state = _branded(subject.state)
    plain = _categories(state, _filled(subject, state))
    _filled(subject, state, diversity=0.3)
    diverse = _categories(state, _filled(subject, state, diversity=1.0))
    fewer = [pair for pair in zip(plain, diverse, strict=True) if pair[1] < pair[0]]
    assert not fewer, f"with diversity 1 slates have fewer categories than without: {fewer}"


@check(Stage.RECOMMENDER)
def few_allowed_items_fill_the_slate(subject: Subject) -> None:
    """Where a category and exclusions leave only just enough items, all of them are shown."""
    items = subject.state.items
    category = str(items.category[0])
    mine = items.index.take(np.flatnonzero(items.category == category))
    request = subject.request(allow_categories=(category,), exclude_item_ids=mine[:3], slate_size=len(mine) - 3)
    answer = subject.ask(request)
    valid(subject, request, answer)
    for customer, slate in zip(request.customers, answer.slates, strict=True):
        expected = set(mine[3:]) - {line.item_id for line in customer.cart}
        missing = expected - {item.item_id for item in slate.items}
        assert not missing, f"the slate has room for {sorted(missing)}, which no rule leaves out"


@check(Stage.RECOMMENDER)
def what_nobody_has_in_stock_can_be_left_out(subject: Subject) -> None:
    """With ``in_stock_only`` and no outlook an item that no selling node has on hand is not shown."""
    first = subject.ask().slates[0].items[0].item_id
    on_hand = np.ones_like(subject.state.on_hand)
    on_hand[subject.state.items.index.position(first)] = 0.0
    answer = _filled(subject, attrs.evolve(subject.state, on_hand=on_hand), in_stock_only=True)
    shown = {item.item_id for slate in answer.slates for item in slate.items}
    assert first not in shown, "an item that is on hand nowhere is recommended"


@check(Stage.RECOMMENDER)
def what_left_the_catalogue_is_not_shown(subject: Subject) -> None:
    """An item that was learned from and is no longer in the catalogue is not shown, others are in its place."""
    first = subject.ask().slates[0].items[0].item_id
    items = subject.state.items
    kept = np.flatnonzero(items.index.array != first)
    names = (field.name for field in attrs.fields(Items) if field.name != "index")
    columns = {name: getattr(items, name)[kept] for name in names}
    state = attrs.evolve(
        subject.state,
        items=Items(index=Index(items.index.take(kept)), **columns),
        on_hand=subject.state.on_hand[kept],
        lanes=Lanes(),
        open_orders=OpenOrders(),
    )
    _filled(subject, state)


@check(Stage.RECOMMENDER)
def what_is_withheld_is_not_shown(subject: Subject) -> None:
    """Items named as withheld are in no slate beside it, and each has a reason."""
    shown = [item.item_id for slate in subject.ask().slates for item in slate.items][:3]
    for slate in subject.ask(subject.request(exclude_item_ids=tuple(shown), most_per_category=1)).slates:
        held_back = {item.item_id for item in slate.withheld}
        assert not held_back & {item.item_id for item in slate.items}, "an item is shown and named as withheld"
        assert all(item.reason.code for item in slate.withheld), "an item is withheld without a reason"
