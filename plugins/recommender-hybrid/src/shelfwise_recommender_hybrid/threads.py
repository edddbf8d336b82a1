"""How many threads compute: small networks are faster on one, above all where cores are shared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["threads"]


@contextmanager
def threads(count: int | None) -> Iterator[None]:
    """Compute with so many threads, None for as many as were set before."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
