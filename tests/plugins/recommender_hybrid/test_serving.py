"""Slates: sessions count at once, rules hold, and bad input is taken in stride."""

import numpy as np
import pandas as pd
import pytest
from hybrid_world import trained
from recommender_world import ask, at, dataset, shown, staples_world
from slates_world import withheld

from shelfwise.types import CartLine, Customer, Deadline, Event, EventKind


def viewing(*items, customer="", kind=EventKind.VIEW, **about):
    """Return a customer who is looking at items right now."""
    return Customer(customer, events=tuple(Event(item, kind, at(100)) for item in items), **about)


def codes(item):
    """Return the codes of an item's reasons."""
    return {reason.code for reason in item.reasons}


def test_a_session_counts_in_the_very_next_slate(pairs, linear):
    """Whoever looks at x3 is shown y3 first, whoever adds x1 to the cart y1: nothing is retrained."""
    looking, adding = ask(linear, pairs, viewing("x3"), viewing("x1", kind=EventKind.CART), slate_size=2).slates

    assert shown(looking)[0] == "y3"
    assert shown(adding)[0] == "y1"


def test_a_cart_counts_as_well(pairs, linear):
    """What goes with an item in the cart comes first, and the item itself is not shown."""
    (slate,) = ask(linear, pairs, Customer("", cart=(CartLine("x2"),)), slate_size=4).slates

    assert shown(slate)[0] == "y2"
    assert "x2" not in shown(slate)


def test_a_session_of_a_known_customer_counts(pairs, linear):
    """The slate of a customer on record changes with what they look at."""
    before, after = ask(linear, pairs, "c1", viewing("x5", "y5", customer="c1"), slate_size=6).slates

    assert shown(before) != shown(after)


def test_exclusions_and_categories_hold(pairs, hybrid):
    """What is excluded or of a category that is not allowed is nowhere, and the slate is filled with others."""
    (slate,) = ask(hybrid, pairs, viewing("x3"), slate_size=4, exclude_item_ids=("y3",), allow_categories=("y",)).slates
    (denied,) = ask(hybrid, pairs, viewing("x3"), slate_size=4, deny_categories=("y",)).slates

    assert len(slate.items) == 4
    assert all(item.startswith("y") and item != "y3" for item in shown(slate))
    assert all(item.startswith("x") for item in shown(denied))


def test_caps_hold(pairs, hybrid):
    """No more items of a category than the cap says."""
    (slate,) = ask(hybrid, pairs, "c0", slate_size=4, most_per_category=2).slates

    assert sorted(item[0] for item in shown(slate)) == ["x", "x", "y", "y"]


def test_everything_excluded_is_an_empty_slate(pairs, hybrid):
    """With the whole catalogue excluded nothing is left to show."""
    (slate,) = ask(hybrid, pairs, "c0", exclude_item_ids=tuple(pairs.items["item_id"])).slates

    assert not slate.items


def test_a_slate_larger_than_the_catalogue_holds_all_of_it(pairs, hybrid):
    """A slate of 1,000 of a catalogue of 12 holds each item once."""
    (slate,) = ask(hybrid, pairs, "c0", slate_size=1_000).slates

    assert sorted(shown(slate)) == sorted(pairs.items["item_id"])


def test_a_large_slate_holds_more_than_the_candidates():
    """With more slots than candidates are looked at, the rest of the catalogue fills the slate."""
    names = [f"i{number:03d}" for number in range(180)]
    baskets = [(f"c{row}", day, [names[(7 * row + day) % 180]]) for row in range(40) for day in range(6)]
    data = dataset(baskets, items=[{"item_id": name, "category": ""} for name in names])
    plugin = trained(data, legs=("markov", "popular"))
    (slate,) = ask(plugin, data, "c0", slate_size=180).slates

    assert sorted(shown(slate)) == names


def test_without_consent_a_customer_is_a_stranger(pairs, hybrid):
    """Neither record nor session nor cart tells anything without consent."""
    refused = viewing("x3", customer="c0", consent=False)
    (slate, stranger) = ask(
        hybrid, pairs, refused, Customer("nobody", consent=False, zone="everywhere"), slate_size=6
    ).slates

    assert slate.items == stranger.items
    assert slate.impersonal
    assert stranger.impersonal


def test_a_known_customer_is_served_personally(pairs, hybrid):
    """With consent a slate is personal where anything is known."""
    known, looking, stranger = ask(hybrid, pairs, "c0", viewing("x1"), "nobody").slates

    assert [slate.impersonal for slate in (known, looking, stranger)] == [False, False, True]


def test_reasons_say_why(pairs, linear):
    """What goes with an item bought, looked at or in the cart names it; a stranger is told of popularity."""
    bought, looked, cart, stranger = ask(
        linear,
        pairs,
        viewing("x3", kind=EventKind.PURCHASE),
        viewing("x3"),
        Customer("", cart=(CartLine("x3"),)),
        "nobody",
        slate_size=3,
    ).slates
    follows = [next(item for item in slate.items if item.item_id == "y3") for slate in (bought, looked, cart)]

    assert [codes(item) for item in follows] == [{"bought_with"}, {"goes_with_viewed"}, {"goes_with_cart"}]
    assert all("x3" in item.reasons[0].text for item in follows)
    assert all(codes(item) == {"popular"} for item in stranger.items)


