"""What is read from a data set: units, masks, prices, categories and attributes, series by period."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from shelfwise.dataset import Dataset
from shelfwise.series import read_history

FIRST = pd.Timestamp("2024-01-01")


@pytest.fixture(scope="module")
def history():
    """Ten days of two items at two stores: ``a`` sold out on day 5 at ``s``, promoted on day 6; ``b`` starts late."""
    rows = [
        {"date": FIRST + pd.Timedelta(days=k), "item_id": item, "node_id": node, "units": float(units)}
        for k in range(10)
        for item, node, units in (("a", "s", k + 1), ("a", "t", 2), ("b", "s", 0 if k == 6 else 3))
        if item == "a" or k >= 6
    ]
    demand = pd.DataFrame(rows)
    day, own = (demand["date"] - FIRST).dt.days, (demand["item_id"] == "a") & (demand["node_id"] == "s")
    demand["in_stock"] = ~(own & (day == 5))
    demand["on_promotion"] = own & (day == 6)
    demand["price"] = np.where(own & (day == 6), 4.0, 8.0)
    items = pd.DataFrame(
        {"item_id": ["b", "a"], "category": ["tea", "coffee"], "brand": ["", "Acme"], "roast": [None, "dark"]}
    )
    nodes = pd.DataFrame({"node_id": ["s", "t"], "kind": "store"})
    return read_history(Dataset.from_tables({"demand": demand, "items": items, "nodes": nodes}), periods=8)


def row(history, item, node):
    """Return the row of a series."""
    return history.items.position(item) * len(history.nodes) + history.nodes.position(node)


def test_rows_are_items_before_nodes(history):
    """A series is found by its item and node; the last periods are kept, with their days and weekdays."""
    assert history.units.shape == (4, 8)
    assert history.units[row(history, "a", "s")].tolist() == [3, 4, 5, 6, 7, 8, 9, 10]
    assert history.items[history.item[row(history, "b", "t")]] == "b"
    assert history.nodes[history.node[row(history, "b", "t")]] == "t"
    assert str(history.days[0]) == "2024-01-03"
    assert history.phase.tolist() == [0, 1, 2, 3, 4, 5, 6, 0]


def test_the_mask_leaves_out_what_was_not_on_sale_or_in_stock(history):
    """A sold-out day counts only where the stock record is left out; before its first row an item was not on sale."""
    sold_out = (row(history, "a", "s"), 3)

    assert history.censored
    assert not history.mask()[sold_out]
    assert history.mask(use_in_stock=False)[sold_out]
    assert history.mask()[row(history, "b", "s")].tolist() == [False] * 4 + [True] * 4
    assert not history.mask()[row(history, "b", "t")].any()


def test_prices_are_kept_and_compared_with_the_customary_one(history):
    """The promoted price stands as it was paid, and as a log ratio to the price before it."""
    series = row(history, "a", "s")

    assert history.price[series, 3:6].tolist() == [8.0, 4.0, 8.0]
    assert history.log_price[series, 4] == pytest.approx(np.log(0.5))
    assert history.typical_cut(history.mask()) == pytest.approx(np.log(0.5))
    assert history.reference_price[series] == pytest.approx(8.0, rel=0.05)


def test_categories_and_attributes_follow_the_items(history):
    """Each item has its category, its brand and the retailer's own columns as text, blank where unknown."""
    a, b = history.items.positions(("a", "b"))

    assert [history.groups[history.group[k]] for k in (a, b)] == ["coffee", "tea"]
    assert set(history.attributes) == {"brand", "roast"}
    assert [history.attributes["brand"][k] for k in (a, b)] == ["Acme", ""]
    assert [history.attributes["roast"][k] for k in (a, b)] == ["dark", ""]


def test_a_history_cannot_be_written_to(history):
    """Its arrays are read-only, so that what one model does cannot change what the next one learns from."""
    with pytest.raises(ValueError, match="read-only"):
        history.units[0, 0] = 1.0
