"""``shelfwise sample``: a small retailer to try things on."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from shelfwise.cli.files import OutputFolder


@click.command()
@click.option("--out", type=OutputFolder(), required=True, help="Folder for the tables and a shelfwise.toml.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Another seed, another shop.")
def sample(out: Path, seed: int) -> None:
    """Write the tables of a small sample retailer."""
    from shelfwise.twin.sample import write_sample

    write_sample(out, seed)
    files = sorted(path.name for path in out.iterdir())
    click.echo(f"Wrote {', '.join(files)} to {out}")
    click.echo(f"Next: shelfwise train --data {out} --models models")
