"""The hybrid recommender as a plugin: options and life cycle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from shelfwise.hookspecs import hookimpl
from shelfwise.slates import SlateMaker
from shelfwise.types import (
    Deadline,
    DeliveryCosts,
    Progress,
    Recommendations,
    RecommendRequest,
    State,
    StockOutlook,
)
from shelfwise.types.ranges import TUNE, Choice
from shelfwise_recommender_hybrid import storage
from shelfwise_recommender_hybrid.legs.leg import NAMES
from shelfwise_recommender_hybrid.model import Model
from shelfwise_recommender_hybrid.presets import PRESETS, Settings
from shelfwise_recommender_hybrid.serving import Counter
from shelfwise_recommender_hybrid.training import Task, learn, renew

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["HybridRecommender"]

_UNIT = attrs.validators.and_(attrs.validators.ge(0.0), attrs.validators.le(1.0))
_optional = attrs.validators.optional
_LARGEST = 1_024
"""Size of the vectors of the neural legs, at most."""
_HEAVIEST = 1e9
"""Weight in the objective of the linear leg, at most: the others count for nothing then."""


def _even(_instance: object, attribute: attrs.Attribute[int | None], value: int | None) -> None:
    if value is not None and (not 2 <= value <= _LARGEST or value % 2):
        raise ValueError(
            f"{attribute.name} must be an even number from 2 to {_LARGEST}, as attention has two heads; got {value}"
        )


def _distinct(_instance: object, attribute: attrs.Attribute[tuple[str, ...]], value: tuple[str, ...]) -> None:
    if len(set(value)) < len(value):
        raise ValueError(f"{attribute.name} must each be named once; got {', '.join(value)}")


_BLENDED = tuple(name for name in NAMES if name != "neighbours")
"""Beside the linear leg and ``markov``, neighbours tell the gate nothing more."""


@attrs.define(eq=False)
class HybridRecommender:
    """A learned blend of a sequence transformer, neural collaborative filtering and closed-form models.

    ``preset`` is the effort: fast, balanced or best. ``legs`` are the models that are blended. ``popularity_features``
    lets the gate see how often an item was sold, besides what the legs make of it; ``rerank`` lets it correct the blend
    of the legs item by item; without ``gate`` nothing is learned of the legs, which then count alike.
    ``refit`` fits the legs again on everything once the gate is learned.

    What follows stands in for the value of the preset where it is given: of the neural legs the ``size`` of the
    vectors, ``dropout`` and ``epochs``; of the linear leg ``ridge``, ``alike`` and ``whole``, the weights in
    :func:`~shelfwise_recommender_hybrid.legs.linear.fit_linear`; and ``neighbours``, the weights an item keeps in the
    counting legs.

    ``exposure_days`` is the window of the purchase probabilities and of the exposure. ``incremental_share`` is the part
    of the purchases of shown items that would not have happened otherwise, as far as no random draw has told; an
    observational study of Amazon's recommendations puts it at a quarter at most (Sharma, Hofman and Watts 2015).
    ``contribution_weight`` is the weight of this sale's contribution, against relevance, where stock or delivery
    signals are given, and ``by_margin`` without them too.
    """

    preset: str = attrs.field(default="balanced", validator=attrs.validators.in_(tuple(PRESETS)))
    legs: tuple[str, ...] = attrs.field(
        default=_BLENDED,
        validator=[
            attrs.validators.min_len(1),
            attrs.validators.deep_iterable(attrs.validators.in_(NAMES)),
            _distinct,
        ],
    )
    popularity_features: bool = attrs.field(default=True, metadata={TUNE: Choice(True, False)})
    gate: bool = True
    rerank: bool = attrs.field(default=True, metadata={TUNE: Choice(True, False)})
    refit: bool = True
    size: int | None = attrs.field(default=None, validator=_even, metadata={TUNE: Choice(None, 32, 64, 128)})
    dropout: float | None = attrs.field(
        default=None,
        validator=_optional([attrs.validators.ge(0.0), attrs.validators.lt(1.0)]),
        metadata={TUNE: Choice(None, 0.1, 0.2, 0.3, 0.5)},
    )
    epochs: int | None = attrs.field(default=None, validator=_optional(attrs.validators.ge(1)))
    ridge: float | None = attrs.field(
        default=None,
        validator=_optional([attrs.validators.gt(0.0), attrs.validators.le(_HEAVIEST)]),
        metadata={TUNE: Choice(None, 10.0, 30.0, 100.0, 300.0, 1000.0)},
    )
    alike: float | None = attrs.field(
        default=None,
        validator=_optional([attrs.validators.ge(0.0), attrs.validators.le(_HEAVIEST)]),
        metadata={TUNE: Choice(None, 0.0, 2.0, 8.0, 32.0)},
    )
    whole: float | None = attrs.field(
        default=None,
        validator=_optional([attrs.validators.ge(0.0), attrs.validators.le(_HEAVIEST)]),
        metadata={TUNE: Choice(None, 0.0, 0.25, 0.5, 1.0)},
    )
    neighbours: int | None = attrs.field(
        default=None, validator=_optional(attrs.validators.ge(1)), metadata={TUNE: Choice(None, 50, 100, 200, 400)}
    )
    exposure_days: int = attrs.field(default=28, validator=[attrs.validators.ge(1), attrs.validators.le(366)])
    incremental_share: float = attrs.field(default=0.25, validator=_UNIT)
    contribution_weight: float = attrs.field(default=0.5, validator=_UNIT)
    by_margin: bool = False
    seed: int = attrs.field(default=0, validator=[attrs.validators.ge(0), attrs.validators.lt(2**31)])
    _model: Model | None = attrs.field(init=False, default=None)
    _counter: Counter | None = attrs.field(init=False, default=None)
    _maker: SlateMaker | None = attrs.field(init=False, default=None)

    @hookimpl
    def train(self, dataset: Dataset, progress: Progress, checkpoints: Path | None) -> None:
        """Learn from the events of the data set."""
        self._use(learn(dataset, self._task, progress, checkpoints))

    @hookimpl
    def update(self, dataset: Dataset, progress: Progress) -> None:
        """Take in new events, customers and items: neural legs go on from what they know, the gate stays."""
        if self._model is None:
            self._use(learn(dataset, self._task, progress))
        else:
            self._use(renew(self._model, dataset, self._task, progress))

    @hookimpl
    def save(self, directory: Path) -> None:
        """Write what was learned, if anything was."""
        if self._model is not None:
            storage.save(self._model, directory)

    @hookimpl
    def load(self, directory: Path) -> None:
        """Read what :meth:`save` wrote."""
        self._use(storage.load(directory))

    @hookimpl
    def recommend(
        self,
        request: RecommendRequest,
        state: State,
        stock_outlook: StockOutlook | None,
        delivery_costs: DeliveryCosts | None,
        deadline: Deadline,
    ) -> Recommendations | None:
        """Rank the catalogue for each customer; once the time is up, the rest gets what is popular in its zone."""
        if self._counter is None or self._maker is None:
            return None
        shelf = self._maker.shelf(request, state, stock_outlook, delivery_costs)
        return self._counter.answer(shelf, deadline)

    @property
    def _task(self) -> Task:
        return Task(
            names=tuple(name for name in NAMES if name in self.legs),
            settings=self._settings,
            window_days=float(self.exposure_days),
            seed=self.seed,
            popularity_features=self.popularity_features,
            gate=self.gate,
            correct=self.rerank,
            refit=self.refit,
        )

    @property
    def _settings(self) -> Settings:
        """The preset, with what is given in its place."""
        preset = PRESETS[self.preset]
        neural, effort = _given(size=self.size, dropout=self.dropout), _given(epochs=self.epochs)
        linear = _given(ridge=self.ridge, alike=self.alike, whole=self.whole)
        return attrs.evolve(
            preset,
            transformer=attrs.evolve(
                preset.transformer, effort=attrs.evolve(preset.transformer.effort, **effort), **neural
            ),
            ncf=attrs.evolve(preset.ncf, effort=attrs.evolve(preset.ncf.effort, **effort), **neural),
            linear=attrs.evolve(preset.linear, **linear),
            **_given(kept=self.neighbours),
        )

    def _use(self, model: Model) -> None:
        self._model = model
        self._counter = Counter(model, PRESETS[self.preset].width)
        self._maker = self._counter.maker(
            exposure_days=self.exposure_days,
            incremental_share=self.incremental_share,
            contribution_weight=self.contribution_weight,
            by_margin=self.by_margin,
        )


def _given(**options: float | None) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}
