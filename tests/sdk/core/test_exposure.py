"""What an exposure adds to a demand that is expected from the past."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelfwise.types import Exposure, Index

ITEMS, NODES = tuple("abcdefgh"), Index(("s",))


def exposure(extra, past=None, share=0.0):
    """Return an exposure of items ``a``, ``b``, ... on one node and one day."""
    cube = np.array(extra, dtype=float)[:, None, None]
    before = None if past is None else np.array(past, dtype=float)[:, None, None]
    return Exposure(Index(ITEMS[: len(extra)]), NODES, 10 * cube, cube, None, before, share)


def caused(shown, items, expected, category=None, days=1):
    """Return what it adds to the demand of items on that node, of shape (items, days)."""
    mean = np.repeat(np.array(expected, dtype=float)[:, None, None], days, axis=2)
    codes = np.full(len(expected), -1) if category is None else np.array(category)
    return shown.caused_units(items, NODES, codes, mean)[:, 0]


def test_extra_units_stand_in_the_order_that_is_asked():
    """Items that are not asked for are left out; items and days that the exposure leaves out get none."""
    assert caused(exposure([1.0, 2.0]), ("b", "z"), [5.0, 5.0], days=2).tolist() == [[2.0, 0.0], [0.0, 0.0]]


def test_what_is_not_asked_for_is_left_out():
    """Items, nodes and days that the demand does not have."""
    strange = Exposure(Index(("apple", "kiwi")), Index(("shop", "moon")), np.ones((2, 2, 99)), np.ones((2, 2, 99)))

    units = strange.caused_units(("pear", "apple"), ("shop",), np.array([-1, -1]), np.ones((2, 1, 10)))

    assert units.sum(axis=(1, 2)).tolist() == [0.0, 10.0]


@pytest.mark.parametrize("shape", [(0, 1, 2), (1, 0, 2), (1, 1, 0)])
def test_an_exposure_of_nothing_adds_nothing(shape):
    """Slates that show nothing, or no node that sold anything."""
    items, nodes = Index(("b",)[: shape[0]]), Index(("s",)[: shape[1]])
    nothing = Exposure(
        items, nodes, np.zeros(shape), np.zeros(shape), past_units=np.zeros(shape), substituted_share=0.5
    )

    assert not caused(nothing, ("a", "b"), [5.0, 5.0], [0, 0]).any()


def test_what_slates_have_caused_before_is_in_the_demand_already():
    """Slates as ever add nothing, more of an item adds the rest, and one shown no more loses what it had."""
    units = caused(exposure([2.0, 3.0, 0.0], past=[2.0, 1.0, 1.5]), ITEMS[:3], [5.0, 5.0, 5.0])

    assert units.ravel().tolist() == [0.0, 2.0, -1.5]


def test_other_items_of_the_category_lose_in_proportion_to_their_demand():
    """Half of what one item gains is missing in the others of its category, and in no other item."""
    units = caused(exposure([4.0], share=0.5), ITEMS[:5], [5.0, 6.0, 2.0, 9.0, 9.0], [0, 0, 0, 1, -1]).ravel()

    assert units.tolist() == [4.0, -1.5, -0.5, 0.0, 0.0]


def test_an_item_alone_in_its_category_takes_from_nobody():
    """Neither does one whose category has no demand."""
    assert caused(exposure([4.0, 4.0], share=0.5), ITEMS[:3], [5.0, 5.0, 0.0], [0, 1, 1]).ravel().tolist() == [
        4.0,
        4.0,
        0.0,
    ]


@given(
    st.lists(st.tuples(st.floats(0, 50), st.floats(0, 50), st.floats(0, 50), st.integers(-1, 2)), max_size=8),
    st.floats(0, 1),
)
def test_demand_is_never_below_zero_and_substitution_creates_none(rows, share):
    """No item loses more than it has, and none sells more because items replace each other."""
    extra, past, expected, category = zip(*rows, strict=True) if rows else ((), (), (), ())
    codes = np.array(category, dtype=np.int64)
    mean = np.array(expected, dtype=float)[:, None, None]
    shown = exposure(extra, past)
    items = ITEMS[: len(rows)]

    alone, replaced = (
        Exposure(shown.items, NODES, shown.impressions, shown.extra_units, None, part, of).caused_units(
            items, NODES, codes, mean
        )
        for part, of in ((None, 0.0), (None, share))
    )
    less = Exposure(shown.items, NODES, shown.impressions, shown.extra_units, None, shown.past_units, share)

    assert (mean + less.caused_units(items, NODES, codes, mean) >= 0.0).all()
    assert (alone >= replaced - 1e-9).all()
