"""Coordination: stock and delivery costs reorder a slate by what a sale contributes, and the exposure adds up."""

import numpy as np
import pytest
from recommender_world import ask, shown

from shelfwise.types import DeliveryCosts, Index, StockOutlook


def outlook(data, promise=50.0, unit_value=0.0):
    """Return an outlook over all nodes; each argument is a number or one per item."""
    state = data.state()
    nodes = Index(state.nodes.selling_ids)
    shape = (len(state.items.index), len(nodes))
    tables = [
        np.broadcast_to(np.reshape(np.asarray(value, float), (-1, 1)), shape) for value in (promise, 1.0, unit_value)
    ]
    return StockOutlook(state.items.index, nodes, *tables)


def test_what_cannot_be_promised_is_not_shown(pairs, hybrid):
    """An item of which nothing is left makes room for others and is named as withheld."""
    first = shown(ask(hybrid, pairs, "c0", slate_size=4).slates[0])[0]
    promise = np.where(pairs.items["item_id"] == first, 0.0, 50.0)
    (slate,) = ask(hybrid, pairs, "c0", slate_size=4, stock_outlook=outlook(pairs, promise)).slates

    assert first not in shown(slate)
    assert [item.item_id for item in slate.withheld] == [first]


def test_a_scarce_item_gives_way(pairs, hybrid):
    """Of two items about as likely, the one whose last unit is dear elsewhere moves down."""
    (before,) = ask(hybrid, pairs, "nobody", slate_size=12, stock_outlook=outlook(pairs)).slates
    first = shown(before)[0]
    dear = np.where(pairs.items["item_id"] == first, 3.9, 0.0)
    (after,) = ask(hybrid, pairs, "nobody", slate_size=12, stock_outlook=outlook(pairs, unit_value=dear)).slates

    assert shown(after).index(first) > 0


def test_delivery_that_eats_the_margin_lowers_scores(pairs, hybrid):
    """Where a delivery costs more, the same item scores less."""
    nodes = Index(pairs.state().nodes.selling_ids)

    def scores(cost):
        costs = DeliveryCosts(Index(("",)), nodes, np.full((1, len(nodes)), cost), np.ones((1, len(nodes))))
        (slate,) = ask(hybrid, pairs, "c0", stock_outlook=outlook(pairs), delivery_costs=costs).slates
        return {item.item_id: item.score for item in slate.items}

    cheap, dear = scores(0.0), scores(3.0)
    assert all(dear[item] < cheap[item] for item in dear if item in cheap)


def test_the_exposure_is_what_the_probabilities_say(pairs, hybrid):
    """Extra units are the sum over customers of probability x incremental share x units a purchase."""
    answer = ask(hybrid, pairs, *(f"c{row}" for row in range(20)), "nobody", slate_size=5)
    units = dict(zip(pairs.items["item_id"], hybrid._model.habits.units.tolist(), strict=True))
    expected = sum(
        item.purchase_probability * hybrid.incremental_share * units[item.item_id]
        for slate in answer.slates
        for item in slate.items
    )

    assert answer.exposure.extra_units.sum() == pytest.approx(expected)
    assert answer.exposure.extra_units.shape[2] == hybrid.exposure_days
    assert (answer.exposure.impressions >= answer.exposure.extra_units).all()


def test_probabilities_are_about_those_of_the_world(pairs, hybrid):
    """Summed over the catalogue, customers are not promised many times what they buy in a window."""
    answer = ask(hybrid, pairs, *(f"c{row}" for row in range(60)), slate_size=12)
    promised = np.mean([sum(item.purchase_probability for item in slate.items) for slate in answer.slates])

    assert 0.2 < promised < 8.0
