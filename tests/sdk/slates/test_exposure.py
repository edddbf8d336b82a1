"""What slates cause: impressions and extra units."""

import attrs
import numpy as np
import pytest
from slates_world import NOW, STORES, falling, maker, outlook, shelf, state

from shelfwise.slates import Candidates, Tally
from shelfwise.types import Customer


def answer(shop, *customers, most=500, **given):
    """Return the answer for customers, each with the whole catalogue as candidates, in batches of ``most``."""
    opened, visitors = shelf(shop, *customers, **given)
    chance = falling(len(visitors), len(shop.items.index)) / (1 + visitors.zone[:, None])
    served, start = [], 0
    for part in opened.visitors(most):
        rows = slice(start, start + len(part))
        served.append(opened.serve(part, opened.choose(part, Candidates.whole(chance[rows]))))
        start = rows.stop
    return opened.answer(served)


def test_extra_units_are_the_incremental_share_of_the_purchases():
    """Per item they sum to probability x incremental share x units per purchase of all slates that show it."""
    found = answer(state(8), "anna", "ben", "cleo", "?", slate_size=3)

    expected = {}
    for slate in found.slates:
        for item in slate.items:
            expected[item.item_id] = expected.get(item.item_id, 0.0) + 0.25 * 2.0 * item.purchase_probability
    units = found.exposure.extra_units.sum(axis=(1, 2))
    assert dict(zip(found.exposure.items, units, strict=True)) == pytest.approx(expected)
    assert found.exposure.extra_units.shape == (3, 2, 7)


def test_impressions_are_visits():
    """Each slot is seen at every visit, by whoever buys it at least once, and by a stranger this once."""
    found = answer(state(4), "anna", "ben", "?", slate_size=1)

    assert found.exposure.impressions.sum() == pytest.approx(3.0 + 0.5 + 1.0)


def test_a_customer_who_hardly_comes_still_sees_what_they_buy():
    """Impressions are never fewer than purchases."""
    shop = state(2)
    opened, visitors = shelf(shop, "ben", slate_size=1)

    chosen = opened.choose(visitors, Candidates.whole(np.array([[0.9, 0.1]])))

    assert opened.serve(visitors, chosen).tally.impressions.tolist() == [0.9]


def test_an_open_node_is_spread_and_a_decided_one_is_not():
    """Without signals units spread as demand does; under an outlook they lie where the slate says."""
    spread = answer(state(2), "anna", slate_size=1).exposure
    decided = answer(state(2), "anna", slate_size=1, stock_outlook=outlook(state(2), promise=[[0.0, 9.0]] * 2)).exposure

    assert spread.extra_units.sum(axis=(0, 2)) == pytest.approx(spread.extra_units.sum() * np.array([0.75, 0.25]))
    assert decided.extra_units.sum(axis=(0, 2))[0] == 0.0
    assert decided.extra_units.sum() == pytest.approx(spread.extra_units.sum())


def test_units_follow_the_week():
    """A shop that sells on Tuesdays alone has its extra units on Tuesday, the first day after a Monday."""
    shop = state(2)
    made = maker(shop)
    made.effects = attrs.evolve(made.effects, weekday_share=np.eye(7)[1])

    found = answer(shop, "anna", made=made).exposure

    assert (found.extra_units.sum(axis=(0, 1)) > 0).tolist() == [True] + [False] * 6


@pytest.mark.parametrize("most", [1, 2])
def test_batches_do_not_matter(most):
    """Served in small batches, slates are the same and exposure sums to the same."""
    people = ("anna", "ben", Customer("?", zone="south"), "cleo", "x")

    whole, parts = answer(state(9), *people), answer(state(9), *people, most=most)

    assert parts.slates == whole.slates
    assert parts.exposure.items == whole.exposure.items
    np.testing.assert_allclose(parts.exposure.impressions, whole.exposure.impressions)
    np.testing.assert_allclose(parts.exposure.extra_units, whole.exposure.extra_units)


def test_nothing_shown_causes_nothing():
    """Empty slates have an exposure without items."""
    shop = state(2)

    found = answer(shop, "anna", exclude_item_ids=("i0", "i1")).exposure

    assert found.extra_units.shape == (0, 2, 7)
    assert Tally.sum([]).exposure(shop.items.index, STORES, maker(shop).effects, NOW.date()).items.ids == ()
