"""The plugins of a configuration: built together, every problem with them told at once."""

import re

import pandas as pd
import pytest

from shelfwise.bundle import open_bundle
from shelfwise.config import Config, parse_config
from shelfwise.configured_plugins import build_plugins
from shelfwise.dataset import Dataset
from shelfwise.errors import ConfigError
from shelfwise.plugins import available
from shelfwise.training import train
from shelfwise.types import Stage


def problems(table):
    """Return the lines of the error that a configuration leads to."""
    with pytest.raises(ConfigError) as caught:
        build_plugins(parse_config(table))
    return str(caught.value).splitlines()[1:]


def test_the_defaults_are_the_baselines():
    """Without a word in the configuration, each chain is the baseline alone, and there are no extensions."""
    plugins = build_plugins(Config())

    assert [(member.stage, member.name) for member in plugins.members] == [(stage, "baseline") for stage in Stage]
    assert plugins.extensions == ()


@pytest.mark.usefixtures("acme")
def test_everything_named_is_built_with_its_options():
    """The configured plugin and the extension get their options, the fallback its defaults."""
    plugins = build_plugins(
        parse_config({"router": {"plugin": "jack", "options": {"size": 3}}, "extensions": {"rule": {"level": 0.5}}})
    )

    jack, baseline = plugins.chains[Stage.ROUTER]
    assert (jack.name, jack.version, jack.plugin.size) == ("jack", "1.2.3", 3)
    assert baseline.name == "baseline"
    assert [(member.name, member.plugin.level) for member in plugins.extensions] == [("rule", 0.5)]


@pytest.mark.usefixtures("acme")
def test_every_problem_is_told_at_once():
    """Unknown names anywhere in a chain, broken plugins, options and extensions: each has its line with its key."""
    told = problems(
        {
            "recommender": {"options": {"neigbours": 3, "exposure_days": 0}},
            "forecaster": {"plugin": "nope", "fallback": ["absent", "unready"]},
            "inventory": {"plugin": "jack", "options": {"size": "big"}},
            "router": {"plugin": "jak", "fallback": ["zzz", "baseline"]},
            "extensions": {"foo": {}, "rule": {"levl": 1.0}, "greedy": {}},
        }
    )

    assert [line.partition(" ")[0] for line in told] == [
        "recommender.options.neigbours",
        "recommender.options.exposure_days",
        "forecaster.plugin:",
        "forecaster.fallback:",
        "forecaster.fallback:",
        "inventory.options.size",
        "router.plugin:",
        "router.fallback:",
        "extensions.foo:",
        "extensions.rule.levl",
        "extensions.greedy:",
    ]
    text = "\n".join(told)
    assert "neigbours is unknown. Did you mean 'neighbours'?" in text
    assert "exposure_days must be at least 1, got 0" in text
    installed = re.search("forecaster plugin 'nope' is unknown. Installed: ([^\n]*)", text)
    assert installed is not None
    assert {"absent", "baseline", "jack", "unready"} <= set(installed[1].split(", "))
    assert "has no attribute 'Absent'" in text
    assert "cannot be built from its options: RuntimeError: no licence" in text
    assert "router plugin 'jak' is unknown. Did you mean 'jack'?" in text
    assert "extension plugin 'foo' is unknown. Installed: greedy, rule" in text
    assert "levl is unknown. Did you mean 'level'?" in text
    assert "may only wrap it" in text


def test_training_tells_before_it_begins(tmp_path):
    """An unknown extension stops a training, as an unknown plugin does, and nothing is written."""
    with pytest.raises(ConfigError, match=r"extensions\.foo"):
        train(parse_config({"extensions": {"foo": {}}}), None, tmp_path / "models")

    assert not (tmp_path / "models").exists()


def test_serving_tells_everything_too(tmp_path, capsys):
    """A bundle is not loaded with a configuration that names what is not installed; training prints nothing."""
    events = pd.DataFrame(
        {
            "time": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-03"]),
            "customer_id": ["anna", "bob", "anna"],
            "item_id": ["apple", "bread", "bread"],
            "quantity": [1.0, 2.0, 1.0],
            "price": [2.0, 3.0, 3.0],
        }
    )
    train(Config(), Dataset.from_tables({"events": events}), tmp_path)

    with pytest.raises(ConfigError) as caught:
        open_bundle(tmp_path).load_plugins(parse_config({"forecaster": {"plugin": "nope"}, "extensions": {"foo": {}}}))

    assert "forecaster.plugin" in str(caught.value)
    assert "extensions.foo" in str(caught.value)
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("acme")
def test_a_broken_plugin_is_listed_with_its_version():
    """What cannot be imported is listed with its reason and version, and hinders nothing that is not configured."""
    listed = {info.name: info for info in available() if info.stage == "forecaster"}

    assert (listed["absent"].distribution, listed["absent"].version) == ("acme", "1.2.3")
    assert "Absent" in listed["absent"].error
    assert listed["jack"].error == ""
    assert build_plugins(Config())
