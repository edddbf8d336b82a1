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


def test_a_value_out_of_range_is_refused():
    """A value of the right type that is not allowed names its section."""
    with pytest.raises(ConfigError, match="coordination"):
        parse_config({"coordination": {"maximum_passes": 0}})


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
    with pytest.raises(PluginError, match="Did you mean 'baseline'"):
        build(Stage.ROUTER, "baselin")


def test_an_unknown_option_is_an_error():
    """A misspelt option stops the start instead of being ignored."""
    with pytest.raises(ConfigError, match=r"router\.options\.sped is unknown"):
        build(Stage.ROUTER, "baseline", {"sped": 3})
