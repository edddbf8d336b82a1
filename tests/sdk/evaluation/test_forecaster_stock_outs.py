"""Stock-outs in a record: how many there are, what they hide, and that the truth stays as it is."""

from __future__ import annotations

import attrs
import numpy as np
import pytest
from forecaster_world import dataset_of

from shelfwise.evaluation.forecaster_stock_outs import hide_stock_record, inject_stock_outs


def test_some_series_sell_nothing_while_they_are_out_of_stock():
    """Half the series lose about a fifth of their days, on which nothing is sold and the record says so."""
    truth = dataset_of(np.full((40, 200), 5.0))
    made = inject_stock_outs(truth, seed=1)
    panel = made.record.demand_panel()
    out = ~panel.in_stock.reshape(40, -1)
    assert made.affected.sum() == 20
    assert out[made.affected].mean() == pytest.approx(made.share)
    assert 0.15 < made.share < 0.25
    assert not out[~made.affected].any()
    np.testing.assert_array_equal(panel.units.reshape(40, -1), np.where(out, 0.0, 5.0))
    assert (truth.demand["units"] == 5.0).all()


def test_spells_are_as_long_as_asked_for():
    """A stock-out lasts seven periods on average."""
    out = ~inject_stock_outs(dataset_of(np.ones((50, 400))), series=1.0).record.demand_panel().in_stock.reshape(50, -1)
    starts = out[:, 1:] & ~out[:, :-1]
    assert out.sum() / (starts.sum() + out[:, 0].sum()) == pytest.approx(7.0, rel=0.1)


def test_days_without_a_row_get_one_that_says_out_of_stock():
    """A day on which an item sold nothing anyway has no row, and is on record as out of stock all the same."""
    units = np.vstack([np.ones(100), np.tile([1.0, 0.0], 50)])
    truth = dataset_of(units)
    sparse = truth.demand[truth.demand["units"] > 0].reset_index(drop=True)
    made = inject_stock_outs(attrs.evolve(truth, demand=sparse), series=1.0, share=0.5)
    panel = made.record.demand_panel()
    assert (panel.units[~panel.in_stock] == 0).all()
    assert 0.3 < (~panel.in_stock[1]).mean() < 0.7
    assert list(made.record.demand.columns) == list(truth.demand.columns)
    assert made.record.demand.dtypes.equals(truth.demand.dtypes)


def test_a_hidden_record_says_that_there_always_was_stock():
    """Sales stay as they are, and nothing tells why they are missing."""
    made = inject_stock_outs(dataset_of(np.ones((4, 100))), series=1.0)
    hidden = hide_stock_record(made.record)
    assert hidden.demand["in_stock"].all()
    assert hidden.demand["units"].equals(made.record.demand["units"])


def test_the_same_seed_makes_the_same_stock_outs():
    """Two calls agree, and another seed does not."""
    truth = dataset_of(np.ones((4, 100)))
    first, again, other = (inject_stock_outs(truth, seed=seed).record.demand["units"] for seed in (0, 0, 1))
    assert first.equals(again)
    assert not first.equals(other)
