"""One candidate after the other: built, measured, and given up where the time or the hope has ended."""

from __future__ import annotations

import math
import time
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.errors import PluginError
from shelfwise.plugins import build
from shelfwise.tuning.engine import optuna
from shelfwise.tuning.objective import Objective
from shelfwise.tuning.space import SearchSpace
from shelfwise.tuning.study import INTERRUPTED, REASON, REPEATS, SECONDS, START, UNITS, chosen_in, is_start
from shelfwise.types import Progress

__all__ = ["CandidateFailedError", "Run"]

_REPEATS_ALLOWED = 20
"""Candidates in a row that were tried before, after which nothing new is expected."""


class CandidateFailedError(Exception):
    """A candidate could not be measured; the search goes on."""


@attrs.define(eq=False)
class Run:
    """Measures what Optuna proposes; ``start`` and ``best`` are the scores so far."""

    space: SearchSpace
    objective: Objective
    progress: Progress
    ends_at: float
    """On the monotonic clock."""
    trials: int | None
    study: optuna.Study
    start: float | None = attrs.field(init=False, default=None)
    best: float | None = attrs.field(init=False, default=None)
    _known: dict[tuple[Any, ...], float] = attrs.field(init=False, factory=dict)
    _repeats: int = attrs.field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        """Take up what the study has from before."""
        for trial in self.study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,)):
            assert trial.value is not None
            self._remember(chosen_in(self.space, trial), trial.value)
            if is_start(trial):
                self.start = trial.value

    def measure_start(self) -> None:
        """Measure the options as they are, however long it takes.

        Raises:
            PluginError: The plugin fails with them.
        """
        waiting = self.study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.WAITING,))
        if not any(map(is_start, waiting)):  # an earlier search may have ended before it came to it
            self.study.enqueue_trial(dict(self.space.start), user_attrs={START: True})
        self.study.optimize(self, n_trials=1)

    def __call__(self, trial: optuna.Trial) -> float:
        """Return the score of a candidate."""
        proposed, first = self.space.suggest(trial), is_start(trial)
        chosen = dict(self.space.start) if first else proposed
        known = self._known.get(tuple(chosen.values()))
        if known is not None and not first:
            return self._repeated(trial, known)
        self._repeats = 0
        began = time.monotonic()
        units = self._measured(trial, chosen)
        value = float(units.mean())
        trial.set_user_attr(SECONDS, time.monotonic() - began)
        if first or self._is_better(value):
            trial.set_user_attr(UNITS, units.tolist())
        self._remember(chosen, value)
        if first:
            self.start = value
        return value

    def _repeated(self, trial: optuna.Trial, known: float) -> float:
        trial.set_user_attr(REPEATS, True)
        self._repeats += 1
        if self._repeats >= _REPEATS_ALLOWED:
            self.study.stop()
        return known

    def _measured(self, trial: optuna.Trial, chosen: dict[str, Any]) -> NDArray[np.float64]:
        of = "" if self.trials is None else f" of {self.trials}"
        best = "" if self.best is None else f", best {self.best:.4g}"
        ends_at = math.inf if is_start(trial) else self.ends_at
        watch = _Watch(trial, self.progress, ends_at, f"trial {trial.number}{of}{best}")
        try:
            plugin = build(self.space.stage, self.space.plugin, self.space.options(chosen)).plugin
            return _finite(self.objective.metric, self.objective.score(plugin, watch))
        except optuna.TrialPruned:
            raise
        except KeyboardInterrupt:
            trial.set_user_attr(REASON, INTERRUPTED)
            raise
        except Exception as error:  # foreign code may raise anything with options that nobody has tried
            reason = f"{type(error).__name__}: {error}"
            trial.set_user_attr(REASON, reason)
            if not is_start(trial):
                raise CandidateFailedError(reason) from error
            raise PluginError(
                f"the {self.space.stage} plugin {self.space.plugin!r} fails with the options as they are: {reason}"
            ) from error

    def _is_better(self, value: float) -> bool:
        return self.best is None or (value > self.best if self.objective.maximize else value < self.best)

    def _remember(self, chosen: dict[str, Any], value: float) -> None:
        self._known[tuple(chosen.values())] = value
        if self._is_better(value):
            self.best = value


def _finite(metric: str, score: NDArray[np.float64]) -> NDArray[np.float64]:
    units = np.asarray(score, dtype=np.float64)
    if not units.size or not np.isfinite(units).all():
        raise PluginError(f"its {metric} is no finite number")
    return units


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
            self._give_up("the time was up")

    def so_far(self, part: int, value: float) -> None:
        """Give the candidate up where it is worse by now than the median of those before."""
        self.trial.report(value, part)
        if not is_start(self.trial) and self.trial.should_prune():
            self._give_up(f"worse than the median after part {part}")

    def _give_up(self, reason: str) -> None:
        self.trial.set_user_attr(REASON, reason)
        raise optuna.TrialPruned
