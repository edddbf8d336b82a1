"""What the neural legs share: vectors of items, and the loop that fits a network."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional

from shelfwise.types import Progress, silent
from shelfwise_recommender_hybrid.checkpoint import read, usable, write
from shelfwise_recommender_hybrid.legs.leg import Leg
from shelfwise_recommender_hybrid.threads import threads

__all__ = [
    "EIGHT",
    "Effort",
    "Fitting",
    "ItemVectors",
    "Start",
    "device",
    "fit",
    "rounded",
    "sampled_loss",
    "start_from",
]

EIGHT = 8
"""Rows are multiplied by multiples of so many, so that no kernel for few rows changes the last digits of an answer."""


def device() -> torch.device:
    """Return where to compute: a GPU if there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@attrs.frozen
class Effort:
    """How long and how to train.

    ``epochs`` are as many as ``examples`` in all allow, at least ``least``: a number of steps and not of seconds, so
    that a fit ends alike on a slow machine and a fast one. ``patience`` counts checks without improvement. ``threads``
    None are as many as torch would take.
    """

    epochs: int
    examples: float = math.inf
    least: int = 2
    learning_rate: float = 2e-3
    weight_decay: float = 0.01
    patience: int = 4
    check_every: int = 2
    threads: int | None = None

    def within(self, examples: int) -> Effort:
        """Return the effort with the epochs that so many examples allow."""
        allowed = self.examples / max(1, examples)
        return self if allowed >= self.epochs else attrs.evolve(self, epochs=max(self.least, int(allowed)))


@attrs.frozen(eq=False)
class Start:
    """The weights of an earlier network to start from.

    ``places`` holds, for tables whose rows have moved, where each row stood before, -1 for a new one.
    """

    weights: Mapping[str, Tensor]
    places: Mapping[str, NDArray[np.int64]]


@attrs.frozen(eq=False)
class Fitting:
    """How a leg is fitted, whichever it is.

    ``check`` says how good a leg is as it stands, the higher the better; ``checkpoint`` is the file that an interrupt
    leaves behind.
    """

    seed: int
    progress: Progress = silent
    check: Callable[[Leg], float] | None = None
    checkpoint: Path | None = None
    start: Start | None = None


class ItemVectors(nn.Module):
    """A vector per item: one of its own, learned from its sales, plus one made of its features.

    An item that has never been sold has only the second, which ``dropped``, the share of items whose own vector is left
    out in a step of training, teaches to stand alone.
    """

    features: Tensor
    offsets: Tensor
    weights: Tensor
    sold: Tensor

    def __init__(self, matrix: sparse.csr_array, sold: NDArray[np.bool_], size: int, dropped: float = 0.1) -> None:
        super().__init__()
        self.dropped = dropped
        self.own = nn.Embedding(matrix.shape[0], size)
        nn.init.normal_(self.own.weight, std=0.02)
        self.shared = nn.EmbeddingBag(max(1, matrix.shape[1]), size, mode="sum")
        nn.init.normal_(self.shared.weight, std=0.02)
        self.register_buffer("features", torch.from_numpy(matrix.indices.astype(np.int64)), persistent=False)
        self.register_buffer("offsets", torch.from_numpy(matrix.indptr[:-1].astype(np.int64)), persistent=False)
        self.register_buffer("weights", torch.from_numpy(matrix.data.astype(np.float32)), persistent=False)
        self.register_buffer("sold", torch.from_numpy(sold.astype(np.float32))[:, None])

    def forward(self) -> Tensor:
        """Return the vectors of all items, of shape (items, size)."""
        own = self.own.weight * self.sold
        if self.training and self.dropped:
            own = own * (torch.rand_like(self.sold) >= self.dropped)
        if not self.features.numel():
            return own
        shared: Tensor = self.shared(self.features, self.offsets, per_sample_weights=self.weights)
        return own + shared


def rounded(network: nn.Module) -> nn.Module:
    """Return the network with its weights as they will be kept: in half precision, so that loading changes nothing."""
    with torch.no_grad():
        for weight in network.parameters():  # not the features, which are kept elsewhere, as they are
            weight.copy_(weight.half())
    return network.eval()


def start_from(network: nn.Module, start: Start) -> None:
    """Give a network an earlier one's weights; rows that are new keep what they have."""
    ours = network.state_dict()
    for key, value in start.weights.items():
        place = start.places.get(key)
        if key.rpartition(".")[2] == "sold":
            continue
        if place is None:
            ours[key] = value
        else:
            known = torch.from_numpy(place >= 0)
            ours[key] = ours[key].clone()
            ours[key][known] = value[torch.from_numpy(place[place >= 0])]
    network.load_state_dict(ours)


def sampled_loss(user: Tensor, target: Tensor, vectors: Tensor, choice: Tensor, negatives: int) -> Tensor:
    """Return the softmax cross-entropy of the targets against negatives that the whole batch shares.

    ``user`` has shape (examples, size), ``target`` holds items, ``choice`` the items that may be drawn. The negatives
    stand for all of ``choice``, so their weight is scaled up (sampled softmax with a uniform proposal). With at least
    as many ``negatives`` as items, all are used.
    """
    everything = choice.numel() <= negatives
    drawn = choice if everything else choice[torch.randint(choice.numel(), (negatives,), device=choice.device)]
    others = user @ vectors[drawn].T
    if not everything:
        others = others + math.log(choice.numel() / negatives)
    others = others.masked_fill(drawn[None] == target[:, None], -math.inf)
    own = (user * vectors[target]).sum(dim=1, keepdim=True)
    logits = torch.cat([own, others], dim=1).float()
    return functional.cross_entropy(logits, torch.zeros_like(target))


