"""The kit itself: it finds what is wrong, and an excuse that is out of date."""

import attrs
import numpy as np
import pytest
from fakes import small_state

from shelfwise.hookspecs import hookimpl
from shelfwise.plugins import build, call
from shelfwise.testing import Fault, InjectedError, checks_of, faulty, run_checks
from shelfwise.testing.retailer import sample_dataset
from shelfwise.testing.subject import Subject
from shelfwise.types import Exposure, Index, Recommendations, Slate, SlateItem, Stage, silent


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        (Fault.RAISE, "injected"),
        (Fault.NAN, "no finite numbers"),
        (Fault.WRONG_SHAPE, "has shape"),
        (Fault.NOTHING, "left the answer to the next"),
    ],
)
def test_a_faulty_plugin_is_found_out(fault, found):
    """Every kind of fault fails the most basic check, with what was wrong."""
    inner = build("forecaster", "baseline").plugin
    call(inner, "train", dataset=sample_dataset(), progress=silent)
    subject = Subject(Stage.FORECASTER, lambda: faulty(Stage.FORECASTER, fault, inner))

    with pytest.raises((AssertionError, InjectedError), match=found):
        checks_of("forecaster")["answers_validly"](subject)


def test_an_excuse_is_a_reason_for_a_failure_that_happens():
    """An excused check that fails passes; one that passes is a failure, because the excuse is out of date."""

    def factory():
        return build("router", "baseline").plugin

    (result,) = run_checks("router", factory, {"answers_validly": "it is known to be wrong"}, only=["answers_validly"])

    assert "out of date" in result.problem
    with pytest.raises(ValueError, match="no such checks"):
        run_checks("router", factory, {"answers_valid": "a typo"})


def test_mutation_of_inputs_is_found_out():
    """A plugin that writes into its request's state cannot: the arrays are read-only."""
    with pytest.raises(ValueError, match="read-only"):
        small_state().on_hand[0, 0] = 1.0
    assert np.asarray(small_state().on_hand)[0, 0] == 0.0


def test_a_training_that_changes_the_data_is_found_out():
    """Tables that are not as they were after a training fail the check of inputs."""

    @attrs.define(eq=False)
    class Meddling:
        @hookimpl
        def train(self, dataset):
            dataset.items.loc[0, "price"] += 1.0

    (result,) = run_checks("inventory", Meddling, only=["inputs_are_not_changed"])

    assert result.problem == "training changed the data set"


@attrs.define(eq=False)
class Heedless:
    """Shows everybody the same items, whatever the request says."""

    _items: tuple[str, ...] = attrs.field(init=False, default=())

    @hookimpl
    def train(self, dataset):
        """Learn which items there are."""
        self._items = tuple(dataset.items["item_id"])

    @hookimpl
    def recommend(self, request):
        """Return the first items."""
        items = self._items[: request.slate_size]
        slate = tuple(SlateItem(rank, item, 1.0 / rank, 0.1, 1.0) for rank, item in enumerate(items, start=1))
        return Recommendations(tuple(Slate(customer.customer_id, slate) for customer in request.customers))


@pytest.mark.parametrize(
    "name",
    [
        "caps_hold",
        "few_allowed_items_fill_the_slate",
        "what_nobody_has_in_stock_can_be_left_out",
        "what_left_the_catalogue_is_not_shown",
        "no_cart_is_recommended_again",
        "the_cart_is_not_recommended",
        "what_cannot_be_promised_is_withheld",
    ],
)
def test_a_recommender_that_heeds_no_rule_is_found_out(name):
    """A slate that is the same whatever the request says fails each check of a rule."""
    (result,) = run_checks("recommender", Heedless, only=[name])

    assert not result.passed


def test_a_recommender_that_oversells_is_found_out():
    """Slates whose exposure is the same whatever is there fail the check of promises, and say where."""

    @attrs.define(eq=False)
    class Overselling(Heedless):
        @hookimpl
        def recommend(self, request, state):
            """Return the first items, each surely bought."""
            items, nodes = Index(self._items[: request.slate_size]), Index(state.nodes.selling_ids)
            slots = [SlateItem(rank, item, 1.0 / rank, 1.0, 1.0) for rank, item in enumerate(items, start=1)]
            units = np.full((len(items), len(nodes), 1), float(len(request.customers)))
            slates = [Slate(customer.customer_id, slots, impersonal=True) for customer in request.customers]
            return Recommendations(slates, Exposure(items, nodes, units, units, units))

    (result,) = run_checks("recommender", Overselling, only=["promises_stay_within_the_stock"])

    assert "more than there are" in result.problem
