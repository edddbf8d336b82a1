"""Random numbers by key, so that every policy faces the same world."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

__all__ = ["uniforms"]


def uniforms(seed: int, purpose: str, entity: str, periods: int, scenarios: int) -> NDArray[np.float64]:
    """Return numbers in [0, 1) of shape (periods, scenarios), each the same for the same key whatever else is drawn.

    The key is (seed, purpose, entity, period, scenario): longer runs and more scenarios begin with the numbers of
    shorter and fewer. The generator is Philox (Salmon et al. 2011), whose counter holds the period.
    """
    key = hashlib.blake2b(repr((seed, purpose, entity)).encode(), digest_size=16).digest()
    words = np.frombuffer(key, np.uint64)
    drawn = np.empty((periods, scenarios))
    stream = np.random.Philox(key=words, counter=[0, 0, 0, 0])
    random = np.random.Generator(stream).random
    # A block of four numbers adds one to the counter, whose second word is the period.
    rest = 2**64 - -(-scenarios // 4)
    for row in drawn:
        random(out=row)
        stream.advance(rest)
    return drawn
