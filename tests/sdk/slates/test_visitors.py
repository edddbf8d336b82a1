"""Who the customers of a request are, and what they did."""

from datetime import timedelta

import numpy as np
import pytest
from slates_world import NOW, maker, shelf, state

from shelfwise.slates import KINDS
from shelfwise.types import CartLine, Customer, Event, EventKind, Index


def visitors(*customers):
    """Return the visitors of a request to a shop of six items."""
    return shelf(state(6), *customers)[1]


def session(*events):
    """Return what is read of one stranger's events."""
    return visitors(Customer("?", events=events)).session


def at(hours, item="i0", kind=EventKind.VIEW):
    """Return an event so many hours before now."""
    return Event(item, kind, NOW - timedelta(hours=hours))


def test_consent_is_that_of_the_request_else_the_recorded_one_else_given():
    """Cleo refused on record; the request decides where it says anything."""
    found = visitors("anna", "cleo", "?", Customer("anna", consent=False), Customer("cleo", consent=True))

    assert found.consent.tolist() == [True, False, True, False, True]
    assert found.customer.tolist() == [0, -1, -1, -1, 2]
    assert found.on_record.tolist() == [0, 2, -1, 0, 2]


def test_zones_are_those_of_the_request_else_recorded():
    """A stranger of whom no zone is told is nowhere."""
    found = visitors("anna", Customer("anna", zone="west"), "ben", "?")

    assert [found.zones[code] for code in found.zone] == ["north", "west", "south", ""]


def test_without_consent_only_the_zone_and_what_not_to_show_are_left():
    """Neither session nor cart may be used; what is in the cart is still not recommended."""
    found = visitors(Customer("anna", events=(at(1),), cart=(CartLine("i2"),), consent=False))

    assert found.session.rows.item.size == 0
    assert found.cart.item.size == 0
    assert found.held.item.tolist() == [2]
    assert found.unknown.tolist() == [True]


def test_unknown_items_and_repeated_lines_are_passed_over():
    """Events and cart lines of items that nobody knows count for nothing, the same line twice counts once."""
    customer = Customer(
        "?", events=(at(3, "gone"), at(2, "i4")), cart=[CartLine(i) for i in ("i5", "gone", "i5", "i1")]
    )

    found = visitors(customer)

    assert found.session.rows.item.tolist() == [4]
    assert found.cart.item.tolist() == [5, 1]


def test_events_keep_kind_age_and_quantity():
    """Each event says what was done, how long ago, and with how many units; one that lies ahead is now."""
    found = session(at(48, kind=EventKind.PURCHASE), Event("i1", EventKind.CART, None, 3.0), at(-5, "i2"))

    assert [KINDS[code] for code in found.kind] == [EventKind.PURCHASE, EventKind.CART, EventKind.VIEW]
    np.testing.assert_array_equal(found.age_days, [2.0, np.nan, 0.0])
    assert found.quantity.tolist() == [1.0, 3.0, 1.0]


def test_events_are_sorted_by_time_stably():
    """Events without a time stay behind the one before them; equal times keep their order; customers stay apart."""
    untimed = Event("i1")
    first = Customer("anna", events=(at(1, "i0"), untimed, at(5, "i2"), at(5, "i3"), at(9, "i4")))
    second = Customer("ben", events=(at(7, "i5"), at(8, "i0")))

    found = visitors(first, second).session.rows

    assert found.at(0).tolist() == [4, 2, 3, 0, 1]
    assert found.at(1).tolist() == [0, 5]


def test_events_before_the_first_time_come_first():
    """What has no time and nothing before it is oldest."""
    assert session(Event("i5"), at(3, "i1"), at(4, "i2")).rows.item.tolist() == [5, 2, 1]


@pytest.mark.parametrize("backwards", [False, True])
def test_of_a_long_session_the_newest_events_are_kept(backwards):
    """Whichever way a very long list runs, the newest two thousand events are left, oldest first."""
    count = 60_000
    events = [at((count - place) / 60, f"i{place % 6}") for place in range(count)]
    found = session(*(reversed(events) if backwards else events))

    assert found.rows.item.size == 2_000
    assert (np.diff(found.age_days) <= 0).all()
    assert found.age_days[-1] == pytest.approx(1 / 1440)
    assert found.age_days[0] == pytest.approx(2_000 / 1440)


def test_what_was_bought_now_is_told_apart():
    """Purchases of the session, and nothing else, count as bought."""
    found = visitors(
        Customer("?", events=(at(2, "i1"), at(1, "i3", EventKind.PURCHASE), at(0, "i2", EventKind.RETURN)))
    )

    assert found.bought_now.at(0).tolist() == [3]


def test_some_customers_can_be_taken():
    """Taken in another order, everyone keeps what is theirs."""
    people = (Customer("anna", events=(at(1, "i1"),)), Customer("ben", cart=(CartLine("i2"),)), Customer("cleo"))

    found = visitors(*people).take(np.array([1, 0]))

    assert found.ids == ("ben", "anna")
    assert [found.zones[code] for code in found.zone] == ["south", "north"]
    assert (found.customer.tolist(), found.consent.tolist()) == ([1, 0], [True, True])
    assert [found.session.rows.at(row).tolist() for row in range(2)] == [[], [1]]
    assert [found.cart.at(row).tolist() for row in range(2)] == [[2], []]
    assert found.session.age_days == pytest.approx([1 / 24])


def test_a_customer_can_be_forgotten():
    """Nothing is left but the zone, and what is not to be shown."""
    found = visitors(Customer("anna", events=(at(1),), cart=(CartLine("i2"),))).forgotten()

    assert found.unknown.tolist() == [True]
    assert found.held.item.tolist() == [2]
    assert found.zones == ("north",)


def test_a_model_may_know_nobody():
    """A model without customers serves everybody as a stranger."""
    shop = state(3)
    made = maker(shop, customers=Index())

    assert shelf(shop, "anna", made=made)[1].customer.tolist() == [-1]
