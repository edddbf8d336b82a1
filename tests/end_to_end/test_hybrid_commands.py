"""The command line with the hybrid recommender configured: misspelt, damaged, interrupted, brought up to date."""

import shutil
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from shelfwise.bundle import open_bundle
from shelfwise.cli import main
from shelfwise.types import Stage

LEGS = ("transformer", "ncf", "linear", "markov", "neighbours", "again", "content", "popular")
TAUGHT = 4
"""Epochs of the neural leg in these tests."""


@pytest.fixture
def run(monkeypatch):
    """Return a function that runs a command line in this process and gives its result."""
    monkeypatch.setenv("COLUMNS", "200")
    runner = CliRunner()
    return lambda *arguments: runner.invoke(main, [str(argument) for argument in arguments], prog_name="shelfwise")


def write_config(path, **options):
    """Write a configuration that names the hybrid recommender with these options."""
    import tomllib

    lines = "\n".join(
        f"{key} = {value!r}".replace("True", "true").replace("False", "false") for key, value in options.items()
    )
    path.write_text(f'[recommender]\nplugin = "hybrid"\n[recommender.options]\n{lines}\n')
    assert tomllib.loads(path.read_text())


@pytest.fixture(scope="module")
def shop(few_tables, hybrid_options, tmp_path_factory):
    """Return a folder with the tables of a small retailer, and a configuration of the hybrid recommender."""
    folder = tmp_path_factory.mktemp("shop")
    for name, table in few_tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    write_config(folder / "shelfwise.toml", **hybrid_options | {"legs": ["ncf", "popular"], "epochs": TAUGHT})
    return folder


@pytest.fixture(scope="module")
def trained(shop, tmp_path_factory):
    """Return a model directory trained on the shop."""
    models = tmp_path_factory.mktemp("models")
    result = CliRunner().invoke(main, ["train", "--data", str(shop), "--models", str(models)])
    assert result.exit_code == 0, result.output
    return models


@pytest.fixture
def told(monkeypatch):
    """Return the steps that training tells of, as a terminal would show them, and whom to interrupt at which step."""
    steps, ends = [], []

    @contextmanager
    def bar(_step):
        def tell(step, done, total):
            steps.append((step, done))
            if (step, done) in ends:
                raise KeyboardInterrupt

        yield tell

    monkeypatch.setattr("shelfwise.cli.train.progress_bar", bar)
    return steps, ends


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"presett": "fast"}, ("recommender.options.presett is unknown", "Did you mean 'preset'?")),
        ({"preset": "quick"}, ("recommender.options.preset must be one of 'fast', 'balanced', 'best', got 'quick'",)),
        ({"legs": ["transfomer"]}, ("recommender.options.legs must be", "each one of", "'transfomer'", *LEGS)),
        ({"legs": []}, ("recommender.options.legs must be at least 1 long", "got ()")),
        ({"legs": "ncf"}, ("recommender.options.legs must be a list, each a string, got 'ncf'",)),
        ({"exposure_days": 0}, ("recommender.options.exposure_days must be at least 1 and at most 366, got 0",)),
        ({"seed": -1}, ("recommender.options.seed must be at least 0 and below 2147483648, got -1",)),
    ],
)
def test_wrong_options_are_told_before_anything_is_read(run, hybrid_options, tmp_path, options, words):
    """A misspelt option, an impossible leg or none is wrong use, said in a line with what is allowed."""
    config = tmp_path / "shelfwise.toml"
    write_config(config, **options)
    (tmp_path / "empty").mkdir()

    result = run("train", "--config", config, "--data", tmp_path / "empty", "--models", tmp_path / "models")

    assert result.exit_code == 2, result.stderr
    for word in words:
        assert word in result.stderr
    assert "Attribute(" not in result.stderr
    assert not (tmp_path / "models").exists()


def test_damaged_weights_are_one_error_that_names_the_file(run, trained, tmp_path):
    """Weights of which the end is missing, or with a byte changed, are told by the name of their file."""
    request = tmp_path / "request.json"
    request.write_text('{"recommend": {"customers": [{"customer_id": "new"}]}}')
    for number, damage in enumerate((lambda whole: whole[:-100], lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]))):
        models = tmp_path / str(number)
        shutil.copytree(trained, models)
        (weights,) = models.rglob("hybrid/*.safetensors")
        weights.write_bytes(damage(weights.read_bytes()))

        result = run("decide", "--models", models, "--request", request)

        assert result.exit_code == 1
        assert f"recommender/hybrid/{weights.name}" in result.stderr
        assert "train again" in result.stderr
        assert "Traceback" not in result.stderr


def test_interrupted_training_goes_on_from_its_checkpoints(run, shop, trained, told, tmp_path):
    """After Ctrl-C the same command says so, repeats no finished epoch, and ends with the very same model."""
    steps, ends = told
    epoch = "recommender hybrid: recommender: ncf"
    ends.append((epoch, 3))

    first = run("train", "--data", shop, "--models", tmp_path / "models")

    assert first.exit_code == 130
    assert "the same command goes on" in first.stderr
    done = [number for step, number in steps if step == epoch and number]
    assert done[-1] == 3
    ends.clear()
    steps.clear()

    second = run("train", "--data", shop, "--models", tmp_path / "models")

    assert second.exit_code == 0, second.stderr
    assert "An interrupted training left checkpoints" in second.stdout
    learned = [number for step, number in steps if step == epoch and number]
    assert learned[0] >= 3, "the finished epochs were trained again"
    assert open_bundle(tmp_path / "models").model_id == open_bundle(trained).model_id
    assert not (tmp_path / "models" / ".checkpoints").exists()


def test_update_takes_in_new_events_items_and_customers(run, shop, few_tables, trained, tmp_path):
    """With --update the hybrid recommender goes on from its model, and knows the new item and the new customer."""
    import pandas as pd

    models, later = tmp_path / "models", tmp_path / "later"
    shutil.copytree(trained, models)
    shutil.copytree(shop, later)
    items, events = few_tables["items"], few_tables["events"]
    fresh = items.tail(1).assign(item_id="item-new")
    last = events.tail(1)
    bought = [
        last.assign(time=last["time"] + pd.Timedelta(minutes=n), customer_id="newcomer", item_id="item-new")
        for n in (1, 2)
    ]
    pd.concat([items, fresh]).to_csv(later / "items.csv", index=False)
    pd.concat([events, *bought]).to_csv(later / "events.csv", index=False)

    result = run("train", "--update", "--data", later, "--models", models)

    assert result.exit_code == 0, result.stderr
    assert "recommender hybrid: updated\n" in result.stdout
    bundle = open_bundle(models)
    (recommender, *_) = bundle.load_plugins(bundle.config).chains[Stage.RECOMMENDER]
    history = recommender.plugin._model.history
    assert "item-new" in history.items
    assert "newcomer" in history.customers


def test_update_under_other_options_trains_anew_and_says_so(run, shop, hybrid_options, trained, tmp_path):
    """An update under other options than those of the model trains anew, and gives that as the reason."""
    models = tmp_path / "models"
    shutil.copytree(trained, models)
    config = tmp_path / "shelfwise.toml"
    write_config(config, **hybrid_options | {"legs": ["popular"]})

    result = run("train", "--update", "--config", config, "--data", shop, "--models", models)

    assert result.exit_code == 0, result.stderr
    assert "recommender hybrid: trained anew, its options have changed" in result.stdout
