"""Trials: simple policies at their best, and the learned one, in the same worlds."""

import attrs
import numpy as np
from shelfwise_inventory_ppo.heuristics import Heuristics
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.presets import Effort
from shelfwise_inventory_ppo.simulated import Simulated
from shelfwise_inventory_ppo.trial import Candidates, try_out

from shelfwise.simulation import BaseStock, ProjectedInventory, World, simulate
from shelfwise.simulation.laws import geometric, poisson

EFFORT = Effort(budget=50_000, scenarios=16, periods=300)


def candidates(review=1):
    """Return four item-nodes."""
    return Candidates(
        names=("a", "b", "c", "d"),
        laws=[poisson(5.0), poisson(1.0), geometric(3.0), poisson(20.0)],
        lead_time=np.array([2, 4, 1, 3]),
        shortage_ratio=np.array([9.0, 19.0, 4.0, 39.0]),
        review=np.full(4, review),
        lead_deviation=np.zeros(4),
    )


def test_a_trial_is_repeatable_and_bounded():
    """The same seed has the same verdicts, whose bounds hold the mean."""
    first, again = (try_out(LearnedPolicy.shipped(), candidates(), EFFORT, 0) for _ in range(2))

    assert np.array_equal(first.saved, again.saved)
    assert (first.low <= first.saved).all()
    assert (first.saved <= first.high).all()
    assert try_out(LearnedPolicy.shipped(), candidates(), EFFORT, 1).saved.tolist() != first.saved.tolist()


def test_a_trial_has_orders_come_as_late_as_they_do():
    """Lead times that vary are in the trial, and cost something."""
    late = attrs.evolve(candidates(), lead_deviation=np.full(4, 1.5))
    sure, unsure = (try_out(LearnedPolicy.shipped(), some, EFFORT, 0) for some in (candidates(), late))

    assert (unsure.heuristics.score > sure.heuristics.score).mean() >= 0.75
    assert unsure.saved.tolist() != sure.saved.tolist()


def test_a_policy_that_orders_nothing_is_never_cheaper():
    """The gate stays shut for nonsense."""

    class Nothing:
        def order(self, terms, on_hand, due):
            return np.zeros(len(on_hand))

    verdicts = try_out(Nothing(), candidates(), EFFORT, 0)

    assert (verdicts.high < 0).all()
    assert not verdicts.cheaper.any()


def test_a_simple_policy_told_by_scores_orders_as_the_one_that_was_tuned():
    """Levels and caps come back from scores, for both kinds, with lead times and reviews of any length."""
    some, level, cap = candidates(review=2), np.array([24.0, 9.0, 13.0, 110.0]), np.array([14.0, 4.0, 9.0, 60.0])
    world = World.draw(some.network, some.laws, periods=200, scenarios=4, seed=0)
    mean, variance = some.terms.mean[:, 0].astype(float), some.terms.variance[:, 0].astype(float)
    for kind, plain in ((0, BaseStock(level, cap)), (1, ProjectedInventory(level / 3.0, mean, variance))):
        kinds = np.full(4, kind)
        caps = cap if kind == 0 else np.full(4, np.inf)
        told = Heuristics.told(kinds, level if kind == 0 else level / 3.0, caps, some.terms)

        costs = [
            simulate(world, policy, warmup=20, review_periods=2).cost.mean(axis=1)
            for policy in (plain, Simulated(told.take(np.repeat(np.arange(4), 4)), some.terms))
        ]

        assert np.allclose(*costs, rtol=1e-2 if kind else 1e-9)


def test_late_orders_are_seen_with_the_next():
    """What a policy is told of a pipeline adds up to what is on the lanes, whatever arrives when."""
    some = candidates()
    late = [poisson(lead + 1.0) for lead in some.lead_time]
    world = World.draw(some.network, some.laws, periods=60, scenarios=5, seed=3, lead_times=late)
    seen = []

    class Watch:
        def order(self, terms, on_hand, due):
            seen.append((on_hand.sum(), due.sum()))
            return terms.rate

    held = []
    policy = Simulated(Watch(), some.terms)

    class Asked:
        def order(self, state):
            held.append((state.on_hand.sum(), state.in_transit.sum()))
            return policy.order(state)

    simulate(world, Asked())

    assert np.allclose(seen, held)
