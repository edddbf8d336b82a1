"""A runner, and one small trained model for the commands that need one."""

import pytest
from click.testing import CliRunner

from shelfwise.cli import main


@pytest.fixture
def run(monkeypatch):
    """Return a function that runs a command line in this process and gives its result."""
    monkeypatch.setenv("COLUMNS", "200")
    runner = CliRunner()

    def invoke(*arguments):
        return runner.invoke(main, [str(argument) for argument in arguments], prog_name="shelfwise")

    return invoke


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """Return a model directory trained with the baselines on the sample retailer."""
    from shelfwise.config import Config
    from shelfwise.dataset import Dataset
    from shelfwise.training import train
    from shelfwise.twin.sample import sample_tables

    folder = tmp_path_factory.mktemp("models")
    train(Config(), Dataset.from_tables(sample_tables(0, customers=60)), folder)
    return folder
