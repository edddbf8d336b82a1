"""Learning which ratio reaches which service: by what the policy reaches at many ratios."""

from __future__ import annotations

import attrs
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from shelfwise.types import ServiceMeasure
from shelfwise_inventory_ppo.learning.dynamics import Stocks
from shelfwise_inventory_ppo.learning.examples import Examples, draw_examples
from shelfwise_inventory_ppo.learning.network import Network, tensors
from shelfwise_inventory_ppo.perceptron import Layer, Perceptron
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.promise import HIGHEST, Promise, questions

__all__ = ["learn_promise"]

Floats = NDArray[np.float64]

_RATIOS = np.exp(np.linspace(0.0, np.log(HIGHEST * 1.2), 12))
_PERIODS, _WARMUP = 1600, 60
_KNOWN = (0.5, 0.9995)
"""Services that are learned from."""
_WIDTH, _STEPS, _BATCH, _RATE = 32, 4000, 2048, 3e-3
_QUANTILE = 0.5
"""Of the ratios that reached a service."""


def learn_promise(policy: LearnedPolicy, random: np.random.Generator, count: int) -> Promise:
    """Simulate so many examples at many ratios each, and learn the ratio by the service that was reached."""
    examples = draw_examples(random, count)
    repeated = examples.take(np.repeat(np.arange(count), len(_RATIOS)))
    repeated = attrs.evolve(repeated, shortage_ratio=np.tile(_RATIOS, count))
    asked, ratio = [], []
    terms = repeated.terms()
    for measure, reached in _reached(policy, repeated, random).items():
        rows = np.flatnonzero((reached > _KNOWN[0]) & (reached < _KNOWN[1]))
        asked.append(questions(terms, np.clip(reached, 1e-6, 1.0 - 1e-6), measure)[rows])
        ratio.append(repeated.shortage_ratio[rows])
    features = torch.as_tensor(np.concatenate(asked))
    told = torch.as_tensor(np.log(np.concatenate(ratio)), dtype=torch.float32)
    return Promise(_fitted(features, told, random))


def _fitted(features: torch.Tensor, told: torch.Tensor, random: np.random.Generator) -> Perceptron:
    """Fit the quantile of the logarithm of the ratio."""
    layers = [nn.Linear(features.shape[1], _WIDTH), nn.Linear(_WIDTH, _WIDTH), nn.Linear(_WIDTH, 1)]
    network = nn.Sequential(layers[0], nn.SiLU(), layers[1], nn.SiLU(), layers[2])
    optimiser = torch.optim.Adam(network.parameters(), lr=_RATE)
    for step in range(_STEPS):
        optimiser.param_groups[0]["lr"] = _RATE * (1.0 - step / _STEPS)
        rows = torch.as_tensor(random.integers(len(told), size=_BATCH))
        missed = told[rows] - network(features[rows])[:, 0]
        loss = torch.maximum(_QUANTILE * missed, (_QUANTILE - 1.0) * missed).mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    parts = [(layer.weight.detach().numpy(), layer.bias.detach().numpy()) for layer in layers]
    return Perceptron(tuple(Layer(weight.copy(), bias.copy()) for weight, bias in parts))


@torch.no_grad()
def _reached(policy: LearnedPolicy, examples: Examples, random: np.random.Generator) -> dict[ServiceMeasure, Floats]:
    """Return the fill rate and the cycle service of each example, of whole orders."""
    network, terms = Network(policy.perceptron.width), tensors(examples.terms())
    network.take(policy)
    stocks = Stocks.usual(examples, terms, random)
    rows = len(examples)
    demanded, lost, reviews, served = (torch.zeros(rows) for _ in range(4))
    kept = torch.ones(rows, dtype=torch.bool)
    for period in range(_WARMUP + _PERIODS):
        takes = torch.as_tensor(examples.draw_lead_times(random, 1)[0], dtype=torch.float32)
        demand = torch.as_tensor(examples.draw_demand(random, 1)[0], dtype=torch.float32)
        ordered = torch.round(network.order(terms, stocks.on_hand, stocks.due))
        stocks, after = stocks.step(ordered, takes, demand)
        kept &= after >= 0
        over = stocks.wait == 0
        if period >= _WARMUP:
            demanded, lost = demanded + demand, lost + torch.relu(-after)
            reviews, served = reviews + over, served + (over & kept)
        kept |= over
    fill = 1.0 - lost / demanded.clamp(min=1.0)
    return {
        ServiceMeasure.FILL_RATE: fill.numpy().astype(np.float64),
        ServiceMeasure.CYCLE_SERVICE: (served / reviews.clamp(min=1.0)).numpy().astype(np.float64),
    }
