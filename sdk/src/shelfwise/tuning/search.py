"""The search itself: Optuna's TPE sampler and median pruner, from the options as they are to better ones."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from shelfwise.errors import ConfigError, PluginError, ShelfwiseError
from shelfwise.evaluation.report import bootstrap_difference
from shelfwise.plugins import build
from shelfwise.tuning.objective import Objective
from shelfwise.tuning.result import Candidate, State, Tuning
from shelfwise.tuning.space import SearchSpace
from shelfwise.types import Progress, silent

try:
    import optuna
except ImportError as error:
    raise ShelfwiseError("tuning needs Optuna: install it with `pip install 'shelfwise[tune]'`") from error

__all__ = ["tune"]

_START, _UNITS, _SECONDS, _REASON, _SEARCH, _REPEATS = "start", "units", "seconds", "reason", "search", "repeats"
_REPEATS_ALLOWED = 20
"""Candidates in a row that were tried before, after which nothing new is expected."""


def tune(
    space: SearchSpace,
    objective: Objective,
    *,
    seconds: float,
    trials: int | None = None,
    seed: int = 0,
    study: Path | None = None,
    progress: Progress = silent,
) -> Tuning:
    """Try options of a plugin for ``seconds``, or until ``trials`` were tried, and return what was found.

    The first candidate is the options as they are, so that the best is never worse by the objective. It is measured
    to the end however long it takes; any other is given up when the time ends. A search with a ``study`` file goes
    on from what the file holds. An interrupt ends the search, not the result, once the first candidate is measured.

    Raises:
        PluginError: The plugin fails with the options as they are; other candidates that fail are left out.
        ConfigError: ``study`` holds a search for something else.
    """
    started = time.monotonic()
    found = _open(study, space, objective, seed)
    run = _Run(space, objective, progress, started + seconds, trials, found)
    interrupted, left = False, trials
    try:
        if run.start is None:
            run.measure_start()
            left = None if trials is None else trials - 1
        rest = max(0.0, started + seconds - time.monotonic())
        found.optimize(run, n_trials=left, timeout=rest, catch=(_CandidateFailedError,))
    except KeyboardInterrupt:
        if run.start is None:
            raise
        interrupted = True
    return _tuning(space, objective, found, seed, time.monotonic() - started, interrupted=interrupted)


class _CandidateFailedError(Exception):
    """A candidate could not be measured; the search goes on."""


@attrs.define(eq=False)
class _Run:
    """Measures one candidate after the other; Optuna calls it."""

    space: SearchSpace
    objective: Objective
    progress: Progress
    ends_at: float
    trials: int | None
    study: optuna.Study
    start: float | None = attrs.field(init=False, default=None)
    best: float | None = attrs.field(init=False, default=None)
    known: dict[tuple[Any, ...], float] = attrs.field(init=False, factory=dict)
    repeats: int = attrs.field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        """Take up what the study has from before."""
        for trial in self.study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,)):
            assert trial.value is not None
            self._remember(_chosen(self.space, trial), trial.value)
            if _START in trial.user_attrs:
                self.start = trial.value

    def measure_start(self) -> None:
        """Measure the options as they are, however long it takes."""
        waiting = self.study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.WAITING,))
        if not any(_START in trial.user_attrs for trial in waiting):  # an earlier search may have ended before
            self.study.enqueue_trial(dict(self.space.start), user_attrs={_START: True})
        self.study.optimize(self, n_trials=1)

    def __call__(self, trial: optuna.Trial) -> float:
        """Return the score of the candidate that Optuna proposes."""
        is_start = _START in trial.user_attrs
        chosen = self.space.suggest(trial)
        if is_start:
            chosen = dict(self.space.start)
        if (value := self.known.get(tuple(chosen.values()))) is not None and not is_start:
            self.repeats += 1
            if self.repeats >= _REPEATS_ALLOWED:
                self.study.stop()
            trial.set_user_attr(_REPEATS, True)
            return value
        self.repeats = 0
        began = time.monotonic()
        units = self._measured(trial, chosen, is_start=is_start)
        value = float(units.mean())
        trial.set_user_attr(_SECONDS, time.monotonic() - began)
        if is_start or self._better(value):
            trial.set_user_attr(_UNITS, units.tolist())
        self._remember(chosen, value)
        if is_start:
            self.start = value
        return value

    def _measured(self, trial: optuna.Trial, chosen: dict[str, Any], *, is_start: bool) -> np.ndarray[Any, Any]:
        best = "" if self.best is None else f", best {self.best:.4g}"
        of = "" if self.trials is None else f" of {self.trials}"
        watch = _Watch(trial, self.progress, math.inf if is_start else self.ends_at, f"trial {trial.number}{of}{best}")
        try:
            plugin = build(self.space.stage, self.space.plugin, self.space.options(chosen)).plugin
            units = np.asarray(self.objective.score(plugin, watch), dtype=np.float64)
            if not np.isfinite(units).all() or not units.size:
                raise PluginError(f"its {self.objective.metric} is no finite number")  # noqa: TRY301 - as any failure
        except optuna.TrialPruned:
            raise
        except KeyboardInterrupt:
            trial.set_user_attr(_REASON, "interrupted")
            raise
        except Exception as error:  # foreign code may raise anything with options that nobody has tried
            reason = f"{type(error).__name__}: {error}"
            trial.set_user_attr(_REASON, reason)
            if is_start:
                raise PluginError(
                    f"the {self.space.stage} plugin {self.space.plugin!r} fails with the options as they are: {reason}"
                ) from error
            raise _CandidateFailedError(reason) from error
        return units

    def _better(self, value: float) -> bool:
        return self.best is None or (value > self.best if self.objective.maximize else value < self.best)

    def _remember(self, chosen: dict[str, Any], value: float) -> None:
        self.known[tuple(chosen.values())] = value
        if self._better(value):
            self.best = value


@attrs.frozen
class _Watch:
    """Looks on for one trial."""

    trial: optuna.Trial
    tell: Progress
    ends_at: float
    title: str

    def progress(self, step: str, done: int, total: int) -> None:
        """Show the progress of the candidate, and give it up when the time has ended."""
        self.tell(f"{self.title}: {step}", done, total)
        if time.monotonic() > self.ends_at:
            self.trial.set_user_attr(_REASON, "the time was up")
            raise optuna.TrialPruned

    def so_far(self, part: int, value: float) -> None:
        """Give the candidate up where it is worse by now than the median of those before."""
        self.trial.report(value, part)
        if _START not in self.trial.user_attrs and self.trial.should_prune():
            self.trial.set_user_attr(_REASON, f"below the median after part {part}")
            raise optuna.TrialPruned


def _open(path: Path | None, space: SearchSpace, objective: Objective, seed: int) -> optuna.Study:
    """Begin a study, or take up the one in the file."""
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    optuna.logging.disable_default_handler()
    storage = None if path is None else JournalStorage(JournalFileBackend(str(path)))
    study = optuna.create_study(
        storage=storage,
        sampler=optuna.samplers.TPESampler(seed=seed),
        pruner=optuna.pruners.MedianPruner(),
        study_name=f"{space.stage} {space.plugin}",
        direction="maximize" if objective.maximize else "minimize",
        load_if_exists=True,
    )
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
        return study
    different = [key for key, value in search.items() if before.get(key) != value]
    if different:
        name = f"{space.stage} {space.plugin}"
        raise ConfigError(f"{path} holds a search of {name} with other {', '.join(different)}; name another file")
    # With the seed of before it would propose the same as before.
    study.sampler = optuna.samplers.TPESampler(seed=seed + len(study.trials))
    return study


def _chosen(space: SearchSpace, trial: optuna.trial.FrozenTrial) -> dict[str, Any]:
    if _START in trial.user_attrs:
        return dict(space.start)
    return space.suggest(optuna.trial.FixedTrial(trial.params))  # type: ignore[arg-type]


def _tuning(
    space: SearchSpace, objective: Objective, study: optuna.Study, seed: int, seconds: float, *, interrupted: bool
) -> Tuning:
    trials = study.get_trials(deepcopy=False)
    candidates = {trial.number: _candidate(space, trial) for trial in trials if trial.state.is_finished()}
    start = next(t for t in trials if _START in t.user_attrs and t.state == optuna.trial.TrialState.COMPLETE)
    best = study.best_trial
    if best.value == start.value:
        best = start
    ours, theirs = best.user_attrs[_UNITS], start.user_attrs[_UNITS]
    better = (ours, theirs) if objective.maximize else (theirs, ours)
    return Tuning(
        space=space,
        objective=objective,
        candidates=tuple(candidates.values()),
        start=candidates[start.number],
        best=candidates[best.number],
        improvement=bootstrap_difference(*better, seed=seed),
        units=len(ours),
        seed=seed,
        seconds=seconds,
        interrupted=interrupted,
    )


def _candidate(space: SearchSpace, trial: optuna.trial.FrozenTrial) -> Candidate:
    state = State.REPEATED if _REPEATS in trial.user_attrs else State(trial.state.name.lower())
    return Candidate(
        trial=trial.number,
        state=state,
        value=trial.value if trial.state == optuna.trial.TrialState.COMPLETE else None,
        options=_chosen(space, trial) if trial.params.keys() >= space.ranges.keys() else {},
        seconds=trial.user_attrs.get(_SECONDS),
        reason=trial.user_attrs.get(_REASON, ""),
    )
