"""Which configuration a command runs with when there are tables but no ``--config``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shelfwise.config import Config

CONFIG_NAME = "shelfwise.toml"


def configuration(path: Path | None, data: Path) -> tuple[Config, str]:
    """Return the configuration and, in words, where it comes from.

    In this order: the file given, ``shelfwise.toml`` beside the tables, the mapping of an export that is known, the
    defaults.
    """
    import attrs

    from shelfwise.config import Config, load_config
    from shelfwise.dataset import known_export

    if path is not None:
        return load_config(path), str(path)
    if (data / CONFIG_NAME).is_file():
        return load_config(data / CONFIG_NAME), str(data / CONFIG_NAME)
    known = known_export(data)
    if known is not None:
        return attrs.evolve(Config(), data=known), f"the known export in {data}"
    return Config(), "the defaults"