def fit(
    network: nn.Module,
    batches: Callable[[np.random.Generator], Iterator[tuple[Any, ...]]],
    loss: Callable[..., Tensor],
    effort: Effort,
    fitting: Fitting,
    *,
    name: str,
    leg: Callable[[], Leg],
) -> None:
    """Fit a network in place by AdamW under a one-cycle learning rate (Smith and Topin 2019).

    ``batches`` gives an epoch's batches from a generator, ``loss`` their loss, ``leg`` the leg as it stands. The check
    is asked every few epochs, and the best weights are kept; without it the last ones are. Everything drawn depends on
    the seed and the epoch alone, so a fit that goes on from its checkpoint ends as if it had never been interrupted.
    """
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=effort.learning_rate, weight_decay=effort.weight_decay, betas=(0.9, 0.98)
    )
    course = _Course(network, optimizer, fitting.checkpoint)
    with threads(effort.threads):
        _run(course, batches, loss, effort, fitting, name=name, leg=leg)
    course.end()


def _run(
    course: _Course,
    batches: Callable[[np.random.Generator], Iterator[tuple[Any, ...]]],
    loss: Callable[..., Tensor],
    effort: Effort,
    fitting: Fitting,
    *,
    name: str,
    leg: Callable[[], Leg],
) -> None:
    seed, check, network, optimizer = fitting.seed, fitting.check, course.network, course.optimizer
    while course.epoch < effort.epochs and course.waited < effort.patience:
        torch.manual_seed(seed * 100_003 + course.epoch)
        network.train()
        some = list(batches(np.random.default_rng((seed, course.epoch))))
        for step, batch in enumerate(some):
            done = (course.epoch + step / len(some)) / effort.epochs
            for group in optimizer.param_groups:
                group["lr"] = effort.learning_rate * _one_cycle(done)
            optimizer.zero_grad(set_to_none=True)
            loss(*batch).backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
        course.epoch += 1
        fitting.progress(f"recommender: {name}", course.epoch, effort.epochs)
        if check is not None and (course.epoch % effort.check_every == 0 or course.epoch == effort.epochs):
            network.eval()
            course.judge(check(leg()))
        course.keep()


class _Course:
    """How far a fit has come: the epoch, the best weights so far, and how many checks ago that was.

    It is read from the checkpoint if there is one, and kept there after each epoch.
    """

    def __init__(self, network: nn.Module, optimizer: torch.optim.Optimizer, checkpoint: Path | None) -> None:
        self.network, self.optimizer, self.checkpoint = network, optimizer, checkpoint
        self.epoch, self.waited, self.best = 0, 0, -math.inf
        self.kept: dict[str, Tensor] = {}
        if checkpoint is not None and checkpoint.exists():
            with usable(checkpoint):
                self._resume(*read(checkpoint))

    def judge(self, found: float) -> None:
        """Keep the weights if they are the best."""
        if found > self.best:
            self.best, self.waited = found, 0
            self.kept = {key: value.detach().clone() for key, value in self.network.state_dict().items()}
        else:
            self.waited += 1

    def end(self) -> None:
        """Leave the network with the best weights, if any were judged."""
        if self.kept:
            self.network.load_state_dict(self.kept)
        self.network.eval()

    def keep(self) -> None:
        """Write everything to the checkpoint, so that a reader sees the old one or the new."""
        if self.checkpoint is None:
            return
        groups = {"network": self.network.state_dict(), "kept": self.kept}
        states = self.optimizer.state_dict()["state"]
        groups |= {f"optimizer.{place}": state for place, state in states.items()}
        tensors = {f"{group}/{key}": value.clone() for group, found in groups.items() for key, value in found.items()}
        numbers = {"epoch": str(self.epoch), "waited": str(self.waited), "best": repr(self.best)}
        write(self.checkpoint, tensors, numbers)

    def _resume(self, tensors: Mapping[str, Tensor], numbers: Mapping[str, str]) -> None:
        groups: dict[str, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            group, _, key = name.partition("/")
            groups.setdefault(group, {})[key] = value
        self.epoch, self.waited, self.best = int(numbers["epoch"]), int(numbers["waited"]), float(numbers["best"])
        self.network.load_state_dict(groups.pop("network"))
        self.kept = groups.pop("kept", {})
        state = {int(group.partition(".")[2]): found for group, found in groups.items()}
        self.optimizer.load_state_dict(self.optimizer.state_dict() | {"state": state})


def _one_cycle(done: float, warm: float = 0.1) -> float:
    if done < warm:
        return 0.04 + 0.96 * done / warm
    return max(0.5 * (1.0 + math.cos(math.pi * (done - warm) / (1.0 - warm))), 1e-3)
