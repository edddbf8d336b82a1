"""Train every plugin that the configuration names, and put what they learned into a new bundle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from shelfwise.bundle import Bundle, build_member, write_bundle
from shelfwise.plugins import call
from shelfwise.types import Progress, Stage, silent

if TYPE_CHECKING:
    from shelfwise.config import Config
    from shelfwise.dataset import Dataset

log = structlog.get_logger("shelfwise")


def train(config: Config, dataset: Dataset, models: Path, progress: Progress = silent) -> Bundle:
    """Train the plugins of every chain, fallbacks included, and return the bundle, which is current from then on.

    Raises:
        PluginError, ConfigError: a plugin is missing or broken, or an option of it is wrong; nothing is written.
    """
    members = [build_member(stage, name, config.stage(stage)) for stage in Stage for name in config.stage(stage).chain]
    for number, member in enumerate(members):
        progress(f"train {member.stage} {member.name}", number, len(members))
        call(member.plugin, "train", dataset=dataset, progress=progress)
        log.info("plugin.trained", stage=member.stage, plugin=member.name)
    progress("train", len(members), len(members))

    def fill(directory: Path) -> None:
        for member in members:
            own = directory / member.stage / member.name
            own.mkdir(parents=True)
            call(member.plugin, "save", directory=own)

    return write_bundle(Path(models), config, dataset, fill)
