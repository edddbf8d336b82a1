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
from shelfwise.types import Index, Progress
from shelfwise_recommender_hybrid.calibration import Calibration
from shelfwise_recommender_hybrid.content import Content
from shelfwise_recommender_hybrid.evidence import Evidence, ItemFacts
from shelfwise_recommender_hybrid.examples import Examples, examples
from shelfwise_recommender_hybrid.fitting import Earlier, Next, fit_legs, tuned
from shelfwise_recommender_hybrid.gate import Gate
from shelfwise_recommender_hybrid.habits import Habits
from shelfwise_recommender_hybrid.legs import Popular
from shelfwise_recommender_hybrid.model import Model, softmax
from shelfwise_recommender_hybrid.past import customers_of, split, without_some, zones_of
from shelfwise_recommender_hybrid.presets import Settings
from shelfwise_recommender_hybrid.sequences import History

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["Task", "learn", "renew"]

_CHUNK = 256
_PARTS = 2
"""Parts of the customers, for each of which a gate learns from the others."""


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
    past, later_events, exponent = split(dataset, task.window_days)
    items, customers = Index(tuple(dataset.items["item_id"])), customers_of(dataset)
    again = dataset.held_out.empty and task.refit and len(later_events) > 0
    history = History.of(without_some(past, items, task.seed) if again else past, items, customers)
    later = History.of(later_events, items, customers)
    zones, zone = zones_of(dataset.customers, customers)
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
        habits=Habits.of(dataset, history, task.window_days),
        tie=_tie(items, task.seed),
        popularity=popular.overall,
        half_life_days=half_life,
        popularity_features=task.popularity_features,
    )
    seen, came = history.sequences.now, later.sequences.day
    now = float(came.min()) if came.size else float(seen.max(initial=0.0))
    told = examples(history, later.known, zone, most=task.settings.examples, seed=task.seed, now=now)
    met = {*past["item_id"].unique(), *later_events["item_id"].unique()}
    ever = np.array([item in met for item in items], dtype=np.bool_)
    model = _gated(blank, told, ever, task, exponent, progress)
    if again:
        return renew(model, dataset, task, progress, checkpoints)
    return _kept(model)


def renew(model: Model, dataset: Dataset, task: Task, progress: Progress, checkpoints: Path | None = None) -> Model:
    """Return the model with its legs fitted on all events of the data set; gate and probabilities stay.

    The neural legs go on from what they know, with less effort; the others are fitted anew.
    """
    items, customers = Index(tuple(dataset.items["item_id"])), customers_of(dataset)
    history, content = History.of(dataset.events, items, customers), Content.of(dataset.items)
    zones, zone = zones_of(dataset.customers, customers)
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
            habits=Habits.of(dataset, history, task.window_days),
            tie=_tie(items, task.seed),
            popularity=popular.overall,
        )
    )


def _gated(
    model: Model, told: Examples, ever: NDArray[np.bool_], task: Task, exponent: float, progress: Progress
) -> Model:
    """Return the model with its gate and its probabilities learned from examples.

    Items that were not ``ever`` met, of shape (items,), are no candidates: nobody knows whether they were on sale.
    """
    if not len(told):
        return model
    evidence, hit = _gathered(model, told, ever, task.settings.width)

    def gate_of(learned: NDArray[np.bool_]) -> Gate:
        if not task.gate:
            return model.gate
        rows = np.flatnonzero(learned & ~told.hidden)
        return Gate.fit(evidence.take(rows), hit[rows], seed=task.seed, progress=progress, correct=task.correct)

    # A gate is surer of what it has learned from than of anything else: probabilities are learned from what others
    # say, none of which has met the customers that it is asked about.
    part = np.random.default_rng(task.seed).permutation(1 + told.customer.max())[told.customer] % _PARTS
    share = np.empty(hit.shape, dtype=np.float32)
    for number in range(_PARTS):
        share[part == number] = softmax(gate_of(part != number).scores(evidence.take(np.flatnonzero(part == number))))
    calibration = Calibration.fit(share, evidence.context, hit, told.weight, told.hidden, exponent)
    return attrs.evolve(model, gate=gate_of(np.ones(len(told), dtype=np.bool_)), calibration=calibration)


def _gathered(model: Model, told: Examples, ever: NDArray[np.bool_], width: int) -> tuple[Evidence, NDArray[np.bool_]]:
    """Return what the gate will see of each example, and which candidates came next."""
    parts, hits = [], []
    for first in range(0, len(told), _CHUNK):
        some = told.take(np.arange(first, min(first + _CHUNK, len(told))))
        shares = model.witnesses.shares(some.sequences, some.zone)
        item = top(np.where(ever, model.blend(shares), -np.inf), width)
        parts.append(model.witnesses.evidence(some.sequences, shares, item))
        hits.append(some.targets.contains(np.arange(len(some))[:, None], item))
    columns = (np.concatenate([getattr(part, field.name) for part in parts]) for field in attrs.fields(Evidence))
    return Evidence(*columns), np.concatenate(hits)


def _kept(model: Model) -> Model:
    """Return the model as it will be kept, so that it answers alike before it is saved and after it is loaded."""
    known = History(model.history.items, model.history.customers, model.history.known.newest(300))
    return attrs.evolve(model, history=known)


def _tie(items: Index, seed: int) -> NDArray[np.float32]:
    """Return in [0, 1) what decides between equals: a hash of the id, never its order."""
    salt = seed.to_bytes(8, "little", signed=True)
    codes = [int.from_bytes(hashlib.blake2b(i.encode(), digest_size=4, key=salt).digest(), "little") for i in items]
    return np.array(codes, dtype=np.float32) / np.float32(2**32)
