"""Folders that outlive an interrupted training, one for each plugin with its options and its data."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from shelfwise.fingerprint import fingerprint
from shelfwise.plugins import Member, implements

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["Checkpoints", "has_checkpoints"]

_FOLDER = ".checkpoints"
_KEPT_SECONDS = 7 * 24 * 3600
"""How long the checkpoints of a training that was never taken up again are kept."""


@attrs.define(eq=False, slots=False)
class Checkpoints:
    """The checkpoints in a model directory, of a training on one data set."""

    models: Path
    dataset: Dataset
    _given: list[Path] = attrs.field(init=False, factory=list)

    def of(self, member: Member, options: Mapping[str, Any]) -> Path | None:
        """Return the folder of a plugin with these options, None where it has no use for one.

        It holds what an interrupted training of the same plugin, of the same version, left in it.
        """
        if not implements(member.plugin, "train", "checkpoints"):
            return None
        told = json.dumps(options, sort_keys=True, default=str)
        key = fingerprint((member.version, told, self._data))[:16]
        folder = self.models / _FOLDER / f"{member.stage}-{member.name}-{key}"
        folder.mkdir(parents=True, exist_ok=True)
        self._given.append(folder)
        return folder

    def remove(self) -> None:
        """Remove the folders that were given out, and those that nobody has written to for a week."""
        home = self.models / _FOLDER
        old = [path for path in home.glob("*") if time.time() - path.stat().st_mtime > _KEPT_SECONDS]
        for folder in (*self._given, *old):
            shutil.rmtree(folder, ignore_errors=True)
        self.remove_empty()

    def remove_empty(self) -> None:
        """Remove the folders into which nobody has written anything."""
        for folder in (*self._given, self.models / _FOLDER):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()

    @cached_property
    def _data(self) -> str:
        from shelfwise.dataset.digest import dataset_digest

        return dataset_digest(self.dataset)


def has_checkpoints(models: Path) -> bool:
    """Return whether an interrupted training has left anything in a model directory."""
    return any((models / _FOLDER).glob("*/*"))
