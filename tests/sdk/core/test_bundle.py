"""Bundles: whole or absent, verified, swapped at once."""

import json
import os
import stat

import pandas as pd
import pytest

from shelfwise.bundle import KEPT, open_bundle, write_bundle
from shelfwise.config import Config, StageConfig
from shelfwise.dataset import Dataset
from shelfwise.errors import BundleError
from shelfwise.travel_config import TravelConfig
from shelfwise.types import Stage


@pytest.fixture(scope="module")
def dataset():
    """Return a data set of two purchases."""
    events = pd.DataFrame(
        {
            "time": pd.to_datetime(["2026-01-01", "2026-01-02"]),
            "customer_id": ["anna", "bob"],
            "item_id": ["apple", "bread"],
            "quantity": [1.0, 2.0],
            "price": [2.0, 3.0],
        }
    )
    return Dataset.from_tables({"events": events})


def fill(directory):
    """Write a file for one plugin, as training does."""
    (directory / "forecaster" / "mine").mkdir(parents=True)
    (directory / "forecaster" / "mine" / "weights.json").write_text("[1, 2, 3]")


def test_a_bundle_comes_back_as_it_was_written(tmp_path, dataset):
    """The state and the configuration of decisions are read from the bundle."""
    travel = TravelConfig(1.5, "http://shop:${PASSWORD}@roads.example")
    config = Config(forecaster=StageConfig(plugin="mine", options={"window": 3}), travel=travel)

    written = write_bundle(tmp_path, config, dataset, fill)
    opened = open_bundle(tmp_path)

    assert opened == written
    assert (opened.config.forecaster, opened.config.travel) == (config.forecaster, travel)
    assert opened.load_state() == dataset.state()


def test_equal_trainings_have_equal_model_ids(tmp_path, dataset):
    """The model id depends on content alone, so the same data and configuration give the same id."""
    first = write_bundle(tmp_path / "a", Config(), dataset, fill)
    second = write_bundle(tmp_path / "b", Config(), dataset, fill)

    assert first.model_id == second.model_id


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda file: file.unlink(), "weights.json is missing"),
        (lambda file: file.write_text("[1, 2"), "weights.json has 5 bytes, expected 9"),
        (lambda file: file.write_text("[1, 2, 4]"), "weights.json has been altered"),
    ],
)
def test_a_damaged_bundle_names_every_bad_file(tmp_path, dataset, damage, words):
    """A missing, truncated or altered file is an error that names it, and so is every other."""
    bundle = write_bundle(tmp_path, Config(), dataset, fill)
    damage(bundle.path / "forecaster" / "mine" / "weights.json")
    (bundle.path / "state" / "items.parquet").unlink()

    with pytest.raises(BundleError) as caught:
        open_bundle(tmp_path)

    assert words in str(caught.value)
    assert "state/items.parquet is missing" in str(caught.value)


def test_a_failed_training_leaves_the_old_bundle_in_use(tmp_path, dataset):
    """Whatever happens while a bundle is filled, nothing of it remains and the current one stays."""
    first = write_bundle(tmp_path, Config(), dataset, fill)

    def interrupted(directory):
        (directory / "half").write_text("written")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_bundle(tmp_path, Config(), dataset, interrupted)

    assert open_bundle(tmp_path) == first
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["CURRENT", first.path.name])


def test_old_bundles_are_removed(tmp_path, dataset):
    """Only the newest few bundles are kept."""
    written = [write_bundle(tmp_path, Config(), dataset, fill) for _ in range(KEPT + 2)]

    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == [b.path.name for b in written[-KEPT:]]


def test_no_bundle_says_how_to_get_one(tmp_path):
    """An empty directory is an error that names the command to run."""
    with pytest.raises(BundleError, match="shelfwise train"):
        open_bundle(tmp_path)


@pytest.mark.parametrize("name", ["../elsewhere", "", "a/b"])
def test_current_may_not_point_outside(tmp_path, name):
    """CURRENT names a directory beside it and nothing else."""
    (tmp_path / "CURRENT").write_text(name)

    with pytest.raises(BundleError, match="names no bundle"):
        open_bundle(tmp_path)


def test_current_that_is_no_text_is_told_and_what_to_do(tmp_path):
    """Bytes that nobody can read are a damaged bundle, not an error of the decoder."""
    (tmp_path / "CURRENT").write_bytes(b"\xff\xfe")

    with pytest.raises(BundleError, match=r"CURRENT is no UTF-8 text.*train again"):
        open_bundle(tmp_path)


def test_another_format_is_refused(tmp_path, dataset):
    """A bundle of a later layout is not read by guesswork."""
    bundle = write_bundle(tmp_path, Config(), dataset, fill)
    manifest = json.loads((bundle.path / "manifest.json").read_text())
    (bundle.path / "manifest.json").write_text(json.dumps({**manifest, "format": 99}))

    with pytest.raises(BundleError, match="another format"):
        open_bundle(tmp_path)


def test_a_plugin_that_was_not_trained_is_named(tmp_path, dataset):
    """Serving with a plugin that the bundle does not have says so."""
    bundle = write_bundle(tmp_path, Config(), dataset, fill)

    with pytest.raises(
        BundleError, match="without the recommender plugin 'baseline' and the forecaster plugin"
    ) as error:
        bundle.load_plugins(Config())

    assert str(error.value).endswith("train again")


def test_other_accounts_may_read_a_bundle(tmp_path, dataset):
    """Folders and files have the permissions that the process gives to any: a server may be another user."""
    before = os.umask(0o022)
    try:
        bundle = write_bundle(tmp_path, Config(), dataset, fill)
    finally:
        os.umask(before)

    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (bundle.path, *bundle.path.rglob("*"))}
    assert set(modes.values()) == {0o755, 0o644}
    assert all(mode == (0o755 if path.is_dir() else 0o644) for path, mode in modes.items())


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize("problem", ["KeyError", "RuntimeError", "AttributeError"])
def test_a_plugin_that_cannot_load_says_train_again(tmp_path, dataset, problem):
    """Whatever a plugin raises at its own files, the error names it, keeps the cause, and says what to do."""
    stages = {stage.value: StageConfig("jack", fallback=()) for stage in Stage}
    config = Config(**stages | {"router": StageConfig("jack", fallback=(), options={"raises": problem})})

    def fill_all(directory):
        for stage in Stage:
            (directory / stage / "jack").mkdir(parents=True)

    bundle = write_bundle(tmp_path, config, dataset, fill_all)

    with pytest.raises(BundleError, match=rf"router plugin 'jack' cannot load .*{problem}.*train again$") as error:
        bundle.load_plugins(config)

    assert type(error.value.__cause__).__name__ == problem
