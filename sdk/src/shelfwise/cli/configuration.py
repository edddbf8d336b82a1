"""Which configuration a command runs with when there are tables but no ``--config``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shelfwise.config import Config

CONFIG_NAME = "shelfwise.toml"


def configuration(path: Path | None, data: Path | None) -> tuple[Config, str]:
    """Return the configuration and where it comes from: the file given, the one beside the tables, or the defaults."""
    from shelfwise.config import load_config

    beside = None if data is None else data / CONFIG_NAME
    path = beside if path is None and beside is not None and beside.is_file() else path
    return load_config(path), "the defaults" if path is None else str(path)
