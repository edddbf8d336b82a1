"""Plugins: found by entry point, built from their configuration, called by what they implement."""

from __future__ import annotations

from typing import Any

import pluggy

from shelfwise import hookspecs


def call(plugin: object, hook: str, **arguments: Any) -> Any:
    """Call one plugin's implementation of ``hook`` with those of ``arguments`` that it accepts.

    Returns None where the plugin does not implement the hook.
    """
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(plugin)
    manager.check_pending()
    result = getattr(manager.hook, hook)(**arguments)
    return (result[0] if result else None) if isinstance(result, list) else result
