"""What is read from a plugin's options before it is tuned."""

import attrs
import optuna
import pytest

from shelfwise.errors import ConfigError, PluginError
from shelfwise.plugins import build
from shelfwise.tuning import SearchSpace
from shelfwise.types import Choice, Integers, Uniform


def test_ranges_and_defaults_are_read_from_the_fields():
    """Options with a range are found, in tables of options too; others are left alone."""
    space = SearchSpace.of("router", "bowl")

    assert space.ranges == {
        "x": Uniform(-4.0, 4.0),
        "rate": Uniform(0.001, 1.0, log=True),
        "steps": Choice(None, 10, 20),
        "layer.width": Integers(1, 64, log=True),
    }
    assert space.start == {"x": 1.0, "rate": 0.1, "steps": None, "layer.width": 8}


def test_configured_options_are_the_start_and_widen_the_ranges():
    """A value outside of its range is searched too; what has no range stays as it is configured."""
    options = {"x": 9.0, "rate": 0.0001, "steps": 30, "layer": {"width": 100, "bias": False}, "name": "mine"}

    space = SearchSpace.of("router", "bowl", options)

    assert space.ranges == {
        "x": Uniform(-4.0, 9.0),
        "rate": Uniform(0.0001, 1.0, log=True),
        "steps": Choice(None, 10, 20, 30),
        "layer.width": Integers(1, 100, log=True),
    }
    assert space.options(space.start) == options
    chosen = space.options({"x": 0.5, "steps": None, "layer.width": 3})
    assert chosen == {"x": 0.5, "rate": 0.0001, "layer": {"width": 3, "bias": False}, "name": "mine"}
    assert space.fixed == options


def test_only_what_is_named_is_searched():
    """The others stay as they are; a name that is none of the plugin's is wrong use."""
    assert list(SearchSpace.of("router", "bowl", only=("rate",)).ranges) == ["rate"]
    with pytest.raises(ConfigError, match=r"option 'rat' is unknown\. Did you mean 'rate'"):
        SearchSpace.of("router", "bowl", only=("rat",))


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("stone", ConfigError, "'stone' has no option that can be tuned; its author declares"),
        ("noneamong", PluginError, "'size' holds None, which a configuration can only leave out"),
        ("noneoutside", PluginError, "'size' is one of numbers, but its value is None"),
        ("norange", PluginError, "'size' must be a Uniform, Integers or Choice, got \\(0.0, 1.0\\)"),
        ("logofzero", PluginError, "'size' cannot hold its value 0.0: low must be above 0"),
    ],
)
def test_what_cannot_be_searched_is_told(name, error, words):
    """A plugin without a range, or with one that makes no sense, is refused with the reason."""
    with pytest.raises(error, match=words):
        SearchSpace.of("router", name)


def test_candidates_are_within_their_ranges_and_build_the_plugin():
    """Every candidate is a configuration that the plugin takes, in numbers of four digits."""
    space = SearchSpace.of("router", "bowl")
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))

    for _ in range(50):
        chosen = space.suggest(study.ask())
        plugin = build("router", "bowl", space.options(chosen)).plugin
        assert -4.0 <= chosen["x"] <= 4.0
        assert 0.001 <= chosen["rate"] <= 1.0
        assert float(f"{chosen['x']:.4g}") == chosen["x"]
        assert (plugin.x, plugin.rate, plugin.steps) == (chosen["x"], chosen["rate"], chosen["steps"])
        assert plugin.layer.width == chosen["layer.width"]


@pytest.mark.parametrize("stage", ["recommender", "forecaster", "inventory", "router"])
def test_every_baseline_can_be_tuned(stage):
    """The baselines declare ranges that hold their defaults."""
    space = SearchSpace.of(stage, "baseline")
    plugin = build(stage, "baseline").plugin

    assert space.ranges
    declared = {field.alias: field.metadata["tune"] for field in attrs.fields(type(plugin)) if field.metadata}
    assert declared == space.ranges, "a range had to be widened to hold the default"
