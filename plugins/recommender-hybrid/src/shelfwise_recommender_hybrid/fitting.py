"""Fit the legs on a history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import attrs
import numpy as np
import torch
from numpy.typing import NDArray

from shelfwise.types import Index, Progress
from shelfwise_recommender_hybrid import checkpoint
from shelfwise_recommender_hybrid.content import Content
from shelfwise_recommender_hybrid.legs import Associations, Collaborative, Leg, Popular, Similar, Transformer
from shelfwise_recommender_hybrid.legs.collaborative import CollaborativeSettings
from shelfwise_recommender_hybrid.legs.counting import fit_again, fit_markov, fit_neighbours
from shelfwise_recommender_hybrid.legs.linear import fit_linear
from shelfwise_recommender_hybrid.legs.network import Fitting, Start
from shelfwise_recommender_hybrid.legs.transformer import TransformerSettings
from shelfwise_recommender_hybrid.presets import Settings
from shelfwise_recommender_hybrid.sequences import History, Sequences

__all__ = ["Earlier", "Next", "fit_legs", "tuned"]

Size = TypeVar("Size", TransformerSettings, CollaborativeSettings)

_TUNED = 3_000
"""Customers on whom the numbers of a counting leg are chosen."""


@attrs.frozen(eq=False)
class Earlier:
    """Legs that were fitted before, and the catalogue that they know."""

    legs: Mapping[str, Leg]
    items: Index
    content: Content
    zones: Index


@attrs.frozen(eq=False)
class Next:
    """What customers on record did after the history: one row each in both, ``before`` looked at when it happened."""

    before: Sequences
    after: Sequences
    zone: NDArray[np.int64]

    @classmethod
    def of(cls, history: History, later: Sequences, zone: NDArray[np.int64], *, most: int, seed: int) -> Next:
        """Draw some of the customers who came back."""
        back = np.flatnonzero((later.lengths > 0) & (history.known.lengths > 0))
        chosen = np.sort(np.random.default_rng(seed).permutation(back)[:most])
        after = later.take(chosen)
        after = after.where(after.visit == 0)
        first = after.day[after.start[:-1]] if chosen.size else np.zeros(0)
        return cls(history.sequences.take(chosen).at(first), after, zone[chosen])

    def ndcg(self, leg: Leg) -> float:
        """Return the mean NDCG@10 of what came next, items had before left out."""
        total = 0.0
        for first in range(0, len(self.before), 250):
            rows = np.arange(first, min(first + 250, len(self.before)))
            before, after = self.before.take(rows), self.after.take(rows)
            share = leg.shares(before, self.zone[rows])
            own = share[after.row, after.item]
            share[before.row, before.item] = -1.0
            rank = (share[after.row] > own[:, None]).sum(axis=1)
            gain = np.where(rank < 10, 1.0 / np.log2(rank + 2.0), 0.0)
            perfect = np.cumsum(1.0 / np.log2(np.arange(10) + 2.0))
            ideal = perfect[np.minimum(np.maximum(after.lengths, 1), 10) - 1]
            total += float((np.bincount(after.row, gain, len(rows)) / ideal).sum())
        return total / max(1, len(self.before))


def fit_legs(
    names: Sequence[str],
    history: History,
    content: Content,
    zones: Index,
    zone: NDArray[np.int64],
    settings: Settings,
    *,
    half_life_days: float,
    seed: int,
    progress: Progress,
    later: Next | None = None,
    earlier: Earlier | None = None,
    checkpoints: Path | None = None,
) -> tuple[dict[str, Leg], Popular]:
    """Fit the named legs, and the one of popularity, on which others lean.

    ``later`` decides when a neural leg has learned enough; ``earlier`` is what one goes on from, with less effort.
    """
    popular = Popular.fit(history, content.category, zone, len(zones), half_life_days)
    share = popular.overall
    whole = Fitting(seed, progress, later.ndcg if later is not None and len(later.before) else None)

    def going_on(name: str, size: Size) -> tuple[Size, Fitting]:
        """Return what to fit and how: from what was learned before, with less effort, if the network is the same."""
        fitting = whole
        if checkpoints is not None:
            fitting = attrs.evolve(fitting, checkpoint=checkpoints / f"{name}.safetensors")
        found = earlier.legs.get(name) if earlier is not None else None
        if earlier is None or not isinstance(found, Transformer | Collaborative):
            return size, fitting
        if attrs.evolve(found.network.settings, effort=size.effort) != size:
            return size, fitting
        epochs, rate = max(1, round(size.effort.epochs * settings.again)), size.effort.learning_rate / 2
        start = Start(found.network.state_dict(), _places(earlier, history, content, zones))
        effort = attrs.evolve(size.effort, epochs=epochs, learning_rate=rate)
        return attrs.evolve(size, effort=effort), attrs.evolve(fitting, start=start)

    def transformer() -> Leg:
        size, fitting = going_on("transformer", settings.transformer)
        return Transformer.fit(history, content, size, fitting)

    def ncf() -> Leg:
        size, fitting = going_on("ncf", settings.ncf)
        return Collaborative.fit(history, content, zone, len(zones), size, fitting)

    def linear() -> Leg:
        kept = checkpoints / "linear.safetensors" if checkpoints is not None else None
        return _once(kept, share, lambda: fit_linear(history, content, share, settings.linear))

    makers: dict[str, Callable[[], Leg]] = {
        "transformer": transformer,
        "ncf": ncf,
        "linear": linear,
        "markov": lambda: fit_markov(history, share, kept=settings.kept),
        "neighbours": lambda: fit_neighbours(history, share, kept=settings.kept),
        "again": lambda: fit_again(history, share),
        "content": lambda: Similar.fit(content, share),
        "popular": lambda: popular,
    }
    legs: dict[str, Leg] = {}
    for place, name in enumerate(names):
        progress(f"recommender: {name}", place, len(names))
        legs[name] = _as_before(makers[name](), earlier.legs.get(name) if earlier is not None else None)
    return legs, popular


def _once(kept: Path | None, popularity: NDArray[np.float32], make: Callable[[], Associations]) -> Associations:
    """Return what was made before an interrupt, if that left a checkpoint, else make it now and keep it."""
    if kept is not None and kept.exists():
        with checkpoint.usable(kept):
            tensors = {key: tensor.numpy() for key, tensor in checkpoint.read(kept)[0].items()}
            return Associations.from_tensors(tensors, popularity)
    made = make()
    if kept is not None:
        checkpoint.write(kept, {key: torch.from_numpy(array) for key, array in made.tensors().items()})
    return made


def _as_before(leg: Leg, before: Leg | None) -> Leg:
    """Return a leg with the numbers of its own that were chosen before."""
    if isinstance(leg, Associations) and isinstance(before, Associations):
        return attrs.evolve(leg, prior=before.prior)
    if isinstance(leg, Similar) and isinstance(before, Similar):
        return attrs.evolve(leg, sharpness=before.sharpness)
    return leg


def tuned(legs: Mapping[str, Leg], later: Next) -> dict[str, Leg]:
    """Return the legs with their own numbers chosen on what came next."""
    rows = np.arange(min(_TUNED, len(later.before)))
    before, after = later.before.take(rows), later.after.take(rows)
    return {
        name: leg.tuned(before, after.row, after.item) if isinstance(leg, Associations | Similar) else leg
        for name, leg in legs.items()
    }


def _places(earlier: Earlier, history: History, content: Content, zones: Index) -> dict[str, NDArray[np.int64]]:
    """Return where items, features and zones stood in the earlier legs, by the names of the tables they index."""
    items = earlier.items.positions(history.items)
    features = Index(earlier.content.names).positions(content.names)
    if not features.size:
        features = np.zeros(1, np.int64)
    zone = np.append(earlier.zones.positions(zones), len(earlier.zones))
    towers = ("vectors", "had", "shown")
    return (
        {f"{tower}.own.weight": items for tower in towers}
        | {f"{tower}.shared.weight": features for tower in towers}
        | {"zone.weight": zone}
    )
