"""From a slate with random draws to what is learned from it: served, logged, trained on, and evaluated."""

from datetime import UTC, timedelta

import attrs
import numpy as np
import pandas as pd
import pytest
from sample_retailer import sample_orchestrator

from shelfwise.baselines.recommender import BaselineRecommender
from shelfwise.dataset import Dataset
from shelfwise.errors import InvalidRequestError
from shelfwise.evaluation.impressions import impressions
from shelfwise.evaluation.off_policy import LOGGED, evaluate
from shelfwise.serving_config import ServerConfig
from shelfwise.slates import Trial
from shelfwise.twin.sample import sample_tables
from shelfwise.types import Customer, DecisionRequest, RecommendRequest
from shelfwise_client import Client
from shelfwise_server import running

PEOPLE = 30


@pytest.fixture(scope="module")
def orchestrator():
    """Return the sample retailer's orchestrator with the baselines."""
    return sample_orchestrator()


def asking(orchestrator, request_id="visit", exploration=0.3):
    """Return a request for the slates of some customers."""
    customers = tuple(Customer(name) for name in orchestrator.state.customers.index.ids[:PEOPLE])
    return DecisionRequest(request_id, recommend=RecommendRequest(customers, exploration=exploration))


def test_draws_are_the_same_remotely_and_again(orchestrator):
    """A client gets the draws, propensities and tokens that the orchestrator gives in the same process."""
    request = asking(orchestrator)

    here = orchestrator.decide(request)
    with running(orchestrator, ServerConfig(address="127.0.0.1:0")) as address, Client(address) as client:
        remote = client.decide(request)

    assert remote.recommendations == here.recommendations == orchestrator.decide(request).recommendations
    consenting = [slate for slate in here.recommendations if slate.token]
    assert len({slate.token for slate in consenting}) == len(consenting) > 10
    assert any(item.explored for slate in consenting for item in slate.items)


def test_exploration_without_an_id_is_refused(orchestrator):
    """All calls would have one draw."""
    with pytest.raises(InvalidRequestError, match="request_id"):
        orchestrator.decide(asking(orchestrator, request_id=""))


def test_the_log_is_learned_from_and_evaluated_on(orchestrator):
    """Slates of two weeks, of which what is shown sells, raise the share that showing causes, and value a plugin."""
    random, logs, bought = np.random.default_rng(1), [], []
    tables = sample_tables()
    start = orchestrator.state.as_of + timedelta(hours=1)
    for day in range(28):
        moment = start + timedelta(hours=12 * day)
        log = impressions(orchestrator.decide(asking(orchestrator, f"visit {day}")), moment)
        logs.append(log)
        sold = log[log["slot"].notna() & (random.random(len(log)) < 0.3)]
        bought.append(
            sold[["customer_id", "item_id", "token"]].assign(time=moment + timedelta(hours=2), price=3.0, quantity=1.0)
        )
    events = pd.concat([tables["events"], *bought]).assign(time=lambda rows: pd.to_datetime(rows["time"], utc=True))
    data = Dataset.from_tables({**tables, "events": events, "impressions": pd.concat(logs)})

    found = evaluate(data, {"baseline": BaselineRecommender()}, split=start + timedelta(days=7), window_days=0.5)

    assert (data.events["token"] != "").sum() == sum(map(len, bought))
    assert Trial.of(data, 0.4).share(0.25) > 0.7
    logged = found.row(LOGGED).figures["purchases_per_slate"].ips
    assert logged.estimate == pytest.approx(3.0, abs=0.3)
    value = found.row("baseline").figures["purchases_per_slate"].dr
    assert value.low < 3.0 < value.high
    assert attrs.asdict(found.row("baseline").support)["matched"] > 0
    assert data.as_of.tzinfo is UTC
