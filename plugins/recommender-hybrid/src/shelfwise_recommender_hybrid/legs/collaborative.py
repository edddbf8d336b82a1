"""The collaborative leg: neural collaborative filtering with side features, for the cold as well as the warm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from shelfwise_recommender_hybrid.content import Content
from shelfwise_recommender_hybrid.legs.leg import softmax_over_items
from shelfwise_recommender_hybrid.legs.network import (
    EIGHT,
    Effort,
    Fitting,
    ItemVectors,
    device,
    fit,
    rounded,
    sampled_loss,
    start_from,
)
from shelfwise_recommender_hybrid.sequences import INTEREST, History, Sequences, interactions

__all__ = ["Collaborative", "CollaborativeSettings"]

_BATCH = 2_048
_RECENT = 20
"""Events that a customer is known by, the newest."""
_DECAY = 0.8
_STRANGERS = 0.05
"""Share of examples in which nothing is known of what the customer had."""
_NOWHERE = 0.1
"""Share of examples in which the zone is not known, so that somebody of no zone is served by what was learned."""


@attrs.frozen
class CollaborativeSettings:
    """The size of the network, and the effort of fitting it."""

    effort: Effort
    size: int = 64
    dropout: float = 0.3
    negatives: int = 1_024


class _Network(nn.Module):
    """Two towers: a customer is what they have had and where they live, an item is itself and its features."""

    def __init__(self, had: ItemVectors, shown: ItemVectors, zones: int, settings: CollaborativeSettings) -> None:
        super().__init__()
        size, self.dropout, self.settings = settings.size, settings.dropout, settings
        self.had, self.shown = had, shown
        self.zone = nn.Embedding(zones + 1, size)
        nn.init.normal_(self.zone.weight, std=0.02)
        self.customer = nn.Sequential(
            nn.LayerNorm(size), nn.Linear(size, 2 * size), nn.GELU(), nn.Linear(2 * size, size)
        )
        self.item = nn.Sequential(nn.LayerNorm(size), nn.Linear(size, 2 * size), nn.GELU(), nn.Linear(2 * size, size))

    def customers(self, item: Tensor, start: Tensor, weight: Tensor, zone: Tensor, table: Tensor) -> Tensor:
        """Return the vectors of customers, of shape (customers, size)."""
        pooled = functional.embedding_bag(item, table, start, mode="sum", per_sample_weights=weight)
        where: Tensor = self.zone(zone)
        pooled = functional.dropout(pooled, self.dropout, self.training) + where
        added: Tensor = self.customer(pooled)
        return pooled + added

    def items(self) -> Tensor:
        """Return the vectors of all items, of shape (items, size)."""
        vectors: Tensor = self.shown()
        added: Tensor = self.item(functional.dropout(vectors, self.dropout, self.training))
        return vectors + added


@attrs.frozen(eq=False)
class Collaborative:
    """Neural collaborative filtering (He et al. 2017) as two towers (Covington et al. 2016), which can be searched.

    A customer's vector is made of what they had, most recent first, and their zone: one of whom nothing is known still
    has a vector, and so has an item that was never sold.
    """

    network: _Network
    had: Tensor
    shown: Tensor

    @classmethod
    def fit(
        cls,
        history: History,
        content: Content,
        zone: NDArray[np.int64],
        zones: int,
        settings: CollaborativeSettings,
        fitting: Fitting,
    ) -> Collaborative:
        """Learn to predict each event from those of earlier baskets; ``zone`` has one entry per customer on record."""
        torch.manual_seed(fitting.seed)
        past = history.sequences
        sold = interactions(past, len(history.items)) > 0
        network = _built(sold, content, zones, settings)
        if fitting.start is not None:
            start_from(network, fitting.start)
        network.to(device())
        choice = torch.from_numpy(np.flatnonzero(sold)).to(device())
        owner_zone = np.append(zone, -1)[np.minimum(np.arange(len(past)), zone.size)]

        def loss(item: Tensor, start: Tensor, weight: Tensor, where: Tensor, target: Tensor) -> Tensor:
            user = network.customers(item, start, weight, where, network.had())
            return sampled_loss(user, target, network.items(), choice, settings.negatives)

        if past.item.size:
            fit(
                network,
                lambda generator: _batches(past, owner_zone % (zones + 1), zones, generator),
                loss,
                settings.effort.within(past.item.size),
                fitting,
                name="ncf",
                leg=lambda: cls.of(network),
            )
        rounded(network.cpu())
        return cls.of(network)

    @classmethod
    def of(cls, network: _Network) -> Collaborative:
        """Return the leg of a network as it stands."""
        network.eval()
        with torch.inference_mode():
            return cls(network, network.had().clone(), network.items().clone())

    @torch.inference_mode()
    def users(self, sequences: Sequences, zone: NDArray[np.int64]) -> Tensor:
        """Return the vectors of customers, of shape (rows, size), with empty rows behind them up to a whole eight."""
        lacking = np.full(-len(sequences) % EIGHT, -1)
        recent = sequences.newest(_RECENT).take(np.append(np.arange(len(sequences)), lacking))
        zone = np.append(zone, lacking)
        place = self.shown.device
        zones = self.network.zone.num_embeddings
        columns = _bags(recent, np.arange(len(recent)), recent.start[:-1], recent.start[1:])
        item, start, weight = (torch.from_numpy(column).to(place) for column in columns)
        return self.network.customers(item, start, weight, torch.from_numpy(zone % zones).to(place), self.had)

    @torch.inference_mode()
    def shares(
        self, sequences: Sequences, zone: NDArray[np.int64], out: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Return the softmax over all items."""
        return softmax_over_items(self.users(sequences, zone), self.shown, len(sequences), out)

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the weights of the network, by name."""
        return {key: value.cpu().half().numpy() for key, value in self.network.state_dict().items()}

    @classmethod
    def from_tensors(
        cls,
        tensors: dict[str, NDArray[Any]],
        content: Content,
        zones: int,
        settings: CollaborativeSettings,
    ) -> Collaborative:
        """Return what :meth:`tensors` gave."""
        network = _built(np.zeros(content.matrix.shape[0], dtype=bool), content, zones, settings)
        network.load_state_dict(
            {key: torch.from_numpy(np.array(value, dtype=np.float32)) for key, value in tensors.items()}
        )
        return cls.of(network)


def _built(sold: NDArray[np.bool_], content: Content, zones: int, settings: CollaborativeSettings) -> _Network:
    had, shown = (ItemVectors(content.matrix, sold, settings.size, dropped=0.2) for _ in range(2))
    return _Network(had, shown, zones, settings)


def _batches(
    past: Sequences, zone: NDArray[np.int64], unknown: int, generator: np.random.Generator
) -> Iterator[tuple[Tensor, ...]]:
    """Yield an epoch of examples: what was had before a basket, and an item of it; ``unknown`` stands for no zone."""
    order = generator.permutation(past.item.size)
    turns = np.append(True, (past.row[1:] != past.row[:-1]) | (past.visit[1:] != past.visit[:-1]))
    opens = np.maximum.accumulate(np.where(turns, np.arange(past.item.size), 0))
    for first in range(0, order.size, _BATCH):
        events = order[first : first + _BATCH]
        end = opens[events]
        start = np.maximum(past.start[:-1][past.row[events]], end - _RECENT)
        start = np.where(generator.random(events.size) < _STRANGERS, end, start)
        bags = _bags(past, past.row[events], start, end)
        where = np.where(generator.random(events.size) < _NOWHERE, unknown, zone[past.row[events]])
        columns = (*bags, where, past.item[events])
        yield tuple(torch.from_numpy(column).to(device()) for column in columns)


def _bags(
    past: Sequences, row: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Return the events ``start`` to ``end`` of each row as items, offsets and weights that decay by basket."""
    length = end - start
    offset = np.append(0, np.cumsum(length))
    place = np.repeat(start - offset[:-1], length) + np.arange(offset[-1])
    newest = np.append(past.visit, 0)[np.maximum(end - 1, 0)]
    weight = INTEREST[past.kind[place]] * _DECAY ** (np.repeat(newest, length) - past.visit[place])
    total = np.bincount(np.repeat(np.arange(row.size), length), weight, row.size)
    weight = weight / np.repeat(np.sqrt(np.maximum(total, 1e-9)), length)
    return past.item[place], offset[:-1], weight.astype(np.float32)
