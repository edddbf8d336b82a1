"""What a plugin is judged by while it is tuned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Objective", "Watch"]


class Watch(Protocol):
    """Looks on while a candidate is measured, and ends it by an exception that must be let through."""

    def progress(self, step: str, done: int, total: int) -> None:
        """Take note of progress; raises once the time of the search is up."""

    def so_far(self, part: int, value: float) -> None:
        """Take note of the mean score after the parts up to ``part``; raises where there is no hope left.

        After the last part there is nothing left to be saved, so do not tell of it.
        """


class Objective(Protocol):
    """Trains a stage's plugin on the training part of its data, and scores it on the validation part.

    An implementation never looks at a test split.
    """

    @property
    def metric(self) -> str:
        """The name of the figure."""

    @property
    def definition(self) -> str:
        """The figure in a sentence."""

    @property
    def maximize(self) -> bool:
        """Whether more is better."""

    @property
    def protocol(self) -> Mapping[str, Any]:
        """What is measured on which data, in plain values that tell this objective from others."""

    def score(self, plugin: object, watch: Watch) -> NDArray[np.float64]:
        """Return the score of each independent unit (a customer, a series), of shape (units,); their mean counts.

        The units are the same for every plugin. What a plugin raises is let through.
        """
