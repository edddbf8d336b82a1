"""Read a data directory: find the tables, read them one by one, and make a data set of them."""

from __future__ import annotations

from pathlib import Path

import attrs
import pandas as pd

from shelfwise.dataset.config import Cleaning, DataConfig, TableSource
from shelfwise.dataset.dataset import Dataset
from shelfwise.dataset.exports import known_export
from shelfwise.dataset.quality import QualityLog
from shelfwise.dataset.readers import SUFFIXES, read
from shelfwise.dataset.schema import TABLES
from shelfwise.dataset.tables import suggestion
from shelfwise.errors import DataError
from shelfwise.types import Progress


def read_dataset(config: DataConfig, directory: Path, progress: Progress | None = None) -> Dataset:
    """Read the tables that ``config`` describes, and those in ``directory`` that are named after a table.

    Where there is neither, an export that is known by its columns is read as such. Rows that cannot be used are in
    the ``quality`` of the result.

    Raises:
        DataError: Something is missing or cannot be read; the message names every such table and column at once.
    """
    config, problems = _located(config, directory)
    raw: dict[str, tuple[pd.DataFrame, TableSource]] = {}
    log = QualityLog()
    for done, (name, source) in enumerate(config.tables.items()):
        if progress is not None:
            progress(f"read {name}", done, len(config.tables) + 1)
        try:
            raw[name] = read(name, source, directory, log), source
        except DataError as error:
            problems.append(str(error))
    if progress is not None:
        progress("clean", len(config.tables), len(config.tables) + 1)
    dataset = Dataset.from_raw(raw, config, log, problems=tuple(problems))
    if progress is not None:
        progress("clean", len(config.tables) + 1, len(config.tables) + 1)
    return dataset


def _located(config: DataConfig, directory: Path) -> tuple[DataConfig, list[str]]:
    """Return the configuration with a file or database for every table, and what is wrong with it."""
    if not directory.is_dir():
        raise DataError(f"there is no data directory {directory}")
    problems = [problem for name, source in config.tables.items() for problem in _wrong(name, source)]
    sources = {}
    for name in TABLES:
        source = config.tables.get(name, TableSource())
        files = [f"{name}{suffix}" for suffix in SUFFIXES if (directory / f"{name}{suffix}").is_file()]
        if source.path or source.url:
            sources[name] = source
        elif len(files) > 1:
            problems.append(f"{name}: there are both {' and '.join(files)}; name one in tables.{name}.path")
        elif files:
            sources[name] = attrs.evolve(source, path=files[0])
        elif name in config.tables:
            problems.append(f"{name}: there is no file {name}.csv or {name}.parquet; name one in tables.{name}.path")
    if not sources and not problems:
        return _as_export(config, directory), problems
    return attrs.evolve(config, tables=sources), problems


def _wrong(name: str, source: TableSource) -> list[str]:
    if name not in TABLES:
        return [f"tables.{name}: there is no such table{suggestion(name, TABLES)} (there are {', '.join(TABLES)})"]
    if source.query and not source.url:
        return [f"tables.{name}.url: a query needs the URL of a database"]
    if source.url and source.path:
        return [f"tables.{name}: give either a path or a url"]
    return []


def _as_export(config: DataConfig, directory: Path) -> DataConfig:
    """Return the preset that fits the directory, with what the configuration says otherwise."""
    known = known_export(directory)
    if known is None:
        have = ", ".join(sorted(path.name for path in directory.iterdir())) or "nothing"
        raise DataError(
            f"{directory} has no events.csv, events.parquet, demand.csv or demand.parquet and no export of a known"
            f" shape (it has {have}); say under [data.tables.events] where the events are and what their columns mean"
        )
    own = DataConfig()
    return attrs.evolve(
        known,
        currency=known.currency if config.currency == own.currency else config.currency,
        cleaning=known.cleaning if config.cleaning == Cleaning() else config.cleaning,
        defaults=config.defaults,
    )


__all__ = ["read_dataset"]
