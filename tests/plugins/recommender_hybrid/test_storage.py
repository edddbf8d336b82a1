"""Bundles: what was read back answers as what was written, and is nothing that runs."""

import json

import pytest
from hybrid_world import trained
from recommender_world import ask
from safetensors.numpy import load_file
from shelfwise_recommender_hybrid import HybridRecommender, storage

from shelfwise.plugins import call
from shelfwise.types import Customer, Event


@pytest.fixture
def reloaded(hybrid, tmp_path):
    """Return a new recommender that has read what the hybrid wrote."""
    call(hybrid, "save", directory=tmp_path)
    copy = HybridRecommender(preset="fast")
    call(copy, "load", directory=tmp_path)
    return copy


def test_slates_are_the_same_to_the_last_digit(pairs, hybrid, reloaded):
    """Customers, strangers and sessions get the same answer, exposure and all."""
    people = ("c0", "nobody", Customer("", events=(Event("x1"),)), Customer("c5", events=(Event("y2"),)))
    ours, theirs = (ask(plugin, pairs, *people, slate_size=8) for plugin in (hybrid, reloaded))

    assert ours.slates == theirs.slates
    assert (ours.exposure.extra_units == theirs.exposure.extra_units).all()


def test_nothing_in_it_runs(hybrid, tmp_path):
    """There are arrays and plain text, and no pickle."""
    call(hybrid, "save", directory=tmp_path)

    assert sorted(file.name for file in tmp_path.iterdir()) == ["recommender.json", "recommender.safetensors"]
    assert load_file(tmp_path / "recommender.safetensors")
    assert list(json.loads((tmp_path / "recommender.json").read_text("utf-8"))["legs"]) == list(hybrid.legs)


def test_saving_what_was_read_writes_the_same_bytes(hybrid, reloaded, tmp_path):
    """A copy of a copy is the same file."""
    again = tmp_path / "again"
    again.mkdir()
    call(reloaded, "save", directory=again)

    for file in again.iterdir():
        assert file.read_bytes() == (tmp_path / file.name).read_bytes()


def test_an_untrained_recommender_writes_nothing(tmp_path):
    """Nothing learned is nothing to save."""
    call(HybridRecommender(), "save", directory=tmp_path)

    assert not list(tmp_path.iterdir())


def test_every_leg_is_read_back_alone(pairs, tmp_path):
    """A bundle of some legs holds these and no others."""
    plugin = trained(pairs, legs=("linear", "content"))
    call(plugin, "save", directory=tmp_path)

    assert list(storage.load(tmp_path).legs) == ["linear", "content"]
