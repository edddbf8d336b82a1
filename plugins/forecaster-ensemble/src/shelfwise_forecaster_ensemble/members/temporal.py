"""A transformer over the recent past, some periods at a time."""

from __future__ import annotations

from typing import ClassVar

import attrs
import torch
from torch import Tensor, nn

from shelfwise_forecaster_ensemble.members.neural import Neural, NeuralSettings
from shelfwise_forecaster_ensemble.members.patches import patch_width, patched, patches

__all__ = ["Temporal"]

_HEADS, _LAYERS = 4, 2


class _Encoder(nn.Module):
    def __init__(self, settings: NeuralSettings, width: int) -> None:
        super().__init__()
        self.enter = nn.Linear(patch_width(width), settings.size)
        self.place = nn.Parameter(torch.randn(patches(settings.context), settings.size) * 0.02)
        layer = nn.TransformerEncoderLayer(
            settings.size, _HEADS, 2 * settings.size, 0.0, "gelu", batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, _LAYERS, nn.LayerNorm(settings.size), enable_nested_tensor=False)
        self.ask = nn.Parameter(torch.randn(1, 1, settings.size) * 0.02)

    def forward(self, past: Tensor) -> Tensor:
        entered = self.enter(patched(past)) + self.place
        asked = torch.cat([entered, self.ask.expand(len(past), -1, -1)], dim=1)
        state: Tensor = self.layers(asked)[:, -1]
        return state


@attrs.frozen(eq=False)
class Temporal(Neural):
    """A transformer (Vaswani et al. 2017) over patches of the past (Nie et al. 2023), asked from a place of its own."""

    name: ClassVar[str] = "transformer"

    @staticmethod
    def encoder(settings: NeuralSettings, width: int) -> nn.Module:
        """Return a transformer whose last position is the vector."""
        return _Encoder(settings, width)
