"""The parts of the baseline recommender, against examples worked by hand."""

import numpy as np
import pytest
from recommender_world import dataset

from shelfwise.baselines.recommender.affinity import item_attributes
from shelfwise.baselines.recommender.histories import Histories
from shelfwise.baselines.recommender.interactions import Interactions
from shelfwise.baselines.recommender.logistic import Logistic
from shelfwise.baselines.recommender.neighbours import Across, item_neighbours
from shelfwise.baselines.recommender.popularity import Popularity, decayed_counts
from shelfwise.types import Index

ITEMS = Index(("a", "b", "c"))


def interactions(*baskets, kind="purchase"):
    """Return the interactions of baskets ``(customer, day, items)`` over the items a, b and c."""
    return Interactions.from_events(dataset(baskets, kind=kind).events, ITEMS)


def test_lines_become_baskets_in_time_order():
    """Lines of one customer and day are one basket; baskets stand by customer and time."""
    past = interactions(("u", 5, "ab"), ("v", 1, "c"), ("u", 2, "c"))

    u, v = past.customers.position("u"), past.customers.position("v")
    assert sorted(past.customer.tolist()) == sorted([u, u, v])
    assert (np.diff(past.day[past.customer == u]) > 0).all()
    assert past.back()[past.customer == u].tolist() == [1, 0]


def test_strangers_belong_to_nobody():
    """A line without a customer counts for popularity and for no history."""
    past = interactions(("", 1, "ab"), ("u", 1, "a"))

    assert past.customers.ids == ("u",)
    assert (past.customer == -1).sum() == 2
    assert Histories.of(past, decay=0.5, now=2.0).profiles(np.array([0])).items.item.tolist() == [0]


def test_the_past_can_be_cut():
    """What is before a day keeps its customers and items."""
    past = interactions(("u", 1, "ab"), ("u", 5, "c"))

    earlier = past.before(float(past.day[0]) + 1.0)

    assert earlier.item.tolist() == [0, 1]
    assert len(earlier.customer) == 1
    assert earlier.customers == past.customers


def test_only_the_newest_lines_are_kept():
    """Of more lines than asked the oldest baskets go, and items and customers keep their places."""
    past = interactions(("u", 1, "ab"), ("u", 5, "c"), ("v", 9, "b"))

    recent = past.latest(2)

    assert (recent.item.tolist(), recent.customers) == ([2, 1], past.customers)
    assert past.latest(4) is past


def test_neighbours_follow_the_formula():
    """Two baskets (a, b) then (c): within a basket 1, one basket ahead 1, back 0.25, over shrunk counts."""
    past = interactions(("u", 1, "ab"), ("u", 2, "c"))

    found = item_neighbours(past, past.matrix(), Across(2, 0.5, 0.25), most=9, shrinkage=3.0).toarray()

    scale = 4.0**0.7 * 4.0**0.3
    np.testing.assert_allclose(found, np.array([[0, 1, 1], [1, 0, 1], [0.25, 0.25, 0]]) / scale)


def test_the_gap_decays_and_ends():
    """An item two baskets later weighs half, one three baskets later nothing."""
    past = interactions(("u", 1, "a"), ("u", 2, "b"), ("u", 3, "c"), ("u", 4, "b"))

    found = item_neighbours(past, past.matrix(), Across(2, 0.5, 0.0), most=9, shrinkage=0.0).toarray()

    assert found[0, 1] == pytest.approx(1.0 / (1.0**0.7 * 2.0**0.3))
    assert found[0, 2] == pytest.approx(0.5)


def test_only_the_strongest_neighbours_are_kept():
    """A row holds no more neighbours than asked, the strongest."""
    past = interactions(("u", 1, "ab"), ("v", 1, "ab"), ("w", 1, "ac"))

    found = item_neighbours(past, past.matrix(), None, most=1, shrinkage=1.0)

    assert np.diff(found.indptr).tolist() == [1, 1, 1]
    assert found.toarray()[0, 1] > 0


