"""Which critical ratio makes the learned policy reach a service target."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types import ServiceMeasure
from shelfwise_inventory_ppo.perceptron import Perceptron
from shelfwise_inventory_ppo.terms import OF_RATIO, Terms

__all__ = ["HIGHEST", "Promise", "questions"]

Floats = NDArray[np.float64]

HIGHEST = 250.0
"""The highest shortage over holding cost that was learned; what needs more is not promised."""


def questions(terms: Terms, target: Floats, measure: ServiceMeasure) -> NDArray[np.float32]:
    """Return what the ratio is read off: the fixed features, a target in place of the ratio's; (rows, columns)."""
    score = np.log(target / (1.0 - target))
    asked = np.array(terms.fixed, np.float32)
    fill = np.full(len(asked), float(measure is ServiceMeasure.FILL_RATE))
    asked[:, OF_RATIO] = np.stack([score / 3.0, score**2 / 9.0, fill], axis=1)
    return asked


@attrs.frozen(eq=False)
class Promise:
    """A perceptron that answers with the logarithm of the ratio, (rows, 1)."""

    perceptron: Perceptron

    def ratio(self, terms: Terms, target: float, measure: ServiceMeasure) -> Floats:
        """Return shortage over holding cost (rows,) at which the policy reaches the target, inf where none is known."""
        answer = self.perceptron.answer(questions(terms, np.full(len(terms.rate), target), measure))[:, 0]
        ratio = np.exp(np.minimum(answer.astype(np.float64), 20.0))
        return np.where(ratio <= HIGHEST, np.maximum(ratio, 1.0), np.inf)

    def save(self, path: Path) -> None:
        """Write the weights."""
        self.perceptron.save(path)

    @classmethod
    def shipped(cls) -> Promise:
        """Read the weights that come with the package."""
        with resources.as_file(resources.files("shelfwise_inventory_ppo") / "weights" / "promise.safetensors") as path:
            return cls(Perceptron.load(path))
