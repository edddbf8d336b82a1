"""Estimates of another policy's value, beside the truth of a world in which it is known."""

import numpy as np
import pytest

from shelfwise.evaluation.off_policy_estimates import Support, value_of
from shelfwise.evaluation.off_policy_log import SlateLog, Visit
from shelfwise.slates.exploration import Draw
from shelfwise.types import Index

ITEMS, SLOTS, OTHERS = 12, 3, 6
ITEM_RATE = np.linspace(0.4, 0.02, ITEMS)
SLOT_RATE = np.array([1.0, 0.8, 0.6])
TARGET = np.array([4, 1, 6])
"""The other policy: two items of the pool, and one that stays where it is."""
TRUTH = float((ITEM_RATE[TARGET] * SLOT_RATE).sum())


def simulated(customers, visits, *, share=0.5, seed=0):
    """Return the log of a policy that ranks the best items first and explores, everything being bought at its rate."""
    random = np.random.default_rng(seed)
    slates = customers * visits
    ranked, others = np.arange(SLOTS), np.arange(SLOTS, SLOTS + OTHERS)
    keys = random.integers(0, 2**62, slates).tolist()
    draw = Draw.of(np.tile(ranked, (slates, 1)), np.tile(others, (slates, 1)), share, keys)
    item, slot = draw.column.ravel(), np.tile(np.arange(1, SLOTS + 1), slates)
    visit = np.repeat(np.arange(slates), SLOTS)
    bought = (random.random(item.size) < ITEM_RATE[item] * SLOT_RATE[slot - 1]).astype(float)
    return SlateLog(
        visits=(Visit("", None, "", SLOTS),) * slates,
        items=Index(f"i{row}" for row in range(ITEMS)),
        visit=visit,
        person=visit // visits,
        item=item,
        slot=slot,
        propensity=draw.propensity.ravel(),
        explored=draw.explored.ravel(),
        purchases=bought,
        contribution=5.0 * bought,
        owned=np.zeros(0, dtype=np.int64),
    )


def aimed(log, target=TARGET):
    """Return the target item of each slot and the weights of the slots."""
    targets = target[log.slot - 1]
    return targets, np.where(targets == log.item, 1.0 / log.propensity, 0.0)


def values(**changes):
    """Return the estimates on one simulated log."""
    log = simulated(**changes)
    targets, weight = aimed(log)
    return value_of(log, log.purchases, weight, targets)


def test_the_estimates_are_near_the_truth():
    """On a large log all three are."""
    found = values(customers=3_000, visits=3)

    for estimate in (found.ips, found.snips, found.dr):
        assert estimate.estimate == pytest.approx(TRUTH, rel=0.06)
        assert estimate.low < TRUTH < estimate.high


def test_intervals_cover_as_often_as_they_say():
    """Over many logs the intervals of 95 % hold the truth in at least 88 %, and doubly robust varies least."""
    found = [values(customers=120, visits=3, seed=seed) for seed in range(120)]

    spread = {}
    for name in ("ips", "snips", "dr"):
        several = [getattr(value, name) for value in found]
        covered = np.mean([one.low <= TRUTH <= one.high for one in several])
        estimates = np.array([one.estimate for one in several])
        spread[name] = estimates.std()
        assert 0.88 <= covered <= 1.0, f"{name} covers the truth in {covered:.0%}"
        assert abs(estimates.mean() - TRUTH) < 4.0 * spread[name] / np.sqrt(len(found))
    assert spread["dr"] < spread["snips"] < spread["ips"]


def test_the_logged_policy_is_worth_what_it_earned():
    """With weights of 1 the estimate is the mean, and for the policy's own ranking the propensities see to it."""
    log = simulated(customers=2_000, visits=3)
    own, weight = aimed(log, np.arange(SLOTS))

    logged = value_of(log, log.contribution, np.ones(log.item.size), None)
    ranked = value_of(log, log.contribution, weight, own)

    assert logged.ips.estimate == pytest.approx(log.contribution.sum() / len(log.visits))
    assert logged.dr is None
    assert ranked.dr.estimate == pytest.approx(5.0 * (ITEM_RATE[:SLOTS] * SLOT_RATE).sum(), rel=0.06)
    assert ranked.dr_against_logged.low > 0.0


def test_support_is_the_share_that_could_have_been_shown():
    """An item beyond the pool is never shown: a third of the slots has no support, and that is said."""
    log = simulated(customers=2_000, visits=3)

    some = Support.of(log, aimed(log, np.array([4, 1, ITEMS - 1]))[1], seed=0)
    whole = Support.of(log, aimed(log)[1], seed=0)

    assert some.supported.estimate == pytest.approx(2 / 3, abs=0.05)
    assert "only 6" in some.warnings()[0] or "only 7" in some.warnings()[0]
    assert whole.supported.low < 1.0 < whole.supported.high
    assert not whole.warnings()


def test_little_evidence_is_told():
    """A log of a few slates, and one without any draw, say so."""
    few, certain = simulated(customers=10, visits=2), simulated(customers=50, visits=2, share=0.0)

    assert "slots of equal weight" in " ".join(Support.of(few, aimed(few)[1], seed=0).warnings())
    assert Support.of(certain, aimed(certain)[1], seed=0).supported.estimate == pytest.approx(1 / 3)
    nothing = value_of(certain, certain.purchases, np.zeros(certain.item.size), aimed(certain)[0])
    assert nothing.ips.estimate == 0.0
    assert np.isnan(nothing.snips.estimate)
