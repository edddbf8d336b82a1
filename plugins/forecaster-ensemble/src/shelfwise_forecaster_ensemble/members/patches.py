"""Several periods of the past read together, as networks do that look back far."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

__all__ = ["patch_width", "patched", "patches"]

_PERIODS = 4
"""Periods of a patch: read one by one they say little more, and an epoch takes several times as long."""


def patches(context: int) -> int:
    """Return how many patches there are of so many periods."""
    return -(-context // _PERIODS)


def patch_width(width: int) -> int:
    """Return how many numbers are seen of a patch, where so many are seen of a period."""
    return _PERIODS * width


def patched(past: Tensor) -> Tensor:
    """Return patches of shape (rows, patches, numbers) of the past (rows, periods, width), the first filled up by 0."""
    rows, periods, width = past.shape
    whole = functional.pad(past, (0, 0, -periods % _PERIODS, 0))
    return whole.reshape(rows, patches(periods), patch_width(width))
