"""How long the learned policy takes to decide for 15,360 item-nodes, in one thread."""

from __future__ import annotations

import time

import numpy as np
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.terms import Terms

__all__ = ["speed"]

_ROWS = 15_360
_TIMES = 20


def speed() -> None:
    """Print the milliseconds of what is done once a plan, and of the policy itself."""
    random = np.random.default_rng(0)
    lead = random.integers(1, 9, _ROWS)
    mean = random.gamma(1.0, 4.0, _ROWS) + 0.1
    daily = np.repeat(mean[:, None], 9, axis=1)
    started = time.perf_counter()
    terms = Terms.of(
        mean=daily,
        variance=1.5 * daily,
        skewness=np.ones(_ROWS),
        none=np.exp(-mean),
        lead_time=lead,
        lead_deviation=np.zeros(_ROWS),
        shortage_ratio=random.uniform(2.0, 200.0, _ROWS),
    )
    noted = time.perf_counter() - started
    on_hand, due = random.poisson(3.0 * mean).astype(float), random.poisson(daily[:, :8]).astype(float)
    policy, taken = LearnedPolicy.shipped(), []
    for _ in range(_TIMES):
        started = time.perf_counter()
        policy.order(terms, on_hand, due)
        taken.append((time.perf_counter() - started) * 1e3)
    print(
        f"{_ROWS:,} item-nodes: policy {min(taken):.1f} ms at best, median {np.median(taken):.1f} ms (aim 50);"
        f" taking note of their terms {noted * 1e3:.1f} ms"
    )
