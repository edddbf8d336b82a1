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
def train(config: Path | None, data: Path, models: Path, quality: Path | None) -> None:
    """Read the retailer's tables and train every configured plugin.

    The new models are used from the moment they are complete; until then the earlier ones stay in place.
    Without --config, a shelfwise.toml beside the tables is used if there is one.
    """
    from shelfwise.cli.configuration import configuration
    from shelfwise.configured_plugins import build_plugins
    from shelfwise.dataset import read_dataset
    from shelfwise.training import train as train_plugins

    settings, origin = configuration(config, data)
    click.echo(f"Configuration: {origin}")
    build_plugins(settings)  # what cannot be used is told before the tables are read
    started = time.perf_counter()
    with progress_bar("reading") as progress:
        dataset = read_dataset(settings.data, data, progress)
        if quality is not None:
            dataset.quality.write(quality)
    for line in (*dataset.quality.lines(), *dataset.assumptions):
        click.echo(f"  {line}")
    with progress_bar("training") as progress:
        bundle = train_plugins(settings, dataset, models, progress)
    click.echo(f"Trained model {bundle.model_id} in {time.perf_counter() - started:.1f} s: {bundle.path}")
