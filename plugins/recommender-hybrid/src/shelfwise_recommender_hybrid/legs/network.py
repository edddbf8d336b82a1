"""What the neural legs share: vectors of items, and the loop that fits a network."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional

from shelfwise.types import Progress, silent
from shelfwise_recommender_hybrid.legs.leg import Leg

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
    """How long and how to train: ``seconds`` bounds each fit, ``patience`` counts checks without improvement."""

    epochs: int
    learning_rate: float = 2e-3
    weight_decay: float = 0.01
    patience: int = 4
    check_every: int = 2
    seconds: float = math.inf


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
    return network.half().float().eval()


def start_from(network: nn.Module, start: Start) -> None:
    """Give a network an earlier one's weights; rows that are new keep what they have."""
    ours = network.state_dict()
    for key, value in start.weights.items():
        place = start.places.get(key)
        if key.endswith(".sold"):
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
    seed, check, checkpoint = fitting.seed, fitting.check, fitting.checkpoint
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=effort.learning_rate, weight_decay=effort.weight_decay, betas=(0.9, 0.98)
    )
    begun, best, kept, waited = time.monotonic(), -math.inf, None, 0
    first = _resume(network, optimizer, checkpoint)
    for epoch in range(first, effort.epochs):
        torch.manual_seed(seed * 100_003 + epoch)
        network.train()
        some = list(batches(np.random.default_rng((seed, epoch))))
        for step, batch in enumerate(some):
            done = (epoch + step / len(some)) / effort.epochs
            for group in optimizer.param_groups:
                group["lr"] = effort.learning_rate * _one_cycle(done)
            optimizer.zero_grad(set_to_none=True)
            loss(*batch).backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
        fitting.progress(f"recommender: {name}", epoch + 1, effort.epochs)
        if checkpoint is not None:
            _keep(network, optimizer, epoch + 1, checkpoint)
        if check is not None and ((epoch + 1) % effort.check_every == 0 or epoch + 1 == effort.epochs):
            network.eval()
            found = check(leg())
            if found > best:
                best, waited = found, 0
                kept = {key: value.detach().clone() for key, value in network.state_dict().items()}
            else:
                waited += 1
        if waited >= effort.patience or time.monotonic() - begun > effort.seconds:
            break
    if kept is not None:
        network.load_state_dict(kept)
    network.eval()


def _one_cycle(done: float, warm: float = 0.1) -> float:
    if done < warm:
        return 0.04 + 0.96 * done / warm
    return max(0.5 * (1.0 + math.cos(math.pi * (done - warm) / (1.0 - warm))), 1e-3)


def _keep(network: nn.Module, optimizer: torch.optim.Optimizer, epoch: int, checkpoint: Path) -> None:
    tensors = {f"network.{key}": value.contiguous() for key, value in network.state_dict().items()}
    for place, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{place}.{key}": value.contiguous() for key, value in state.items()}
    temporary = checkpoint.with_suffix(".part")
    save_file(tensors, temporary, metadata={"epoch": str(epoch)})
    temporary.replace(checkpoint)


def _resume(network: nn.Module, optimizer: torch.optim.Optimizer, checkpoint: Path | None) -> int:
    """Return the epoch to go on with, having read what the checkpoint holds."""
    if checkpoint is None or not checkpoint.exists():
        return 0
    from safetensors import safe_open

    with safe_open(checkpoint, "pt") as stored:
        epoch = int(stored.metadata()["epoch"])
    tensors = load_file(checkpoint)
    network.load_state_dict({key[8:]: value for key, value in tensors.items() if key.startswith("network.")})
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        if key.startswith("optimizer."):
            _, place, field = key.split(".")
            state.setdefault(int(place), {})[field] = value
    optimizer.load_state_dict(optimizer.state_dict() | {"state": state})
    return epoch
