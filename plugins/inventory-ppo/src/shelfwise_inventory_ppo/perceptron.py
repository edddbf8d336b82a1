"""A multilayer perceptron at run time: a forward pass in NumPy, without torch."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save

__all__ = ["Layer", "Perceptron"]

Floats = NDArray[np.float32]

_ROWS = 1024
_LARGEST = 80.0
"""Of an exponent of 32 bits."""
_PARTS = ("weight", "bias")


@attrs.frozen(eq=False)
class Layer:
    """One layer: ``weight`` (outputs, inputs) and ``bias`` (outputs,)."""

    weight: Floats
    bias: Floats


@attrs.frozen(eq=False)
class Perceptron:
    """Layers with SiLU between them."""

    layers: tuple[Layer, ...]

    @property
    def width(self) -> int:
        """Of the hidden layers."""
        return len(self.layers[0].bias)

    def answer(self, features: Floats) -> Floats:
        """Return (rows, outputs), some rows at a time so that what lies between stays in the cache."""
        answer = np.empty((len(features), len(self.layers[-1].bias)), np.float32)
        for first in range(0, len(features), _ROWS):
            some = slice(first, first + _ROWS)
            answer[some] = self._some(features[some])
        return answer

    def _some(self, hidden: Floats) -> Floats:
        for layer in self.layers[:-1]:
            hidden = hidden @ layer.weight.T
            hidden += layer.bias
            gate = np.negative(hidden)
            np.minimum(gate, _LARGEST, out=gate)
            np.exp(gate, out=gate)
            gate += 1.0
            hidden /= gate
        answer: Floats = hidden @ self.layers[-1].weight.T + self.layers[-1].bias
        return answer

    def save(self, path: Path) -> None:
        """Write the weights."""
        named = [(f"{row}.{part}", getattr(layer, part)) for row, layer in enumerate(self.layers) for part in _PARTS]
        path.write_bytes(save({name: np.ascontiguousarray(array) for name, array in named}))

    @classmethod
    def load(cls, path: Path) -> Perceptron:
        """Read what :meth:`save` wrote."""
        found = load_file(path)
        return cls(tuple(Layer(found[f"{row}.weight"], found[f"{row}.bias"]) for row in range(len(found) // 2)))
