"""A long short-term memory over the recent past, some periods at a time."""

from __future__ import annotations

from typing import ClassVar

import attrs
from torch import Tensor, nn

from shelfwise_forecaster_ensemble.members.neural import Neural, NeuralSettings
from shelfwise_forecaster_ensemble.members.patches import patch_width, patched

__all__ = ["Recurrent"]


class _Encoder(nn.Module):
    def __init__(self, size: int, width: int) -> None:
        super().__init__()
        self.memory = nn.LSTM(patch_width(width), size, batch_first=True)

    def forward(self, past: Tensor) -> Tensor:
        state: Tensor = self.memory(patched(past))[1][0][-1]
        return state


@attrs.frozen(eq=False)
class Recurrent(Neural):
    """An LSTM (Hochreiter and Schmidhuber 1997) that reads the past patch by patch (Lin et al. 2023)."""

    name: ClassVar[str] = "lstm"

    @staticmethod
    def encoder(settings: NeuralSettings, width: int) -> nn.Module:
        """Return an LSTM whose last state is the vector."""
        return _Encoder(settings.size, width)