def test_what_was_bought_before_says_so():
    """A staple is recommended again, as bought before, unless what was bought is to be left out."""
    data = staples_world()
    plugin = trained(data, legs=("again", "popular"))
    staples = data.events[data.events["customer_id"] == "c0"]["item_id"].value_counts().index[:2]
    again, left_out = (
        ask(plugin, data, "c0", slate_size=3, exclude_purchased=only).slates[0] for only in (False, True)
    )

    assert set(shown(again)[:2]) == set(staples)
    assert all("bought_before" in codes(item) for item in again.items[:2])
    assert not set(shown(left_out)) & set(staples)
    assert set(staples) <= set(withheld(left_out))


def test_a_new_item_says_that_it_is_new_or_what_it_matches():
    """An item that was never sold is recommended to whoever likes its kind, and says why."""
    baskets = [
        (f"c{row}", day, [f"{'tea' if row % 2 else 'cake'}{(row + day) % 4}"]) for row in range(60) for day in range(4)
    ]
    items = [
        {"item_id": f"{kind}{number}", "category": kind, "description": kind}
        for kind in ("tea", "cake")
        for number in range(6)
    ]
    data = dataset(baskets, items=items)
    plugin = trained(data, legs=("content", "popular"))
    (slate,) = ask(plugin, data, "c1", slate_size=12).slates
    new = [item for item in slate.items if item.item_id in {"tea4", "tea5"}]
    other = [item for item in slate.items if item.item_id in {"cake4", "cake5"}]

    assert min(item.rank for item in other) > max(item.rank for item in new)
    assert all(codes(item) == {"matches"} for item in new)
    assert all(codes(item) == {"new"} for item in other)


def test_probabilities_fall_from_slot_to_slot(pairs, hybrid):
    """Without signals a slate is ranked by the probability of a purchase."""
    for slate in ask(hybrid, pairs, "c0", viewing("x3"), "nobody", slate_size=12).slates:
        found = [item.purchase_probability for item in slate.items]
        assert found == sorted(found, reverse=True)
        assert 0.0 < found[-1] <= found[0] <= 1.0


def test_a_very_long_session_is_answered(pairs, linear):
    """Of sixty thousand events the newest decide."""
    items = tuple(pairs.items["item_id"])
    start = pd.Timestamp(at(98))
    events = [
        Event(items[row % 12], EventKind.VIEW, (start + pd.Timedelta(seconds=row)).to_pydatetime())
        for row in range(60_000)
    ]
    events += [Event("x3", EventKind.CART, at(99))] * 12
    (slate,) = ask(linear, pairs, Customer("", events=tuple(events)), slate_size=2, exclude_item_ids=("x3",)).slates

    assert shown(slate)[0] == "y3"


def test_time_running_backwards_is_no_error(pairs, hybrid):
    """Events from new to old, from the future and without a time are put in order as far as they can be."""
    events = (
        Event("x3", EventKind.VIEW, at(100)),
        Event("x1", EventKind.VIEW, at(-400)),
        Event("y2"),
        Event("x0", EventKind.VIEW, at(900)),
    )
    backwards, forwards = ask(
        hybrid, pairs, *(Customer("", events=part) for part in (events[:2], events[1::-1])), slate_size=6
    ).slates
    (mixed,) = ask(hybrid, pairs, Customer("", events=events), slate_size=6).slates

    assert backwards.items == forwards.items
    assert len(mixed.items) == 6


def test_unknown_items_are_as_if_not_there(pairs, hybrid):
    """An event or a cart line of an item that left the catalogue changes nothing."""
    gone = Customer("c0", events=(Event("gone", EventKind.VIEW, at(100)),), cart=(CartLine("also gone"),))
    with_them, without = ask(hybrid, pairs, gone, "c0", slate_size=6).slates

    assert shown(with_them) == shown(without)


def test_company_changes_nothing(pairs, hybrid):
    """A slate is the same alone and among others, to the last digit."""
    people = [viewing("x3"), Customer("c0"), Customer("nobody"), viewing("y1", "x2", customer="c7"), Customer("c3")]
    together = ask(hybrid, pairs, *people).slates

    assert [ask(hybrid, pairs, one).slates[0] for one in people] == list(together)


def test_late_customers_get_what_is_popular(pairs, hybrid):
    """Once the time is up the rest is served without a look at the record."""
    late, stranger = (
        ask(hybrid, pairs, one, deadline=Deadline.after(0.0)).slates[0]
        for one in ("c0", Customer("nobody", zone="everywhere"))
    )

    assert shown(late) == shown(stranger)


@pytest.mark.parametrize("size", [1, 3])
def test_many_blocks_are_one_batch(pairs, hybrid, size, monkeypatch):
    """However many customers are served at a time, the slates are the same."""
    people = tuple(f"c{row}" for row in range(7))
    whole = ask(hybrid, pairs, *people).slates
    monkeypatch.setattr("shelfwise_recommender_hybrid.serving._CELLS", size * len(pairs.items))

    assert ask(hybrid, pairs, *people).slates == whole
    assert np.unique([slate.customer_id for slate in whole]).size == 7
