"""A study: every candidate that was tried, in memory or in a file, and what is kept about each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shelfwise.errors import ConfigError
from shelfwise.tuning.engine import optuna
from shelfwise.tuning.objective import Objective
from shelfwise.tuning.result import Candidate, State
from shelfwise.tuning.space import SearchSpace

__all__ = [
    "INTERRUPTED",
    "REASON",
    "REPEATS",
    "SECONDS",
    "START",
    "UNITS",
    "candidate_of",
    "chosen_in",
    "is_start",
    "open_study",
]

START, UNITS, SECONDS, REASON, REPEATS = "start", "units", "seconds", "reason", "repeats"
"""What is kept about a trial: that it is the start, its score by unit, how long it took, why it ended early, and that
it was tried before."""
INTERRUPTED = "interrupted"
"""The reason of a trial that was under way when the search was."""
_SEARCH = "search"
_RANDOM_FIRST = 5
"""Trials before the sampler models what it has seen; plugins that train for minutes have few in all."""


def open_study(path: Path | None, space: SearchSpace, objective: Objective, seed: int) -> optuna.Study:
    """Begin a study, or take up the one of this plugin in the file.

    Raises:
        ConfigError: the file holds something else than searches, or one of this plugin with other options, ranges or
            data.
    """
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.disable_default_handler()
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)  # what fails is told in the result
    name = f"{space.stage} {space.plugin}"
    if path is not None and path.exists():
        _ensure_journal(path)
    study = optuna.create_study(
        storage=None if path is None else JournalStorage(JournalFileBackend(str(path))),
        pruner=optuna.pruners.MedianPruner(),
        study_name=name,
        direction="maximize" if objective.maximize else "minimize",
        load_if_exists=True,
    )
    # With the seed of before, a search that goes on would propose the same as before.
    seed += len(study.get_trials(deepcopy=False))
    study.sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=_RANDOM_FIRST)
    search = {
        "version": space.version,
        "metric": objective.metric,
        "protocol": dict(objective.protocol),
        "ranges": space.describe(),
        "options": dict(space.fixed),
    }
    before = study.user_attrs.get(_SEARCH)
    if before is None:
        study.set_user_attr(_SEARCH, search)
    elif different := [key for key, value in search.items() if before.get(key) != value]:
        raise ConfigError(f"{path} holds a search of {name} with other {', '.join(different)}; name another file")
    return study


def _ensure_journal(path: Path) -> None:
    """Raise ConfigError unless every line is one of Optuna's journal, which would fail late and add to the file."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                entry = json.loads(line)
            except ValueError:
                entry = None
            if not (isinstance(entry, dict) and "op_code" in entry and line.endswith(b"\n")):
                raise ConfigError(
                    f"{path} is no file that `shelfwise tune --study` wrote, or it is damaged (line {number}); "
                    "name another file, or one that does not exist yet"
                )


def is_start(trial: optuna.Trial | optuna.trial.FrozenTrial) -> bool:
    """Return whether a trial is that of the options as they are."""
    return START in trial.user_attrs


def chosen_in(space: SearchSpace, trial: optuna.trial.FrozenTrial) -> dict[str, Any]:
    """Return the options that a trial of the past had."""
    return dict(space.start) if is_start(trial) else space.suggest(trial)


def candidate_of(space: SearchSpace, trial: optuna.trial.FrozenTrial) -> Candidate:
    """Return a trial of the past as a value."""
    reason = trial.user_attrs.get(REASON, "")
    if REPEATS in trial.user_attrs:
        state = State.REPEATED
    elif reason == INTERRUPTED:
        state = State.INTERRUPTED
    else:
        state = State(trial.state.name.lower())
    return Candidate(
        trial=trial.number,
        state=state,
        value=trial.value if trial.state == optuna.trial.TrialState.COMPLETE else None,
        options=chosen_in(space, trial) if trial.params.keys() >= space.ranges.keys() else {},
        seconds=trial.user_attrs.get(SECONDS),
        reason=reason,
    )
