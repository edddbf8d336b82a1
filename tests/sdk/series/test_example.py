"""The example in the package's docstring is a forecaster that keeps the contract."""

from __future__ import annotations

import textwrap

import attrs
import numpy as np
from sample_retailer import sample_dataset

import shelfwise.series
from shelfwise.hookspecs import hookimpl
from shelfwise.invariants import check_forecast
from shelfwise.types import ForecastRequest, Index


def test_the_example_runs_and_keeps_the_contract():
    """Trained on the sample retailer, its answer is about what was sold a day, and breaks no invariant."""
    code = shelfwise.series.__doc__.partition("::\n")[2].partition("\n:class:`Plans`")[0]
    names = {**vars(shelfwise.series), "attrs": attrs, "np": np, "hookimpl": hookimpl, "Index": Index}
    exec("from __future__ import annotations\n" + textwrap.dedent(code), names)
    dataset = sample_dataset()
    plugin, state = names["Average"](), dataset.state()
    request = ForecastRequest(state.items.index.ids[:9], state.nodes.selling_ids, 7)

    plugin.train(dataset)
    made = plugin.forecast(request, state, None)

    assert check_forecast(request, state, made) == ()
    history = shelfwise.series.read_history(dataset, periods=90)
    sold = history.units[history.item < 9].mean()
    assert 0.9 * sold < made.mean.mean() < 2.0 * sold
