"""Training and updating: who learns how, who is named when it fails, and what an interrupt leaves."""

import json
import os
import sys
import time

import pandas as pd
import pytest

from shelfwise.bundle import open_bundle
from shelfwise.checkpoints import has_checkpoints
from shelfwise.config import Config, StageConfig
from shelfwise.dataset import Dataset
from shelfwise.dataset.digest import dataset_digest
from shelfwise.errors import BundleError, DataError, PluginError
from shelfwise.plugins import build, call, implements
from shelfwise.training import plan_update, train, update
from shelfwise.types import Stage, silent

MODULE = '''
"""Plugins of any stage that write down how they have learned."""

import builtins
import json

import attrs

from shelfwise.hookspecs import hookimpl


@attrs.define(eq=False)
class Plain:
    """Learns by training alone; ``fails`` names a hook and an error."""

    fails: str = ""
    size: int = 1
    _story: list = attrs.field(init=False, factory=list)

    @hookimpl
    def recommend(self):
        """Have no answer."""

    @hookimpl
    def forecast(self):
        """Have no answer."""

    @hookimpl
    def replenish(self):
        """Have no answer."""

    @hookimpl
    def route(self):
        """Have no answer."""

    def note(self, hook, dataset):
        name, _, error = self.fails.partition(" ")
        if name == hook:
            raise getattr(builtins, error)("it broke")
        self._story.append([hook, len(dataset.events)])

    @hookimpl
    def train(self, dataset, progress):
        self.note("train", dataset)
        progress("lessons", 1, 2)

    @hookimpl
    def save(self, directory):
        if self.fails.startswith("save"):
            raise OSError(28, "No space left on device")
        (directory / "story.json").write_text(json.dumps(self._story))

    @hookimpl
    def load(self, directory):
        self._story = json.loads((directory / "story.json").read_text())


@attrs.define(eq=False)
class Quick(Plain):
    """Can be updated."""

    @hookimpl
    def update(self, dataset, progress):
        self.note("update", dataset)


@attrs.define(eq=False)
class Patient(Plain):
    """Counts its trainings in its checkpoints; the first is interrupted."""

    @hookimpl
    def train(self, dataset, progress, checkpoints):
        self.note("train", dataset)
        if checkpoints is None:
            return
        count = checkpoints / "count"
        before = int(count.read_text()) if count.exists() else 0
        count.write_text(str(before + 1))
        self._story.append(["before", before])
        if not before:
            raise KeyboardInterrupt


@attrs.define(eq=False)
class Defaulted(Plain):
    """Gives an argument a default, so that pluggy never passes it."""

    @hookimpl
    def train(self, dataset, progress, checkpoints=None):
        """Learn nothing."""
'''
NAMES = ("plain", "quick", "patient", "defaulted")


@pytest.fixture(autouse=True)
def school(tmp_path_factory, monkeypatch):
    """Install the plugins of this file's tests."""
    site = tmp_path_factory.mktemp("site")
    (site / "school.py").write_text(MODULE)
    (site / "school-1.0.dist-info").mkdir()
    (site / "school-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: school\nVersion: 1.0\n")
    (site / "school-1.0.dist-info" / "entry_points.txt").write_text(
        "\n".join(
            line
            for stage in Stage
            for line in (f"[shelfwise.{stage}]", *(f"{name} = school:{name.title()}" for name in NAMES))
        )
    )
    monkeypatch.syspath_prepend(site)
    yield
    sys.modules.pop("school", None)


def purchases(days):
    """Return a data set with a purchase on each of the first days of a year."""
    events = pd.DataFrame(
        {"time": pd.date_range("2026-01-01", periods=days), "customer_id": "anna", "item_id": "apple", "price": 2.0}
    )
    return Dataset.from_tables({"events": events})


def configured(recommender="plain", **options):
    """Return a configuration without fallbacks; the options are the recommender's."""
    others = {stage.value: StageConfig("plain", fallback=()) for stage in Stage}
    return Config(**others | {"recommender": StageConfig(recommender, fallback=(), options=options)})


def story(bundle, name="quick"):
    """Return what the recommender wrote down."""
    return json.loads((bundle.path / "recommender" / name / "story.json").read_text())


def test_update_goes_on_from_the_bundle(tmp_path):
    """A plugin with the hook is loaded and updated with all data; one without it is trained anew."""
    config = configured("quick")
    train(config, purchases(2), tmp_path)

    bundle = update(config, purchases(5), tmp_path)

    assert story(bundle) == [["train", 2], ["update", 5]]
    assert json.loads((bundle.path / "router" / "plain" / "story.json").read_text()) == [["train", 5]]
    assert open_bundle(tmp_path) == bundle
    assert bundle.load_state().as_of == purchases(5).as_of


def test_update_trains_what_has_changed_anew(tmp_path):
    """Other options, or a plugin that the bundle lacks, are trained, and the plan says why."""
    bundle = train(configured("quick"), purchases(2), tmp_path)

    told = [str(step) for step in plan_update(configured("quick", size=2), bundle)]
    other = [str(step) for step in plan_update(configured("patient"), bundle)]
    same = [str(step) for step in plan_update(configured("quick"), bundle)]

    assert told[0] == "recommender quick: trained anew, its options have changed"
    assert other[0] == "recommender patient: trained anew, the current models are without it"
    assert same[:2] == ["recommender quick: updated", "forecaster plain: trained anew, it has no update hook"]
    assert story(update(configured("quick", size=2), purchases(5), tmp_path)) == [["train", 5]]


