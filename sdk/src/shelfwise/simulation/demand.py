"""Demand that is no law: replayed from a record, or drawn from a forecast."""

from __future__ import annotations

from typing import Protocol

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from shelfwise.types._fields import array

__all__ = ["Forecast", "Replay", "Source"]

Floats = NDArray[np.float64]


class Source(Protocol):
    """Where units come from: a law of :mod:`shelfwise.simulation.laws`, or one of these."""

    def quantile(self, probability: Floats) -> Floats:
        """Return units at a probability for each period and scenario, both of shape (periods, scenarios)."""
        ...


@attrs.frozen(eq=False)
class Replay:
    """The ``units`` (periods,) of a record, alike in every scenario, begun again where the record ends."""

    units: Floats = array(np.float64)

    def quantile(self, probability: ArrayLike) -> Floats:
        """Return the record."""
        asked = np.asarray(probability)
        return np.broadcast_to(np.resize(self.units, len(asked))[:, None], asked.shape)


@attrs.frozen(eq=False)
class Forecast:
    """A forecast by its ``quantiles`` (levels, periods) at rising ``levels``, linear between them, flat beyond."""

    levels: Floats = array(np.float64)
    quantiles: Floats = array(np.float64)
    whole: bool = True

    def quantile(self, probability: ArrayLike) -> Floats:
        """Return draws from the forecast, begun again where it ends; whole units if they are."""
        asked = np.asarray(probability, dtype=np.float64)
        period = np.arange(len(asked)) % self.quantiles.shape[1]
        drawn = np.empty(asked.shape)
        for row, at in enumerate(period):
            drawn[row] = np.interp(asked[row], self.levels, self.quantiles[:, at])
        return np.rint(drawn) if self.whole else drawn
