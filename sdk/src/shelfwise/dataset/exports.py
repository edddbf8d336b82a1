"""Recognise a shop's export by its columns."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import attrs

from shelfwise.dataset.config import DataConfig
from shelfwise.dataset.readers import SUFFIXES, columns
from shelfwise.errors import ConfigError, DataError
from shelfwise.structuring import structure

_PRESETS = "shelfwise.dataset.presets"


def known_export(directory: Path) -> DataConfig | None:
    """Return how to read the export that lies in ``directory``, or None where no preset fits it.

    A preset fits if each of its tables finds exactly one file that has all the columns it maps. What the files are
    called does not matter.
    """
    files = {}
    for path in sorted(directory.iterdir()) if directory.is_dir() else ():
        if path.name.endswith(SUFFIXES):
            try:
                files[path.name] = frozenset(columns(path))
            except DataError:
                continue  # what cannot be read is no known export; reading it by name will say why
    fitting = (_fitted(preset, files) for preset in _presets())
    return next((config for config in fitting if config is not None), None)


def _presets() -> Iterator[DataConfig]:
    for file in sorted(resources.files(_PRESETS).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            section = tomllib.loads(file.read_text(encoding="utf-8"))["data"]
            config, mistakes = structure(section, DataConfig, "data")
            if config is None:
                raise ConfigError("\n".join(f"{file.name}: {mistake}" for mistake in mistakes))
            yield config


def _fitted(preset: DataConfig, files: dict[str, frozenset[str]]) -> DataConfig | None:
    tables = {}
    for table, source in preset.tables.items():
        fitting = [name for name, have in files.items() if have.issuperset(source.columns.values())]
        if len(fitting) != 1:
            return None
        tables[table] = attrs.evolve(source, path=fitting[0])
    return attrs.evolve(preset, tables=tables)


__all__ = ["known_export"]
