"""``shelfwise simulate``: announced, so that nobody looks for it in vain."""

from __future__ import annotations

import rich_click as click

from shelfwise.cli.failures import WRONG_USE, say


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def simulate(ctx: click.Context, arguments: tuple[str, ...]) -> None:
    """Compare plans in simulated worlds (not in this version)."""
    del arguments
    say("simulate needs the twin of a whole retailer, which is not part of this version")
    ctx.exit(WRONG_USE)
