"""Networks in one thread: two that wait for each other take ten times as long where another process has a core."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["in_one_thread"]


@contextmanager
def in_one_thread() -> Iterator[None]:
    """Let torch compute in this thread alone for as long as it lasts; networks as small as these gain nothing by more.

    What they learn then hangs on no number of cores either.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
