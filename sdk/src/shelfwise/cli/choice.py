"""Plugins named on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import rich_click as click

if TYPE_CHECKING:
    from shelfwise.config import Config
    from shelfwise.plugins import Member


def options_of(stage: str, name: str, config: Config | None) -> dict[str, Any]:
    """Return the options that the configuration gives a plugin: those of its stage if it is the one named there."""
    from shelfwise.types import Stage

    own = None if config is None else config.stage(Stage(stage))
    return dict(own.options) if own is not None and own.plugin == name else {}


def build_one(stage: str, name: str, config: Config | None = None) -> Member:
    """Build a plugin as configured, or with its default options; a name that nobody installed is wrong use."""
    from importlib.metadata import entry_points

    from shelfwise.plugins import build, group_of

    installed = sorted({point.name for point in entry_points(group=group_of(stage))})
    if name not in installed:
        raise click.UsageError(f"there is no {stage} plugin {name!r}; installed are: {', '.join(installed) or 'none'}")
    return build(stage, name, options_of(stage, name, config))


def build_many(stage: str, names: Iterable[str], config: Config | None = None) -> dict[str, object]:
    """Build several plugins by name, telling of every name that nobody installed before anything runs."""
    return {name: build_one(stage, name, config).plugin for name in names}
