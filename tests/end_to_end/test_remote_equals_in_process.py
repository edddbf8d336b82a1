"""A server and its client give the answers, and raise the errors, of an orchestrator in the same process."""

import itertools
from datetime import timedelta

import attrs
import pytest
import strategies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_retailer import sample_orchestrator

from shelfwise.errors import ShelfwiseError
from shelfwise.serving_config import ServerConfig
from shelfwise.types import (
    CartLine,
    Customer,
    DecisionRequest,
    Event,
    EventKind,
    ForecastRequest,
    Link,
    Live,
    Options,
    Promotion,
    RecommendRequest,
    ReplenishRequest,
    RouteRequest,
    StageReport,
    StockLevels,
)
from shelfwise_client import Client
from shelfwise_server import running

LOCAL, SERVED = sample_orchestrator(), sample_orchestrator()
STATE = LOCAL.state
ITEMS, SELLING = STATE.items.index.ids, STATE.nodes.selling_ids
COUNT = itertools.count()

quietly = settings(deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)

item_ids = st.sampled_from(ITEMS)
customers = st.builds(
    Customer,
    customer_id=st.sampled_from((*STATE.customers.index.ids, "", "new")),
    events=st.lists(st.builds(Event, item_ids, st.sampled_from(EventKind), st.just(STATE.as_of)), max_size=3),
    cart=st.lists(st.builds(CartLine, item_ids, st.floats(0.5, 3.0)), max_size=2),
    consent=st.sampled_from((None, True, False)),
)
recommend = st.builds(
    RecommendRequest,
    customers=st.lists(customers, min_size=1, max_size=3, unique_by=lambda customer: customer.customer_id),
    slate_size=st.integers(1, 12),
    exclude_item_ids=st.lists(item_ids, max_size=3),
)
some_items = st.lists(item_ids, max_size=5, unique=True)
forecast = st.builds(ForecastRequest, some_items, horizon_days=st.integers(1, 30))
replenish = st.builds(
    ReplenishRequest,
    some_items,
    service_target=st.sampled_from((None, 0.9)),
    budget=st.sampled_from((None, 0.1, 499.999999)),
)
route = st.builds(RouteRequest, deliveries=st.lists(st.sampled_from(STATE.deliveries), max_size=6, unique=True))
live = st.builds(
    Live,
    stock=st.builds(lambda item, units: StockLevels([item], [SELLING[0]], [units]), item_ids, st.floats(0, 50)),
    promotions=st.lists(
        st.builds(
            lambda item, price: Promotion(item, STATE.starts_on, STATE.starts_on + timedelta(3), price=price),
            item_ids,
            st.sampled_from((None, 0.333333)),
        ),
        max_size=2,
    ),
)
options = st.builds(
    Options, st.frozensets(st.sampled_from(Link)), seed=st.integers(0, 2**63 - 1), explain=st.booleans()
)
sensible = st.builds(
    DecisionRequest,
    recommend=st.none() | recommend,
    forecast=st.none() | forecast,
    replenish=st.none() | replenish,
    route=st.none() | route,
    live=live,
    options=options,
).filter(lambda request: request.recommend or request.forecast or request.replenish or request.route)


@pytest.fixture(scope="module")
def client():
    """Return the client of a server with the same bundle."""
    with running(SERVED, ServerConfig(address="127.0.0.1:0")) as address, Client(address) as client:
        yield client


def outcome(decide, request):
    """Return what a request comes to: a decision, or the class and text of an error."""
    try:
        return decide(request)
    except ShelfwiseError as error:
        return type(error), str(error)


@settings(quietly, max_examples=25)
@given(sensible)
def test_equal_decisions(client, request):
    """A sensible request is answered alike; both sides have made the same plans before."""
    request = attrs.evolve(request, request_id=f"sensible {next(COUNT)}")

    here, there = LOCAL.decide(request), client.decide(request)

    assert there == here
    assert all(isinstance(report, StageReport) for report in there.stages)


@settings(quietly, max_examples=60)
@given(strategies.decision_requests())
def test_equal_errors(client, request):
    """A request that makes no sense is refused alike: the same class, every violation in the same words."""
    request = attrs.evolve(request, request_id=f"random {next(COUNT)}")

    assert outcome(client.decide, request) == outcome(LOCAL.decide, request)


def test_request_without_an_id(client):
    """A request that has no id gets one from the client, and is otherwise answered alike."""
    request = DecisionRequest(recommend=RecommendRequest((Customer("new"),)))

    there = client.decide(request)

    assert there.request_id
    assert there == LOCAL.decide(attrs.evolve(request, request_id=there.request_id))
