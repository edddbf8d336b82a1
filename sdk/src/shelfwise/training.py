"""Train every plugin that the configuration names, and put what they learned into a new bundle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shelfwise.bundle import Bundle, write_bundle
from shelfwise.configured_plugins import build_plugins
from shelfwise.plugins import call
from shelfwise.types import Progress, silent

if TYPE_CHECKING:
    from shelfwise.config import Config
    from shelfwise.dataset import Dataset


def train(config: Config, dataset: Dataset, models: Path, progress: Progress = silent) -> Bundle:
    """Train the plugins of every chain, fallbacks included, and return the bundle, which is current from then on.

    Raises:
        ConfigError: plugins or extensions are missing or broken, or options of them wrong; all of it is named, and
            nothing is trained or written.
    """
    members = build_plugins(config).members
    for number, member in enumerate(members):
        progress(f"train {member.stage} {member.name}", number, len(members))
        call(member.plugin, "train", dataset=dataset, progress=progress)
    progress("train", len(members), len(members))

    def fill(directory: Path) -> None:
        for member in members:
            own = directory / member.stage / member.name
            own.mkdir(parents=True)
            call(member.plugin, "save", directory=own)

    return write_bundle(Path(models), config, dataset, fill)
