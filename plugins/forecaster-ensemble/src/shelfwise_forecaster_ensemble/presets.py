"""How much effort goes into learning."""

from __future__ import annotations

import attrs

from shelfwise_forecaster_ensemble.members.boosting import BoostingSettings
from shelfwise_forecaster_ensemble.members.neural import NeuralSettings

__all__ = ["PRESETS", "Settings"]

_FASTEST = 0.15
"""Learning rate of trees, at most."""


@attrs.frozen
class Settings:
    """The settings of every member, and how many ``minutes`` a training may take.

    ``statistical_series`` is up to how many series the statistical member is blended where members are not named: it
    is fitted to each of them, which is what takes the time.
    """

    boosting: BoostingSettings
    lstm: NeuralSettings
    transformer: NeuralSettings
    statistical_series: int
    minutes: float

    def given(self, *, trees: int | None, epochs: int | None, minutes: float | None) -> Settings:
        """Return the settings with what is not None in place of their own; fewer trees learn the faster."""
        boosting, minutes = self.boosting, self.minutes if minutes is None else minutes
        if trees is not None:
            rate = min(_FASTEST, boosting.learning_rate * boosting.trees / trees)
            boosting = attrs.evolve(boosting, trees=trees, learning_rate=rate)
        if epochs is None:
            return attrs.evolve(self, boosting=boosting, minutes=minutes)
        lstm, transformer = (attrs.evolve(one, epochs=epochs) for one in (self.lstm, self.transformer))
        return attrs.evolve(self, boosting=boosting, lstm=lstm, transformer=transformer, minutes=minutes)


PRESETS = {
    "fast": Settings(
        boosting=BoostingSettings(rows=60_000, trees=150, learning_rate=0.06),
        lstm=NeuralSettings(size=32, context=28, views=8_000),
        transformer=NeuralSettings(size=32, context=28, views=8_000),
        statistical_series=0,
        minutes=20.0,
    ),
    "balanced": Settings(
        boosting=BoostingSettings(),
        lstm=NeuralSettings(),
        transformer=NeuralSettings(),
        statistical_series=3_000,
        minutes=120.0,
    ),
    "best": Settings(
        boosting=BoostingSettings(rows=400_000, trees=1_000, learning_rate=0.01),
        lstm=NeuralSettings(size=128, context=112, views=30_000, epochs=30),
        transformer=NeuralSettings(size=128, context=112, views=30_000, epochs=30),
        statistical_series=3_000,
        minutes=600.0,
    ),
}
