"""Features of items: what tells them apart, and how much."""

import numpy as np
from hybrid_world import content, plain


def test_rows_have_unit_length():
    """An item with features has a row of length one, an item without has none."""
    found = content(["tea", "tea", "cake", "cake", ""], description=["green", "black", "green", "cream", ""])
    length = np.sqrt(found.matrix.multiply(found.matrix).sum(axis=1))

    assert np.allclose(length[:4], 1.0)
    assert length[4] == 0.0


def test_what_all_or_only_one_has_tells_nothing():
    """A word of every item and one of a single item are no features."""
    found = content(["tea", "tea", "cake", "cake"], description=["fine black", "fine black", "fine new", "fine black"])

    assert set(found.names) == {"category:tea", "category:cake", "description:black"}


def test_rare_features_weigh_more():
    """Of two features of an item the rarer one counts more."""
    found = content(["tea"] * 2 + ["cake"] * 4, brand=["a", "b", "a", "a", "b", "b"])
    row = dict(zip(found.names, found.matrix.toarray()[0].tolist(), strict=True))

    assert row["category:tea"] > row["brand:a"] > 0.0


def test_prices_count_in_bands():
    """Items of like price share a feature, and an unknown price gives none."""
    price = [1.0, 1.0, 1.1, 50.0, 50.0, 52.0, np.nan, 1.0]
    found = content(["x", "y"] * 4, price=price)
    bands = [place for place, name in enumerate(found.names) if name.startswith("price:")]
    dense = found.matrix.toarray()[:, bands]

    assert np.array_equal(dense[0] > 0, dense[1] > 0)
    assert not ((dense[0] > 0) & (dense[3] > 0)).any()
    assert not dense[6].any()


def test_what_concerns_handling_is_no_feature():
    """Cost and pack size are nothing that a customer sees, nor is the number of an item."""
    found = content(["x", "y", "x", "y"], unit_cost=[1.0, 2.0, 1.0, 2.0], pack_size=[1.0, 2.0, 1.0, 2.0])

    assert {name.split(":")[0] for name in found.names} == {"category"}


def test_categories_are_numbered():
    """Each item has the position of its category."""
    found = content(["tea", "cake", "tea"])

    assert [found.categories[place] for place in found.category] == ["tea", "cake", "tea"]


def test_nothing_may_be_known():
    """Items of which nothing is known have no features."""
    assert not plain(3).known


def test_features_stand_in_order():
    """The entries of a row are sorted from the beginning, so that nobody who sorts them changes a sum."""
    found = content(["b", "a", "b", "a"], description=["w v u", "u v", "w u", "v w"])

    assert found.matrix.has_sorted_indices
    assert all((np.diff(row) > 0).all() for row in np.split(found.matrix.indices, found.matrix.indptr[1:-1]))
