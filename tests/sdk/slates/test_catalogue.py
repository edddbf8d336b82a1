"""The catalogue of the state beside the items of a model."""

import attrs
import numpy as np
from slates_world import maker, shelf, state, without

from shelfwise.slates import Catalogue
from shelfwise.types import Index, Items


def test_columns_stand_in_the_order_of_the_model():
    """A model that knows the items in another order, and one that is gone, sees each item's own columns."""
    shop = without(state(5), 3)
    model = Index(("i4", "i3", "i0"))

    found = Catalogue.of(model, shop.items)

    assert found.row.tolist() == [3, -1, 0]
    names = [found.categories[code] if code >= 0 else "" for code in found.category]
    assert names == ["c1", "", "c0"]
    assert [found.name(item) for item in range(3)] == ["name 4", "i3", "name 0"]
    assert found.price.tolist() == [10.0, 0.0, 10.0]


def test_blank_and_missing_brands_are_unknown():
    """A blank brand has no code, and a catalogue without the column has no brands at all."""
    shop = state(3, brand=["acme", "", "acme"])
    bare = attrs.evolve(shop.items, brand=())

    assert Catalogue.of(shop.items.index, shop.items).brand.tolist() == [0, -1, 0]
    assert Catalogue.of(shop.items.index, bare).brand.tolist() == [-1, -1, -1]


def test_items_without_a_recorded_category_are_of_none():
    """What a data set calls uncategorised can be asked for by that name, but is no category that items share."""
    found = Catalogue.of((shop := state(3, category=["tea", "uncategorised", "uncategorised"])).items.index, shop.items)

    assert [found.categories[code] for code in found.category] == ["tea", "uncategorised", "uncategorised"]
    assert found.recorded_category.tolist() == [0, -1, -1]


def test_an_empty_catalogue_is_no_error():
    """A model whose items are all gone has nothing to sell."""
    found = Catalogue.of(Index(("a", "b")), Items())

    assert found.row.tolist() == [-1, -1]
    assert found.mean_margin == 1.0


def test_an_unknown_margin_is_the_mean_one():
    """Items without a cost earn what items earn on average."""
    shop = state(3)
    items = attrs.evolve(shop.items, unit_cost=[6.0, np.nan, 8.0])

    assert Catalogue.of(items.index, items).margin.tolist() == [4.0, 3.0, 2.0]


def test_the_catalogue_is_lined_up_once():
    """Requests against the same items share the work; new items do not."""
    shop = state(4)
    made = maker(shop)

    first, second = (shelf(shop, "anna", made=made)[0].catalogue for _ in range(2))
    third, _ = shelf(attrs.evolve(shop, items=attrs.evolve(shop.items, price=np.ones(4))), "anna", made=made)

    assert first is second
    assert third.catalogue.price.tolist() == [1.0] * 4
