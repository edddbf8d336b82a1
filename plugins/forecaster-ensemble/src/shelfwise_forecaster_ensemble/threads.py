"""How many threads may compute: CatBoost would take every core of the machine, also those lent to others."""

from __future__ import annotations

import os

__all__ = ["threads"]


def threads() -> int:
    """Return ``OMP_NUM_THREADS`` where it is set, as the other libraries do, else the cores this process may use."""
    told = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    if told.isdigit() and int(told) > 0:
        return int(told)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
