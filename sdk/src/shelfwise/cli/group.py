"""A group of commands that are imported when they are run, and whose errors are sentences."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import rich_click as click

from shelfwise.cli.failures import spoken
from shelfwise.cli.termination import sigterm_interrupts


class CommandGroup(click.RichGroup):
    """Finds each command at ``module:name`` and turns what it raises into a message and an exit code."""

    def __init__(self, *args: Any, commands_at: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._commands_at = dict(commands_at or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they were declared."""
        return [*self._commands_at, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self._commands_at:
            return super().get_command(ctx, cmd_name)
        module, _, name = self._commands_at[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; only the outermost group speaks of errors."""
        if ctx.parent is not None:
            return super().invoke(ctx)
        with spoken(ctx, debug=bool(ctx.params.get("debug"))), sigterm_interrupts():
            return super().invoke(ctx)
