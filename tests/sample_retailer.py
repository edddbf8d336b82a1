"""The sample retailer with trained baselines, made once for all tests of a process."""

import tempfile
from functools import cache
from pathlib import Path

from shelfwise.config import Config
from shelfwise.dataset import Dataset
from shelfwise.orchestrator import Orchestrator
from shelfwise.training import train
from shelfwise.twin.sample import sample_tables


@cache
def sample_dataset() -> Dataset:
    """Return the data of the sample retailer."""
    return Dataset.from_tables(sample_tables())


@cache
def _directory() -> tempfile.TemporaryDirectory:
    directory = tempfile.TemporaryDirectory(prefix="shelfwise-")
    train(Config(), sample_dataset(), Path(directory.name))
    return directory


def sample_models() -> Path:
    """Return a model directory with a bundle of the baselines; do not write into it."""
    return Path(_directory().name)


def sample_orchestrator() -> Orchestrator:
    """Return a new orchestrator, which has made no plan yet."""
    return Orchestrator.open(sample_models())
