"""Slots filled at random: what may stand there, how likely, and what stays as it is."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slates_world import falling, ids, maker, outlook, shelf, state, withheld

from shelfwise.slates import Candidates
from shelfwise.slates.exploration import POOL, Draw, chances
from shelfwise.types import CartLine, Customer

shares = st.floats(0.0, 1.0)


def explored(shop, *customers, request_id="r", share=0.3, chance=None, **settings):
    """Return the slates of a request that explores."""
    opened, visitors = shelf(shop, *customers, exploration=share, request_id=request_id, **settings)
    chance = falling(len(customers), len(shop.items.index)) if chance is None else chance
    return opened.serve(visitors, opened.choose(visitors, Candidates.whole(chance))).slates


def enumerated(slots, others, share):
    """Return the probability of each item (columns) in each slot (rows) by going through all that may happen."""
    table = np.zeros((slots, slots + others))
    for count in range(slots + 1):
        for open_slots in combinations(range(slots), count):
            hat = [*open_slots, *range(slots, slots + others)]
            draws = list(permutations(hat, count))
            weight = share**count * (1 - share) ** (slots - count)
            for slot in set(range(slots)) - set(open_slots):
                table[slot, slot] += weight
            for draw in draws:
                table[list(open_slots), list(draw)] += weight / len(draws)
    return table


@pytest.mark.parametrize(
    ("slots", "others", "share"), [(1, 0, 0.4), (1, 3, 0.4), (3, 2, 0.3), (4, 0, 0.7), (3, 4, 1.0)]
)
def test_the_probabilities_are_exact(slots, others, share):
    """They are those of all that may happen, gone through one by one."""
    table, chance = enumerated(slots, others, share), chances(slots, others, share)

    assert np.diag(table) == pytest.approx(np.full(slots, chance.ranked))
    assert table[:, slots:] == pytest.approx(np.full((slots, others), chance.drawn))
    assert table[:, :slots][~np.eye(slots, dtype=bool)] == pytest.approx(np.full(slots**2 - slots, chance.moved))
    assert 1.0 - table.sum(axis=0)[:slots] == pytest.approx(np.full(slots, chance.withheld))


@given(st.integers(1, 300), st.integers(0, POOL), shares)
def test_the_probabilities_of_a_slot_sum_to_one(slots, others, share):
    """Something stands in every slot: what ranking put there, what it put elsewhere, or another item."""
    chance = chances(slots, others, share)

    assert chance.ranked + (slots - 1) * chance.moved + others * chance.drawn == pytest.approx(1.0)


@given(st.integers(1, 6), st.integers(0, 8), shares, st.integers(0, 2**64))
def test_no_item_is_shown_twice(slots, others, share, key):
    """A slate holds distinct items of the pool, what is not explored stands where ranking put it."""
    slate, rest = np.arange(slots)[None], np.arange(slots, slots + others)[None]

    draw = Draw.of(slate, rest, share, [key])

    assert len(set(draw.column[0].tolist())) == slots
    assert set(draw.column[0].tolist()) | set(draw.withheld.tolist()) >= set(range(slots))
    assert (draw.column == slate)[~draw.explored].all()
    assert (draw.propensity > 0.0).all()


def test_what_is_shown_is_shown_as_often_as_it_says():
    """Over many request ids the items of each slot come as often as the propensities tell, and so do the withheld."""
    shop, share, times = state(6), 0.4, 4_000
    count, told = np.zeros((3, 6)), np.zeros((3, 6))
    kept_out, chance_of = np.zeros(3), np.zeros(3)
    for number in range(times):
        (slate,) = explored(shop, "anna", request_id=f"r{number}", share=share, slate_size=3)
        for item in slate.items:
            place = item.rank - 1, int(item.item_id[1:])
            count[place] += 1
            told[place] = item.propensity
        for item in slate.withheld:
            kept_out[int(item.item_id[1:])] += 1
            chance_of[int(item.item_id[1:])] = item.propensity

    deviation = np.sqrt(told * (1 - told) / times)
    assert told.sum(axis=1) == pytest.approx(np.ones(3))
    assert (np.abs(count / times - told) < 4.5 * deviation).all()
    assert (np.abs(kept_out / times - chance_of) < 4.5 * np.sqrt(chance_of * (1 - chance_of) / times)).all()


def test_the_same_request_has_the_same_draw():
    """Request id, customer, placement and seed decide, and who else is asked for does not."""
    shop = state(40)

    (alone,) = explored(shop, "ben")
    _, together = explored(shop, "anna", "ben")

    assert alone == together
    for other in ({"request_id": "s"}, {"placement": "cart"}, {"seed": 1}):
        (another,) = explored(shop, "ben", **other)
        assert ids(another) != ids(alone)
        assert another.token != alone.token


def test_without_exploration_the_slate_is_certain():
    """Everything is shown with probability 1, and the slate has a token all the same."""
    (slate,) = explored(state(9), "anna", share=0.0, slate_size=3)

    assert ids(slate) == ["i0", "i1", "i2"]
    assert [(item.explored, item.propensity) for item in slate.items] == [(False, 1.0)] * 3
    assert len(slate.token) == 20
    assert "anna" not in slate.token


def test_nothing_is_drawn_or_tracked_without_consent():
    """Who did not agree gets the slate as ranked, which no event can be tied to."""
    shop = state(30)

    (slate,) = explored(shop, Customer("anna", consent=False), share=1.0)

    assert ids(slate) == [f"i{row}" for row in range(10)]
    assert not any(item.explored for item in slate.items)
    assert slate.token == ""


def test_without_a_request_id_there_is_no_token():
    """Nothing would tell one call from the next."""
    (slate,) = explored(state(9), "anna", request_id="", share=0.0)

    assert slate.token == ""


def test_rules_hold_for_what_is_drawn():
    """What is sold out, excluded, in the cart or capped is never drawn, however often."""
    shop = state(30)
    promise = np.full((30, 2), 1000.0)
    promise[12] = 0.0
    seen = set()
    for number in range(200):
        (slate,) = explored(
            shop,
            Customer("anna", cart=(CartLine("i13"),)),
            request_id=str(number),
            share=0.8,
            slate_size=6,
            exclude_item_ids=("i14",),
            most_per_category=3,
            stock_outlook=outlook(shop, promise=promise),
        )
        assert max(np.bincount([int(item[1:]) % 3 for item in ids(slate)])) <= 3
        assert len(slate.items) == 6
        seen |= set(ids(slate))
    assert not seen & {"i12", "i13", "i14"}
    assert len(seen) == 9


def test_the_pool_is_the_next_best():
    """What ranks behind the slate and the pool is never shown."""
    shop, seen = state(POOL + 20), set()
    for number in range(300):
        (slate,) = explored(shop, "anna", request_id=str(number), share=1.0, slate_size=4)
        seen |= set(ids(slate))

    assert seen == {f"i{row}" for row in range(POOL + 4)}


def test_what_was_drawn_says_so():
    """Its reason is the draw, and what it stands in for is named as withheld, unless it is shown elsewhere."""
    shop = state(60)

    (slate,) = explored(shop, "anna", share=1.0, slate_size=5)

    drawn = [item for item in slate.items if item.explored]
    assert {reason.code for item in drawn for reason in item.reasons} == {"drawn"}
    missing = [f"i{row}" for row in range(5) if f"i{row}" not in ids(slate)]
    assert withheld(slate) == dict.fromkeys(missing, "drawn")


def test_diversity_and_short_slates_may_explore():
    """A pool is looked for beside a diverse slate, and with nothing beside it the slate's items change places."""
    shop = state(12)

    (diverse,) = explored(shop, "anna", share=1.0, slate_size=4, diversity=0.5, made=maker(shop))
    (whole,) = explored(shop, "anna", share=1.0, slate_size=12)

    assert len(set(ids(diverse))) == 4
    assert sorted(ids(whole)) == sorted(shop.items.index.ids)
    assert ids(whole) != list(shop.items.index.ids)