def test_update_of_nothing_says_so(tmp_path):
    """Without an earlier bundle there is nothing to update."""
    with pytest.raises(BundleError, match="holds no trained models; run `shelfwise train"):
        update(configured(), purchases(2), tmp_path)


def test_update_never_goes_back_in_time(tmp_path):
    """Data that ends before that of the bundle is refused, and the bundle stays."""
    bundle = train(configured("quick"), purchases(5), tmp_path)

    with pytest.raises(DataError, match="ends on 2026-01-0"):
        update(configured("quick"), purchases(2), tmp_path)

    assert open_bundle(tmp_path) == bundle


@pytest.mark.parametrize(
    ("fails", "words"),
    [
        ("train ValueError", "recommender plugin 'plain' failed to train: ValueError: it broke"),
        ("save OSError", "recommender plugin 'plain' failed to save: OSError: .*No space left"),
    ],
)
def test_a_plugin_that_fails_is_named(tmp_path, fails, words):
    """What a plugin raises is told with its stage and name, the cause is kept, and nothing is written."""
    with pytest.raises(PluginError, match=words) as caught:
        train(configured("plain", fails=fails), purchases(2), tmp_path)

    assert type(caught.value.__cause__).__name__ == fails.split()[1]
    assert list(tmp_path.iterdir()) == []


def test_a_failed_update_leaves_the_models_in_use(tmp_path):
    """A plugin that fails to update is named, and the bundle of before stays current."""
    config = configured("quick", fails="update RuntimeError")
    bundle = train(config, purchases(2), tmp_path)

    with pytest.raises(PluginError, match="'quick' failed to update: RuntimeError"):
        update(config, purchases(3), tmp_path)

    assert open_bundle(tmp_path) == bundle


def test_progress_bears_the_name_of_the_plugin(tmp_path):
    """Steps that a plugin tells of stand under its stage and name."""
    told = []
    train(configured(), purchases(2), tmp_path, lambda *step: told.append(step))

    assert ("recommender plain: lessons", 1, 2) in told
    assert ("router plain: lessons", 1, 2) in told
    assert told[-1] == ("save", 4, 4)


def test_an_interrupted_training_goes_on(tmp_path):
    """Checkpoints outlive an interrupt, are found by the same training, and are gone once a bundle is written."""
    with pytest.raises(KeyboardInterrupt):
        train(configured("patient"), purchases(2), tmp_path)
    assert has_checkpoints(tmp_path)

    bundle = train(configured("patient"), purchases(2), tmp_path)

    assert story(bundle, "patient") == [["train", 2], ["before", 1]]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["CURRENT", bundle.path.name])


@pytest.mark.parametrize(("options", "days"), [({"size": 2}, 2), ({}, 3)])
def test_checkpoints_serve_the_same_training_only(tmp_path, options, days):
    """With other options or other data a plugin finds an empty folder."""
    with pytest.raises(KeyboardInterrupt):
        train(configured("patient"), purchases(2), tmp_path)

    with pytest.raises(KeyboardInterrupt):  # the plugin interrupts what it takes for the first training
        train(configured("patient", **options), purchases(days), tmp_path)

    assert len(list((tmp_path / ".checkpoints").iterdir())) == 2


def test_checkpoints_that_nobody_takes_up_are_removed(tmp_path):
    """What an abandoned training left is removed a week later, when another training is done."""
    with pytest.raises(KeyboardInterrupt):
        train(configured("patient"), purchases(2), tmp_path)
    (left,) = (tmp_path / ".checkpoints").iterdir()

    train(configured(), purchases(2), tmp_path)
    assert left.is_dir()
    week = time.time() - 8 * 24 * 3600
    os.utime(left, (week, week))
    train(configured(), purchases(2), tmp_path)

    assert not (tmp_path / ".checkpoints").exists()


def test_no_folder_is_left_empty(tmp_path):
    """A plugin that takes checkpoints and fails before it wrote any leaves nothing behind."""
    with pytest.raises(PluginError, match="failed to train"):
        train(configured("patient", fails="train ValueError"), purchases(2), tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_training_elsewhere_has_no_checkpoints():
    """A caller that keeps none need not say so: the plugin is given None."""
    plugin = build("recommender", "patient").plugin

    call(plugin, "train", dataset=purchases(2), progress=silent)

    assert implements(plugin, "train", "checkpoints")
    assert not implements(plugin, "update")


def test_an_argument_with_a_default_is_refused():
    """Pluggy never passes such an argument, so that the plugin would wait for it in vain."""
    with pytest.raises(PluginError, match="'train' has a default for 'checkpoints', which would never be passed"):
        build("recommender", "defaulted")


def test_a_digest_tells_data_apart():
    """Equal tables have equal digests; a row, a value, the order or the held-out part make another."""
    same, other = purchases(3), purchases(4)
    held = same.hold_out(pd.Timestamp("2026-01-02").to_pydatetime())

    assert dataset_digest(same) == dataset_digest(purchases(3))
    assert len({dataset_digest(dataset) for dataset in (same, other, held)}) == 3
