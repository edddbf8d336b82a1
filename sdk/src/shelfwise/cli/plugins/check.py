"""``shelfwise plugins check``: the conformance checks of a stage, run on an installed plugin."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import rich_click as click

from shelfwise.cli.failures import FAILED
from shelfwise.cli.progress import progress_bar

if TYPE_CHECKING:
    from shelfwise.plugins import Member

STAGES = ("recommender", "forecaster", "inventory", "router")


@click.command()
@click.argument("stage", type=click.Choice(STAGES))
@click.argument("name")
@click.pass_context
def check(ctx: click.Context, stage: str, name: str) -> None:
    """Check an installed plugin against the contract of its STAGE.

    Exits with 1 if it breaks it.
    """
    from shelfwise.cli.choice import build_one

    member = build_one(stage, name)
    from shelfwise.testing import run_checks

    with progress_bar(f"checking {stage} {name}") as progress:
        results = run_checks(member.stage, partial(_fresh, member), progress=progress)
    for result in results:
        mark = click.style("ok  ", fg="green") if result.passed else click.style("FAIL", fg="red", bold=True)
        click.echo(f"{mark}  {result.name}: {result.problem or result.description}")
    failed = sum(not result.passed for result in results)
    click.echo(
        f"{member.stage} {member.name} {member.version}: {len(results) - failed} of {len(results)} checks passed"
    )
    if failed:
        ctx.exit(FAILED)


def _fresh(member: Member) -> object:
    """Return another plugin like the member's."""
    from shelfwise.plugins import build

    return build(member.stage, member.name).plugin
