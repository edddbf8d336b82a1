"""What a member is: a model of every series together that says how demand is distributed in each period ahead."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from shelfwise_forecaster_ensemble.outlook import Outlook
from shelfwise_forecaster_ensemble.panel import Panel

__all__ = ["Member"]


class Member(Protocol):
    """A fitted model."""

    def outlook(self, panel: Panel) -> Outlook:
        """Return how demand is distributed in the periods ahead of a panel."""
        ...

    def save(self, directory: Path) -> None:
        """Write what was learned into an empty directory."""
        ...
