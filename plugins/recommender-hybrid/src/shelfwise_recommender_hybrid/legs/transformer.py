"""The transformer leg: a causal transformer over a customer's events that predicts the next item."""

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
from shelfwise_recommender_hybrid.sequences import KINDS, History, Sequences, interactions

__all__ = ["Transformer", "TransformerSettings"]

_GAPS = 12
_TOKENS = 4_096
"""Positions of one batch, padding included."""


@attrs.frozen
class TransformerSettings:
    """The size of the network, and the effort of fitting it."""

    effort: Effort
    size: int = 64
    layers: int = 2
    heads: int = 2
    longest: int = 50
    dropout: float = 0.3
    negatives: int = 1_024


class _Block(nn.Module):
    """A pre-norm transformer block with causal attention."""

    def __init__(self, size: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.before, self.between = nn.LayerNorm(size), nn.LayerNorm(size)
        self.mixed, self.joined = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.wide, self.narrow = nn.Linear(size, 4 * size), nn.Linear(4 * size, size)

    def forward(self, x: Tensor, last: Tensor | None = None) -> Tensor:
        rows, length, size = x.shape
        parts = self.mixed(self.before(x)).view(rows, length, 3, self.heads, size // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        dropout = self.dropout if self.training else 0.0
        seen = functional.scaled_dot_product_attention(query, key, value, dropout_p=dropout, is_causal=True)
        seen = self.joined(seen.transpose(1, 2).reshape(rows, length, size))
        x = x + functional.dropout(seen, self.dropout, self.training)
        if last is not None:
            row = torch.arange(rows + -rows % EIGHT, device=x.device).clamp_(max=rows - 1)
            x = x[row, last[row]]
        more: Tensor = self.narrow(functional.gelu(self.wide(self.between(x))))
        return x + functional.dropout(more, self.dropout, self.training)


class _Network(nn.Module):
    def __init__(self, vectors: ItemVectors, settings: TransformerSettings) -> None:
        super().__init__()
        size = settings.size
        self.settings, self.vectors = settings, vectors
        self.place, self.kind, self.gap = (nn.Embedding(many, size) for many in (settings.longest, len(KINDS), _GAPS))
        for table in (self.place, self.kind, self.gap):
            nn.init.normal_(table.weight, std=0.02)
        blocks = (_Block(size, settings.heads, settings.dropout) for _ in range(settings.layers))
        self.blocks = nn.ModuleList(blocks)
        self.norm = nn.LayerNorm(size)

    def forward(self, item: Tensor, kind: Tensor, gap: Tensor, table: Tensor, last: Tensor | None = None) -> Tensor:
        """Return what each position expects next, of shape (rows, length, size).

        Given the ``last`` position of each row it is what that one expects, of shape (rows, size), the last row
        repeated up to a whole eight.
        """
        place = torch.arange(item.shape[1], device=item.device)
        x = functional.embedding(item, table) + self.place(place) + self.kind(kind) + self.gap(gap)
        x = functional.dropout(x, self.settings.dropout, self.training)
        *first, final = self.blocks
        for block in first:
            x = block(x)
        x = final(x, last)
        expected: Tensor = self.norm(x)
        return expected


@attrs.frozen(eq=False)
class Transformer:
    """A transformer decoder over items, in the manner of SASRec (Kang and McAuley 2018), with a sampled softmax.

    The input at each event is the item's vector, its kind, its place, and how long after it the next event came: at
    serving that is the time since, so that a session that goes on and a customer who comes back are told apart.
    """

    network: _Network
    table: Tensor
    """The vectors of all items, of shape (items, size), worked out once."""

    @classmethod
    def fit(
        cls,
        history: History,
        content: Content,
        settings: TransformerSettings,
        fitting: Fitting,
    ) -> Transformer:
        """Learn to predict each next event."""
        torch.manual_seed(fitting.seed)
        items = len(history.items)
        sold = interactions(history.sequences, items) > 0
        network = _Network(ItemVectors(content.matrix, sold, settings.size), settings)
        if fitting.start is not None:
            start_from(network, fitting.start)
        network.to(device())
        choice = torch.from_numpy(np.flatnonzero(sold)).to(device())
        windows = _Windows.of(history.sequences, settings.longest)

        def loss(item: Tensor, kind: Tensor, gap: Tensor, target: Tensor) -> Tensor:
            table = network.vectors()
            with torch.autocast(device().type, torch.bfloat16, enabled=_half()):
                user = network(item, kind, gap, table)
                told = target >= 0
                return sampled_loss(user[told], target[told], table, choice, settings.negatives)

        if windows.start.size:
            effort = settings.effort.within(int(windows.length.sum()))
            fit(network, windows.batches, loss, effort, fitting, name="transformer", leg=lambda: cls.of(network))
        rounded(network.cpu())
        return cls.of(network)

    @classmethod
    def of(cls, network: _Network) -> Transformer:
        """Return the leg of a network as it stands."""
        network.eval()
        with torch.inference_mode():
            return cls(network, network.vectors().clone())

    @torch.inference_mode()
    def users(self, sequences: Sequences) -> Tensor:
        """Return what each row expects next, of shape (rows, size).

        Rows without events are zeros, and so are those behind all others that fill them up to a whole eight. How far a
        row is padded depends on its own length alone.
        """
        longest = self.network.settings.longest
        recent = sequences.newest(longest)
        many = len(recent) + -len(recent) % EIGHT
        out = torch.zeros(many, self.network.settings.size, device=self.table.device)
        gap = _gaps(recent, ahead=True)
        columns = (recent.item, recent.kind.astype(np.int64), gap)
        width = np.minimum(-(-recent.lengths // EIGHT) * EIGHT, longest)
        for size in np.unique(width[width > 0]).tolist():
            alike = np.flatnonzero(width == size)
            for first in range(0, alike.size, 256):
                rows = alike[first : first + 256]
                filled = np.append(rows, np.repeat(rows[-1:], -rows.size % EIGHT)) if size % EIGHT else rows
                parts = (_padded(column, recent.start[filled], recent.lengths[filled], size) for column in columns)
                last = torch.from_numpy(recent.lengths[filled] - 1).to(self.table.device)
                found = self.network(*(part.to(self.table.device) for part in parts), self.table, last)
                out[torch.from_numpy(rows)] = found[: rows.size]
        return out

    @torch.inference_mode()
    def shares(
        self,
        sequences: Sequences,
        zone: NDArray[np.int64],  # noqa: ARG002
        out: NDArray[np.float32] | None = None,
    ) -> NDArray[np.float32]:
        """Return the softmax over all items; rows without events are all alike."""
        return softmax_over_items(self.users(sequences), self.table, len(sequences), out)

    def tensors(self) -> dict[str, NDArray[Any]]:
        """Return the weights of the network, by name."""
        return {key: value.cpu().half().numpy() for key, value in self.network.state_dict().items()}

    @classmethod
    def from_tensors(
        cls, tensors: dict[str, NDArray[Any]], content: Content, settings: TransformerSettings
    ) -> Transformer:
        """Return what :meth:`tensors` gave."""
        unsold = np.zeros(content.matrix.shape[0], dtype=bool)
        network = _Network(ItemVectors(content.matrix, unsold, settings.size), settings)
        network.load_state_dict(
            {key: torch.from_numpy(np.array(value, dtype=np.float32)) for key, value in tensors.items()}
        )
        return cls.of(network)


@attrs.frozen(eq=False)
class _Windows:
    """Stretches of sequences of at most so many events, each predicting the ones after it."""

    sequences: Sequences
    start: NDArray[np.int64]
    length: NDArray[np.int64]

    @classmethod
    def of(cls, sequences: Sequences, longest: int) -> _Windows:
        """Cut the rows from the end, the first stretch of a row being the short one."""
        pairs = np.maximum(sequences.lengths - 1, 0)
        many = -(-pairs // longest)
        row = np.repeat(np.arange(len(sequences)), many)
        number = np.arange(row.size) - np.repeat(np.cumsum(many) - many, many)
        end = sequences.start[1:][row] - 1 - number * longest
        start = np.maximum(end - longest, sequences.start[:-1][row])
        return cls(sequences, start, end - start)

    def batches(self, generator: np.random.Generator) -> Iterator[tuple[Tensor, ...]]:
        """Yield an epoch of batches of stretches of about equal length, with items of a basket in random order."""
        past = self.sequences
        order = np.lexsort((generator.random(past.item.size), past.visit, past.row))
        item, kind = past.item[order], past.kind[order].astype(np.int64)
        gap = _gaps(past, ahead=False)
        by_length = np.argsort(self.length + 1.5 * generator.random(self.length.size), kind="stable")
        widest = np.maximum.accumulate(self.length[by_length])
        parts, first = [], 0
        while first < by_length.size:
            last = first + 1
            while last < by_length.size and (last + 1 - first) * widest[last] <= _TOKENS:
                last += 1
            parts.append(by_length[first:last])
            first = last
        for part in generator.permutation(len(parts)):
            rows = parts[part]
            start, length = self.start[rows], self.length[rows]
            longest = int(length.max())
            target = _padded(item, start + 1, length, longest, -1)
            columns = (_padded(column, start, length, longest) for column in (item, kind, gap))
            yield tuple(column.to(device()) for column in (*columns, target))


def _gaps(sequences: Sequences, *, ahead: bool) -> NDArray[np.int64]:
    """Return for each event how long after it the next one came: 0 in the same basket, then a code by doubling days.

    The last event of a row is followed by ``now``, and ``ahead`` tells whether that may be the same basket.
    """
    if not sequences.item.size:
        return np.zeros(0, np.int64)
    last = np.zeros(sequences.item.size, dtype=bool)
    last[sequences.start[1:][sequences.lengths > 0] - 1] = True
    following = np.where(last, sequences.now[sequences.row], np.append(sequences.day[1:], 0.0))
    days = np.maximum(following - sequences.day, 0.0)
    same = np.append(sequences.visit[1:] == sequences.visit[:-1], False) & ~last
    if ahead:
        same |= last & (days < 0.25)
    code = 1 + np.floor(np.log2(1.0 + days)).astype(np.int64)
    return np.where(same, 0, np.minimum(code, _GAPS - 1))


def _padded(
    column: NDArray[np.int64], start: NDArray[np.int64], length: NDArray[np.int64], width: int, empty: int = 0
) -> Tensor:
    place = np.arange(width)
    inside = place < length[:, None]
    found = column[np.where(inside, start[:, None] + place, 0)]
    return torch.from_numpy(np.where(inside, found, empty))


def _half() -> bool:
    """Whether the processor multiplies half-precision numbers faster than whole ones."""
    return torch.cuda.is_available() or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())  # noqa: SLF001
