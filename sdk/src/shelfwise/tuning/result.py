"""What a search found, as values, as JSON, and as a piece of configuration."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from importlib import metadata
from typing import Any

import attrs

from shelfwise.evaluation.report import Interval, envelope
from shelfwise.tuning.objective import Objective
from shelfwise.tuning.space import SearchSpace
from shelfwise.tuning.toml import as_toml

__all__ = ["Candidate", "Limits", "State", "Tuning"]


class State(StrEnum):
    """How the measurement of a candidate ended."""

    COMPLETE = "complete"
    PRUNED = "pruned"
    FAIL = "fail"
    INTERRUPTED = "interrupted"
    REPEATED = "repeated"


@attrs.frozen
class Candidate:
    """Options that were tried; ``value`` is None where they were not measured to the end, for a ``reason``."""

    trial: int
    state: State
    value: float | None
    options: Mapping[str, Any]
    seconds: float | None = None
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the candidate by name."""
        return attrs.asdict(self)


@attrs.frozen
class Limits:
    """What a search was given: a seed, seconds, and how many candidates at most, None for any number."""

    seed: int
    seconds: float
    trials: int | None


@attrs.frozen(eq=False)
class Tuning:
    """A search: ``improvement`` is by how much the best is better than the start, with a paired bootstrap interval.

    It is above 0 where the best is better, whichever way the metric points.
    """

    space: SearchSpace
    objective: Objective
    candidates: tuple[Candidate, ...]
    start: Candidate
    best: Candidate
    improvement: Interval
    units: int
    limits: Limits
    seconds: float
    interrupted: bool = False

    @property
    def options(self) -> dict[str, Any]:
        """The best options, those that were not searched included, as the configuration nests them."""
        return self.space.options(self.best.options)

    def to_toml(self) -> str:
        """Return the piece of ``shelfwise.toml`` that uses the plugin with its best options."""
        return as_toml({self.space.stage: {"plugin": self.space.plugin, "options": self.options}})

    def ranked(self) -> tuple[Candidate, ...]:
        """Return the candidates that were measured to the end, the best first."""
        measured = [one for one in self.candidates if one.state == State.COMPLETE and one.value is not None]
        sign = -1.0 if self.objective.maximize else 1.0
        return tuple(sorted(measured, key=lambda one: (sign * (one.value or 0.0), one.trial)))

    def to_json(self) -> dict[str, Any]:
        """Return the search with its definitions, versions and machine; one row a candidate."""
        document = envelope(
            self.space.stage,
            seed=self.limits.seed,
            seconds=self.seconds,
            rows=[candidate.to_json() for candidate in self.candidates],
            definitions={
                self.objective.metric: self.objective.definition,
                "improvement": "mean of the best candidate's advantage over the start on the same units, with a 95 % "
                "percentile bootstrap interval; the best was chosen on this data, so measure it on a test split",
                "start": "the options as configured, or the defaults",
            },
            protocol={
                "validation": self.objective.protocol,
                "units": self.units,
                "ranges": self.space.describe(),
                "limit_seconds": self.limits.seconds,
                "limit_trials": self.limits.trials,
            },
        )
        gain = self.improvement.to_json()
        document["versions"] |= {"optuna": metadata.version("optuna")}
        return document | {
            "plugin": self.space.plugin,
            "plugin_version": self.space.version,
            "metric": self.objective.metric,
            "maximize": self.objective.maximize,
            "start": self.start.to_json(),
            "best": self.best.to_json(),
            "improvement": {end: value if math.isfinite(value) else None for end, value in gain.items()},
            "options": self.options,
            "toml": self.to_toml(),
            "interrupted": self.interrupted,
        }
