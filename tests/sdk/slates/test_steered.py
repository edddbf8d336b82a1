"""What slates have sold of late, and the exposure that follows."""

from datetime import UTC, datetime, timedelta

import attrs
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from slates_world import falling, maker, shelf, state

from shelfwise.dataset import Dataset
from shelfwise.slates import Candidates, steered_units
from shelfwise.slates.steered import of_customers
from shelfwise.types import Index

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ITEMS, CUSTOMERS = Index(("x", "y", "z")), Index(("ann", "ben"))


def dataset(shown, bought, days=0.0):
    """Return a log of impressions and purchases, rows of hours, customer and item, that ends so many days later."""
    rows = {"impressions": shown, "events": bought}
    tables = {
        name: pd.DataFrame(
            {
                "time": [NOON + timedelta(hours=hour) for hour, _, _ in found],
                "customer_id": [who for _, who, _ in found],
            }
        ).assign(item_id=[item for *_, item in found])
        for name, found in rows.items()
    }
    tables["impressions"] = tables["impressions"].assign(token="t", slot=1)
    tables["events"]["quantity"] = 2.0
    return Dataset.from_tables(tables, as_of=NOON + timedelta(days=1 + days))


def test_purchases_of_what_was_shown_before_count():
    """Within the window, of the item and by the customer that it was shown to; twice two units in four weeks."""
    data = dataset(
        shown=[(0, "ann", "x"), (1, "ben", "y")],
        bought=[(-1, "ann", "x"), (2, "ann", "x"), (3, "ann", "x"), (4, "ann", "y"), (20, "ben", "y"), (20, "?", "x")],
    )

    assert (28 * steered_units(data, ITEMS, CUSTOMERS, 0.5).toarray()).tolist() == [[4.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    assert (28 * steered_units(data, ITEMS, CUSTOMERS, 1.0).toarray()).tolist() == [[4.0, 0.0, 0.0], [0.0, 2.0, 0.0]]


def test_what_was_kept_out_of_a_slate_has_sold_nothing():
    """A row without a slot tells of an item that nobody saw."""
    data = dataset([(0, "ann", "x")], [(1, "ann", "x")])
    unseen = attrs.evolve(data, impressions=data.impressions.assign(slot=np.nan))

    assert steered_units(unseen, ITEMS, CUSTOMERS, 7.0).nnz == 0


def test_what_is_long_ago_is_forgotten():
    """Slates of five weeks ago are no longer what the level of demand is about."""
    assert steered_units(dataset([(0, "ann", "x")], [(1, "ann", "x")], 35.0), ITEMS, CUSTOMERS, 7.0).nnz == 0


def test_each_customer_counts_for_themselves():
    """Strangers have bought nothing of slates; a customer who is named twice counts twice."""
    steered = sparse.csr_array(np.array([[0.0, 3.0], [1.0, 2.0], [0.0, 0.0]]))

    row, item, units = of_customers(steered, np.array([1, -1, 0, 2, 1]))

    assert list(zip(row.tolist(), item.tolist(), units.tolist(), strict=True)) == [
        (0, 0, 1.0), (0, 1, 2.0), (2, 1, 3.0), (4, 0, 1.0), (4, 1, 2.0),
    ]  # fmt: skip


@pytest.mark.parametrize("most", [1, 500])
def test_past_units_are_those_of_the_customers_who_are_asked_for(most):
    """A quarter of the units of a week, whether it is shown again or not, and of nobody else."""
    shop = state(4)
    made = maker(shop)
    made.effects = attrs.evolve(
        made.effects, steered=sparse.csr_array(np.array([[0, 0, 0, 2.0], [1.0, 0, 0, 0], [0, 5.0, 0, 0]]))
    )
    opened, visitors = shelf(shop, "anna", "ben", "?", slate_size=1, made=made)
    chance = falling(len(visitors), 4)
    served = [
        opened.serve(part, opened.choose(part, Candidates.whole(chance[: len(part)]))) for part in opened.visitors(most)
    ]

    exposure = opened.answer(served).exposure

    assert exposure.items.ids == (shop.items.index[0], shop.items.index[3])
    assert exposure.past_units.sum(axis=(1, 2)) == pytest.approx([0.25 * 7 * 1.0, 0.25 * 7 * 2.0])
    assert exposure.impressions.sum(axis=(1, 2))[1] == 0.0
    assert exposure.extra_units.sum(axis=(1, 2))[1] == 0.0
