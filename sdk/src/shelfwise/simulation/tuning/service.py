"""A service that a policy must reach, where cost alone is not to decide."""

from __future__ import annotations

import attrs
import numpy as np
from attrs.validators import gt, lt
from numpy.typing import NDArray

from shelfwise.simulation.outcome import Outcome
from shelfwise.types import ServiceMeasure

__all__ = ["Service"]

Floats = NDArray[np.float64]


@attrs.frozen
class Service:
    """A ``target``, a share between 0 and 1, of a ``measure``; the two are different things (see ``Outcome``)."""

    target: float = attrs.field(validator=[gt(0.0), lt(1.0)])
    measure: ServiceMeasure = attrs.field(default=ServiceMeasure.FILL_RATE, converter=ServiceMeasure)

    def shortfall(self, outcome: Outcome, copies: int) -> Floats:
        """Return how far each copy of the scenarios stays below the target, 0 where nothing is sold; (rows, copies)."""

        def summed(values: Floats) -> Floats:
            return np.asarray(values.reshape(len(values), copies, -1).sum(axis=2))

        demand = summed(outcome.demand)
        if self.measure is ServiceMeasure.FILL_RATE:
            reached = summed(outcome.met) / np.where(demand > 0, demand, 1.0)
        else:
            reached = summed(outcome.served) * copies / (outcome.served.shape[1] * max(outcome.reviews, 1))
        return np.where(demand > 0, np.maximum(self.target - reached, 0.0), 0.0)
