"""The few operations that features need, by NumPy and by torch: what is decided by is what was learned with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from scipy import special

__all__ = ["NUMPY", "Array", "Operations"]

Array = Any
"""A NumPy array of 32-bit floats, or a torch tensor."""


class Operations(Protocol):
    """Element by element, or along the last axis."""

    def where(self, condition: Array, left: Array, right: Array) -> Array:
        """Choose."""

    def clip(self, values: Array, low: Array | None, high: Array | None) -> Array:
        """Keep within bounds."""

    def sqrt(self, values: Array) -> Array:
        """Take the square root."""

    def exp(self, values: Array) -> Array:
        """Take the exponential."""

    def ndtr(self, values: Array) -> Array:
        """Return the distribution function of the standard normal law."""

    def columns(self, parts: Sequence[Array]) -> Array:
        """Put vectors side by side."""

    def beside(self, parts: Sequence[Array]) -> Array:
        """Put matrices side by side."""

    def take(self, values: Array, index: Array) -> Array:
        """Take from each row by its own index."""


class _NumPy:
    """NumPy and SciPy."""

    where = staticmethod(np.where)
    clip = staticmethod(np.clip)
    sqrt = staticmethod(np.sqrt)
    exp = staticmethod(np.exp)
    ndtr = staticmethod(special.ndtr)

    def columns(self, parts: Sequence[Array]) -> Array:
        return np.stack(parts, axis=-1)

    def beside(self, parts: Sequence[Array]) -> Array:
        return np.concatenate(parts, axis=-1)

    def take(self, values: Array, index: Array) -> Array:
        return np.take_along_axis(values, index, axis=-1)


NUMPY: Operations = _NumPy()
