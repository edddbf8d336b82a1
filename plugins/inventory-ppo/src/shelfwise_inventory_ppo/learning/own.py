"""Learning on from a retailer's own item-nodes."""

from __future__ import annotations

import numpy as np

from shelfwise.hookspecs import Progress
from shelfwise_inventory_ppo.learning.duration import Duration
from shelfwise_inventory_ppo.learning.examples import LONGEST, LONGEST_REVIEW, Examples, draw_examples
from shelfwise_inventory_ppo.learning.laws import ATOMS
from shelfwise_inventory_ppo.learning.pathwise import follow_paths
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.trial import Candidates

__all__ = ["learn_own"]

_OWN = 0.7
"""Share of the retailer's item-nodes among the examples; the others keep what was known from being forgotten."""
_RATE = 1e-3


def learn_own(
    policy: LearnedPolicy, candidates: Candidates, *, steps: int, seed: int, progress: Progress
) -> LearnedPolicy:
    """Learn so many steps from the retailer's item-nodes and some drawn at random, starting from ``policy``."""
    middle = (np.arange(ATOMS) + 0.5) / ATOMS
    own = Examples.of(
        np.stack([law.quantile(middle) for law in candidates.laws]),
        np.minimum(candidates.lead_time, LONGEST),
        candidates.shortage_ratio,
        review=np.minimum(candidates.review, LONGEST_REVIEW),
    )

    def draw(random: np.random.Generator, count: int) -> Examples:
        examples = draw_examples(random, count)
        rows = np.flatnonzero(random.random(count) < _OWN)
        examples.put(rows, own.take(random.integers(len(own), size=len(rows))))
        return examples

    def tell(passed: float, _: float) -> None:
        progress("learning from own demand", int(passed * 100), 100)

    return follow_paths(draw, duration=Duration(steps=steps), rate=_RATE, seed=seed, start=policy, tell=tell)
