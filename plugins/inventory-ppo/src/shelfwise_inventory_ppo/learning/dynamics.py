"""Item-nodes while time goes by, in torch, so that a cost can be followed back to every order that made it."""

from __future__ import annotations

import attrs
import numpy as np
import torch

from shelfwise_inventory_ppo.learning.examples import LONGEST, Examples
from shelfwise_inventory_ppo.terms import Terms

__all__ = ["Stocks"]

_AGES = LONGEST + 5


@attrs.frozen(eq=False)
class Stocks:
    """``on_hand`` (rows,) and orders by age: ``units`` and ``left``, the periods until they come, (rows, ages).

    ``wait`` (rows,) periods pass until the next of the reviews, which are ``review`` apart.
    """

    on_hand: torch.Tensor
    units: torch.Tensor
    left: torch.Tensor
    wait: torch.Tensor
    review: torch.Tensor
    slot: torch.Tensor
    """The period in which an order of each age is announced to come, 0 for the next."""

    @classmethod
    def usual(cls, examples: Examples, terms: Terms, random: np.random.Generator) -> Stocks:
        """Begin on any day, with a review's demand and a period's more on hand, and a review's on every order."""
        lead = torch.as_tensor(examples.lead_time)[:, None]
        age = torch.arange(_AGES)[None] + 1
        review = torch.as_tensor(examples.review)
        wait = torch.as_tensor(random.integers(examples.review))
        placed = (age + wait[:, None]) % review[:, None] == 0
        units = ((age < lead) & placed) * terms.batch[:, None]
        left = torch.where(age < lead, lead - age, 0).float()
        stock = terms.batch + terms.rate
        return cls(stock, units, left, wait, review, torch.clamp(lead - age, min=1) - 1)

    @property
    def due(self) -> torch.Tensor:
        """What is announced for 1, 2, ... periods from now, and what is late with the first, (rows, periods)."""
        return torch.zeros(len(self.units), LONGEST).scatter_add(1, self.slot, self.units)

    def step(self, ordered: torch.Tensor, takes: torch.Tensor, demand: torch.Tensor) -> tuple[Stocks, torch.Tensor]:
        """Go on by a period: return stocks at the next order, and units left (positive) or lost (negative).

        What is ``ordered`` now, if it is time for a review, comes ``takes`` periods from now, at least 1; all have
        shape (rows,).
        """
        ordered = torch.where(self.wait == 0, ordered, 0.0)
        wait = torch.where(self.wait == 0, self.review, self.wait) - 1
        after = self.on_hand - demand
        units = torch.cat([ordered[:, None], self.units[:, :-1]], dim=1)
        left = torch.cat([takes[:, None], self.left[:, :-1]], dim=1) - 1.0
        here = left <= 0
        on_hand = torch.relu(after) + torch.where(here, units, 0.0).sum(dim=1)
        return attrs.evolve(self, on_hand=on_hand, units=torch.where(here, 0.0, units), left=left, wait=wait), after

    def put(self, rows: torch.Tensor, others: Stocks) -> Stocks:
        """Replace some rows, forgetting how all came about."""
        changed = {}
        for name, column in attrs.asdict(self, recurse=False).items():
            changed[name] = column.detach().clone()
            changed[name][rows] = getattr(others, name)
        return Stocks(**changed)
