"""The baseline router: savings, local search, and ruin and recreate, in numpy."""

from shelfwise.baselines.router.plugin import BaselineRouter

__all__ = ["BaselineRouter"]
