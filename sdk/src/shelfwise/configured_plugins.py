"""The plugins that a configuration names, built together, so that every problem with them is told at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from shelfwise.errors import ConfigError, PluginError
from shelfwise.plugins import EXTENSION, Member, PluginSet, build
from shelfwise.types import Stage

if TYPE_CHECKING:
    from shelfwise.config import Config


def build_plugins(config: Config) -> PluginSet:
    """Build the plugins of every chain, and the extensions; none has learned anything yet.

    The options of a stage are those of its configured plugin; its fallbacks have the defaults.

    Raises:
        ConfigError: the configuration names what cannot be used; the message has a line for each name that is not
            installed, each plugin that is broken, and each wrong option.
    """
    built: dict[str, list[Member]] = {stage: [] for stage in (*Stage, EXTENSION)}
    problems = []
    for stage, name, options, key in _named(config):
        try:
            built[stage].append(build(stage, name, options))
        except ConfigError as error:  # each line bears its own key
            problems.append(str(error))
        except PluginError as error:
            problems.append(f"{key}: {error}")
    if problems:
        raise ConfigError("the configuration names what cannot be used:\n" + "\n".join(problems))
    return PluginSet({stage: tuple(built[stage]) for stage in Stage}, tuple(built[EXTENSION]))


def _named(config: Config) -> Iterator[tuple[str, str, dict[str, Any], str]]:
    """Yield stage, name, options and key of everything that the configuration names."""
    for stage in Stage:
        own = config.stage(stage)
        for name in own.chain:
            key, options = ("plugin", own.options) if name == own.plugin else ("fallback", {})
            yield stage, name, options, f"{stage}.{key}"
    for name, options in config.extensions.items():
        yield EXTENSION, name, options, f"extensions.{name}"
