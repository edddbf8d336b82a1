"""Configuration: every mistake is reported at once, with what is allowed."""

import pytest

from shelfwise.config import Config, load_config, parse_config
from shelfwise.errors import ConfigError, PluginError
from shelfwise.plugins import available, build
from shelfwise.types import Stage


def test_without_a_file_everything_has_a_default():
    """No configuration means the baselines."""
    config = load_config(None)

    assert config == Config()
    assert all(config.stage(stage).chain == ("baseline",) for stage in Stage)


def test_a_file_sets_what_it_names(tmp_path):
    """A plugin with options and a fallback is read from TOML."""
    path = tmp_path / "shelfwise.toml"
    path.write_text(
        '[forecaster]\nplugin = "ensemble"\n[forecaster.options]\nwindow = 3\n[coordination]\ndamping = 0\n'
    )

    config = load_config(path)

    assert config.forecaster.chain == ("ensemble", "baseline")
    assert config.forecaster.options == {"window": 3}
    assert config.coordination.damping == 0.0


def test_all_typos_are_named_with_what_was_meant():
    """Each unknown key and each wrong type is reported, with a suggestion."""
    table = {"forcaster": {}, "coordination": {"maximum_pases": 2, "damping": "half"}, "router": {"plugin": 3}}

    with pytest.raises(ConfigError) as caught:
        parse_config(table, "shelfwise.toml")

    message = str(caught.value)
    assert "forcaster is unknown. Did you mean 'forecaster'?" in message
    assert "coordination.maximum_pases is unknown. Did you mean 'maximum_passes'?" in message
    assert "coordination.damping must be a number, got 'half'" in message
    assert "router.plugin must be a string, got 3" in message


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"coordination": {"maximum_passes": 0}}, "coordination.maximum_passes must be at least 1, got 0"),
        ({"coordination": {"damping": 2.0}}, "coordination.damping must be at least 0 and below 1, got 2.0"),
        ({"coordination": {"damping": float("nan")}}, "coordination.damping must be at least 0 and below 1, got nan"),
        ({"server": {"maximum_message_mb": 5000}}, "server.maximum_message_mb must be at least 1 and at most 2047"),
        (
            {"server": {"log_level": "loud"}},
            "server.log_level must be one of 'debug', 'info', 'warning', 'error', got 'loud'",
        ),
        ({"server": {"tls_key": "server.key"}}, "server.tls_key: tls_certificate is missing"),
    ],
)
def test_a_value_that_is_not_allowed_is_told_in_words(section, words):
    """A value of the right type that is out of range is told with its key, the range, and itself."""
    with pytest.raises(ConfigError) as caught:
        parse_config(section)

    assert words in str(caught.value)


def test_ranges_are_told_beside_typos():
    """A misspelt key or a wrong type hides no value out of range, in its section or another."""
    table = {
        "coordination": {"maximum_pases": 2, "damping": 2.0, "tolerance": "small"},
        "server": {"maximum_queued": -1, "maximum_wait_seconds": 0},
    }

    with pytest.raises(ConfigError) as caught:
        parse_config(table)

    assert [line.split()[0] for line in str(caught.value).splitlines()[1:]] == [
        "coordination.maximum_pases",
        "coordination.damping",
        "coordination.tolerance",
        "server.maximum_queued",
        "server.maximum_wait_seconds",
    ]


def test_a_misspelt_key_does_not_hide_what_keys_must_be_together():
    """Half of a pair is told beside a typo of its section."""
    with pytest.raises(ConfigError) as caught:
        parse_config({"server": {"adress": "[::]:50051", "tls_certificate": "server.pem"}})

    assert "server.adress is unknown" in str(caught.value)
    assert "tls_key is missing" in str(caught.value)


@pytest.mark.parametrize("text", [None, "[forecaster", "\x00"])
def test_an_unreadable_file_is_a_clear_error(tmp_path, text):
    """A missing file and one that is no TOML are named."""
    path = tmp_path / "shelfwise.toml"
    if text is not None:
        path.write_text(text)

    with pytest.raises(ConfigError, match=r"shelfwise\.toml"):
        load_config(path)


def test_the_baselines_are_available_through_entry_points():
    """Every stage has its baseline, importable and described."""
    baselines = [info for info in available() if info.name == "baseline"]

    assert [info.stage for info in baselines] == [stage.value for stage in Stage]
    assert all(info.distribution == "shelfwise" and info.description and not info.error for info in baselines)


def test_an_unknown_plugin_lists_those_installed():
    """Naming a plugin that is not installed says which ones are."""
    with pytest.raises(PluginError, match=r"Did you mean 'baseline'\? Installed: baseline"):
        build(Stage.ROUTER, "baselin")


def test_an_unknown_option_is_an_error():
    """A misspelt option stops the start instead of being ignored."""
    with pytest.raises(ConfigError, match=r"router\.options\.sped is unknown"):
        build(Stage.ROUTER, "baseline", {"sped": 3})
