"""From a data set to a model: members that have not seen the last windows are weighed on them, then fitted on all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import attrs

from shelfwise.series import fit_norms, read_calendar, read_covariates, read_history
from shelfwise.types import Progress
from shelfwise_forecaster_ensemble.blend import Blend
from shelfwise_forecaster_ensemble.calibration import Calibration
from shelfwise_forecaster_ensemble.members.boosting import Boosting
from shelfwise_forecaster_ensemble.members.member import Member
from shelfwise_forecaster_ensemble.members.recurrent import Recurrent
from shelfwise_forecaster_ensemble.members.temporal import Temporal
from shelfwise_forecaster_ensemble.model import Model, rests
from shelfwise_forecaster_ensemble.panel import Panel
from shelfwise_forecaster_ensemble.presets import Settings
from shelfwise_forecaster_ensemble.windows import Trial, cuts

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["NAMES", "Task", "learn"]

NAMES = ("boosting", "lstm", "transformer")
"""Every member, in the order in which they are weighed."""

_HALF_LIFE = 28.0
_ROWS = 60_000


@attrs.frozen
class Task:
    """What to learn and how: the members, their settings, how far ahead, and the seed."""

    names: tuple[str, ...]
    settings: Settings
    horizon: int
    history_periods: int
    season_length: int | None
    past_only: tuple[str, ...] | None
    learned_weights: bool
    seed: int


def learn(dataset: Dataset, task: Task, progress: Progress) -> Model:
    """Learn a model of all series of a data set."""
    history = read_history(dataset, periods=task.history_periods, season_length=task.season_length)
    covariates = read_covariates(dataset, history, past_only=task.past_only)
    panel, whole = Panel.of(history, covariates, use_in_stock=True), history.whole
    horizon = max(1, min(task.horizon, panel.known // 3))

    def fitted(seen: Panel, part: str) -> dict[str, Member]:
        makers: Mapping[str, Callable[[], Member | None]] = {
            "boosting": lambda: Boosting.fit(
                seen, horizon, task.settings.boosting, whole=whole, seed=task.seed, progress=progress
            ),
            "lstm": lambda: Recurrent.fit(
                seen, horizon, task.settings.lstm, whole=whole, seed=task.seed, progress=progress
            ),
            "transformer": lambda: Temporal.fit(
                seen, horizon, task.settings.transformer, whole=whole, seed=task.seed, progress=progress
            ),
        }
        found = {}
        for place, name in enumerate(task.names):
            progress(f"forecaster: {name}, {part}", place, len(task.names))
            member = makers[name]()
            if member is not None:
                found[name] = member
        return found

    members = fitted(panel, "on everything")
    starts = cuts(panel.known, horizon)
    early = fitted(panel.until(starts[0], 0), "to weigh it") if starts else {}
    blend, calibration = Blend.equal(len(history.groups), max(1, len(members))), Calibration.blank()
    if members and early.keys() == members.keys():
        trial = Trial.of(panel, early, starts, most=_ROWS, seed=task.seed)
        if task.learned_weights and len(members) > 1:
            blend = Blend.fit(trial, len(history.groups))
        if len(trial):
            calibration = Calibration.fit(blend.quantiles(trial), trial.units, trial.bucket, task.seed)
    mask = history.mask()
    norms = fit_norms(history, mask, half_life=_HALF_LIFE)
    return Model(
        history=history,
        covariates=covariates,
        norms=norms,
        rests=rests(history, norms, read_calendar(dataset)),
        members=members,
        blend=blend,
        calibration=calibration,
        typical_cut=history.typical_cut(mask),
        whole=whole,
    )
