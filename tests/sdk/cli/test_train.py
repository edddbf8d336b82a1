"""``shelfwise sample`` and ``shelfwise train``: from nothing to a model."""

import json
import signal

import pytest

from shelfwise.baselines.inventory import BaselineInventory
from shelfwise.bundle import open_bundle
from shelfwise.hookspecs import hookimpl


@pytest.fixture
def shop(tmp_path):
    """Return a folder with the tables of a small sample retailer."""
    from shelfwise.twin.sample import sample_tables

    folder = tmp_path / "shop"
    folder.mkdir()
    for name, table in sample_tables(0, customers=40).items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def test_sample_writes_tables_and_the_next_step(run, tmp_path):
    """The sample is a folder of CSV files, and the command says what to do with it."""
    result = run("sample", "--out", tmp_path / "shop", "--seed", "3")

    assert result.exit_code == 0, result.stderr
    assert {"events.csv", "items.csv", "vehicles.csv"} <= {path.name for path in (tmp_path / "shop").iterdir()}
    assert "shelfwise train" in result.stdout


def test_sample_of_a_seed_is_always_the_same(run, tmp_path):
    """The same seed writes the same bytes, another seed others."""
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        run("sample", "--out", tmp_path / folder, "--seed", seed)

    content = [(tmp_path / folder / "events.csv").read_bytes() for folder in "abc"]
    assert content[0] == content[1] != content[2]


def test_train_makes_a_model(run, shop, tmp_path):
    """Training ends with a bundle that can be opened, and tells of the data's quality."""
    result = run("train", "--data", shop, "--models", tmp_path / "models", "--quality", tmp_path / "quality")

    assert result.exit_code == 0, result.stderr
    bundle = open_bundle(tmp_path / "models")
    assert bundle.model_id in result.stdout
    assert "rows kept" in result.stdout
    assert json.loads((tmp_path / "quality" / "quality.json").read_text())["rows_read"]["events"] > 0


def test_broken_rows_are_counted_and_put_aside(run, shop, tmp_path):
    """A row that cannot be read is told with its number, and is in the quarantine."""
    with (shop / "events.csv").open("a") as events:
        events.write("not a time," * 4 + "\n")

    result = run("train", "--data", shop, "--models", tmp_path / "models", "--quality", tmp_path / "quality")

    assert result.exit_code == 0, result.stderr
    assert "1 rows" in result.stdout
    assert "not a time" in (tmp_path / "quality" / "events.quarantine.csv").read_text()


def test_configuration_beside_the_tables_is_used(run, shop, tmp_path):
    """Without --config a shelfwise.toml in the data folder counts."""
    (shop / "shelfwise.toml").write_text('[data]\ncurrency = "CHF"\n')

    result = run("train", "--data", shop, "--models", tmp_path / "models")

    assert result.exit_code == 0, result.stderr
    assert open_bundle(tmp_path / "models").load_state().currency == "CHF"


def test_config_mistakes_are_told_all_at_once(run, shop, tmp_path):
    """Every key that is wrong is named with what was meant, and nothing is written."""
    config = tmp_path / "shelfwise.toml"
    config.write_text('[data]\ncurrncy = "EUR"\n[coordination]\nmaximum_passes = "four"\n')

    result = run("train", "--config", config, "--data", shop, "--models", tmp_path / "models")

    assert result.exit_code == 2
    assert "Did you mean 'currency'?" in result.stderr
    assert "coordination.maximum_passes must be a whole number" in result.stderr
    assert not (tmp_path / "models").exists()


@pytest.mark.parametrize("command", ["train", "demo", "serve"])
def test_whatever_the_configuration_names_wrongly_is_told_before_reading(run, tmp_path, command):
    """Plugins, fallbacks, options and extensions that do not exist are wrong use, told together, tables unread."""
    (tmp_path / "empty").mkdir()
    config = tmp_path / "shelfwise.toml"
    config.write_text(
        '[forecaster]\nplugin = "nope"\n[router]\nplugin = "baselin"\nfallback = ["zzz"]\n'
        "[inventory.options]\nhorizon = 3\n[extensions.foo]\n"
    )
    folders = {
        "train": ("--data", tmp_path / "empty", "--models", tmp_path / "models"),
        "demo": ("--data", tmp_path / "empty", "--out", tmp_path / "out"),
        "serve": ("--models", tmp_path / "empty"),
    }

    result = run(command, "--config", config, *folders[command])

    assert result.exit_code == 2
    for words in (
        "forecaster.plugin: forecaster plugin 'nope'",
        "router.plugin: router plugin 'baselin' is unknown. Did you mean 'baseline'?",
        "router.fallback: router plugin 'zzz'",
        "inventory.options.horizon is unknown. Did you mean 'horizon_days'?",
        "extensions.foo",
    ):
        assert words in result.stderr
    assert not (tmp_path / "models").exists()


