"""The policy as PPO explores it: a choice among whole quantities around the network's."""

from __future__ import annotations

from typing import Any

import attrs
import torch
from torch import nn

from shelfwise_inventory_ppo.features import FEATURES, View, quantity
from shelfwise_inventory_ppo.learning.network import TORCH, Network
from shelfwise_inventory_ppo.terms import Terms

__all__ = ["CHOICES", "Actor", "Critic", "Seen"]

CHOICES = 13
"""Quantities to choose from, those around what the network wanted when it looked."""
_BASE = 5


@attrs.frozen(eq=False)
class Seen:
    """Observations as rows of one tensor: the features, what a quantity is made of, and the choices' first and step."""

    rows: torch.Tensor

    @classmethod
    def of(cls, terms: Terms, view: View, network: Network) -> Seen:
        """Look, and lay the choices out around the quantity that the network wants."""
        wanted = quantity(terms, view, network(view.features), TORCH)
        step = torch.clamp(torch.round(terms.scale / 4.0), min=1.0)
        first = torch.clamp(torch.round(wanted / step) - CHOICES // 2, min=0.0) * step
        base = torch.stack([view.myopic, terms.batch, terms.scale, terms.score, first], dim=1)
        return cls(torch.cat([view.features, base, step[:, None]], dim=1))

    @property
    def features(self) -> torch.Tensor:
        """What the networks see."""
        return self.rows[:, :FEATURES]

    @property
    def choices(self) -> torch.Tensor:
        """The quantities to choose from, of shape (rows, :data:`CHOICES`)."""
        first, step = self.rows[:, FEATURES + _BASE - 1], self.rows[:, FEATURES + _BASE]
        return first[:, None] + step[:, None] * torch.arange(CHOICES)

    def wanted(self, network: Network) -> torch.Tensor:
        """Return the quantity that a network wants."""
        myopic, batch, scale, score = self.rows[:, FEATURES : FEATURES + 4].unbind(1)
        # Only these four terms make a quantity of an answer.
        terms = _Terms(batch=batch, scale=scale, score=score)
        units: torch.Tensor = quantity(terms, View(self.features, myopic, myopic), network(self.features), TORCH)  # type: ignore[arg-type]
        return units


@attrs.frozen(eq=False)
class _Terms:
    batch: torch.Tensor
    scale: torch.Tensor
    score: torch.Tensor


class Actor(nn.Module):
    """Prefers a quantity the less, the farther it is from the network's: logits -(k - wanted)^2 / (2 spread^2)."""

    def __init__(self, network: Network, spread: float) -> None:
        """Explore around a network; ``spread`` is in steps between the choices."""
        super().__init__()
        self.network, self.spread = network, spread

    def forward(self, obs: torch.Tensor, state: Any = None, info: Any = None) -> tuple[torch.Tensor, Any]:
        """Return the logits of the choices, of shape (rows, :data:`CHOICES`)."""
        del info
        seen = Seen(torch.as_tensor(obs))
        step = seen.rows[:, -1:]
        far = (seen.choices - seen.wanted(self.network)[:, None]) / (step * self.spread)
        return -0.5 * far**2, state


class Critic(nn.Module):
    """What is still to be earned, in multiples of a period's usual cost."""

    def __init__(self, width: int) -> None:
        """Draw its weights."""
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(FEATURES, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, 1)
        )

    def forward(self, obs: torch.Tensor) -> torch.Tensor:
        """Return values of shape (rows,)."""
        value: torch.Tensor = self.layers(Seen(torch.as_tensor(obs)).features)[:, 0]
        return value
