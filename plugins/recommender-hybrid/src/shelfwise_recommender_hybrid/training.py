"""From a data set to a model: fit on the past, learn the gate from what came after, then fit on everything."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.slates.ranking import top
from shelfwise.types import EventKind, Index, Progress
from shelfwise_recommender_hybrid.calibration import Calibration
from shelfwise_recommender_hybrid.content import Content
from shelfwise_recommender_hybrid.evidence import Evidence, ItemFacts
from shelfwise_recommender_hybrid.examples import Examples, examples
from shelfwise_recommender_hybrid.fitting import Earlier, Next, fit_legs, tuned
from shelfwise_recommender_hybrid.gate import Gate
from shelfwise_recommender_hybrid.legs import Popular
from shelfwise_recommender_hybrid.model import Habits, Model, softmax
from shelfwise_recommender_hybrid.presets import Settings
from shelfwise_recommender_hybrid.sequences import History

if TYPE_CHECKING:
    from pandas import DataFrame

    from shelfwise.dataset import Dataset

__all__ = ["Task", "learn", "renew"]

_CHUNK = 256
_NEW_ITEMS = 0.03
"""Share of the items that count as new while the gate is learned; their sales are learned from afterwards."""
_FEWEST = 10
"""New items without which there are none: a few would teach what these happened to sell."""
_HEAD = 0.5
"""Share of the sales made by best sellers, which are never taken for new items."""
_DAY = np.timedelta64(1, "D")


@attrs.frozen
class Task:
    """What to learn and how: the names of the legs, the settings, the window of the probabilities, and the seed."""

    names: Sequence[str]
    settings: Settings
    window_days: float
    seed: int
    popularity_features: bool = True
    gate: bool = True
    correct: bool = True
    refit: bool = True


def learn(dataset: Dataset, task: Task, progress: Progress, checkpoints: Path | None = None) -> Model:
    """Learn a model.

    The legs are fitted on the past and the gate on what came after it: on what the data set holds out, where it does,
    else on its last window. In the second case the legs are then fitted again, on everything.
    """
    past, later_events, exponent = _split(dataset, task.window_days)
    items, customers = Index(tuple(dataset.items["item_id"])), _customers(dataset)
    again = dataset.held_out.empty and task.refit and len(later_events) > 0
    history = History.of(_without_some(past, items, task.seed) if again else past, items, customers)
    later = History.of(later_events, items, customers)
    zones, zone = _zones(dataset.customers, customers)
    content = Content.of(dataset.items)
    half_life = Popular.best_half_life(history, later.sequences.item)
    following = Next.of(history, later.known, zone, most=4_000, seed=task.seed)
    legs, popular = fit_legs(
        task.names,
        history,
        content,
        zones,
        zone,
        task.settings,
        half_life_days=half_life,
        seed=task.seed,
        progress=progress,
        later=following,
        checkpoints=checkpoints,
    )
    legs = tuned(legs, following)
    facts = ItemFacts.of(history, dataset.items["price"].to_numpy(np.float64))
    blank = Model(
        history=history,
        content=content,
        zones=zones,
        zone=zone,
        legs=legs,
        facts=facts,
        gate=Gate.blank(len(legs), task.popularity_features),
        calibration=Calibration.blank(exponent),
        habits=_habits(dataset, history, task.window_days),
        tie=_tie(items, task.seed),
        popularity=popular.overall,
        half_life_days=half_life,
        popularity_features=task.popularity_features,
    )
    seen, came = history.sequences.now, later.sequences.day
    now = float(came.min()) if came.size else float(seen.max(initial=0.0))
    told = examples(history, later.known, zone, most=task.settings.examples, seed=task.seed, now=now)
    model = _gated(blank, told, task, exponent, progress)
    if again:
        return renew(model, dataset, task, progress, checkpoints)
    return _kept(model)


def renew(model: Model, dataset: Dataset, task: Task, progress: Progress, checkpoints: Path | None = None) -> Model:
    """Return the model with its legs fitted on all events of the data set; gate and probabilities stay.

    The neural legs go on from what they know, with less effort; the others are fitted anew.
    """
    items, customers = Index(tuple(dataset.items["item_id"])), _customers(dataset)
    history, content = History.of(dataset.events, items, customers), Content.of(dataset.items)
    zones, zone = _zones(dataset.customers, customers)
    folder = None
    if checkpoints is not None:
        folder = checkpoints / "again"
        folder.mkdir(exist_ok=True)
    legs, popular = fit_legs(
        task.names,
        history,
        content,
        zones,
        zone,
        task.settings,
        half_life_days=model.half_life_days,
        seed=task.seed,
        progress=progress,
        earlier=Earlier(model.legs, model.history.items, model.content, model.zones),
        checkpoints=folder,
    )
    return _kept(
        attrs.evolve(
            model,
            history=history,
            content=content,
            zones=zones,
            zone=zone,
            legs=legs,
            facts=ItemFacts.of(history, dataset.items["price"].to_numpy(np.float64)),
            habits=_habits(dataset, history, task.window_days),
            tie=_tie(items, task.seed),
            popularity=popular.overall,
        )
    )


def _gated(model: Model, told: Examples, task: Task, exponent: float, progress: Progress) -> Model:
    """Return the model with its gate and its probabilities learned from examples."""
    if not len(told):
        return model
    evidence, hit = _gathered(model, told, task.settings.width)
    gate = model.gate
    if task.gate:
        gate = Gate.fit(evidence, hit, seed=task.seed, progress=progress, correct=task.correct)
    share, window = softmax(gate.scores(evidence)), told.window
    calibration = Calibration.fit(share[window], evidence.context[window], hit[window], exponent)
    return attrs.evolve(model, gate=gate, calibration=calibration)


def _gathered(model: Model, told: Examples, width: int) -> tuple[Evidence, NDArray[np.bool_]]:
    """Return what the gate will see of each example, and which candidates came next."""
    parts, hits = [], []
    for first in range(0, len(told), _CHUNK):
        some = told.take(np.arange(first, min(first + _CHUNK, len(told))))
        shares = model.witnesses.shares(some.sequences, some.zone)
        item = top(model.blend(shares), width)
        parts.append(model.witnesses.evidence(some.sequences, shares, item))
        hits.append(some.targets.contains(np.arange(len(some))[:, None], item))
    columns = (np.concatenate([getattr(part, field.name) for part in parts]) for field in attrs.fields(Evidence))
    return Evidence(*columns), np.concatenate(hits)


def _split(dataset: Dataset, window_days: float) -> tuple[DataFrame, DataFrame, float]:
    """Return the events to fit on, those to learn the gate from, and how many windows of the latter make up one."""
    events = dataset.events
    if not dataset.held_out.empty or events.empty:
        return events, dataset.held_out, 1.0
    time = events["time"].to_numpy("datetime64[us]")
    span = float((time.max() - time.min()) / _DAY)
    window = max(min(window_days, span / 5.0), 1e-6)
    late = time >= time.max() - (window * 86_400e6) * np.timedelta64(1, "us")
    return events[~late], events[late], window_days / window


def _without_some(events: DataFrame, items: Index, seed: int) -> DataFrame:
    """Return the events without those of a few items, drawn at random, so that the gate meets new items."""
    row = items.positions(events["item_id"])
    sales = np.bincount(row[row >= 0], minlength=len(items))
    order = np.argsort(-sales, kind="stable")
    tail = np.empty(len(items), dtype=np.bool_)
    tail[order] = np.cumsum(sales[order]) > _HEAD * sales.sum()
    drawn = tail & (np.random.default_rng(seed).random(len(items)) < _NEW_ITEMS)
    if drawn.sum() < _FEWEST:
        return events
    return events[(row < 0) | ~drawn[row]]


def _customers(dataset: Dataset) -> Index:
    """Return everybody on record."""
    recorded = dict.fromkeys(map(str, dataset.customers["customer_id"]))
    return Index(tuple(recorded | dict.fromkeys(str(one) for one in dataset.events["customer_id"] if one)))


def _zones(customers: DataFrame, known: Index) -> tuple[Index, NDArray[np.int64]]:
    """Return the zones on record and each customer's position among them, -1 where it is unknown."""
    zone_of = dict(zip(map(str, customers["customer_id"]), customers["zone"], strict=True))
    names = [str(zone_of.get(customer, "")) for customer in known]
    zones = Index(tuple(dict.fromkeys(name for name in names if name)))
    return zones, zones.positions(names)


