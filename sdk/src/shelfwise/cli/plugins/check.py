"""``shelfwise plugins check``: the conformance checks of a stage, run on an installed plugin."""

from __future__ import annotations

import sys
from pathlib import Path

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.failures import FAILED
from shelfwise.cli.progress import progress_bar

STAGES = ("recommender", "forecaster", "inventory", "router")


@click.command()
@click.argument("stage", type=click.Choice(STAGES))
@click.argument("name")
@options.config
@click.pass_context
def check(ctx: click.Context, stage: str, name: str, config: Path | None) -> None:
    """Check an installed plugin against the contract of its STAGE.

    It is trained a few times on a sample retailer, with its default options or with those that --config gives it; where
    that takes minutes, give it options of little effort. Exits with 1 if it breaks the contract.
    """
    from shelfwise.cli.choice import build_one
    from shelfwise.config import load_config

    settings = load_config(config)
    member = build_one(stage, name, settings)
    from shelfwise.testing import run_checks

    passed = []
    with progress_bar(f"checking {stage} {name}") as progress:
        for result in run_checks(member.stage, lambda: build_one(stage, name, settings).plugin, progress=progress):
            mark = click.style("ok  ", fg="green") if result.passed else click.style("FAIL", fg="red", bold=True)
            # Named, because click would find the terminal beneath the bar.
            click.echo(f"{mark}  {result.name}: {result.problem or result.description}", file=sys.stdout)
            passed.append(result.passed)
    click.echo(f"{member.stage} {member.name} {member.version}: {sum(passed)} of {len(passed)} checks passed")
    if not all(passed):
        ctx.exit(FAILED)
