"""Service targets: more service is dearer, and what was promised is kept."""

import attrs
import numpy as np
import pytest
from shelfwise_inventory_ppo.policy import LearnedPolicy
from shelfwise_inventory_ppo.promise import Promise
from shelfwise_inventory_ppo.simulated import Simulated
from shelfwise_inventory_ppo.trial import Candidates

from shelfwise.simulation import World, simulate
from shelfwise.simulation.laws import geometric, negative_binomial, poisson
from shelfwise.types import ServiceMeasure

CANDIDATES = Candidates(
    names=("a", "b", "c", "d"),
    laws=[poisson(5.0), poisson(12.0), geometric(3.0), negative_binomial(6.0, 12.0)],
    lead_time=np.array([2, 4, 1, 3]),
    shortage_ratio=np.full(4, 9.0),
    review=np.ones(4, int),
    lead_deviation=np.zeros(4),
)


@pytest.mark.parametrize("measure", list(ServiceMeasure))
def test_more_service_costs_more(measure):
    """Ratios rise with the target."""
    ratios = [Promise.shipped().ratio(CANDIDATES.terms, target, measure) for target in (0.8, 0.9, 0.95, 0.98)]

    assert (np.diff(ratios, axis=0) > 0).all()


@pytest.mark.parametrize("measure", list(ServiceMeasure))
@pytest.mark.parametrize("target", [0.9, 0.96])
def test_what_is_promised_is_kept(measure, target):
    """At the ratio that is told, simulated service is within two points of the target."""
    ratio = Promise.shipped().ratio(CANDIDATES.terms, target, measure)
    world = World.draw(CANDIDATES.network, CANDIDATES.laws, periods=1500, scenarios=8, seed=4)

    outcome = simulate(world, Simulated(LearnedPolicy.shipped(), CANDIDATES.terms.priced(ratio)), warmup=100)

    reached = outcome.fill_rate if measure is ServiceMeasure.FILL_RATE else outcome.cycle_service
    assert np.abs(reached - target).max() < 0.02


def test_terms_of_another_price_are_those_that_were_told_of_it():
    """Pricing changes score and features of the ratio, and nothing else."""
    dear = attrs.evolve(CANDIDATES, shortage_ratio=np.full(4, 50.0)).terms

    priced = CANDIDATES.terms.priced(np.full(4, 50.0))

    for name, column in attrs.asdict(priced, recurse=False).items():
        assert np.array_equal(column, getattr(dear, name)), name
