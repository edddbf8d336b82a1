"""How much effort goes into learning: presets, from a demonstration to the best that is known."""

from __future__ import annotations

import attrs

from shelfwise_recommender_hybrid.legs.collaborative import CollaborativeSettings
from shelfwise_recommender_hybrid.legs.linear import LinearSettings
from shelfwise_recommender_hybrid.legs.network import Effort
from shelfwise_recommender_hybrid.legs.transformer import TransformerSettings

__all__ = ["PRESETS", "Settings"]


@attrs.frozen
class Settings:
    """The settings of every leg; ``width`` candidates a customer are looked at, ``examples`` teach the gate."""

    transformer: TransformerSettings
    ncf: CollaborativeSettings
    linear: LinearSettings
    kept: int = 100
    width: int = 200
    examples: int = 20_000
    again: float = 0.3
    """Epochs of a neural leg that goes on from an earlier one, as a part of those of a first fit."""


PRESETS = {
    "fast": Settings(
        transformer=TransformerSettings(Effort(epochs=12, examples=0.5e6, threads=1), size=32, layers=1),
        ncf=CollaborativeSettings(Effort(epochs=8, examples=0.5e6, threads=1), size=32),
        linear=LinearSettings(most_items=4_000),
        examples=5_000,
        width=100,
    ),
    "balanced": Settings(
        transformer=TransformerSettings(Effort(epochs=30, examples=6e6)),
        ncf=CollaborativeSettings(Effort(epochs=12, examples=4e6)),
        linear=LinearSettings(),
    ),
    "best": Settings(
        transformer=TransformerSettings(Effort(epochs=60, examples=60e6), size=128),
        ncf=CollaborativeSettings(Effort(epochs=16, examples=20e6), size=128),
        linear=LinearSettings(most_items=20_000),
        width=300,
    ),
}
