"""Every arm in every world: worlds in processes of their own, each finished one kept, so that a run can go on later."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.metadata import distributions, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import attrs

from shelfwise.config import Config
from shelfwise.errors import ConfigError, DataError, ShelfwiseError
from shelfwise.plugins import EXTENSION, group_of
from shelfwise.twin.arms import INTEGRATED, SILOED, arm_named
from shelfwise.twin.figures import figures
from shelfwise.twin.informed import informed_plugins
from shelfwise.twin.life import Life
from shelfwise.twin.scenario import Scenario
from shelfwise.twin.world import World
from shelfwise.types import Progress, Stage, silent

__all__ = ["QUICK_CONFIG", "Experiment", "keep", "run", "run_world", "world_file"]

QUICK_CONFIG = """
[recommender.options]
by_margin = true
[inventory.options]
holding_rate_per_year = 0.35
[router.options]
rounds_per_delivery = 1
"""
"""The baselines: slates by margin too, as a shop without any coordination would have them; a router that takes less
care, since there are hundreds of days.
"""
_TASK = "experiment.json"
_POLL_SECONDS = 0.05


@attrs.frozen
class Experiment:
    """What is run: texts of scenario and configuration as TOML, and which arms, or none for trials within a shop.

    ``weeks`` are those of a run where they are not the scenario's.
    """

    scenario: str
    config: str
    arms: tuple[str, ...]
    first_world: int = 0
    weeks: int | None = None

    @property
    def digest(self) -> str:
        """A name for all that decides what a world comes to, the code of the SDK and of what is named included."""
        told = json.dumps([self.scenario, self.config, list(self.arms), self.weeks, _code()])
        return hashlib.sha256(told.encode()).hexdigest()[:16]


@cache
def _code() -> str:
    """Return a digest of the source files of the SDK and of installed plugins, and of the versions of all beside it."""
    found = hashlib.sha256()
    points = [point for stage in (*Stage, EXTENSION) for point in entry_points(group=group_of(stage))]
    for package in sorted({"shelfwise", *(point.module.partition(".")[0] for point in points)}):
        spec = find_spec(package)
        for home in map(Path, (spec and spec.submodule_search_locations) or ()):
            for file in sorted(home.rglob("*.py")):
                found.update(file.relative_to(home).as_posix().encode() + b"\0" + file.read_bytes())
    versions = sorted(f"{one.name} {one.version}" for one in distributions())
    return hashlib.sha256(found.digest() + "\n".join(versions).encode()).hexdigest()


def run_world(scenario: Scenario, config: Config, arms: Sequence[str], number: int) -> dict[str, Any]:
    """Run the arms in one world, from the same history, and return their figures as plain values."""
    world = World.draw(scenario, number)
    start = Life.begin(world)
    gc.collect()
    gc.freeze()  # or every collection looks through the history again
    found: dict[str, Any] = {}
    wanted = start.diary.wanted
    for name in arms:
        started = time.perf_counter()
        life = start.branch()
        arm = arm_named(name)
        known = informed_plugins(config, life.market, wanted) if arm.informed else None
        retailer = arm.retailer(scenario, config, start.budget, known)
        life.until(scenario.last_day, retailer)
        if name == INTEGRATED:
            wanted = life.diary.wanted
        told = figures(life, retailer)
        found[name] = {
            "figures": told.values,
            "profit_by_week": told.profit_by_week,
            "wanted_by_week": told.wanted_by_week,
            "met_by_week": told.met_by_week,
            "value_quantiles": told.value_quantiles,
            "seconds": time.perf_counter() - started,
        }
    return {"world": number, "choice": world.people.choice, "arms": found}


def run(
    experiment: Experiment, worlds: int, folder: Path, *, workers: int = 1, progress: Progress = silent
) -> list[dict[str, Any]]:
    """Run the worlds that ``folder`` does not hold yet, and return all of them in order.

    Raises:
        ConfigError: The folder holds worlds of another experiment.
        DataError: What the folder holds is damaged.
        ShelfwiseError: A world failed; its last words are told, and the others are kept.
    """
    if experiment.arms and SILOED not in experiment.arms:
        raise ConfigError(f"the arm {SILOED!r} is what the others are compared with: name it too")
    if experiment.arms == (SILOED,):
        raise ConfigError(f"the arm {SILOED!r} alone is compared with nothing: name another")
    informed = [name for name in experiment.arms if arm_named(name).informed]
    if informed and INTEGRATED not in experiment.arms:
        raise ConfigError(f"the arm {informed[0]!r} foresees the demand of {INTEGRATED!r}: name it too")
    _claim(experiment, folder)
    numbers = range(experiment.first_world, experiment.first_world + worlds)
    found = {number: _read(world_file(folder, number)) for number in numbers if world_file(folder, number).exists()}
    waiting = [number for number in numbers if number not in found]
    progress("worlds", len(found), worlds)
    with _children() as children:
        while waiting or children:
            while waiting and len(children) < workers:
                number = waiting.pop(0)
                children[number] = _start(folder, number)
            time.sleep(_POLL_SECONDS)
            for number, child in list(children.items()):
                if child.process.poll() is None:
                    continue
                child.process.communicate()
                del children[number]
                if child.process.returncode or not world_file(folder, number).exists():
                    raise ShelfwiseError(f"world {number} failed: {child.last_words}")
                found[number] = _read(world_file(folder, number))
                progress("worlds", len(found), worlds)
    return [found[number] for number in numbers]


def _claim(experiment: Experiment, folder: Path) -> None:
    """Write into the folder what its worlds are of, or see that it is this."""
    task, lived = folder / _TASK, any(folder.glob("world-*.json"))
    if task.exists() and _read(task).get("digest") == experiment.digest:
        return
    if task.exists() or lived:
        raise ConfigError(
            f"{folder} holds worlds of another experiment, or of other code; remove it, or name another --json file"
        )
    folder.mkdir(parents=True, exist_ok=True)
    keep(task, attrs.asdict(experiment) | {"digest": experiment.digest})


def world_file(folder: Path, number: int) -> Path:
    """Return where a finished world is kept."""
    return folder / f"world-{number:05d}.json"


def _read(file: Path) -> dict[str, Any]:
    """Return what was kept.

    Raises:
        DataError: It is damaged.
    """
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{file} is damaged ({error}); remove it") from error
    if not isinstance(told, dict):
        raise DataError(f"{file} is damaged; remove it")
    return told


def keep(file: Path, value: Mapping[str, Any]) -> None:
    """Write plain values as a whole or not at all, whoever else writes the same file."""
    beside = file.with_name(f".{file.name}.{uuid.uuid4().hex}")
    beside.write_text(json.dumps(value), encoding="utf-8")
    beside.replace(file)


@attrs.frozen
class _Child:
    """The process of a world, which ends with its standard input, and what it says if it fails."""

    process: subprocess.Popen[bytes]
    said: IO[bytes]

    @property
    def last_words(self) -> str:
        """Its last line, or how it was ended."""
        code = self.process.returncode
        if code < 0:
            return f"its process was ended by {signal.Signals(-code).name}"
        self.said.seek(0)
        lines = self.said.read().decode(errors="replace").split("\n")
        told = [line.strip() for line in lines if line.strip()]
        return told[-1] if told else f"its process ended with {code} and without a word"


def _start(folder: Path, number: int) -> _Child:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "shelfwise.twin.worker", str(folder), str(number)]
    said = tempfile.TemporaryFile()  # noqa: SIM115 - a file, for a pipe that nobody empties would hold the process up
    # The process ends when its standard input does, and so with this one, however this one ends.
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": said}
    return _Child(subprocess.Popen(command, env=environment, **pipes), said)  # type: ignore[call-overload]  # noqa: S603 - our own code


@contextmanager
def _children() -> Iterator[dict[int, _Child]]:
    """Give a place for the processes of worlds, and end those that are left."""
    children: dict[int, _Child] = {}
    try:
        yield children
    finally:
        for child in children.values():
            child.process.terminate()
        for child in children.values():
            child.process.communicate()