def test_histories_count_and_age():
    """A profile tells how often and how many baskets ago, and a session makes everything a basket older."""
    past = interactions(("u", 1, "a"), ("u", 2, "ab"), ("u", 3, "b"))
    profiles = Histories.of(past, decay=0.5, now=past.day.max() + 2.0).profiles(np.array([-1, 0, 0]))

    after = profiles.after(
        np.array([2, 2]), np.array([2, 0]), np.array([1.0, 0.25]), np.array([True, False]), decay=0.5
    )

    assert profiles.items.lengths.tolist() == [0, 2, 2]
    assert profiles.count.tolist() == [2.0, 2.0] * 2
    assert profiles.age.tolist() == [1.0, 0.0] * 2
    assert profiles.weight.tolist() == [0.75, 1.5] * 2
    assert profiles.baskets.tolist() == [0.0, 3.0, 3.0]
    assert profiles.lines == pytest.approx([4 / 3] * 3)
    assert profiles.idle_days == pytest.approx([0.0, 2.0, 2.0])
    assert after.items.at(1).tolist() == [0, 1]
    assert after.items.at(2).tolist() == [0, 1, 2]
    assert after.count.tolist() == [2.0, 2.0, 2.0, 2.0, 1.0]
    assert after.age.tolist() == [1.0, 0.0, 2.0, 1.0, 0.0]
    assert after.weight.tolist() == [0.75, 1.5, 0.625, 0.75, 1.0]
    assert after.session.tolist() == [0.0, 0.0, 0.25, 0.0, 1.0]
    assert after.session_size.tolist() == [0, 0, 2]
    assert after.baskets.tolist() == [0.0, 3.0, 4.0]
    assert after.idle_days == pytest.approx([0.0, 2.0, 0.0])


def test_popularity_halves_with_age():
    """After one half-life an event weighs one half."""
    past = interactions(("u", 0, "a"), ("v", 10, "b"))

    counts = decayed_counts(past, past.day.max(), 10.0)

    assert counts.tolist() == [0.5, 1.0, 0.0]


def test_a_small_zone_is_drawn_to_the_overall_shares():
    """Shares of a zone sum to one and lie between its own and the overall ones; an unknown zone has the overall."""
    past = interactions(*((f"u{k}", 1, "a") for k in range(300)), *((f"v{k}", 1, "b") for k in range(100)))
    zones = Index(("north",))
    zone = np.array([0 if customer.startswith("v") else -1 for customer in past.customers])

    popularity = Popularity.of(past, now=20_000.0, half_life_days=np.inf, zone=zone, zones=zones)

    north, south = popularity.shares(("north", "south"))
    assert north.sum() == pytest.approx(1.0)
    assert 0.25 < north[1] < 1.0
    assert south.tolist() == [0.75, 0.25, 0.0]


def test_attributes_make_unit_vectors():
    """Items that share their category and words are alike, an attribute of all items tells nothing."""
    items = [
        {"item_id": "a", "category": "tea", "attributes": "green all"},
        {"item_id": "b", "category": "tea", "attributes": "green all"},
        {"item_id": "c", "category": "nail", "attributes": "iron all"},
        {"item_id": "d", "category": "nail", "attributes": "all"},
    ]
    table = item_attributes(dataset([("u", 1, "abcd")], items=items).items)

    alike = (table @ table.T).toarray()

    np.testing.assert_allclose(alike[:2, :2], 1.0)
    np.testing.assert_allclose(alike[2:, 2:], 1.0)
    np.testing.assert_allclose(alike[:2, 2:], 0.0)


def test_logistic_finds_the_odds():
    """The fit recovers the coefficients that drew the outcomes; a constant feature has none."""
    generator = np.random.default_rng(0)
    x = generator.normal(2.0, 3.0, (20_000, 1))
    rows = np.column_stack([x, np.ones(len(x))])
    outcome = generator.random(len(x)) < 1.0 / (1.0 + np.exp(-(-1.0 + 0.7 * x[:, 0])))

    model = Logistic.fit([rows[:9_000], rows[9_000:]], [outcome[:9_000], outcome[9_000:]])

    assert model.intercept == pytest.approx(-1.0, abs=0.1)
    assert model.slope == pytest.approx([0.7, 0.0], abs=0.05)
    assert model.of_rows(rows).mean() == pytest.approx(outcome.mean(), abs=0.002)


def test_logistic_of_what_never_happens_is_zero():
    """Without a single positive the probability is exactly 0."""
    model = Logistic.fit([np.ones((5, 2))], [np.zeros(5, dtype=bool)])

    assert model.of_rows(np.ones((3, 2))).tolist() == [0.0, 0.0, 0.0]
