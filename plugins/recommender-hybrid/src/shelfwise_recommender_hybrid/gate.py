"""The gate: how much each leg counts for this customer now, and what else tells candidates apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from shelfwise.types import Progress
from shelfwise_recommender_hybrid.evidence import CONTEXT_WIDTH, Evidence, about_width
from shelfwise_recommender_hybrid.threads import threads

__all__ = ["Gate"]

_ROWS = 256
"""Rows of a step, at most."""
_STEPS = 16
"""Steps of an epoch, at least: with few rows a step takes fewer of them."""
_EPOCHS = 40
_PATIENCE = 5
_TOLD = 10.0
"""Items that a row tells of, at most, so that wholesalers do not decide what everybody is shown."""
_HELD_OUT = 0.15
_DOUBT = 30.0
"""Rows that it takes to believe in a leaning: the fewer there are, the more the legs count alike."""
_FARTHEST = 4.0
"""Standard deviations from the mean that a feature may be away."""
_VARIED = 1e-3
"""Standard deviation below which a feature of candidates tells nothing."""
_TELLING = 0.05
"""The same for a feature of the row. They are flags and logarithms; one that hardly varies in learning, such as how
sure a leg is that says much the same to everybody, is far off once the legs are fitted again."""


def _filled(width: int) -> int:
    """Return the width up to which to fill with zeros: with others the last digits of a row depend on its company."""
    return width + -width % 16


class _Network(nn.Module):
    mean: Tensor
    spread: Tensor

    def __init__(self, legs: int, about: int, context: int, width: int = 32) -> None:
        super().__init__()
        everything = legs + about + context
        self.register_buffer("mean", torch.zeros(everything))
        self.register_buffer("spread", torch.ones(everything))
        self.legs, self.about = legs, about
        self.weigh = nn.Sequential(nn.Linear(_filled(context), 16), nn.GELU(), nn.Linear(16, _filled(legs)))
        self.rest = nn.Sequential(
            nn.Linear(_filled(everything), width), nn.GELU(), nn.Linear(width, width), nn.GELU(), nn.Linear(width, 1)
        )
        for last in (*self.weigh[-1].parameters(), *self.rest[-1].parameters()):
            nn.init.zeros_(last)

    def leanings(self, context: Tensor) -> Tensor:
        """Return how far the weight of each leg is from what it is without any learning.

        The shape is (rows, legs and what fills them up), what fills them up being 0.
        """
        leanings: Tensor = self.weigh(self._centred(context, -context.shape[1]))
        return leanings

    def corrections(self, log_share: Tensor, about: Tensor, context: Tensor) -> Tensor:
        """Return what the re-ranker adds to each candidate, of shape (rows, width)."""
        wide = context[:, None].expand(-1, about.shape[1], -1)
        corrections: Tensor = self.rest(self._centred(torch.cat([log_share, about, wide], dim=2)))[..., 0]
        return corrections

    def _centred(self, features: Tensor, first: int = 0) -> Tensor:
        """Return features as they were learned from: centred, and no further out than anything met then."""
        centred = (features - self.mean[first:]) / self.spread[first:]
        width = centred.shape[-1]
        return functional.pad(centred.clamp(-_FARTHEST, _FARTHEST), (0, _filled(width) - width))


def _weights(leanings: Tensor, legs: int) -> Tensor:
    """Return the weight of each leg, above 0."""
    return functional.softplus(leanings - 0.5)[:, :legs]


def _blended(log_share: Tensor, leanings: Tensor) -> Tensor:
    return (log_share * _weights(leanings, log_share.shape[2])[:, None]).sum(dim=2)


@attrs.frozen(eq=False)
class Gate:
    """A log-linear blend of the legs whose weights depend on the customer, and a small re-ranker on top of it.

    The score of a candidate is the sum over legs of ``weight(context) x log share``, every weight being positive and
    smooth in the context, plus a correction that starts from nothing. Both are learned listwise: the softmax over the
    candidates of a row is fitted to what came next.
    """

    network: _Network

    @classmethod
    def blank(cls, legs: int, popularity_features: bool) -> Gate:
        """Return a gate that has learned nothing: all legs count alike."""
        return cls(_Network(legs, about_width(popularity_features), CONTEXT_WIDTH + legs).eval())

    @classmethod
    def fit(
        cls, evidence: Evidence, hit: NDArray[np.bool_], *, seed: int, progress: Progress, correct: bool = True
    ) -> Gate:
        """Learn from candidates of which ``hit``, of shape (rows, width), came next; rows without a hit tell nothing.

        A part of the rows decides when to stop. Without ``correct`` there is no re-ranker.
        """
        torch.manual_seed(seed)
        legs, about, context = (part.shape[-1] for part in (evidence.log_share, evidence.about, evidence.context))
        network = _Network(legs, about, context)
        telling = np.flatnonzero(hit.any(axis=1))
        if telling.size < 20:
            return cls(network.eval())
        generator = np.random.default_rng(seed)
        telling = generator.permutation(telling)
        checked = np.sort(telling[: max(10, int(_HELD_OUT * telling.size))])
        learned = telling[checked.size :]
        _standardise(network, evidence, learned[:2_000])
        if not correct:
            network.rest.requires_grad_(False)
        tensors = [torch.from_numpy(part) for part in (evidence.log_share, evidence.about, evidence.context)]
        wanted = torch.from_numpy(hit.astype(np.float32))
        padding = torch.from_numpy(evidence.item < 0)

        doubt = _DOUBT / telling.size

        def loss(rows: NDArray[np.int64]) -> Tensor:
            some = torch.from_numpy(rows)
            log_share, about, context = (tensor[some] for tensor in tensors)
            leanings, corrections = network.leanings(context), network.corrections(log_share, about, context)
            score = (_blended(log_share, leanings) + corrections).masked_fill(padding[some], -1e4)
            share = wanted[some] / (wanted[some].sum(dim=1, keepdim=True) / _TOLD).clamp(min=1.0)
            unlikely = -(share * torch.log_softmax(score, dim=1)).sum(dim=1)
            return unlikely + doubt * (leanings.square().sum(dim=1) + corrections.square().mean(dim=1))

        step = min(_ROWS, 1 + learned.size // _STEPS)
        with threads(1 if step < _ROWS else None):
            _descend(network, loss, learned, checked, step, generator, progress)
        return cls(network)

    @torch.inference_mode()
    def scores(self, evidence: Evidence) -> NDArray[np.float32]:
        """Return the score of each candidate, minus infinity for padding, of shape (rows, width)."""
        parts = (torch.from_numpy(part) for part in (evidence.log_share, evidence.about, evidence.context))
        log_share, about, context = parts
        network = self.network
        score = _blended(log_share, network.leanings(context)) + network.corrections(log_share, about, context)
        return np.where(evidence.item >= 0, score.numpy(), -np.inf)

    @torch.inference_mode()
    def weights(self, context: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the weight of each leg for each row, of shape (rows, legs)."""
        return _weights(self.network.leanings(torch.from_numpy(context)), self.network.legs).numpy()

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return everything that was learned, by name."""
        numbers = np.array([self.network.legs, self.network.about])
        return {"numbers": numbers} | {key: value.numpy() for key, value in self.network.state_dict().items()}

    @classmethod
    def from_tensors(cls, tensors: dict[str, NDArray[Any]]) -> Gate:
        """Return what :meth:`tensors` gave."""
        legs, about = tensors.pop("numbers").tolist()
        network = _Network(legs, about, tensors["mean"].size - legs - about)
        network.load_state_dict({key: torch.from_numpy(np.array(value)) for key, value in tensors.items()})
        return cls(network.eval())


def _descend(
    network: _Network,
    loss: Callable[[NDArray[np.int64]], Tensor],
    learned: NDArray[np.int64],
    checked: NDArray[np.int64],
    step: int,
    generator: np.random.Generator,
    progress: Progress,
) -> None:
    """Fit the network to the rows ``learned``, so many a step, until those ``checked`` no longer gain."""
    trained = [part for part in network.parameters() if part.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=3e-3, weight_decay=0.01)
    best, kept, waited = np.inf, network.state_dict(), 0
    for epoch in range(_EPOCHS):
        network.train()
        order = generator.permutation(learned)
        for first in range(0, order.size, step):
            optimizer.zero_grad(set_to_none=True)
            loss(order[first : first + step]).mean().backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
        network.eval()
        with torch.inference_mode():
            found = float(np.mean([loss(part).mean() for part in np.array_split(checked, 1 + checked.size // 1024)]))
        progress("recommender: gate", epoch + 1, _EPOCHS)
        if found < best - 1e-4:
            best, waited = found, 0
            kept = {key: value.detach().clone() for key, value in network.state_dict().items()}
        else:
            waited += 1
            for group in optimizer.param_groups:
                group["lr"] *= 0.5
        if waited >= _PATIENCE:
            break
    network.load_state_dict(kept)
    network.eval()


def _standardise(network: _Network, evidence: Evidence, rows: NDArray[np.int64]) -> None:
    """Set what features are centred by; one that hardly varied tells nothing, whatever it will be one day."""
    inside = evidence.item[rows] >= 0
    context = np.broadcast_to(evidence.context[rows][:, None], (*inside.shape, evidence.context.shape[1]))
    seen = np.concatenate([evidence.log_share[rows], evidence.about[rows], context], axis=2)[inside]
    spread = seen.std(axis=0)
    least = np.repeat([_VARIED, _TELLING], [spread.size - context.shape[2], context.shape[2]])
    network.mean.copy_(torch.from_numpy(seen.mean(axis=0)))
    network.spread.copy_(torch.from_numpy(np.where(spread > least, spread, np.inf).astype(np.float32)))
