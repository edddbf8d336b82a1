"""Training: what is held apart teaches the gate, and legs then learn from everything."""

import numpy as np
import pandas as pd
import pytest
from hybrid_world import pairs_world, trained
from recommender_world import START, dataset
from shelfwise_recommender_hybrid import training
from shelfwise_recommender_hybrid.past import split, without_some
from shelfwise_recommender_hybrid.presets import PRESETS
from shelfwise_recommender_hybrid.training import Task, learn, renew

from shelfwise.types import Index, silent

LEGS = ("linear", "popular")


def task(**changes):
    """Return what to learn: two legs of closed form."""
    return Task(**({"names": LEGS, "settings": PRESETS["fast"], "window_days": 28.0, "seed": 0} | changes))


@pytest.fixture
def seen(monkeypatch):
    """Return the histories on which legs are fitted, in turn."""
    found, fit = [], training.fit_legs
    monkeypatch.setattr(training, "fit_legs", lambda *args, **rest: (found.append(args[1]), fit(*args, **rest))[1])
    return found


def last_day(history):
    """Return the day of the last event, counted from the beginning of the world."""
    return float(history.sequences.day.max()) - START.timestamp() / 86_400.0


def test_legs_are_fitted_before_the_last_window_and_then_on_everything(pairs, seen):
    """Of a hundred days the last twenty teach the gate, as a fifth of the time, and then all is learned from."""
    learn(pairs, task(), silent)
    before, everything = seen

    assert last_day(before) == pytest.approx(80.0, abs=1.0)
    assert last_day(everything) == pytest.approx(100.0, abs=0.1)


def test_what_is_held_out_is_only_for_the_gate(pairs, seen):
    """Where the data set holds events apart, no leg ever sees them."""
    learn(pairs.hold_out(START + pd.Timedelta(days=90)), task(), silent)

    assert len(seen) == 1
    assert last_day(seen[0]) < 90.0


def test_without_refitting_legs_stay_as_they_were(pairs, seen):
    """Then the last window is for the gate alone."""
    learn(pairs, task(refit=False), silent)

    assert len(seen) == 1


def test_a_shorter_window_of_learning_is_said(pairs):
    """Twenty days of learning are 1.4 times short of a window of 28."""
    assert learn(pairs, task(), silent).calibration.exponent == pytest.approx(28.0 / 20.0, rel=0.05)


def test_renewing_keeps_the_gate_and_the_probabilities(pairs):
    """New events change the legs, not how they are weighed."""
    model = learn(pairs_world(seed=5), task(), silent)
    renewed = renew(model, pairs, task(), silent)

    assert renewed.gate is model.gate
    assert renewed.calibration is model.calibration
    assert not np.array_equal(renewed.popularity, model.popularity)


def test_equal_seeds_learn_alike(pairs):
    """The same data, options and seed give the same weights of everything, neural legs included."""
    one, other = (trained(pairs, legs=("transformer", "ncf", "popular"))._model for _ in range(2))

    for name, leg in one.legs.items():
        theirs = other.legs[name].tensors()
        assert all(np.array_equal(value, theirs[key]) for key, value in leg.tensors().items())
    assert all(np.array_equal(value, other.gate.tensors()[key]) for key, value in one.gate.tensors().items())


def test_ties_are_broken_by_no_order():
    """What decides between equals is neither the order of items nor that of their names."""
    found = learn(pairs_world(customers=30), task(), silent).tie

    assert found.min() >= 0.0
    assert found.max() < 1.0
    assert (np.diff(found) > 0).any()
    assert (np.diff(found) < 0).any()


@pytest.mark.parametrize("customers", [1, 3])
def test_next_to_no_data_is_no_error(customers):
    """A shop that has just opened has a model."""
    model = learn(pairs_world(customers=customers), task(names=("transformer", "ncf", *LEGS)), silent)

    assert len(model.history.customers) == customers


def test_few_items_are_never_taken_for_new():
    """A small catalogue keeps the record of every item while the gate is learned."""
    events = pd.DataFrame({"item_id": [f"i{number % 50}" for number in range(500)]})

    assert len(without_some(events, Index(tuple(f"i{number}" for number in range(50))), 0)) == 500


def test_a_few_items_are_taken_for_new():
    """Of a large catalogue a few items lose their whole record, best sellers as likely as others."""
    events = pd.DataFrame({"item_id": [f"i{number % 2_000}" for number in range(6_000)]})
    left = without_some(events, Index(tuple(f"i{number}" for number in range(2_000))), 0)["item_id"].value_counts()

    assert set(left) == {3}
    assert 20 < 2_000 - len(left) < 120


@pytest.mark.parametrize(("days", "windows"), [(200, 1.0), (70, 2.0), (1, 8.0), (0, 8.0)])
def test_a_short_record_is_stretched_eightfold_at_most(days, windows):
    """The last fifth of a record makes up a window of 28 days, but for a record of hours, which tells of no month."""
    _, _, found = split(dataset([("c0", 0.0, ["i0"]), ("c1", days, ["i1"])]), 28.0)

    assert found == pytest.approx(windows)
