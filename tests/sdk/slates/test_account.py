"""What can still be promised while customers are served one after another."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slates_world import costs, outlook, shelf, state

from shelfwise.slates import Candidates
from shelfwise.types import Customer

PEOPLE = tuple(Customer(f"c{row}", zone=("north", "south")[row % 2]) for row in range(30))


def serve(shop, chance, most=500, **given):
    """Return the answer for everybody, served in batches of ``most``."""
    opened, _ = shelf(shop, *PEOPLE[: len(chance)], **given)
    served, start = [], 0
    for part in opened.visitors(most):
        rows = slice(start, start + len(part))
        served.append(opened.serve(part, opened.choose(part, Candidates.whole(chance[rows]))))
        start = rows.stop
    return opened.answer(served)


def shown(answer):
    """Return item and node of every slot, by customer."""
    return [[(item.item_id, item.node_id) for item in slate.items] for slate in answer.slates]


def test_whoever_comes_first_is_promised_what_there_is():
    """Of three units at one store, with 0.8 expected of each customer, three customers are shown the item."""
    shop = state(2)
    found = serve(shop, np.tile([0.4, 0.1], (5, 1)), stock_outlook=outlook(shop, promise=[[3.0, 0.0], [9.0, 0.0]]))

    assert shown(found) == [[("i0", "east"), ("i1", "east")]] * 3 + [[("i1", "east")]] * 2
    assert found.slates[3].withheld[0].reason.code == "out_of_stock"


def test_another_store_goes_on_promising():
    """What one store has promised is sold out there alone."""
    shop = state(1)
    promise, in_stock = [[1.0, 9.0]], [[1.0, 0.5]]
    found = serve(shop, np.full((3, 1), 0.3), stock_outlook=outlook(shop, promise=promise, in_stock=in_stock))

    assert shown(found) == [[("i0", "east")], [("i0", "west")], [("i0", "west")]]


def test_a_later_customer_does_not_take_from_an_earlier_one():
    """An item that overflows at the second customer stays in the slate of the first, whose other item overflows."""
    shop = state(3)
    chance = np.array([[0.9, 0.3, 0.1], [0.0, 0.3, 0.1]])
    promise = [[1.0, 0.0], [1.0, 0.0], [9.0, 0.0]]

    found = serve(shop, chance, stock_outlook=outlook(shop, promise=promise), slate_size=2)

    assert shown(found)[0] == [("i1", "east"), ("i2", "east")]


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 30), st.sampled_from((1, 3, 7)))
def test_promises_never_exceed_the_outlook_and_batches_do_not_matter(seed, customers, most):
    """Whatever is available and wanted, promised units are within it at every node, and batches change no slate."""
    dice = np.random.default_rng(seed)
    shop = state(12)
    promise = dice.choice([0.0, 0.3, 1.0, 4.0, 50.0], (12, 2)) * dice.random((12, 2))
    chance = dice.random((customers, 12)) * dice.choice([0.05, 0.5, 1.0])
    given = {
        "stock_outlook": outlook(shop, promise=promise, in_stock=dice.random((12, 2)), unit_value=dice.random((12, 2))),
        "delivery_costs": costs(dice.random((2, 2)) * 3),
        "slate_size": int(dice.integers(1, 8)),
        "most_per_category": (None, 2)[int(dice.integers(2))],
        "diversity": (0.0, 0.4)[int(dice.integers(2))],
    }

    whole, parts = serve(shop, chance, **given), serve(shop, chance, most, **given)

    assert shown(whole) == shown(parts)
    total = whole.exposure.promised_units.sum(axis=2)
    rows = shop.items.index.positions(whole.exposure.items)
    assert (total <= promise[rows] + 1e-6).all()
    by_slot = np.zeros((12, 2))
    for slate in whole.slates:
        for item in slate.items:
            place = shop.items.index.position(item.item_id), ("east", "west").index(item.node_id)
            by_slot[place] += 2.0 * item.purchase_probability
    assert total == pytest.approx(by_slot[rows])