def test_folder_without_tables_is_a_failure(run, tmp_path):
    """A folder in which no events are found exits with 1 and says what is looked for."""
    (tmp_path / "empty").mkdir()

    result = run("train", "--data", tmp_path / "empty", "--models", tmp_path / "models")

    assert result.exit_code == 1
    assert "events.csv" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["--data", "absent", "--models", "m"]])
def test_missing_or_absent_folders_are_wrong_use(run, arguments):
    """A missing flag or a folder that is not there exits with 2."""
    assert run("train", *arguments).exit_code == 2


def test_models_inside_a_file_are_refused_before_reading(run, shop, tmp_path):
    """A place where no folder can be made is refused at once."""
    (tmp_path / "file").touch()

    result = run("train", "--data", shop, "--models", tmp_path / "file" / "models")

    assert result.exit_code == 2
    assert "is a file" in result.stderr


def _interrupt():
    raise KeyboardInterrupt


@pytest.mark.parametrize(("interrupt", "code"), [(_interrupt, 130), (lambda: signal.raise_signal(signal.SIGTERM), 143)])
def test_interrupted_training_keeps_the_earlier_model(run, shop, tmp_path, monkeypatch, interrupt, code):
    """Ctrl-C or SIGTERM in the middle of saving leaves the current model and no remains."""
    models = tmp_path / "models"
    run("train", "--data", shop, "--models", models)
    before = open_bundle(models).path

    @hookimpl
    def save(self, directory):
        (directory / "half.npz").touch()
        interrupt()

    monkeypatch.setattr(BaselineInventory, "save", save)
    result = run("train", "--data", shop, "--models", models)

    assert result.exit_code == code
    assert "nothing is half-written" in result.stderr
    assert open_bundle(models).path == before
    assert sorted(path.name for path in models.iterdir()) == sorted(["CURRENT", before.name])


def test_update_says_what_becomes_of_each_plugin(run, shop, tmp_path, monkeypatch):
    """With --update the command tells who is updated and who is trained anew, and makes a new model."""
    models = tmp_path / "models"
    run("train", "--data", shop, "--models", models)
    before = open_bundle(models)

    @hookimpl
    def update(self, dataset):
        assert self._statistics is not None, "the plugin was not loaded"

    monkeypatch.setattr(BaselineInventory, "update", update, raising=False)
    result = run("train", "--update", "--data", shop, "--models", models)

    assert result.exit_code == 0, result.stderr
    assert "inventory baseline: updated\n" in result.stdout
    assert "forecaster baseline: trained anew, it has no update hook" in result.stdout
    assert "Updated model" in result.stdout
    assert open_bundle(models).path != before.path


def test_update_without_models_is_a_failure(run, shop, tmp_path):
    """There is nothing to update in a folder without a bundle, which is told before the tables are read."""
    result = run("train", "--update", "--data", shop, "--models", tmp_path / "models")

    assert result.exit_code == 1
    assert "holds no trained models" in result.stderr
    assert "rows kept" not in result.stdout


def test_interrupt_says_that_checkpoints_are_kept(run, shop, tmp_path, monkeypatch):
    """Where a plugin has kept checkpoints, the command says that it can be given again."""

    @hookimpl
    def train(self, dataset, checkpoints):
        (checkpoints / "epoch").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(BaselineInventory, "train", train)
    result = run("train", "--data", shop, "--models", tmp_path / "models")

    assert result.exit_code == 130
    assert "the same command goes on" in result.stderr


def test_a_plugin_that_fails_is_named(run, shop, tmp_path, monkeypatch):
    """What a plugin raises while it is trained is told with its stage and name."""

    @hookimpl
    def train(self):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(BaselineInventory, "train", train)
    result = run("train", "--data", shop, "--models", tmp_path / "models")

    assert result.exit_code == 1
    assert "the inventory plugin 'baseline' failed to train: ZeroDivisionError: by nothing" in result.stderr
    assert "This should not happen" not in result.stderr
