"""Odd requests with the hybrid recommender configured: a valid slate of its own, or a clear error."""

from datetime import timedelta

import pytest

from shelfwise import invariants
from shelfwise.config import parse_config
from shelfwise.dataset import Dataset
from shelfwise.errors import InvalidRequestError
from shelfwise.orchestrator import Orchestrator
from shelfwise.resolve import resolve
from shelfwise.training import train
from shelfwise.types import (
    CartLine,
    Customer,
    DecisionRequest,
    Event,
    EventKind,
    Link,
    Options,
    Recommendations,
    RecommendRequest,
    Stage,
    StageState,
)

LONG = 100_000


@pytest.fixture(scope="module")
def orchestrator(few_tables, hybrid_options, tmp_path_factory):
    """Return an orchestrator in which the hybrid recommender is configured."""
    config = parse_config({"recommender": {"plugin": "hybrid", "options": hybrid_options}})
    models = tmp_path_factory.mktemp("models")
    train(config, Dataset.from_tables(few_tables), models)
    return Orchestrator.open(models)


@pytest.fixture
def slate_for(orchestrator):
    """Return a function that asks for one slate, which the hybrid recommender itself must have made, validly."""

    def ask(customer, **settings):
        request = DecisionRequest(recommend=RecommendRequest((customer,), **settings), options=Options(strict=True))
        decision = orchestrator.decide(request)
        report = decision.stage(Stage.RECOMMENDER)
        assert (report.state, report.plugin, report.message) == (StageState.OK, "hybrid", "")
        state = orchestrator.state
        answer = Recommendations(decision.recommendations)
        assert not invariants.check_recommendations(resolve(request, state).recommend, state, answer)
        (slate,) = decision.recommendations
        return slate

    return ask


@pytest.fixture
def known(orchestrator):
    """Return a customer on record who has consented."""
    customers = orchestrator.state.customers
    return next(one for one, consent in zip(customers.index, customers.consent, strict=True) if consent)


def ids(slate):
    """Return the items of a slate, in order."""
    return [item.item_id for item in slate.items]


def test_unknown_items_of_a_session_are_passed_over(slate_for, known):
    """Events of items that nobody sells change nothing."""
    events = [Event("left long ago", EventKind.VIEW), Event("never was")]

    assert ids(slate_for(Customer(known, events=events))) == ids(slate_for(Customer(known)))


def test_unknown_items_of_a_cart_are_passed_over(orchestrator, slate_for, known):
    """Cart lines of items that the catalogue is without change nothing."""
    line = CartLine(orchestrator.state.items.index[0])

    found = ids(slate_for(Customer(known, cart=[line, CartLine("left long ago")])))

    assert found == ids(slate_for(Customer(known, cart=[line])))


def test_everything_excluded_leaves_an_empty_slate_that_says_why(orchestrator, slate_for, known):
    """With every item excluded nothing is shown, and what would have been shown is withheld with its reason."""
    slate = slate_for(Customer(known), exclude_item_ids=tuple(orchestrator.state.items.index))

    assert slate.items == ()
    assert slate.withheld
    assert all(item.reason.code and item.reason.text for item in slate.withheld)


def test_slate_larger_than_the_catalogue_holds_all_of_it_once(orchestrator, slate_for, known):
    """Asked for more than there is, the slate holds every item once."""
    items = orchestrator.state.items.index
    decision = orchestrator.decide(
        DecisionRequest(
            recommend=RecommendRequest((Customer(known),), slate_size=len(items) + 80),
            options=Options(disabled_links=[Link.STOCK_OUTLOOK]),
        )
    )

    (slate,) = decision.recommendations
    assert decision.stage(Stage.RECOMMENDER).plugin == "hybrid"
    assert sorted(ids(slate)) == sorted(items)


def test_slate_of_an_impossible_size_is_refused(orchestrator, known):
    """A slate of none or of a million is an error that says what is allowed."""
    for size in (0, 1_000_000):
        with pytest.raises(InvalidRequestError, match=r"recommend\.slate_size"):
            orchestrator.decide(DecisionRequest(recommend=RecommendRequest((Customer(known),), slate_size=size)))


def test_very_long_session_counts_by_its_newest_events(orchestrator, slate_for, known):
    """A hundred thousand events make the slate that their newest make, whatever lies before them."""
    items, now = orchestrator.state.items.index, orchestrator.state.as_of
    newest = [Event(items[row % 7], EventKind.VIEW, now - timedelta(seconds=3_000 - row)) for row in range(3_000)]
    older = [Event(items[row % 60], EventKind.PURCHASE, now - timedelta(days=2)) for row in range(LONG - 3_000)]

    assert ids(slate_for(Customer(known, events=older + newest))) == ids(slate_for(Customer(known, events=newest)))


def test_time_running_backwards_is_put_in_order(orchestrator, slate_for, known):
    """The same events in another order are the same session; events from the future or without a time are taken."""
    items, now = orchestrator.state.items.index, orchestrator.state.as_of
    events = [Event(items[row], EventKind.VIEW, now - timedelta(minutes=5 * row)) for row in range(6)]

    assert ids(slate_for(Customer(known, events=events))) == ids(slate_for(Customer(known, events=events[::-1])))

    odd = [Event(items[0], EventKind.VIEW, now + timedelta(days=4_000)), Event(items[1]), *events]
    assert len(slate_for(Customer(known, events=odd)).items) == 10


def test_session_changes_the_next_slate(orchestrator, slate_for):
    """What a stranger looks at changes the very next slate, and a reason names it."""
    state = orchestrator.state
    seen = [Event(state.items.index[row], EventKind.PURCHASE, state.as_of) for row in (5, 9)]

    before, after = slate_for(Customer("stranger")), slate_for(Customer("stranger", events=seen))

    assert before.items != after.items
    assert {reason.code for item in before.items for reason in item.reasons} == {"popular"}
    assert {reason.code for item in after.items for reason in item.reasons} - {"popular"}


def test_no_consent_hides_session_and_record(orchestrator, slate_for, known):
    """Without consent the slate is that of anybody in the zone, whatever was done in the session."""
    state = orchestrator.state
    zone = str(state.customers.zone[state.customers.index.position(known)])
    events = [Event(state.items.index[5], EventKind.CART, state.as_of)]

    without = slate_for(Customer(known, events=events, consent=False))

    assert without.impersonal
    assert ids(without) == ids(slate_for(Customer("", zone=zone)))
