"""A training of the plugin under examination, and what was seen of it."""

from __future__ import annotations

import attrs

from shelfwise.dataset import Dataset
from shelfwise.dataset.digest import dataset_digest
from shelfwise.plugins import call
from shelfwise.types import Progress

__all__ = ["Training", "watched"]


@attrs.frozen(eq=False)
class Training:
    """The trained ``plugin``, how often it told progress meanwhile, and whether the data set is what it was before."""

    plugin: object
    told: int
    data_kept: bool


def watched(plugin: object, dataset: Dataset, progress: Progress) -> Training:
    """Train a plugin on the whole data set."""
    told, before = 0, dataset_digest(dataset)

    def counting(step: str, done: int, total: int) -> None:
        nonlocal told
        told += 1
        progress(step, done, total)

    call(plugin, "train", dataset=dataset, progress=counting)
    return Training(plugin, told, dataset_digest(dataset) == before)
