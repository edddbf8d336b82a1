"""``shelfwise train``: tables in, a bundle of trained plugins out."""

from __future__ import annotations

import time
from pathlib import Path

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.files import OutputFolder
from shelfwise.cli.progress import progress_bar


@click.command()
@options.config
@options.data
@options.models_to_write
@click.option("--quality", type=OutputFolder(), help="Folder for the data-quality report and the rows put aside.")
@click.option("--update", "is_update", is_flag=True, help="Go on from the current models where plugins can.")
def train(config: Path | None, data: Path, models: Path, quality: Path | None, *, is_update: bool) -> None:
    """Read the retailer's tables and train every configured plugin.

    The new models are used from the moment they are complete; until then the earlier ones stay in place.
    Without --config, a shelfwise.toml beside the tables is used if there is one.

    After an interrupt, the same command goes on from where plugins have kept checkpoints. With --update, plugins that
    can take in what has happened since the current models were trained do so; the others, and those whose options
    have changed, are trained anew.
    """
    from shelfwise.bundle import open_bundle
    from shelfwise.checkpoints import has_checkpoints
    from shelfwise.cli.configuration import configuration
    from shelfwise.configured_plugins import build_plugins
    from shelfwise.dataset import read_dataset
    from shelfwise.training import plan_update, update
    from shelfwise.training import train as train_plugins

    settings, origin = configuration(config, data)
    click.echo(f"Configuration: {origin}")
    if is_update:  # what cannot be used is told before the tables are read
        for step in plan_update(settings, open_bundle(models)):
            click.echo(f"  {step}")
    else:
        build_plugins(settings)
    started = time.perf_counter()
    with progress_bar("reading") as progress:
        dataset = read_dataset(settings.data, data, progress)
        if quality is not None:
            dataset.quality.write(quality)
    for line in (*dataset.quality.lines(), *dataset.assumptions):
        click.echo(f"  {line}")
    if has_checkpoints(models):
        click.echo("An interrupted training left checkpoints: plugins go on from those of these options and this data.")
    try:
        with progress_bar("training") as progress:
            bundle = (update if is_update else train_plugins)(settings, dataset, models, progress)
    except KeyboardInterrupt:
        if has_checkpoints(models):
            click.echo("\nCheckpoints are kept: the same command goes on from there.", err=True)
        raise
    done = "Updated" if is_update else "Trained"
    click.echo(f"{done} model {bundle.model_id} in {time.perf_counter() - started:.1f} s: {bundle.path}")
