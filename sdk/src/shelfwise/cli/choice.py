"""Plugins named on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import rich_click as click

if TYPE_CHECKING:
    from shelfwise.plugins import Member


def build_one(stage: str, name: str) -> Member:
    """Build a plugin with its default options; a name that nobody installed is wrong use."""
    from importlib.metadata import entry_points

    from shelfwise.plugins import build, group_of

    installed = sorted({point.name for point in entry_points(group=group_of(stage))})
    if name not in installed:
        raise click.UsageError(f"there is no {stage} plugin {name!r}; installed are: {', '.join(installed) or 'none'}")
    return build(stage, name)


def build_many(stage: str, names: Iterable[str]) -> dict[str, object]:
    """Build several plugins by name, telling of every name that nobody installed before anything runs."""
    return {name: build_one(stage, name).plugin for name in names}
