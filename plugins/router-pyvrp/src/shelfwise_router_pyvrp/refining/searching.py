"""The search: rounds of ruin and recreate, as many as there is time for."""

from __future__ import annotations

import math

import numpy as np

from shelfwise.routing.draft import Draft
from shelfwise.types import Deadline
from shelfwise_router_pyvrp.refining.facts import Facts
from shelfwise_router_pyvrp.refining.rounds import begin, rounds
from shelfwise_router_pyvrp.refining.routes import Copy, Routes, Scratch

__all__ = ["search"]

_WARMTH = 0.3
"""How much dearer a round, which changes a few routes, may make the plan at first: as a share of what one costs."""
_BATCH = 100
"""Rounds between two looks at how many are left, where there is no deadline."""
_SECONDS = 0.02
"""Seconds between two looks at the clock, about, where there is one."""


def search(draft: Draft, deadline: Deadline, seed: int, most: int) -> int:
    """Make a draft cheaper in ``most`` rounds, or until the deadline; return how many rounds were made."""
    facts, routes = Facts.of(draft.problem), Routes.of(draft)
    best, saved = Copy.of(routes), Copy.of(routes)
    scratch = Scratch.of(routes, breaks=facts.pauses.shape[1])
    begin(facts, routes, scratch)
    random = np.random.default_rng(seed)
    at_first, done, ahead, batch = deadline.remaining(), 0, 0.0, 1
    while done < most and not deadline.expired:
        before = deadline.remaining()
        passed = max(done / most, 1.0 - before / at_first if math.isfinite(before) else 0.0)
        each = float(routes.costs.sum()) / max(1, int(np.count_nonzero(routes.lengths)))
        warmth = _WARMTH * each * (1.0 - passed) ** 2
        ahead = rounds(facts, routes, best, saved, random, scratch, batch, ahead, warmth)
        done += batch
        batch = min(_next_batch(batch, before, deadline.remaining()), most - done)
    best.write(draft)
    return done


def _next_batch(batch: int, before: float, after: float) -> int:
    """Return how many rounds to make before the next look at the clock.

    The ``batch`` before left ``after`` of ``before`` seconds. The next is to take a fiftieth of a second, but no more
    than half of what is left, and no more than twice as many rounds, so that neither slow first rounds nor a machine
    that gets busy let the deadline pass unseen.
    """
    if math.isinf(before):
        return _BATCH
    each = max(before - after, 1e-6) / batch
    return max(1, min(2 * batch, int(min(_SECONDS, 0.5 * after) / each)))
