"""Who had what, as the matrix that is factorised."""

import numpy as np
import pandas as pd
import pytest
from shelfwise_recommender_implicit.interactions import Interactions

from shelfwise.dataset import Dataset

ROWS = [
    ("2024-01-01", "u", "a", "purchase"),
    ("2024-01-02", "u", "a", "purchase"),
    ("2024-01-03", "u", "b", "view"),
    ("2024-01-31", "v", "b", "purchase"),
    ("2024-01-31", "v", "c", "return"),
    ("2024-01-31", "", "c", "purchase"),
]


@pytest.fixture
def data():
    """Return a shop of four items, one of them never touched."""
    events = pd.DataFrame(ROWS, columns=["time", "customer_id", "item_id", "kind"])
    return Dataset.from_tables({"events": events, "items": pd.DataFrame({"item_id": list("abcd")})})


def row(matrix, past, customer):
    """Return what stands in the row of a customer, by item."""
    dense = matrix.toarray()[past.customers.position(customer)]
    return {item: float(value) for item, value in zip(past.items, dense, strict=True) if value}


def test_interest_grows_ever_less(data):
    """One purchase counts 1, a look a third of it, and two purchases less than twice one; returns do not count."""
    past = Interactions.of(data, 28.0, 0)

    assert row(past.weight, past, "u") == {
        "a": pytest.approx(np.log2(3.0)),
        "b": pytest.approx(np.log2(1.25)),
    }
    assert row(past.weight, past, "v") == {"b": pytest.approx(1.0)}
    assert row(past.bought, past, "u") == {"a": 2.0}


def test_strangers_have_a_row_of_their_own(data):
    """The last row, which position -1 reads, is empty, and anonymous events make no customer."""
    past = Interactions.of(data, 28.0, 0)

    assert set(past.customers) == {"u", "v"}
    assert past.weight.shape == (3, 4)
    assert past.weight[[-1]].nnz == 0


def test_items_stand_in_the_order_of_what_sells_lately(data):
    """A purchase of today counts twice as much as one of a half-life ago, anonymous ones included."""
    past = Interactions.of(data, 1.0, 0)

    assert set(past.items.ids[:2]) == {"b", "c"}
    assert past.items.ids[2:] == ("a", "d")
    assert past.share.sum() == pytest.approx(1.0)
    assert (np.diff(past.share) <= 0.0).all()
    long = Interactions.of(data, 1e9, 0)
    assert long.items[0] == "a"


def test_ids_do_not_break_ties(data):
    """Among equals the order is drawn by the seed, not by ids."""
    items = pd.DataFrame({"item_id": [f"i{number}" for number in range(50)]})
    events = data.events[["time", "customer_id"]].assign(item_id=items["item_id"].iloc[: len(data.events)].to_numpy())
    shop = Dataset.from_tables({"events": events, "items": items})

    orders = [Interactions.of(shop, 28.0, seed).items.ids[6:] for seed in (0, 0, 1)]

    assert orders[0] == orders[1] != orders[2]
    assert list(orders[0]) != sorted(orders[0])


def test_later_purchases_are_those_of_known_customers(data):
    """What is held out is lined up with the past; who or what is new to it is left out."""
    past = Interactions.of(data, 28.0, 0)
    later = pd.DataFrame({"customer_id": ["u", "w", "v"], "item_id": ["d", "a", "new"], "kind": "purchase"})

    bought = past.of_later(later)

    assert row(bought, past, "u") == {"d": 1.0}
    assert bought.nnz == 1


def test_without_events_popularity_is_the_demand():
    """A shop that hands in daily demand alone has popular items and no customers."""
    demand = pd.DataFrame({"date": ["2024-01-01", "2024-01-01"], "item_id": ["a", "b"], "units": [1.0, 3.0]})

    past = Interactions.of(Dataset.from_tables({"demand": demand}), 28.0, 0)

    assert past.items.ids == ("b", "a")
    assert past.share.tolist() == [0.75, 0.25]
    assert past.weight.shape == (1, 2)
