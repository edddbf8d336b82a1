"""The plugin: its options, and how learning goes on."""

import numpy as np
import pandas as pd
import pytest
from hybrid_world import trained
from recommender_world import START, ask, shown
from shelfwise_recommender_hybrid import HybridRecommender, LinearRecommender
from shelfwise_recommender_hybrid.presets import PRESETS

from shelfwise.dataset import Dataset
from shelfwise.errors import ConfigError
from shelfwise.plugins import build, call
from shelfwise.tuning.space import SearchSpace
from shelfwise.types import Customer, Event, EventKind, silent


def with_more(data):
    """Return the world some days on: a new customer, and a new item that follows x0 from now on."""
    new = [
        (START + pd.Timedelta(days=101 + turn), f"new{number}", item, "purchase")
        for number in range(40)
        for turn, item in enumerate(("x0", "fresh"))
    ]
    columns = ["time", "customer_id", "item_id", "kind"]
    events = pd.concat(
        [data.events[columns], pd.DataFrame(new, columns=columns).assign(time=lambda t: pd.to_datetime(t["time"]))]
    )
    items = data.items[["item_id", "category", "price", "unit_cost"]]
    added = pd.DataFrame([{"item_id": "fresh", "category": "y", "price": 10.0, "unit_cost": 6.0}])
    return Dataset.from_tables({"events": events, "items": pd.concat([added, items])})


def test_an_update_takes_in_new_items_and_customers(pairs):
    """After an update a new item is recommended and a new customer is known; what was known before still is."""
    plugin, later = trained(pairs, LinearRecommender), with_more(pairs)
    call(plugin, "update", dataset=later, progress=silent)
    looking = [Customer("", events=(Event(item, EventKind.PURCHASE, later.as_of),)) for item in ("x0", "x3")]
    first, other, new = ask(plugin, later, *looking, "new1", slate_size=3).slates

    assert "fresh" in shown(first)
    assert shown(other)[0] == "y3"
    assert not new.impersonal


def test_an_update_goes_on_from_what_neural_legs_know(pairs):
    """After an update the vectors of items are nearly those of before, wherever the items have moved."""
    plugin, later = trained(pairs, legs=("transformer", "ncf"), epochs=5), with_more(pairs)
    before = plugin._model
    call(plugin, "update", dataset=later, progress=silent)
    after = plugin._model
    place = after.history.items.positions(before.history.items)
    ours, theirs = (m.legs["ncf"].network.shown.own.weight.detach().numpy() for m in (before, after))
    kept, fresh = (np.abs(theirs[rows] - ours).mean() for rows in (place, np.roll(place, 5)))

    assert place.tolist() != list(range(12))
    assert kept < 0.3 * fresh


def test_an_update_of_another_size_learns_anew(pairs, tmp_path):
    """A bundle of vectors of one size can be brought up to date with another."""
    call(trained(pairs, legs=("transformer", "ncf")), "save", directory=tmp_path)
    plugin = HybridRecommender(preset="fast", legs=("transformer", "ncf"), size=4, epochs=1)
    call(plugin, "load", directory=tmp_path)
    call(plugin, "update", dataset=pairs, progress=silent)

    assert plugin._model.legs["ncf"].network.settings.size == 4
    assert ask(plugin, pairs, "c0").slates[0].items


def test_an_update_without_a_model_is_a_training(pairs):
    """With nothing loaded everything is learned."""
    plugin = LinearRecommender(preset="fast")
    call(plugin, "update", dataset=pairs, progress=silent)

    assert ask(plugin, pairs, "c0").slates[0].items


def test_untrained_it_leaves_the_answer_to_others(pairs):
    """Nothing learned, nothing said."""
    assert ask(HybridRecommender(), pairs, "c0") is None


def test_options_stand_in_for_the_preset():
    """What is given replaces what the preset says, and all else stays."""
    found = HybridRecommender(size=16, dropout=0.1, epochs=3, ridge=7.0, alike=1.0, whole=0.2, neighbours=9)._settings

    assert (found.transformer.size, found.ncf.size) == (16, 16)
    assert (found.transformer.dropout, found.transformer.effort.epochs) == (0.1, 3)
    assert (found.linear.ridge, found.linear.alike, found.linear.whole, found.kept) == (7.0, 1.0, 0.2, 9)
    assert found.linear.decay == PRESETS["balanced"].linear.decay
    assert HybridRecommender(preset="best")._settings == PRESETS["best"]


@pytest.mark.parametrize(
    "options",
    [
        {"preset": "slow"},
        {"legs": []},
        {"legs": ["oracle"]},
        {"legs": ["linear", "linear"]},
        {"size": 7},
        {"size": 0},
        {"dropout": 1.0},
        {"epochs": 0},
        {"ridge": 0.0},
        {"alike": -1.0},
        {"neighbours": 0},
        {"exposure_days": 0},
        {"incremental_share": 1.5},
    ],
)
def test_options_that_make_no_sense_are_named(options):
    """An option out of its range is an error that names it."""
    with pytest.raises(ConfigError, match=next(iter(options))):
        build("recommender", "hybrid", options)


@pytest.mark.parametrize("name", ["hybrid", "linear", "transformer"])
def test_options_can_be_tuned(name):
    """What shapes the learning has a range; what a sale is worth has none."""
    ranges = SearchSpace.of("recommender", name).ranges

    assert {"size", "dropout", "ridge", "alike", "whole", "neighbours"} <= set(ranges)
    assert "contribution_weight" not in ranges


@pytest.mark.parametrize("interrupted", [("recommender: ncf", 2), ("recommender: gate", 1)])
def test_an_interrupted_training_goes_on(pairs, tmp_path, interrupted):
    """What is trained from the checkpoints of an interrupt answers as if there had been none."""

    def stop(step, done, _total):
        if (step, done) == interrupted:
            raise KeyboardInterrupt

    options = {"preset": "fast", "legs": ("transformer", "ncf", "linear"), "size": 8, "epochs": 4}
    plugin = HybridRecommender(**options)
    with pytest.raises(KeyboardInterrupt):
        call(plugin, "train", dataset=pairs, progress=stop, checkpoints=tmp_path)
    assert list(tmp_path.iterdir())
    call(plugin, "train", dataset=pairs, progress=silent, checkpoints=tmp_path)

    assert ask(plugin, pairs, "c0").slates == ask(trained(pairs, **options), pairs, "c0").slates
