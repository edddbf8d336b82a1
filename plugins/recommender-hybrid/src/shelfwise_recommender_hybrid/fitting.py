"""Fit the legs on a history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types import Index, Progress
from shelfwise_recommender_hybrid.content import Content
from shelfwise_recommender_hybrid.legs import Associations, Collaborative, Leg, Popular, Similar, Transformer
from shelfwise_recommender_hybrid.legs.counting import fit_again, fit_markov, fit_neighbours
from shelfwise_recommender_hybrid.legs.linear import fit_linear
from shelfwise_recommender_hybrid.legs.network import Effort
from shelfwise_recommender_hybrid.presets import Settings
from shelfwise_recommender_hybrid.sequences import History, Sequences

__all__ = ["Earlier", "Next", "fit_legs", "tuned"]

_CHECKED = 1_000
"""Customers on whom a neural leg is checked while it is fitted."""
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

    def check(leg: Leg) -> float:
        assert later is not None
        return later.ndcg(leg)

    def effort(whole: Effort, name: str) -> Effort:
        if earlier is None or name not in earlier.legs:
            return whole
        return attrs.evolve(whole, epochs=max(1, round(whole.epochs * settings.again)), learning_rate=whole.learning_rate / 2)

    def neural(name: str) -> dict[str, object]:
        return {
            "seed": seed,
            "progress": progress,
            "check": check if later is not None and len(later.before) else None,
            "checkpoint": checkpoints / f"{name}.safetensors" if checkpoints is not None else None,
        }

    def transformer() -> Leg:
        size = attrs.evolve(settings.transformer, effort=effort(settings.transformer.effort, "transformer"))
        found = earlier.legs.get("transformer") if earlier else None
        warm = (found, _places(earlier, history, content, zones)) if earlier and isinstance(found, Transformer) else None
        return Transformer.fit(history, content, size, warm=warm, **neural("transformer"))  # type: ignore[arg-type]

    def ncf() -> Leg:
        size = attrs.evolve(settings.ncf, effort=effort(settings.ncf.effort, "ncf"))
        found = earlier.legs.get("ncf") if earlier else None
        warm = (found, _places(earlier, history, content, zones)) if earlier and isinstance(found, Collaborative) else None
        return Collaborative.fit(history, content, zone, len(zones), size, warm=warm, **neural("ncf"))  # type: ignore[arg-type]

    makers: dict[str, Callable[[], Leg]] = {
        "transformer": transformer,
        "ncf": ncf,
        "linear": lambda: fit_linear(history, content, share, settings.linear),
        "markov": lambda: fit_markov(history, share, kept=settings.kept),
        "neighbours": lambda: fit_neighbours(history, share, kept=settings.kept),
        "again": lambda: fit_again(history, share),
        "content": lambda: Similar.fit(content, share),
        "popular": lambda: popular,
    }
    legs: dict[str, Leg] = {}
    for place, name in enumerate(names):
        progress(f"recommender: {name}", place, len(names))
        leg = makers[name]()
        before = earlier.legs.get(name) if earlier else None
        if isinstance(leg, Associations) and isinstance(before, Associations):
            leg = attrs.evolve(leg, prior=before.prior)
        if isinstance(leg, Similar) and isinstance(before, Similar):
            leg = attrs.evolve(leg, sharpness=before.sharpness)
        legs[name] = leg
    return legs, popular


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
