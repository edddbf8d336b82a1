"""Why an item stands in a slate, in words."""

import numpy as np
import pytest
from slates_world import maker, shelf, state, without

from shelfwise.slates import ReasonCode, Reasons, Rows, association
from shelfwise.slates.reasons import Wording
from shelfwise.types import CartLine, Customer, Event, EventKind, Reason


def worded(*slots, customer="anna", labels=(), item=2):
    """Return the reasons of slots that all show one item to one customer; each slot is pairs of code and anchor."""
    opened, visitors = shelf(state(6), customer)
    width = max(map(len, slots))
    filled = [[*slot, *[(ReasonCode.NONE, -1)] * (width - len(slot))] for slot in slots]
    pairs = np.array(filled).reshape(1, len(slots), width, 2)
    reasons = Reasons(pairs[..., 0].astype(np.int8), pairs[..., 1], labels)
    wording = Wording(opened.catalogue, frozenset({"north"}))
    return wording.of(reasons, np.full((1, len(slots)), item), visitors.zone, visitors.zones)[0].tolist()


@pytest.mark.parametrize(
    ("code", "anchor", "expected"),
    [
        (ReasonCode.BOUGHT_BEFORE, -1, Reason("bought_before", "bought before")),
        (ReasonCode.GOES_WITH_CART, 1, Reason("goes_with_cart", "goes with name 1 in the cart")),
        (ReasonCode.BOUGHT_WITH, 1, Reason("bought_with", "bought with name 1")),
        (ReasonCode.GOES_WITH_VIEWED, 0, Reason("goes_with_viewed", "goes with name 0, looked at before")),
        (ReasonCode.SIMILAR_TO, 3, Reason("similar_to", "similar to name 3")),
        (ReasonCode.MATCHES, 1, Reason("matches", "matches green")),
        (ReasonCode.POPULAR_IN_ZONE, -1, Reason("popular", "popular in north")),
        (ReasonCode.POPULAR_IN_CATEGORY, -1, Reason("popular_in_category", "popular in c2")),
        (ReasonCode.POPULAR, -1, Reason("popular", "popular now")),
        (ReasonCode.NEW, -1, Reason("new", "new in the catalogue")),
    ],
)
def test_every_code_has_its_words(code, anchor, expected):
    """A code with its anchor becomes a code for machines and a sentence for people."""
    assert worded([(code, anchor)], labels=("blue", "green")) == [(expected,)]


def test_a_slot_has_several_reasons_or_is_popular():
    """Reasons come in the order given, gaps left out; without any it is popularity."""
    bought, none, new = (ReasonCode.BOUGHT_BEFORE, -1), (ReasonCode.NONE, -1), (ReasonCode.NEW, -1)

    first, second, third = worded([none, bought, new], [bought], [none])

    assert [reason.code for reason in first] == ["bought_before", "new"]
    assert [reason.code for reason in second] == ["bought_before"]
    assert [reason.text for reason in third] == ["popular in north"]


def test_equal_reasons_are_one_object():
    """A batch makes each reason once."""
    bought = (ReasonCode.BOUGHT_WITH, 4)

    first, second = worded([bought], [bought])

    assert first is second


def test_a_zone_that_the_model_does_not_know_is_not_named():
    """Popularity is that of the zone only where the model knows sales of it."""
    assert worded([(ReasonCode.POPULAR_IN_ZONE, -1)], customer="ben")[0][0].text == "popular now"


def test_an_item_without_a_category_is_popular_now():
    """A blank category is not named."""
    opened, visitors = shelf(state(2, category=["", "x"]), "anna")
    reasons = Reasons(np.full((1, 1, 1), ReasonCode.POPULAR_IN_CATEGORY, dtype=np.int8), np.zeros((1, 1, 1), int))

    found = Wording(opened.catalogue, frozenset()).of(reasons, np.zeros((1, 1), int), visitors.zone, visitors.zones)

    assert found[0, 0][0].text == "popular now"


def test_an_anchor_that_left_the_catalogue_is_named_by_its_id():
    """What somebody bought may not be sold any more."""
    opened, visitors = shelf(without(state(3), 2), "anna", made=maker(state(3)))
    reasons = Reasons(np.full((1, 1, 1), ReasonCode.BOUGHT_WITH, dtype=np.int8), np.full((1, 1, 1), 2))

    found = Wording(opened.catalogue, frozenset()).of(reasons, np.zeros((1, 1), int), visitors.zone, visitors.zones)

    assert found[0, 0][0].text == "bought with i2"


def test_how_an_anchor_was_come_by():
    """In the cart goes before bought, in the session or before it, and what is neither was looked at."""
    events = (Event("i0", EventKind.VIEW), Event("i1", EventKind.PURCHASE))
    customer = Customer("anna", events=events, cart=(CartLine("i3"), CartLine("i2")))
    _, visitors = shelf(state(6), customer)

    found = association(visitors, np.array([[0, 1, 2, 3, 5, -1]]), Rows.of([[5, 2]]))

    assert [ReasonCode(code) for code in found[0]] == [
        ReasonCode.GOES_WITH_VIEWED,
        ReasonCode.BOUGHT_WITH,
        ReasonCode.GOES_WITH_CART,
        ReasonCode.GOES_WITH_CART,
        ReasonCode.BOUGHT_WITH,
        ReasonCode.NONE,
    ]