def _kept(model: Model) -> Model:
    """Return the model as it will be kept, so that it answers alike before it is saved and after it is loaded."""
    known = History(model.history.items, model.history.customers, model.history.known.newest(300))
    return attrs.evolve(model, history=known)


def _habits(dataset: Dataset, history: History, window_days: float) -> Habits:
    events, demand = dataset.events, dataset.demand
    items = history.items
    bought = events[(events["kind"] == EventKind.PURCHASE.value).to_numpy(np.bool_)]
    row, quantity = items.positions(bought["item_id"]), bought["quantity"].to_numpy(np.float64)
    quantity = np.minimum(quantity, np.quantile(quantity, 0.99)) if quantity.size else quantity
    row, quantity = row[row >= 0], quantity[row >= 0]
    mean = float(quantity.mean()) if quantity.size else 1.0
    total, lines = np.bincount(row, quantity, len(items)), np.bincount(row, minlength=len(items))
    units = demand.groupby("node_id", sort=True)["units"].sum()
    day = history.sequences.day.astype(np.int64)
    purchases = history.sequences.purchases()
    span = max(float(np.ptp(day)) if day.size else 1.0, 1.0)
    known = history.known.purchases()
    baskets = int(purchases.visits.sum())
    visits = np.asarray(known.visits * (window_days / span), dtype=np.float64)
    return Habits(
        units=(total + 5.0 * mean) / (lines + 5.0),
        node_ids=tuple(map(str, units.index)),
        node_share=units.to_numpy(np.float64) / max(float(units.sum()), 1e-12),
        weekday_share=np.bincount(day % 7, minlength=7)[[4, 5, 6, 0, 1, 2, 3]] / 1.0,
        visits=visits,
        lines=purchases.item.size / baskets if baskets else 1.0,
    )


def _tie(items: Index, seed: int) -> NDArray[np.float32]:
    """Return in [0, 1) what decides between equals: a hash of the id, never its order."""
    salt = seed.to_bytes(8, "little", signed=True)
    codes = [int.from_bytes(hashlib.blake2b(i.encode(), digest_size=4, key=salt).digest(), "little") for i in items]
    return np.array(codes, dtype=np.float32) / np.float32(2**32)
