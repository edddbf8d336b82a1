"""How long the search goes on where no deadline ends it."""

from __future__ import annotations

__all__ = ["PRESETS"]

PRESETS = {"fast": 3_000, "balanced": 30_000, "best": 300_000}
"""Iterations, each of which takes a third of a millisecond with 100 deliveries, and one with 1,000."""
