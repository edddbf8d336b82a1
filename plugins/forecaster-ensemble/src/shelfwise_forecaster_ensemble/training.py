"""From a data set to a model: members that have not seen the last windows are weighed on them, then fitted on all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import structlog

from shelfwise.fingerprint import fingerprint
from shelfwise.series import fit_norms, read_calendar, read_covariates, read_history, without_slips
from shelfwise.types import Deadline, Progress
from shelfwise_forecaster_ensemble.blend import Blend
from shelfwise_forecaster_ensemble.calibration import Calibration
from shelfwise_forecaster_ensemble.checkpoint import once
from shelfwise_forecaster_ensemble.members.boosting import Boosting
from shelfwise_forecaster_ensemble.members.member import Member
from shelfwise_forecaster_ensemble.members.neural import Neural, NeuralSettings
from shelfwise_forecaster_ensemble.members.recurrent import Recurrent
from shelfwise_forecaster_ensemble.members.statistical import Statistical
from shelfwise_forecaster_ensemble.members.temporal import Temporal
from shelfwise_forecaster_ensemble.model import Model, rests
from shelfwise_forecaster_ensemble.panel import Panel
from shelfwise_forecaster_ensemble.presets import Settings
from shelfwise_forecaster_ensemble.windows import Trial, cuts

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["NAMES", "Task", "chosen", "learn"]

log = structlog.get_logger("shelfwise")

NAMES = ("statistical", "boosting", "lstm", "transformer")
"""Every member, in the order in which they are weighed and asked; the quickest to answer comes first."""

_HALF_LIFE = 28.0
_TO_WEIGH = 0.6
"""Share of the time for members that are weighed; from these the networks that forecast go on."""
_MORE = "give it more minutes, or another preset, to learn for as long as it would"
_ROWS = 60_000
_WEIGHED_SERIES = 500
"""Series, drawn at random, by which a member is weighed that is fitted to each of them."""


@attrs.frozen
class Task:
    """What to learn and how: members by name, None for what the settings choose, how far ahead, and with what."""

    names: tuple[str, ...] | None
    settings: Settings
    horizon: int
    history_periods: int
    season_length: int | None
    past_only: tuple[str, ...] | None
    learned_weights: bool
    seed: int
    jobs: int


def learn(dataset: Dataset, task: Task, progress: Progress, checkpoints: Path | None = None) -> Model:
    """Learn a model of all series of a data set, in the minutes that the settings allow.

    Each fit may take the same share of what is left of them, and is what it has learned by then, which the log says.
    Members are kept in ``checkpoints`` as soon as they are fitted, and taken from there where they are: after an
    interrupt, or where another training on the same data set has fitted the same.
    """
    deadline = Deadline.after(60.0 * task.settings.minutes)
    history = without_slips(read_history(dataset, periods=task.history_periods, season_length=task.season_length))
    covariates = read_covariates(dataset, history, past_only=task.past_only)
    panel, whole = Panel.of(history, covariates, use_in_stock=True), history.whole
    horizon = max(1, min(task.horizon, panel.known // 3))
    names = chosen(task, int(panel.mask.any(axis=1).sum()))

    def fitted(
        names: Sequence[str],
        seen: Panel,
        ends: Sequence[Panel],
        part: str,
        earlier: Mapping[str, Member],
        most: int,
        share: float,
    ) -> dict[str, Member]:
        def network(kind: type[Neural], settings: NeuralSettings, due: Deadline) -> Neural | None:
            before = earlier.get(kind.name)
            start = before if isinstance(before, Neural) else None
            return kind.fit(seen, horizon, settings, **learning, deadline=due, start=start)

        learning: Mapping[str, Any] = {"whole": whole, "seed": task.seed, "progress": progress}
        makers: Mapping[str, Callable[[Deadline], Member | None]] = {
            "boosting": lambda due: Boosting.fit(seen, horizon, task.settings.boosting, **learning, deadline=due),
            "lstm": lambda due: network(Recurrent, task.settings.lstm, due),
            "transformer": lambda due: network(Temporal, task.settings.transformer, due),
            "statistical": lambda due: Statistical.fit(
                ends,
                history.opened,
                task.horizon,
                whole=whole,
                most=most,
                jobs=task.jobs,
                progress=progress,
                deadline=due,
            ),
        }
        end = deadline.share(share)
        found = {}
        for place, name in enumerate(names):
            progress(f"forecaster: {name}, {part}", place, len(names))
            kept = None
            if checkpoints is not None:
                told = fingerprint(*_depends(task, name, horizon, ends))
                kept = checkpoints / f"{name}-{part.replace(' ', '-')}-{told}"
            due = end.share(1.0 / (len(names) - place))
            member = once(kept, name, partial(makers[name], due))
            if due.expired:
                log.warning("forecaster.cut_short", member=name, part=part, minutes=task.settings.minutes, advice=_MORE)
            if member is not None:
                found[name] = member
        return found

    starts = cuts(panel.known, horizon)
    before = [panel.until(start, 0) for start in starts]
    early = fitted(names, before[0], before, "to weigh it", {}, _WEIGHED_SERIES, _TO_WEIGH) if before else {}
    categories = len(history.groups)
    if early:
        trial = Trial.of(panel, early, starts, most=_ROWS, seed=task.seed)
        names, blend, calibration = _weighed(task, names, early, trial, categories)
    at_face_value = (Panel.of(history, covariates, use_in_stock=False),) if history.censored else ()
    members = fitted(names, panel, (panel, *at_face_value), "on everything", early, panel.series, 1.0)
    if not early or members.keys() != set(names):
        blend, calibration = Blend.equal(categories, max(1, len(members))), Calibration.blank()
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


def _depends(task: Task, name: str, horizon: int, ends: Sequence[Panel]) -> tuple[object, ...]:
    """Return all that fitting a member at some ends of the record depends on beside the data set."""
    record = (task.history_periods, task.season_length, task.settings.minutes, tuple(end.known for end in ends))
    if name == "statistical":
        return (*record, task.horizon)
    return (*record, task.past_only, getattr(task.settings, name), horizon, task.seed)


def _weighed(
    task: Task, names: Sequence[str], early: Mapping[str, Member], trial: Trial, categories: int
) -> tuple[tuple[str, ...], Blend, Calibration]:
    """Return the members that count, of those that have learned ``early``, with their weights and calibration."""
    blend = Blend.equal(categories, len(early))
    if task.learned_weights and len(early) > 1:
        blend = Blend.fit(trial, categories)
    counting = blend.counting()
    blend, trial, kept = blend.only(counting), trial.only(counting), tuple(np.array(list(early))[counting].tolist())
    for name in names:
        if name not in early:
            log.info("forecaster.member_not_weighed", member=name, reason="the record before the windows is too short")
        elif name not in kept:
            log.info("forecaster.member_without_weight", member=name)
    calibration = Calibration.blank()
    if len(trial):
        calibration = Calibration.fit(blend.quantiles(trial), trial.units, trial.bucket, task.seed)
    return kept, blend, calibration


def chosen(task: Task, series: int) -> tuple[str, ...]:
    """Return the members to fit: those named, or all that the settings allow for so many series."""
    if task.names is not None:
        return tuple(name for name in NAMES if name in task.names)
    most = task.settings.statistical_series
    if series <= most:
        return NAMES
    if most:
        log.warning(
            "forecaster.member_left_out",
            member="statistical",
            series=series,
            most=most,
            advice="it would take long; name it in the option members to have it fitted all the same",
        )
    return tuple(name for name in NAMES if name != "statistical")
