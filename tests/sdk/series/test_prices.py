"""Customary prices, and prices relative to them."""

from __future__ import annotations

import numpy as np

from shelfwise.series import groups_of, reference_prices, relative_price
from shelfwise.types import Index, Items, State

CATALOGUE = Items(Index(("a", "new")), category=("tea", "coffee"), price=(3.0, 7.0))


def test_without_promotions_prices_tell_nothing():
    """A shop without a promotion on record has no price plan: log prices are 0, the customary price unknown."""
    ratio, reference = relative_price(np.array([[2.0, 1.0]]), np.zeros((1, 2), dtype=bool))

    assert not ratio.any()
    assert np.isnan(reference).all()


def test_the_customary_price_follows_slowly():
    """The first price is customary; a cut counts against it and moves it by a twentieth of the log ratio."""
    price = np.array([[np.nan, 2.0, 1.0]])
    ratio, reference = relative_price(price, np.array([[False, False, True]]))

    np.testing.assert_allclose(ratio, [[0.0, 0.0, np.log(0.5)]])
    np.testing.assert_allclose(reference, 2.0 * 0.5**0.05)


def test_prices_never_learned_are_those_of_the_catalogue():
    """A learned price stands where there is one; new items and nodes have the regular price, strangers none."""
    known = Index(("a",)), Index(("s",))
    wanted = Index(("new", "a", "stranger")), Index(("t", "s"))

    prices = reference_prices(np.array([2.5]), known, wanted, State(items=CATALOGUE))

    np.testing.assert_array_equal(prices, [[7.0, 7.0], [3.0, 2.5], [np.nan, np.nan]])


def test_new_items_are_placed_by_the_catalogue():
    """An item has the category that the state records; one that was not trained on, or none, is -1."""
    state = State(items=CATALOGUE)

    assert groups_of(("a", "new", "stranger"), Index(("tea",)), state).tolist() == [0, -1, -1]
