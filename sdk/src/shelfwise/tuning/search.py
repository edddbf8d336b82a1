"""The search: Optuna's TPE sampler and median pruner, from the options as they are to better ones."""

from __future__ import annotations

import math
import time
from pathlib import Path

from shelfwise.evaluation.report import Interval, bootstrap_difference
from shelfwise.tuning.engine import optuna
from shelfwise.tuning.objective import Objective
from shelfwise.tuning.result import Limits, Tuning
from shelfwise.tuning.run import CandidateFailedError, Run
from shelfwise.tuning.space import SearchSpace
from shelfwise.tuning.study import UNITS, candidate_of, is_start, open_study
from shelfwise.types import Progress, silent

__all__ = ["tune"]


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
    tried = open_study(study, space, objective, seed)
    run = Run(space, objective, progress, started + seconds, trials, tried)
    interrupted, left = False, trials
    try:
        if run.start is None:
            run.measure_start()
            left = None if trials is None else trials - 1
        rest = max(0.0, started + seconds - time.monotonic())
        tried.optimize(run, n_trials=left, timeout=rest, catch=(CandidateFailedError,))
    except KeyboardInterrupt:
        if run.start is None:
            raise
        interrupted = True
    took = time.monotonic() - started
    return _tuning(space, objective, tried, Limits(seed, seconds, trials), took, interrupted=interrupted)


def _tuning(
    space: SearchSpace, objective: Objective, study: optuna.Study, limits: Limits, seconds: float, *, interrupted: bool
) -> Tuning:
    trials = [trial for trial in study.get_trials(deepcopy=False) if trial.state.is_finished()]
    candidates = {trial.number: candidate_of(space, trial) for trial in trials}
    start = next(t for t in trials if is_start(t) and t.state == optuna.trial.TrialState.COMPLETE)
    best = start if study.best_value == start.value else study.best_trial
    ours, theirs = best.user_attrs[UNITS], start.user_attrs[UNITS]
    better = (ours, theirs) if objective.maximize else (theirs, ours)
    gain = bootstrap_difference(*better, seed=limits.seed)
    return Tuning(
        space=space,
        objective=objective,
        candidates=tuple(candidates.values()),
        start=candidates[start.number],
        best=candidates[best.number],
        improvement=gain if len(ours) > 1 else Interval(gain.estimate, math.nan, math.nan),
        units=len(ours),
        limits=limits,
        seconds=seconds,
        interrupted=interrupted,
    )
