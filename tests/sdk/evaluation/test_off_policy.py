"""Recommenders measured on the log of another one."""

from datetime import timedelta

import attrs
import numpy as np
import pandas as pd
import pytest
from slates_log import ITEMS, SLOTS, logged, tastes
from slates_world import NOW

from shelfwise.errors import DataError, PluginError
from shelfwise.evaluation.off_policy import LOGGED, RANKED, evaluate
from shelfwise.evaluation.off_policy_log import SlateLog
from shelfwise.hookspecs import hookimpl
from shelfwise.types import Recommendations, Slate, SlateItem

CUSTOMERS, VISITS, LIFT = 400, 6, 1.5
SPLIT = NOW + timedelta(days=7)


@attrs.define(eq=False)
class Ranks:
    """Ranks items of the synthetic shop for customer number N by row N of a table."""

    score: np.ndarray
    asked: list = attrs.field(factory=list)

    @hookimpl
    def recommend(self, request, state):
        """Show the highest scores."""
        self.asked.append((request, state))
        order = np.argsort(-self.score, axis=1)
        return Recommendations(
            tuple(
                Slate(
                    customer.customer_id,
                    tuple(
                        SlateItem(rank, f"i{item}", 1.0, 0.1, 1.0)
                        for rank, item in enumerate(order[int(customer.customer_id[1:])][: request.slate_size], start=1)
                    ),
                )
                for customer in request.customers
            )
        )


@pytest.fixture(scope="module")
def data():
    """Return the log of a shop that ranks by the true tastes and explores a third of the slots."""
    return logged(CUSTOMERS, VISITS, lift=LIFT, share=0.35)


def truth(score):
    """Return what slates by a score sell, per slate."""
    best = np.argsort(-score, axis=1)[:, :SLOTS]
    return float((1.0 + LIFT) * np.take_along_axis(tastes(CUSTOMERS), best, axis=1).sum(axis=1).mean())


def test_the_value_of_another_recommender_is_found(data):
    """One that ranks by chance is known to be worse, as much as it is; the one that logged is as good as its own."""
    taste, chance = tastes(CUSTOMERS), np.random.default_rng(3).random((CUSTOMERS, ITEMS))

    found = evaluate(data, {"same": Ranks(taste), "chance": Ranks(chance)}, split=SPLIT, window_days=3)

    for name, score in (("same", taste), ("chance", chance)):
        value = found.row(name).figures["purchases_per_slate"]
        for estimate in (value.ips, value.snips, value.dr):
            assert estimate.low < truth(score) < estimate.high
    assert found.row("chance").figures["purchases_per_slate"].dr_against_logged.high < 0.0
    assert found.row("same").figures["purchases_per_slate"].dr_against_logged.low > 0.0
    same, ranked = (found.row(name).figures["purchases_per_slate"] for name in ("same", RANKED))
    assert same.ips == ranked.ips
    assert found.row(LOGGED).support.effective_slots == found.protocol["slots"]


def test_plugins_are_asked_as_they_would_have_been(data):
    """For each visit after the split, with what the customer had done since, and for as many items as were shown."""
    plugin = Ranks(tastes(CUSTOMERS))

    found = evaluate(data, {"same": plugin}, split=SPLIT, window_days=3)

    asked = [customer for request, _ in plugin.asked for customer in request.customers]
    assert len(asked) == found.protocol["slates"]
    for request, state in plugin.asked:
        assert request.slate_size == SLOTS
        assert state.as_of >= SPLIT
        times = [event.time for customer in request.customers for event in customer.events]
        assert all(SPLIT <= time < state.as_of for time in times)
    assert any(customer.events for customer in asked)


def test_a_purchase_counts_for_the_slate_whose_token_it_carries():
    """Not for the last one that showed the item; without a token the last one counts, if it is within the window."""
    data = logged(customers=1, visits=3, share=0.0)
    first, last = data.impressions.iloc[0], data.impressions.iloc[2 * SLOTS]
    assert first["item_id"] == last["item_id"]
    moment = last["time"] + pd.Timedelta(hours=1)
    events = pd.DataFrame(
        {"time": [moment] * 2, "customer_id": "p0", "item_id": first["item_id"], "kind": "purchase", "quantity": 1.0}
    ).assign(price=10.0, session_id="", channel="", node_id="store", token=[first["token"], ""])
    events = events.astype({"time": "datetime64[us]"})
    late = pd.Timestamp(NOW).tz_convert(None)

    for rows, expected in ((events[:1], [0]), (events[1:], [2 * SLOTS]), (events, [0, 2 * SLOTS])):
        log = SlateLog.of(attrs.evolve(data, events=rows, as_of=NOW + timedelta(days=40)), late, days=7)
        assert np.flatnonzero(log.purchases).tolist() == expected


def test_the_document_has_everything(data):
    """Figures of all rows, definitions, versions, seed and protocol; what is not known is null."""
    document = evaluate(data, {"same": Ranks(tastes(CUSTOMERS))}, split=SPLIT, window_days=3, seed=5).to_json()

    assert [row["plugin"] for row in document["rows"]] == [LOGGED, RANKED, "same"]
    assert {"versions", "machine", "definitions", "protocol"} <= document.keys()
    assert document["seed"] == 5
    assert document["rows"][0]["purchases_per_slate"]["dr"] is None
    assert set(document["rows"][2]["contribution_per_slate"]) <= set(document["definitions"])


def test_without_slates_there_is_an_error(data):
    """It says from when to when slates were looked for; a plugin without an answer is named."""
    with pytest.raises(DataError, match="no slate is logged"):
        evaluate(attrs.evolve(data, impressions=data.impressions.iloc[:0]), {}, split=SPLIT)

    class Mute(Ranks):
        @hookimpl
        def recommend(self, request, state):
            """Know nothing."""

    with pytest.raises(PluginError, match="mute"):
        evaluate(data, {"mute": Mute(np.zeros((1, 1)))}, split=SPLIT, window_days=3)
