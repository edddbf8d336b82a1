"""How a network learns: epoch by epoch, until it gets no better or time is up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from shelfwise.types import Deadline, Progress
from shelfwise_forecaster_ensemble.members.lessons import Lesson
from shelfwise_forecaster_ensemble.members.sequences import Sequences

if TYPE_CHECKING:
    from shelfwise_forecaster_ensemble.members.neural import Neural

__all__ = ["best_weights"]

_ROWS = 256
_DECAY = 0.01
_LAST_RATE = 1e-5
_KEPT = 0.99
"""How much of a running mean of weights is kept at each step, once there were many of them."""


def best_weights(
    member: Neural,
    sequences: Sequences,
    learned: Lesson,
    checked: Lesson,
    *,
    generator: np.random.Generator,
    progress: Progress,
    deadline: Deadline,
) -> tuple[dict[str, Tensor], int]:
    """Let a member learn, and return the weights that were best at what is ``checked``, with the epochs to get there.

    They are means over the last hundred steps or so, which hang less on the luck of a training than the weights of any
    step do (Polyak and Juditsky 1992). With nothing to check they are the last. The learning rate falls as a cosine
    over the epochs of the member's settings (Loshchilov and Hutter 2017).
    """
    settings, epochs = member.settings, member.settings.epochs
    optimizer = torch.optim.AdamW(member.network.parameters(), lr=settings.learning_rate, weight_decay=_DECAY)
    averaged: Any = AveragedModel(member.network, avg_fn=_followed)
    steady = attrs.evolve(member, network=averaged.module)
    best, kept, enough = np.inf, averaged.module.state_dict(), 0
    for epoch in range(epochs):
        for group in optimizer.param_groups:
            group["lr"] = settings.learning_rate * 0.5 * (1.0 + np.cos(np.pi * epoch / epochs)) + _LAST_RATE
        member.network.train()
        for some in learned.drawn(settings.views, generator).batches(_ROWS):
            optimizer.zero_grad(set_to_none=True)
            member.loss(sequences, some, generator).backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(member.network.parameters(), 1.0)
            optimizer.step()
            averaged.update_parameters(member.network)
            if deadline.expired:
                break
        averaged.eval()
        found = steady.score(sequences, checked) if len(checked) else -float(epoch)
        progress(f"forecaster: {member.name}", epoch + 1, epochs)
        if found < best:
            best, enough = found, epoch + 1
            kept = {key: value.detach().clone() for key, value in averaged.module.state_dict().items()}
        if deadline.expired or epoch + 1 - enough >= settings.patience:
            break
    return kept, max(1, enough)


def _followed(mean: Tensor, newest: Tensor, steps: Tensor | int) -> Tensor:
    """Return the running mean of weights, which soon forgets those that it began with."""
    keep = min(_KEPT, (1.0 + float(steps)) / (10.0 + float(steps)))
    return keep * mean + (1.0 - keep) * newest
