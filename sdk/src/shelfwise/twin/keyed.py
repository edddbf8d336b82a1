"""Random numbers that are a function of their key, so that two runs of one world differ only by what was decided."""

from __future__ import annotations

import hashlib

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Keyed"]

Floats = NDArray[np.float64]
_Words = NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@attrs.frozen
class Keyed:
    """The draws of one world: each is a function of (world, purpose, ids), never of what was drawn before.

    The generator is SplitMix64 (Steele, Lea and Flood 2014) used as a hash: every id is added to the state, which is
    mixed between them. Ids are whole numbers or arrays of them, that broadcast; give the largest array last.
    """

    world: int

    def uniforms(self, purpose: str, *ids: ArrayLike) -> Floats:
        """Return numbers in (0, 1), of the shape that the ids have together."""
        digest = hashlib.blake2b(f"{self.world}/{purpose}".encode(), digest_size=8).digest()
        words = np.frombuffer(digest, np.uint64).reshape(())[()]
        with np.errstate(over="ignore"):
            state = np.asarray(_mixed(words + _STEP))
            for one in ids:
                state = _mixed((state ^ np.asarray(one).astype(np.int64).astype(np.uint64)) * _FIRST + _STEP)
        return np.asarray(((state >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53)

    def normals(self, purpose: str, *ids: ArrayLike) -> Floats:
        """Return standard normal numbers."""
        from scipy.special import ndtri

        return np.asarray(ndtri(self.uniforms(purpose, *ids)))

    def gumbels(self, purpose: str, *ids: ArrayLike) -> Floats:
        """Return standard Gumbel numbers: the largest of what they are added to is a multinomial-logit choice."""
        return np.asarray(-np.log(-np.log(self.uniforms(purpose, *ids))))

    def counts(self, purpose: str, mean: ArrayLike, *ids: ArrayLike) -> NDArray[np.int64]:
        """Return Poisson numbers of the given means, by inversion."""
        from scipy.stats import poisson

        return np.asarray(poisson.ppf(self.uniforms(purpose, *ids), mean)).astype(np.int64)


def _mixed(state: _Words) -> _Words:
    state = (state ^ (state >> np.uint64(30))) * _FIRST
    state = (state ^ (state >> np.uint64(27))) * _SECOND
    return state ^ (state >> np.uint64(31))
