"""What price, brand and other attributes say of items that have not sold yet."""

import numpy as np
import pandas as pd
import pytest

from shelfwise.dataset import Dataset
from shelfwise.series import Likeness, fit_likeness, fit_norms, read_history

ITEMS, DAYS = 80, 60
BRANDS = np.array(["Good", "Bad", ""])


def shop(level, price, brand):
    """Return a shop in which each item of two categories sells at its level every day."""
    ids = [f"i{row}" for row in range(ITEMS)]
    days = pd.date_range("2024-01-01", periods=DAYS)
    units = np.random.default_rng(0).poisson(level[:, None], (ITEMS, DAYS))
    demand = pd.DataFrame(
        {"date": np.tile(days, ITEMS), "item_id": np.repeat(ids, DAYS), "node_id": "s", "units": units.ravel()}
    )
    kinds = np.where(np.arange(ITEMS) % 2, "tea", "pot")
    items = pd.DataFrame({"item_id": ids, "category": kinds, "price": price, "brand": brand})
    nodes = pd.DataFrame({"node_id": ["s"], "kind": "store"})
    return Dataset.from_tables({"demand": demand, "items": items, "nodes": nodes})


def fitted(dataset):
    """Return what is learned of a shop."""
    history = read_history(dataset, periods=365)
    return fit_likeness(history, history.units.sum(axis=1), history.mask().sum(axis=1).astype(float))


@pytest.fixture(scope="module")
def dataset():
    """Pots cost ten times as much as teas; within both what is twice as dear sells half, and a good brand threefold."""
    generator = np.random.default_rng(1)
    relative, brand = generator.uniform(0.5, 2.0, ITEMS), BRANDS[generator.integers(0, 3, ITEMS)]
    price = relative * np.where(np.arange(ITEMS) % 2, 2.0, 20.0)
    return shop(12.0 / relative * np.where(brand == "Good", 3.0, 1.0), price, brand)


@pytest.fixture(scope="module")
def likeness(dataset):
    """What is learned of it."""
    return fitted(dataset)


def factor(likeness, price, brand=""):
    """Return the factor of one pot, the first category."""
    return likeness.factor(np.zeros(1, np.int64), np.array([price]), {"brand": np.array([brand], object)})[0]


def test_what_is_dearer_than_its_category_sells_less(likeness):
    """Twice the price is about half the demand, whatever the category usually costs."""
    assert factor(likeness, 40.0) / factor(likeness, 20.0) == pytest.approx(0.5, abs=0.1)
    assert factor(likeness, np.nan) == pytest.approx(factor(likeness, np.exp(likeness.usual[0])))


def test_a_brand_that_sells_more_is_expected_to(likeness):
    """A good brand sells about three times as much as a bad one; one never seen is as any."""
    assert factor(likeness, 20.0, "Good") / factor(likeness, 20.0, "Bad") == pytest.approx(3.0, rel=0.25)
    assert factor(likeness, 20.0, "New") == factor(likeness, 20.0)


def test_no_price_is_believed_further_than_tenfold(likeness):
    """A slip in a price list makes no forecast of thousands."""
    assert factor(likeness, 1e-6) == pytest.approx(10.0 * likeness.scale)
    assert factor(likeness, 1e9) == pytest.approx(0.1 * likeness.scale)


def test_what_says_nothing_counts_for_nothing():
    """Where neither price nor brand has to do with demand, no effect errs less than any, and all items are alike."""
    generator = np.random.default_rng(3)
    level = generator.gamma(2.0, 5.0, ITEMS) + 1.0
    likeness = fitted(shop(level, generator.uniform(1, 9, ITEMS), BRANDS[generator.integers(0, 3, ITEMS)]))

    found = likeness.factor(np.zeros(2, np.int64), np.array([1.0, 9.0]), {})
    assert found.tolist() == [1.0, 1.0]


def test_a_handful_of_items_teaches_nothing():
    """With fewer items than it takes nothing is said of any."""
    history = read_history(shop(np.full(ITEMS, 5.0), np.arange(1.0, ITEMS + 1), "x"), periods=365)
    seen = np.arange(ITEMS) < 10
    likeness = fit_likeness(history, 100.0 * seen, 20.0 * seen)

    assert likeness.slope == 0.0
    assert factor(likeness, 50.0) == 1.0


def test_a_new_item_is_forecast_by_what_it_is_like(dataset):
    """Its level is that of its category times its factor, and short records are drawn towards theirs."""
    history = read_history(dataset, periods=365)
    norms = fit_norms(history, history.mask(), half_life=28.0)
    state = dataset.state()
    item, node = np.array([-1, -1]), np.zeros(2, np.int64)
    alike = norms.likeness.of(("i0", "nobody"), np.zeros(2, np.int64), state)

    plain, told = (norms.expected(item, node, item * 0, by).level for by in (1.0, alike))

    assert alike[1] == 1.0
    assert alike[0] != 1.0
    np.testing.assert_allclose(told, plain * alike)


def test_it_survives_as_arrays(likeness):
    """What was written as arrays is read again as it was."""
    again = Likeness.from_arrays(likeness.to_arrays())
    for price, brand in ((3.0, "Good"), (30.0, "Bad"), (np.nan, "New")):
        assert factor(again, price, brand) == factor(likeness, price, brand)
