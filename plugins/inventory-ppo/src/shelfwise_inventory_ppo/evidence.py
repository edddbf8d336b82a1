"""How the shipped policy did beside the best simple one on item-nodes of each kind, for those that no trial was of."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save
from scipy import special

from shelfwise_inventory_ppo.terms import OF_SPREAD, Terms

__all__ = ["Evidence"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEADS = np.array([1.5, 4.5, 8.5])
"""Upper ends of the classes of lead times, in periods; beyond the last nothing is known."""
REVIEWS = np.array([1.5, 7.5])
"""The same of periods from review to review."""
RATIOS = np.array([2.0, 10.0, 50.0, 250.0])
"""Ends of the classes of shortage over holding cost."""
VARIATIONS = np.array([0.0, 0.6, 1.2, 4.0])
"""Ends of the classes of standard deviation over mean of a period's demand."""
_PUNCTUAL = 0.5
"""The largest standard deviation of a lead time, as orders came as announced."""
_LEAST = 20
"""Item-nodes that a class must have had."""


@attrs.frozen(eq=False)
class Evidence:
    """Mean saving as a share of cost in each class, and the lower end of its 95 % interval, NaN where not known.

    Both have shape (lead times, reviews, ratios, variations).
    """

    saved: Floats
    low: Floats

    @classmethod
    def of(cls, terms: Terms, ratio: Floats, saved: Floats) -> Evidence:
        """Take the means over item-nodes of which ``saved`` (rows,) is told."""
        shape = (len(LEADS), len(REVIEWS), len(RATIOS) - 1, len(VARIATIONS) - 1)
        cell = np.ravel_multi_index(tuple(np.maximum(_classes(terms, ratio), 0)), shape)
        kept = (_classes(terms, ratio) >= 0).all(axis=0)
        mean, low = np.full(shape, np.nan), np.full(shape, np.nan)
        for number in np.unique(cell[kept]):
            some = saved[kept & (cell == number)]
            if len(some) >= _LEAST:
                mean.flat[number] = some.mean()
                half = special.stdtrit(len(some) - 1, 0.975) * some.std(ddof=1) / np.sqrt(len(some))
                low.flat[number] = some.mean() - half
        return cls(mean, low)

    def about(self, terms: Terms, ratio: Floats) -> tuple[Floats, Floats]:
        """Return mean and lower end for the class of each row, NaN where not known."""
        classes = _classes(terms, ratio)
        known = (classes >= 0).all(axis=0) & (terms.fixed[:, OF_SPREAD] <= _PUNCTUAL)
        at = tuple(np.maximum(classes, 0))
        return np.where(known, self.saved[at], np.nan), np.where(known, self.low[at], np.nan)

    def save(self, path: Path) -> None:
        """Write it."""
        path.write_bytes(save({"saved": self.saved, "low": self.low}))

    @classmethod
    def shipped(cls) -> Evidence:
        """Read what comes with the package."""
        with resources.as_file(resources.files("shelfwise_inventory_ppo") / "weights" / "evidence.safetensors") as path:
            return cls(**load_file(path))


def _classes(terms: Terms, ratio: Floats) -> Ints:
    """Return the positions of lead time, review, ratio and variation, (4, rows), -1 beyond the last."""
    parts = []
    for periods, ends in ((terms.lead_time, LEADS), (terms.review, REVIEWS)):
        found = np.searchsorted(ends, periods)
        parts.append(np.where(found < len(ends), found, -1))
    for values, ends in ((ratio, RATIOS), (terms.scale / np.sqrt(terms.review) / terms.rate, VARIATIONS)):
        place = np.searchsorted(ends, np.asarray(values, np.float64) * (1.0 - 1e-9), side="right") - 1
        parts.append(np.where(place < len(ends) - 1, place, -1))
    return np.stack(parts).astype(np.int64)
