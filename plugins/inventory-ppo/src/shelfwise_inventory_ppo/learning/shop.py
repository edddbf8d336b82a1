"""The array environment that PPO explores in."""

from __future__ import annotations

import attrs
import numpy as np
import torch
from numpy.typing import NDArray
from tianshou.data import Batch

from shelfwise_inventory_ppo.features import look
from shelfwise_inventory_ppo.learning.actor import Actor, Seen
from shelfwise_inventory_ppo.learning.costs import usual_cost
from shelfwise_inventory_ppo.learning.dynamics import Stocks
from shelfwise_inventory_ppo.learning.examples import Draw, Examples
from shelfwise_inventory_ppo.learning.network import TORCH, tensors
from shelfwise_inventory_ppo.terms import Terms

__all__ = ["Experience", "Shop", "mean_by"]


@attrs.frozen(eq=False)
class Experience:
    """What happened in some periods, as tianshou reads a buffer: ``seen`` (periods + 1, rows, columns)."""

    seen: torch.Tensor
    chosen: torch.Tensor
    reward: torch.Tensor
    group: torch.Tensor
    cost: float

    def sample(self, _size: int | None) -> tuple[Batch, NDArray[np.int64]]:
        """Return everything, in order."""
        batch = Batch(obs=self.seen[:-1].flatten(0, 1), act=self.chosen.flatten(), info=Batch())
        return batch, np.arange(len(batch.act))


@attrs.define(eq=False)
class Shop:
    """The array environment: all rows live side by side and for ever."""

    draw: Draw
    random: np.random.Generator
    items: int
    copies: int
    examples: Examples = attrs.field(init=False)
    terms: Terms = attrs.field(init=False)
    stocks: Stocks = attrs.field(init=False)
    usual: torch.Tensor = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.examples = self._drawn(self.items)
        self._appraise()
        self.stocks = Stocks.usual(self.examples, self.terms, self.random)

    def renew(self, items: int) -> None:
        """Let other items take the place of some."""
        chosen = self.random.choice(self.items, items, replace=False)
        rows = (chosen[:, None] * self.copies + np.arange(self.copies)).ravel()
        others = self._drawn(items)
        self.examples.put(rows, others)
        self._appraise()
        stocks = Stocks.usual(others, tensors(others.terms()), self.random)
        self.stocks = self.stocks.put(torch.as_tensor(rows), stocks)

    def _drawn(self, items: int) -> Examples:
        return self.draw(self.random, items).take(np.repeat(np.arange(items), self.copies))

    def _appraise(self) -> None:
        self.terms = tensors(self.examples.terms())
        self.usual = torch.as_tensor(usual_cost(self.examples), dtype=torch.float32)

    @torch.no_grad()
    def live(self, actor: Actor, periods: int) -> Experience:
        """Go on for some periods under an actor."""
        demand = torch.as_tensor(self.examples.draw_demand(self.random, periods), dtype=torch.float32)
        takes = torch.as_tensor(self.examples.draw_lead_times(self.random, periods), dtype=torch.float32)
        ratio = torch.as_tensor(self.examples.shortage_ratio, dtype=torch.float32)
        seen, chosen, cost = [self._look(actor)], [], []
        for period in range(periods):
            logits, _ = actor(seen[-1].rows)
            # The largest of logits with Gumbel noise is drawn with their probabilities.
            noise = -torch.log(-torch.log(torch.rand_like(logits).clamp(1e-9, 1.0 - 1e-7)))
            pick = (logits + noise).argmax(dim=1)
            units = seen[-1].choices.gather(1, pick[:, None])[:, 0]
            self.stocks, after = self.stocks.step(units, takes[period], demand[period])
            cost.append((torch.relu(after) + ratio * torch.relu(-after)) / self.usual)
            chosen.append(pick)
            seen.append(self._look(actor))
        costs = torch.stack(cost)
        group = torch.arange(self.items).repeat_interleave(self.copies)
        usual = mean_by(group, costs.mean(dim=0))
        return Experience(
            seen=torch.stack([one.rows for one in seen]),
            chosen=torch.stack(chosen),
            reward=usual[group] - costs,
            group=group,
            cost=float(costs.mean()),
        )

    def _look(self, actor: Actor) -> Seen:
        view = look(self.terms, self.stocks.on_hand, self.stocks.due, TORCH)
        return Seen.of(self.terms, view, actor.network)


def mean_by(group: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """Return the mean of each group."""
    count = int(group.max()) + 1
    total = torch.zeros(count).index_add(0, group, values)
    return total / torch.bincount(group, minlength=count)
