"""One world of an experiment: ``python -m shelfwise.twin.worker FOLDER NUMBER``, as long as standard input is open."""

from __future__ import annotations

import json
import os
import sys
import threading
import tomllib
import traceback
from pathlib import Path

from shelfwise.config import parse_config
from shelfwise.errors import ShelfwiseError
from shelfwise.twin.experiment import keep, run_world, world_file
from shelfwise.twin.scenario_file import parse_scenario
from shelfwise.twin.trial import run_trials

__all__ = ["main"]


def main(folder: Path, number: int) -> None:
    """Run the world and put its figures into the folder, as a whole."""
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    task = json.loads((folder / "experiment.json").read_text(encoding="utf-8"))
    scenario = parse_scenario(task["scenario"], "of the experiment", task["weeks"])
    config = parse_config(tomllib.loads(task["config"]))
    arms = task["arms"]
    told = run_world(scenario, config, arms, number) if arms else run_trials(scenario, config, number)
    keep(world_file(folder, number), told)


def _told(error: Exception) -> str:
    """Return an error in one line, with the place where it was raised unless it is of our own."""
    said, where = str(error), traceback.extract_tb(error.__traceback__)[-1]
    if not isinstance(error, ShelfwiseError):
        said = f"{type(error).__name__}: {error}, at {where.filename}:{where.lineno}"
    return said.replace("\n", "; ")


def _end_with_input() -> None:
    """End the process when nobody holds the other end of standard input any more: whoever asked for it is gone."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_input, name="parent", daemon=True).start()
    try:
        main(Path(sys.argv[1]), int(sys.argv[2]))
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises, the parent is told
        print(_told(error), file=sys.stderr)  # noqa: T201 - the last words for the parent
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
