"""The learned policy at run time, without torch."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise_inventory_ppo.arrays import NUMPY
from shelfwise_inventory_ppo.features import FEATURES, look, quantity
from shelfwise_inventory_ppo.perceptron import Layer, Perceptron
from shelfwise_inventory_ppo.terms import Terms

__all__ = ["LearnedPolicy"]


@attrs.frozen(eq=False)
class LearnedPolicy:
    """What features become a quantity by: one ``perceptron`` for all item-nodes."""

    perceptron: Perceptron

    def order(self, terms: Terms, on_hand: NDArray[np.float64], due: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return units to order, of any size, of shape (rows,).

        ``on_hand`` (rows,) is after arrivals, ``due`` (rows, periods) what arrives in 1, 2, ... periods.
        """
        view = look(terms, on_hand.astype(np.float32), due.astype(np.float32), NUMPY)
        units: NDArray[np.float32] = quantity(terms, view, self.perceptron.answer(view.features), NUMPY)
        return units

    def save(self, path: Path) -> None:
        """Write the weights."""
        self.perceptron.save(path)

    @classmethod
    def load(cls, path: Path) -> LearnedPolicy:
        """Read what :meth:`save` wrote."""
        return cls(Perceptron.load(path))

    @classmethod
    def unlearned(cls) -> LearnedPolicy:
        """Return the policy that has learned nothing: capped orders up to the myopic level of projected stock."""
        return cls(Perceptron((Layer(np.zeros((2, FEATURES), np.float32), np.zeros(2, np.float32)),)))

    @classmethod
    def shipped(cls) -> LearnedPolicy:
        """Read the weights that come with the package."""
        with resources.as_file(resources.files("shelfwise_inventory_ppo") / "weights" / "policy.safetensors") as path:
            return cls.load(path)
