"""The network while it learns, in torch."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from shelfwise_inventory_ppo.arrays import Array, Operations
from shelfwise_inventory_ppo.features import FEATURES, look, quantity
from shelfwise_inventory_ppo.perceptron import Layer, Perceptron
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.terms import Terms

__all__ = ["TORCH", "Average", "Network", "tensors"]


class _Torch:
    """The operations of torch."""

    clip = staticmethod(torch.clamp)
    sqrt = staticmethod(torch.sqrt)
    exp = staticmethod(torch.exp)

    def where(self, condition: Array, left: Array, right: Array) -> Array:
        return torch.where(condition, left, right)

    def ndtr(self, values: Array) -> Array:
        return 0.5 + 0.5 * torch.erf(values * 0.7071067811865476)

    def columns(self, parts: Sequence[Array]) -> Array:
        return torch.stack(list(parts), dim=-1)

    def beside(self, parts: Sequence[Array]) -> Array:
        return torch.cat(list(parts), dim=-1)

    def take(self, values: Array, index: Array) -> Array:
        return torch.gather(values, -1, index)


TORCH: Operations = _Torch()


def tensors(terms: Terms) -> Terms:
    """Return the terms as tensors."""
    return terms.each(torch.as_tensor)


class Network(nn.Module):
    """A perceptron of two hidden layers that answers 0 before it has learned anything."""

    def __init__(self, width: int) -> None:
        """Draw its weights."""
        super().__init__()
        self.first, self.second = nn.Linear(FEATURES, width), nn.Linear(width, width)
        self.last = nn.Linear(width, 2)
        for weights in self.last.parameters():
            nn.init.zeros_(weights)

    @property
    def layers(self) -> tuple[nn.Linear, ...]:
        """In the order in which they are applied."""
        return self.first, self.second, self.last

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Answer features (rows, :data:`FEATURES`) by what moves level and cap (rows, 2)."""
        hidden = nn.functional.silu(self.first(features))
        answer: torch.Tensor = self.last(nn.functional.silu(self.second(hidden)))
        return answer

    def order(self, terms: Terms, on_hand: torch.Tensor, due: torch.Tensor) -> torch.Tensor:
        """Return units to order, as :meth:`LearnedPolicy.order` does."""
        view = look(terms, on_hand, due, TORCH)
        units: torch.Tensor = quantity(terms, view, self(view.features), TORCH)
        return units

    def policy(self) -> LearnedPolicy:
        """Return the policy for run time."""
        taken = [(layer.weight, layer.bias) for layer in self.layers]
        layers = tuple(Layer(*(part.detach().numpy().copy() for part in pair)) for pair in taken)
        return LearnedPolicy(Perceptron(layers))

    def take(self, policy: LearnedPolicy) -> None:
        """Take the weights of a policy of the same width."""
        with torch.no_grad():
            for layer, given in zip(self.layers, policy.perceptron.layers, strict=True):
                layer.weight.copy_(torch.as_tensor(given.weight))
                layer.bias.copy_(torch.as_tensor(given.bias))


class Average:
    """The running mean of a network's weights, over a time that grows as it is told of more (Polyak 1992)."""

    def __init__(self, network: Network, longest: float) -> None:
        """Begin with the network's weights; ``longest`` is the largest share of the past in the mean."""
        self._network, self._longest, self._told = network, longest, 0
        self._mean = [weights.detach().clone() for weights in network.parameters()]

    def add(self) -> None:
        """Take the network's weights as they are now into the mean."""
        share = min(self._longest, self._told / (self._told + 10.0))
        self._told += 1
        for mean, weights in zip(self._mean, self._network.parameters(), strict=True):
            mean.mul_(share).add_(weights.detach(), alpha=1.0 - share)

    def network(self) -> Network:
        """Return a network with the mean weights."""
        width = self._mean[0].shape[0]
        answer = Network(width)
        with torch.no_grad():
            for weights, mean in zip(answer.parameters(), self._mean, strict=True):
                weights.copy_(mean)
        return answer
