"""The example in the package's docstring is an inventory policy that keeps the rules."""

import textwrap

import attrs
import numpy as np
import pytest
from inventory_world import CHAIN, CHAIN_LANES, STORE, ordered, plan, poisson_forecast, world

import shelfwise.ordering
from shelfwise.hookspecs import hookimpl


@pytest.fixture(scope="module")
def policy():
    """Return the example as it stands in the docstring."""
    code = shelfwise.ordering.__doc__.partition("::\n")[2].partition("\nArrays have shape")[0]
    names = {**vars(shelfwise.ordering), "attrs": attrs, "np": np, "hookimpl": hookimpl}
    exec("from __future__ import annotations\n" + textwrap.dedent(code), names)
    return names["Weeks"]()


def test_the_example_orders_two_weeks_of_demand(policy):
    """What is there counts: 14 days of 5 less 4 on hand."""
    state = world(1, STORE, [{}], on_hand={(0, "T1"): 4.0})

    assert ordered(plan(state, poisson_forecast(state, {"T1": 5.0}), plugin=policy)) == {("S1", "T1", "i0"): 66.0}


def test_the_example_keeps_the_contract_in_a_network(policy):
    """A warehouse orders for its stores, and no invariant is broken on the way."""
    state = world(3, CHAIN, CHAIN_LANES, on_hand={(0, "W1"): 10.0}, pack_size=4.0)

    answer = plan(state, poisson_forecast(state, {"T1": 2.0, "T2": 3.0}), plugin=policy, budget=500.0)

    assert {source for source, *_ in ordered(answer)} == {"S1", "W1"}
