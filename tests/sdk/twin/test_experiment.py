"""Experiments: worlds in processes, kept as they finish."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import EntryPoint

import pytest
from twin_world import CONFIG, TOML

from shelfwise.errors import ConfigError, DataError, ShelfwiseError
from shelfwise.twin import experiment, worker
from shelfwise.twin.experiment import Experiment, run

ARMS = ("classic", "siloed")


def asked(**changes):
    """Return a small experiment."""
    return Experiment(**({"scenario": TOML, "config": CONFIG, "arms": ARMS} | changes))


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Return the folder and the worlds of an experiment that ran to its end."""
    folder = tmp_path_factory.mktemp("twin") / "worlds"
    return folder, run(asked(), 2, folder, workers=2)


def test_worlds_are_told_in_order_with_every_arm(finished):
    """Each world has the figures of all arms; two worlds are not alike."""
    _, found = finished

    assert [world["world"] for world in found] == [0, 1]
    assert all(tuple(world["arms"]) == ARMS for world in found)
    profit = {world["arms"]["siloed"]["figures"]["profit_per_customer_year"] for world in found}
    assert len(profit) == 2


def test_a_run_goes_on_at_the_last_finished_world(finished, monkeypatch):
    """What is there is not run again, and one world more costs one world."""
    folder, found = finished
    started = []
    begin = experiment._start
    monkeypatch.setattr(experiment, "_start", lambda *given: (started.append(given[1]), begin(*given))[1])
    (folder / "world-00001.json").unlink()

    again = run(asked(), 2, folder)

    assert started == [1]
    assert [_without_seconds(world) for world in again] == [_without_seconds(world) for world in found]


def _without_seconds(world):
    return json.dumps({name: {**arm, "seconds": 0} for name, arm in world["arms"].items()})


def test_a_folder_of_another_experiment_is_refused(finished):
    """Worlds of another scenario, configuration or other arms are never mixed."""
    folder, _ = finished

    with pytest.raises(ConfigError, match="another experiment"):
        run(asked(arms=("siloed", "integrated")), 2, folder)


def test_a_folder_that_does_not_say_what_it_holds_is_refused(finished, tmp_path):
    """Its worlds may be of anything."""
    world = tmp_path / "world-00007.json"
    world.write_bytes((finished[0] / "world-00000.json").read_bytes())

    with pytest.raises(ConfigError, match="another experiment"):
        run(asked(), 2, tmp_path)


@pytest.mark.parametrize("name", ["experiment.json", "world-00001.json"])
@pytest.mark.parametrize("text", ["{", "null"])
def test_a_damaged_file_is_told_before_a_world_is_run(finished, tmp_path, monkeypatch, name, text):
    """It is named, and what to do about it."""
    folder = tmp_path / "worlds"
    shutil.copytree(finished[0], folder)
    (folder / name).write_text(text)
    (folder / "world-00000.json").unlink()
    monkeypatch.setattr(experiment, "_start", lambda *_: pytest.fail("a world was run"))

    with pytest.raises(DataError, match=f"{name} is damaged.*; remove it"):
        run(asked(), 2, folder)


def test_a_world_may_say_more_than_a_pipe_holds(tmp_path, monkeypatch):
    """What libraries have to say is kept aside, and does not hold the world up."""
    monkeypatch.setenv("PYTHONVERBOSE", "1")

    assert len(run(asked(), 1, tmp_path / "worlds")) == 1


def test_two_runs_at_once_share_a_folder(tmp_path):
    """Both write the same worlds, each as a whole, and neither leaves anything else behind."""
    folder = tmp_path / "worlds"

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: run(asked(), 1, folder), range(2))

    assert _without_seconds(one[0]) == _without_seconds(other[0])
    assert sorted(file.name for file in folder.iterdir()) == ["experiment.json", "world-00000.json"]


def test_a_world_ends_with_who_asked_for_it(tmp_path):
    """Whoever is killed lets go of the pipe, and leaves no process behind that goes on."""
    experiment._claim(asked(weeks=520), tmp_path)
    child = experiment._start(tmp_path, 0)

    child.process.stdin.close()

    assert child.process.wait() == 1
    assert [file.name for file in tmp_path.iterdir()] == ["experiment.json"]


def test_a_world_that_fails_says_why(tmp_path):
    """The last words of its process are the message."""
    with pytest.raises(ShelfwiseError, match=r"world 0 failed: .*no forecaster plugin|world 0 failed: .*nobody"):
        run(asked(config="[forecaster]\nplugin = 'nobody'\n"), 1, tmp_path / "worlds")


@pytest.mark.parametrize(
    ("code", "told"),
    [("", "ended with 0 and without a word"), ("import os; os.abort()", "was ended by SIGABRT")],
)
def test_a_process_that_leaves_no_world_has_failed(tmp_path, monkeypatch, code, told):
    """Whatever its exit code is: a plugin may end it, or the system."""
    begin = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda _, **given: begin([sys.executable, "-c", code], **given))

    with pytest.raises(ShelfwiseError, match=told):
        run(asked(), 1, tmp_path / "worlds")


def test_what_a_plugin_raises_is_told_in_one_line():
    """Of whatever kind, all of what it says, and where it was raised."""
    with pytest.raises(ValueError, match="cannot") as caught:
        raise ValueError("cannot learn\nfrom nothing")

    told = worker._told(caught.value)

    assert told.startswith(f"ValueError: cannot learn; from nothing, at {__file__}:")


@pytest.mark.parametrize(
    ("arms", "told"),
    [
        (("classic",), "name it too"),
        (("siloed",), "name another"),
        (("siloed", "perfect_information"), "foresees the demand of 'integrated'"),
        (("siloed", "perfect_information@0.9"), "foresees the demand of 'integrated'"),
    ],
)
def test_arms_need_what_they_are_compared_with(tmp_path, arms, told):
    """Nothing is run where a comparison would lack one side."""
    with pytest.raises(ConfigError, match=told):
        run(asked(arms=arms), 1, tmp_path / "worlds")


def test_worlds_of_other_plugin_code_are_of_another_experiment(tmp_path, monkeypatch):
    """A plugin that is being worked on keeps its version, but not its worlds."""
    package = tmp_path / "worked_on" / "model.py"
    package.parent.mkdir()
    (package.parent / "__init__.py").touch()
    point = EntryPoint("worked-on", "worked_on.model:Plugin", "shelfwise.recommender")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(experiment, "entry_points", lambda group: [point] if group == point.group else [])
    digests = []
    for code in ("slots = 5\n", "slots = 6\n", "slots = 5\n"):
        package.write_text(code)
        experiment._code.cache_clear()
        digests.append(asked().digest)
    experiment._code.cache_clear()

    assert digests[0] == digests[2] != digests[1]
