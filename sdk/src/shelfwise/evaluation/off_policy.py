"""A recommender measured on the log of another one, before it goes live."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import attrs
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset import Dataset
from shelfwise.errors import PluginError
from shelfwise.evaluation.off_policy_estimates import DEFINITIONS, Support, Value, value_of
from shelfwise.evaluation.off_policy_log import SlateLog
from shelfwise.evaluation.recommender_task import events_of
from shelfwise.evaluation.report import envelope
from shelfwise.plugins import call
from shelfwise.types import Customer, Deadline, Event, Progress, RecommendRequest, State, silent

__all__ = ["LOGGED", "RANKED", "OffPolicyEvaluation", "OffPolicyRow", "evaluate"]

LOGGED, RANKED = "(logged)", "(logged, as ranked)"
"""The rows of what was shown, and of what would have been without any random draw."""
_BATCH = 500
"""Slates of one request."""


@attrs.frozen
class OffPolicyRow:
    """What one recommender would earn a slate, and how much of that the log can tell."""

    plugin: str
    support: Support
    figures: dict[str, Value]
    warnings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the row as plain values."""
        values = {name: value.to_json() for name, value in self.figures.items()}
        return {"plugin": self.plugin, **attrs.asdict(self.support), **values, "warnings": list(self.warnings)}


@attrs.frozen(eq=False)
class OffPolicyEvaluation:
    """The rows of what was logged and of each plugin, and the protocol they were measured by."""

    rows: tuple[OffPolicyRow, ...]
    protocol: dict[str, Any]
    seed: int
    seconds: float

    def row(self, plugin: str) -> OffPolicyRow:
        """Return the row of one plugin."""
        return next(row for row in self.rows if row.plugin == plugin)

    def to_json(self) -> dict[str, Any]:
        """Return the evaluation with its definitions, versions and machine."""
        rows = [row.to_json() for row in self.rows]
        return envelope(
            "recommender",
            seed=self.seed,
            seconds=self.seconds,
            rows=rows,
            definitions=DEFINITIONS,
            protocol=self.protocol,
        )


def evaluate(
    dataset: Dataset,
    plugins: Mapping[str, object],
    *,
    split: datetime,
    window_days: float = 7.0,
    seed: int = 0,
    progress: Progress = silent,
) -> OffPolicyEvaluation:
    """Train each plugin on what was before ``split`` and estimate what its slates would have earned after it.

    It is asked for the slate of every visit logged from then on, with what the customer did between the split and the
    visit, and for as many items as were shown. Slots of the log that show what it would have shown there speak for it.
    Purchases within ``window_days`` of a slate count.

    Raises:
        DataError: No slate is logged after the split whose window is over.
        PluginError: A plugin gave no answer, or not one for each customer.
    """
    started = time.perf_counter()
    since = pd.Timestamp(split.replace(tzinfo=UTC) if split.tzinfo is None else split).tz_convert(None)
    log = SlateLog.of(dataset, since, window_days)
    inverse = 1.0 / log.propensity
    rows = [
        _row(LOGGED, log, np.ones(inverse.size), None, seed),
        _row(RANKED, log, np.where(log.explored, 0.0, inverse), None, seed),
    ]
    past, later = dataset.before(split), dataset.events[dataset.events["time"] >= since]
    events = events_of(later)
    for name, plugin in plugins.items():
        call(plugin, "train", dataset=past, progress=progress, checkpoints=None)
        targets = _targets(name, plugin, log, past.state(), events, seed, progress)
        rows.append(_row(name, log, np.where(targets == log.item, inverse, 0.0), targets, seed))
    protocol = {
        "name": "off-policy",
        "split": since.isoformat(),
        "window_days": window_days,
        "slates": len(log.visits),
        "slots": int(log.item.size),
        "customers": log.people,
        "explored": float(log.explored.mean()),
        "intervals": "95 % percentile bootstrap over customers",
    }
    return OffPolicyEvaluation(tuple(rows), protocol, seed, time.perf_counter() - started)


def _row(
    name: str, log: SlateLog, weight: NDArray[np.float64], targets: NDArray[np.int64] | None, seed: int
) -> OffPolicyRow:
    support = Support.of(log, weight, seed=seed)
    rewards = {"purchases_per_slate": log.purchases, "contribution_per_slate": log.contribution}
    values = {figure: value_of(log, reward, weight, targets, seed=seed) for figure, reward in rewards.items()}
    return OffPolicyRow(name, support, values, tuple(support.warnings()))


def _targets(
    name: str,
    plugin: object,
    log: SlateLog,
    state: State,
    events: Mapping[str, tuple[Event, ...]],
    seed: int,
    progress: Progress,
) -> NDArray[np.int64]:
    """Return the item that the plugin would have shown in each slot of the log, -1 for none."""
    most = max(visit.slots for visit in log.visits)
    shown = np.full((len(log.visits), most), -1)
    done = 0
    for batch in _batches(log):
        visits = [log.visits[row] for row in batch]
        request = RecommendRequest(
            customers=tuple(
                Customer(visit.customer_id, events=_before(events.get(visit.customer_id, ()), visit.time))
                for visit in visits
            ),
            slate_size=max(visit.slots for visit in visits),
            placement=visits[0].placement,
            seed=seed,
        )
        then = attrs.evolve(state, as_of=visits[-1].time)
        arguments = {"state": then, "stock_outlook": None, "delivery_costs": None, "deadline": Deadline()}
        answer = call(plugin, "recommend", request=request, **arguments)
        asked = [visit.customer_id for visit in visits]
        if answer is None or [slate.customer_id for slate in answer.slates] != asked:
            raise PluginError(f"recommender {name}: expected one slate for each of {len(asked)} customers, in order")
        for row, slate in zip(batch, answer.slates, strict=True):
            shown[row, : len(slate.items)] = log.items.positions(item.item_id for item in slate.items)
        done += len(batch)
        progress(f"{name}: slates", done, len(log.visits))
    return shown[log.visit, log.slot - 1]


def _batches(log: SlateLog) -> Iterator[list[int]]:
    """Yield the visits of one day and placement together, in order of time, no customer twice, nor too many."""
    open_batches: dict[tuple[object, str], tuple[list[int], set[str]]] = {}
    for row, visit in enumerate(log.visits):
        key = (visit.time.date(), visit.placement)
        batch, there = open_batches.setdefault(key, ([], set()))
        if len(batch) == _BATCH or visit.customer_id in there:
            yield batch
            batch, there = open_batches[key] = ([], set())
        batch.append(row)
        there.add(visit.customer_id)
    yield from (batch for batch, _ in open_batches.values())


def _before(events: tuple[Event, ...], moment: datetime) -> tuple[Event, ...]:
    return tuple(event for event in events if event.time is not None and event.time < moment)
