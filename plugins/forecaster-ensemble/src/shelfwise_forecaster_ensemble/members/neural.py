"""What the neural members share: an encoder of the past, a decoder that reads the plans ahead, quantiles, and a fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar, Self

import attrs
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from shelfwise.types import Deadline, Progress
from shelfwise_forecaster_ensemble.beyond import held, less_sure
from shelfwise_forecaster_ensemble.features import Features
from shelfwise_forecaster_ensemble.members.alone import in_one_thread
from shelfwise_forecaster_ensemble.members.counts import Bins
from shelfwise_forecaster_ensemble.members.learning import best_weights
from shelfwise_forecaster_ensemble.members.lessons import Lesson
from shelfwise_forecaster_ensemble.members.sequences import STATIC_WIDTH, Sequences, Views, widths
from shelfwise_forecaster_ensemble.outlook import LEVELS, Outlook
from shelfwise_forecaster_ensemble.panel import Panel

__all__ = ["Neural", "NeuralSettings"]

_FORECAST_ROWS = 2_048
_FEWEST = 50
"""Views that a network is worth."""
_EIGHT = 8
"""Rows are forecast by multiples of so many, so that no kernel for few rows changes the last digits of an answer."""
_FEWEST_COUNTS, _RARE = 100, 10
"""Counts that a head for them is worth, and up to which they may be rare."""
_SPREAD = -3.0
"""What the distance of neighbouring quantiles begins at, before softplus."""
_CHECKED, _CHECKED_VIEWS = 0.1, 2_000
_FURTHER = 3
"""Of how many epochs one is enough for a network that goes on from another."""
_EMBEDDED = (16, 8, 8)
_UNKNOWN = 0.2
"""Share of the codes that are hidden while learning, so that what is new to the network is no surprise."""


@attrs.frozen
class NeuralSettings:
    """How large a network is and how long it learns: so many ``views`` of so many periods of ``context`` an epoch."""

    size: int = 64
    context: int = 56
    views: int = 10_000
    epochs: int = 12
    patience: int = 4
    dropout: float = 0.1
    learning_rate: float = 2e-3


class _Network(nn.Module):
    """Encoder, codes and plans to one vector a period ahead, and from that to quantiles in order."""

    def __init__(
        self, encoder: nn.Module, ahead: int, codes: tuple[int, ...], bins: int, settings: NeuralSettings
    ) -> None:
        super().__init__()
        size = settings.size
        self.encoder = encoder
        self.codes = nn.ModuleList(
            nn.Embedding(count + 1, width) for count, width in zip(codes, _EMBEDDED, strict=True)
        )
        width = size + sum(_EMBEDDED) + STATIC_WIDTH
        self.state = nn.Linear(width, size)
        self.plan = nn.Linear(ahead, size)
        self.drop = nn.Dropout(settings.dropout)
        last = nn.Linear(size, len(LEVELS) + bins)
        self.head = nn.Sequential(nn.Linear(2 * size, size), nn.GELU(), last)
        with torch.no_grad():
            # Quantiles begin about as far apart as demand of a steady level has them, not as far as can be.
            last.bias[: len(LEVELS)] = _SPREAD
            last.bias[len(LEVELS) // 2] = 0.0

    def forward(self, past: Tensor, ahead: Tensor, static: Tensor, codes: Tensor) -> tuple[Tensor, Tensor]:
        """Return quantiles (rows, H, levels), relative to the base, in logarithms, and scores of bins (rows, H, bins).

        The scores are logarithms of what is in proportion to the probabilities.
        """
        if self.training:
            codes = codes.masked_fill(torch.rand(codes.shape) < _UNKNOWN, 0)
        embedded = [table(code) for table, code in zip(self.codes, codes.unbind(1), strict=True)]
        state = self.state(self.drop(torch.cat([self.encoder(past), static, *embedded], dim=1)))
        plan = self.plan(ahead)
        # Multiplied as well, as what a promotion does depends on the series.
        mixed = torch.cat([functional.gelu(plan + state[:, None]), plan * torch.tanh(state)[:, None]], dim=2)
        raw, score = self.head(self.drop(mixed)).tensor_split([len(LEVELS)], dim=2)
        middle = len(LEVELS) // 2
        above = functional.softplus(raw[..., middle + 1 :]).cumsum(dim=2)
        below = functional.softplus(raw[..., :middle].flip(2)).cumsum(dim=2).flip(2)
        centre = raw[..., middle : middle + 1]
        return torch.cat([centre - below, centre, centre + above], dim=2), score


@attrs.frozen(eq=False)
class Neural:
    """A network with two heads, which has learned to look ``reach`` periods ahead.

    Where the level is low and units are whole, classes of counts, as the trees have, by their likelihood; there are
    none without ``bins``, as where little demand was low. Elsewhere quantiles of the logarithm of one plus demand, by
    the quantile loss (Wen et al. 2017); whole units are smeared over the unit that they stand for and cut back, as
    quantiles for counts are (Machado and Santos Silva 2005).
    """

    network: _Network
    settings: NeuralSettings
    codes: tuple[int, ...]
    widths: tuple[int, int]
    bins: Bins | None
    reach: int
    whole: bool

    name: ClassVar[str]

    @staticmethod
    def encoder(settings: NeuralSettings, width: int) -> nn.Module:
        """Return what makes one vector of the past, (rows, C, width) to (rows, size)."""
        raise NotImplementedError

    @classmethod
    def blank(
        cls,
        settings: NeuralSettings,
        codes: tuple[int, ...],
        widths: tuple[int, int],
        bins: Bins | None,
        *,
        reach: int,
        whole: bool,
    ) -> Self:
        """Return a network that has learned nothing; ``codes`` counts items, nodes and categories.

        ``widths`` are the numbers seen of a period of the past, and of one ahead, of which there are ``reach``.
        """
        past, ahead = widths
        network = _Network(cls.encoder(settings, past), ahead, codes, bins.first.size if bins else 0, settings)
        return cls(network, settings, codes, widths, bins, reach, whole)

    @classmethod
    @in_one_thread()
    def fit(
        cls,
        panel: Panel,
        horizon: int,
        settings: NeuralSettings,
        *,
        whole: bool,
        seed: int,
        progress: Progress,
        deadline: Deadline,
        start: Neural | None = None,
    ) -> Self | None:
        """Learn to forecast up to ``horizon`` periods ahead; None from a panel that is too short to learn from.

        The latest tenth of the periods teaches nothing but when to stop, which the settings of the member then say.
        Given a network to ``start`` from, which had seen less of the record, it goes on from there, on all periods and
        for a third as many epochs. At the ``deadline`` it is what it has learned by then.
        """
        torch.manual_seed(seed)
        context = start.settings.context if start else max(1, min(settings.context, panel.known - 1))
        epochs = -(-start.settings.epochs // _FURTHER) if start else settings.epochs
        settings = attrs.evolve(settings, context=context, epochs=epochs)
        codes = tuple(int(code.max(initial=0)) + 1 for code in (panel.item, panel.node, panel.group))
        horizon = max(1, min(horizon, panel.known // 2))
        end = panel.known if start else panel.known - max(1, int(panel.known * _CHECKED))
        learned, checked = Lesson.to_learn(panel, horizon, end), Lesson.to_check(panel, horizon, end)
        if len(learned) < _FEWEST:
            return None
        sequences, generator = Sequences(Features.of(panel), context), np.random.default_rng(seed)
        counts = sequences.features.counts(end)
        if start:
            bins = None if start.bins is None else start.bins.filled(counts)
        else:
            bins = Bins.of(counts, up_to=_RARE) if counts.size >= _FEWEST_COUNTS else None
        member = cls.blank(settings, codes, widths(panel), bins, reach=horizon, whole=whole)
        if start:
            member.network.load_state_dict(start.network.state_dict())
        weights, enough = best_weights(
            member,
            sequences,
            learned,
            checked.drawn(_CHECKED_VIEWS, generator),
            generator=generator,
            progress=progress,
            deadline=deadline,
        )
        member.network.load_state_dict(weights)
        member.network.eval()
        return attrs.evolve(member, settings=attrs.evolve(settings, epochs=enough))

    def loss(self, sequences: Sequences, lesson: Lesson, generator: np.random.Generator) -> Tensor:
        """Return the mean loss of what a lesson tells of the periods ahead."""
        panel, step = sequences.features.panel, np.arange(lesson.steps)
        views, target = sequences.views(lesson.row, lesson.origin, step), lesson.origin[:, None] + step
        row, period = lesson.row[:, None], np.minimum(target, panel.known - 1)
        units, told = panel.units[row, period], panel.mask[row, period] & (target < lesson.end)
        found, score = self._heads(views)
        smeared = units + generator.random(units.shape, dtype=np.float32) if self.whole else units
        loss = _quantile_loss(found, torch.from_numpy(np.log1p(smeared) - views.base[:, None]))
        few = np.flatnonzero(views.low & self.whole)
        if self.bins is not None and few.size:
            code = torch.from_numpy(self.bins.code(units[few]))
            loss[few] = functional.cross_entropy(score[few].movedim(2, 1), code, reduction="none")
        counted = torch.from_numpy(told.astype(np.float32))
        return (loss * counted).sum() / counted.sum().clamp(min=1.0)

    @torch.inference_mode()
    def score(self, sequences: Sequences, lesson: Lesson) -> float:
        """Return the same for any number of views, smeared alike each time."""
        same = np.random.default_rng(0)
        return float(np.mean([float(self.loss(sequences, some, same)) for some in lesson.batches(_FORECAST_ROWS)]))

    def _heads(self, views: Views) -> tuple[Tensor, Tensor]:
        arrays = (views.past, views.ahead, views.static)
        codes = np.where(views.codes <= np.array(self.codes), views.codes, 0)
        found: tuple[Tensor, Tensor] = self.network(*map(torch.from_numpy, arrays), torch.from_numpy(codes))
        return found

    @in_one_thread()
    @torch.inference_mode()
    def outlook(self, panel: Panel) -> Outlook:
        """Return how demand is distributed in the periods ahead of a panel."""
        sequences = Sequences(Features.ahead(panel), self.settings.context)
        step = held(panel.step, self.reach)
        mean = np.empty((panel.series, panel.horizon), dtype=np.float32)
        quantiles = np.empty((*mean.shape, len(LEVELS)), dtype=np.float32)
        for rows in np.array_split(np.arange(panel.series), 1 + panel.series // _FORECAST_ROWS):
            padded = np.append(rows, np.repeat(rows[-1:], -rows.size % _EIGHT))
            views = sequences.views(padded, np.full(padded.size, panel.known), step)
            mean[rows], quantiles[rows] = (told[: rows.size] for told in self._told(views))
        return Outlook.of(mean, less_sure(quantiles, panel.step, self.reach))

    def _told(self, views: Views) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the mean (rows, H) and the quantiles (rows, H, levels) in units."""
        found, score = self._heads(views)
        quantiles = np.expm1(found.numpy() + views.base[:, None, None])
        mean = _mean(quantiles) - np.float32(0.5 * self.whole)
        if self.whole:
            quantiles = np.maximum(np.floor(quantiles), np.float32(0.0))
        if self.whole and self.bins is not None:
            few = np.flatnonzero(views.low)
            chance = torch.softmax(score[few].double(), dim=2).numpy()
            flat = chance.reshape(-1, self.bins.first.size)
            mean[few] = self.bins.means(flat).reshape(chance.shape[:2])
            quantiles[few] = self.bins.quantiles(flat).reshape(*chance.shape[:2], len(LEVELS))
        return mean, quantiles

    def save(self, directory: Path) -> None:
        """Write the weights as safetensors and the sizes as JSON."""
        save_file(self.network.state_dict(), directory / f"{self.name}.safetensors")
        text = {
            "settings": attrs.asdict(self.settings),
            "codes": self.codes,
            "widths": self.widths,
            "bins": self.bins and self.bins.to_json(),
            "reach": self.reach,
            "whole": self.whole,
        }
        (directory / f"{self.name}.json").write_text(json.dumps(text), encoding="utf-8")

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Read what :meth:`save` wrote."""
        text = json.loads((directory / f"{cls.name}.json").read_text(encoding="utf-8"))
        settings, codes, widths = NeuralSettings(**text["settings"]), tuple(text["codes"]), tuple(text["widths"])
        bins = text["bins"] and Bins(**text["bins"])
        member = cls.blank(settings, codes, widths, bins, reach=text["reach"], whole=text["whole"])
        member.network.load_state_dict(load_file(directory / f"{cls.name}.safetensors"))
        member.network.eval()
        return member


def _quantile_loss(quantiles: Tensor, wanted: Tensor) -> Tensor:
    levels, short = torch.tensor(LEVELS), wanted[..., None] - quantiles
    return torch.maximum(levels * short, (levels - 1.0) * short).mean(dim=2)


def _mean(quantiles: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean of what is alike likely between neighbouring quantiles, the ends as far as the last of them."""
    levels = np.array(LEVELS, dtype=np.float32)
    ends = np.concatenate([[0.0], (levels[1:] + levels[:-1]) / 2.0, [1.0]]).astype(np.float32)
    # No product of matrices, whose last digits hang on how many rows there are.
    return np.asarray(np.einsum("shl,l->sh", quantiles, np.diff(ends)), dtype=np.float32)
