"""Caps and diversity: what makes a slate together."""

from collections import Counter

import numpy as np
import pytest
from scipy import sparse
from slates_world import falling, ids, maker, shelf, state, withheld

from shelfwise.slates import Candidates


def slate(shop, probability=None, made=None, **settings):
    """Return the slate of a stranger who likes each item less than the one before."""
    opened, visitors = shelf(shop, "?", made=made, **settings)
    chance = falling(1, len(shop.items.index)) if probability is None else probability
    return opened.serve(visitors, opened.choose(visitors, Candidates.whole(chance))).slates[0]


def test_a_cap_passes_over_what_is_too_much_and_says_so():
    """Of three categories in turn with one item each the first three are shown, and what they keep out is named."""
    found = slate(state(12), slate_size=5, most_per_category=1)

    assert ids(found) == ["i0", "i1", "i2"]
    assert withheld(found) == {"i3": "category_cap", "i4": "category_cap"}


def test_a_brand_cap_is_named_as_such():
    """Where both caps stand against an item the one of the category is named."""
    shop = state(6, category=["a", "a", "b", "b", "c", "c"], brand=["x", "x", "x", "y", "y", "z"])

    found = slate(shop, slate_size=3, most_per_category=1, most_per_brand=1)

    assert ids(found) == ["i0", "i3", "i5"]
    assert withheld(found) == {"i1": "category_cap", "i2": "brand_cap"}


def test_unknown_brands_and_categories_are_not_counted():
    """A cap leaves items alone whose brand or category nobody knows."""
    assert ids(slate(state(4, brand=["", "", "x", "x"]), most_per_brand=1)) == ["i0", "i1", "i2"]
    assert ids(slate(state(4, category=["uncategorised"] * 2 + ["x"] * 2), most_per_category=1)) == ["i0", "i1", "i2"]


@pytest.mark.parametrize("seed", range(5))
def test_caps_are_kept_as_one_who_goes_down_the_list_would(seed):
    """With random scores, blocks, caps and sizes a slate is what taking the best that fits, one by one, gives."""
    generator = np.random.default_rng(seed)
    count, size = 300, int(generator.integers(1, 40))
    category, brand = generator.integers(0, 12, count), generator.integers(0, 30, count)
    shop = state(
        count, category=[f"c{code}" for code in category], brand=[f"b{code}" if code else "" for code in brand]
    )
    caps = {"most_per_category": int(generator.integers(1, 4)), "most_per_brand": int(generator.integers(1, 3))}
    excluded = generator.permutation(count)[:60]
    opened, visitors = shelf(
        shop, "anna", "ben", "?", slate_size=size, exclude_item_ids=[f"i{row}" for row in excluded], **caps
    )
    chance = generator.random((3, count)).round(2)

    chosen = opened.choose(visitors, Candidates.whole(chance))

    for row in range(3):
        expected, categories, brands = [], Counter(), Counter()
        for item in np.argsort(-chance[row], kind="stable").tolist():
            full = categories[category[item]] >= caps["most_per_category"]
            full |= brand[item] > 0 and brands[brand[item]] >= caps["most_per_brand"]
            if len(expected) < size and item not in excluded and not full:
                expected.append(item)
                categories[category[item]] += 1
                brands[brand[item]] += 1
        assert [item for item in chosen.item[row].tolist() if item >= 0] == expected


def test_diversity_takes_what_adds_most():
    """Maximal marginal relevance by hand: at one half a new category is worth more than a better score."""
    shop = state(4, category=["a", "a", "b", "a"], brand=["", "", "", ""])
    chance = np.array([[0.4, 0.36, 0.2, 0.1]])

    plain = slate(shop, chance, slate_size=2)
    diverse = slate(shop, chance, slate_size=2, diversity=0.5)
    slight = slate(shop, chance, slate_size=2, diversity=0.1)

    assert (ids(plain), ids(diverse), ids(slight)) == (["i0", "i1"], ["i0", "i2"], ["i0", "i1"])


def test_a_diverse_slate_stands_in_order_of_score():
    """Diversity decides what is in the slate; the rank is by score, as in any slate."""
    found = slate(state(30), slate_size=6, diversity=0.8)

    scores = [item.score for item in found.items]
    assert scores == sorted(scores, reverse=True)
    assert len(found.items) == 6
    assert found.withheld == ()


def test_the_most_diversity_shows_every_category():
    """With diversity 1 a slate holds an item of each category before a second one of any."""
    shop = state(40, category=[f"c{row // 8}" for row in range(40)])

    found = slate(shop, slate_size=5, diversity=1.0)

    assert {int(item[1:]) // 8 for item in ids(found)} == {0, 1, 2, 3, 4}
    assert ids(found)[0] == "i0"


def test_diversity_keeps_the_caps():
    """Both hold at once, and the slate is filled from beyond the best candidates if need be."""
    shop = state(200, category=[f"c{row // 50}" for row in range(200)])

    found = slate(shop, slate_size=8, diversity=0.5, most_per_category=2)

    assert Counter(int(item[1:]) // 50 for item in ids(found)) == {0: 2, 1: 2, 2: 2, 3: 2}


def test_vectors_say_what_is_alike():
    """Among items of one category those of another direction are taken, whether vectors are dense or sparse."""
    shop = state(4, category=["a"] * 4, brand=[""] * 4)
    vectors = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.6, 0.8]])
    chance = np.array([[0.4, 0.39, 0.38, 0.37]])

    for given in (vectors, vectors.astype(np.float32), sparse.csr_array(vectors)):
        found = slate(shop, chance, made=maker(shop, vectors=given), slate_size=2, diversity=0.5)
        assert ids(found) == ["i0", "i2"]


def test_sparse_and_dense_vectors_agree_for_many():
    """Slates of a batch with sparse vectors are those with the same vectors written out."""
    generator = np.random.default_rng(2)
    shop = state(90)
    vectors = generator.random((90, 30)) * (generator.random((90, 30)) < 0.2)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    chance = generator.random((20, 90))
    people = [f"p{row}" for row in range(20)]

    def chosen(given):
        opened, visitors = shelf(shop, *people, made=maker(shop, vectors=given), diversity=0.7)
        return opened.choose(visitors, Candidates.whole(chance)).item

    np.testing.assert_array_equal(chosen(vectors), chosen(sparse.csr_array(vectors)))


def test_a_long_slate_is_filled_past_the_diverse_part():
    """Of a slate of 150 items the first hundred differ, the rest comes by score; none is missing or there twice."""
    found = ids(slate(state(160), slate_size=150, diversity=0.5))

    assert len(set(found)) == 150
