"""Calibration: from shares to probabilities that come true."""

import numpy as np
import pytest
from shelfwise_recommender_hybrid.calibration import Calibration
from shelfwise_recommender_hybrid.evidence import CONTEXT_WIDTH

NOBODY, EVENTS, VISITS, DISTINCT, A_VISIT = range(5)
"""Features of a row by their place."""


def world(rows=4_000, width=10, seed=0):
    """Return shares, contexts, the true probability of each candidate, and what was bought."""
    generator = np.random.default_rng(seed)
    share = generator.dirichlet(np.full(width, 0.7), rows).astype(np.float32) + np.float32(1e-5)
    context = np.zeros((rows, CONTEXT_WIDTH + 2), np.float32)
    context[:, VISITS] = generator.integers(0, 3, rows)
    logit = -1.0 + 0.8 * np.log(share) + 0.7 * context[:, VISITS : VISITS + 1]
    truth = 1.0 / (1.0 + np.exp(-logit))
    return share, context, truth, generator.random((rows, width)) < truth


def fit(share, context, bought, weight=None, hidden=None):
    """Return a curve learned from rows that stand for one customer each, none of them hidden."""
    rows = len(share)
    weight = np.ones(rows) if weight is None else weight
    hidden = np.zeros(rows, bool) if hidden is None else hidden
    return Calibration.fit(share, context, bought, weight, hidden, 1.0)


def said(curve, share, context, *, idle=False):
    """Return the probabilities of rows of customers who all came before, or of whom none did."""
    return curve.probability(share, context, np.full(len(share), idle))


@pytest.fixture(scope="module")
def fitted():
    """Return the curve learned from a simulation of one window."""
    share, context, _, bought = world()
    return fit(share, context, bought)


def test_simulated_probabilities_are_recovered(fitted):
    """On other rows the probabilities are the true ones, within a hundredth or so."""
    share, context, truth, _ = world(seed=8)

    assert np.abs(said(fitted, share, context) - truth).mean() < 0.01


def test_what_is_said_comes_true(fitted):
    """In each fifth of the predictions the mean is near the rate of purchases."""
    share, context, _, bought = world(seed=8)
    told = said(fitted, share, context).ravel()
    for part in np.array_split(np.argsort(told), 5):
        assert told[part].mean() == pytest.approx(bought.ravel()[part].mean(), abs=0.02)


def test_a_higher_share_is_a_higher_probability(fitted):
    """Within a row the order stays."""
    share = np.linspace(1e-6, 0.9, 50, dtype=np.float32)[None]
    context = np.zeros((1, CONTEXT_WIDTH), np.float32)

    assert (np.diff(said(fitted, share, context)[0]) > 0).all()


def test_two_windows_are_two_chances():
    """Over two windows of learning the chance of none is that of one squared."""
    one, two = (Calibration.blank(exponent) for exponent in (1.0, 2.0))
    share, context = np.array([[0.2, 0.0]], np.float32), np.zeros((1, CONTEXT_WIDTH), np.float32)
    once, twice = said(one, share, context)[0], said(two, share, context)[0]

    assert twice[0] == pytest.approx(1.0 - (1.0 - once[0]) ** 2)
    assert twice[1] == 0.0


@pytest.mark.parametrize("share", [0.0, 1e-30, 1.0])
def test_extremes_are_probabilities(fitted, share):
    """No share gives less than 0, more than 1 or no number."""
    found = said(fitted, np.array([[share]], np.float32), np.zeros((1, CONTEXT_WIDTH), np.float32))

    assert 0.0 <= found[0, 0] <= 1.0


@pytest.mark.parametrize("bought", [False, True])
def test_one_sided_lessons_are_no_error(bought):
    """Where nothing or everything was bought there is still a curve, that rises with the share."""
    share, context, _, _ = world(rows=20)
    curve = fit(share, context, np.full(share.shape, bought))
    found = said(curve, np.array([[0.1, 0.2]], np.float32), context[:1])[0]

    assert 0.0 < found[0] < found[1] < 1.0


def test_company_changes_nothing(fitted):
    """A row's probabilities are the same alone and among others, to the last digit."""
    share, context, _, _ = world(rows=30)
    together = said(fitted, share, context)

    for row in range(30):
        assert np.array_equal(said(fitted, share[row : row + 1], context[row : row + 1])[0], together[row])


def with_unknown(hidden, bought, weight=1.0):
    """Return a curve that learned from unknown customers too, and these, so many of whom came."""
    share, context, _, happened = world()
    unknown = np.arange(len(share)) < 1_000
    context[unknown, NOBODY] = 1.0
    happened[:1_000] &= (np.arange(1_000) < bought)[:, None]
    curve = fit(share, context, happened, np.where(unknown, weight, 1.0), unknown & hidden)
    return curve, share[:1_000], context[:1_000], happened[:1_000]


@pytest.mark.parametrize("never_came", [False, True])
def test_the_unknown_buy_as_often_as_their_like(never_came):
    """Probabilities come true among strangers, and among those on record who never came, whatever the others do."""
    curve, share, context, happened = with_unknown(not never_came, bought=100)

    assert said(curve, share, context, idle=never_came).mean() == pytest.approx(happened.mean(), rel=0.02)
    assert said(curve, share, context, idle=not never_came).mean() > 3 * happened.mean()


def test_the_unknown_whom_nothing_tells_of_are_like_all_others():
    """Rows of no weight teach nothing: an unknown customer then counts as the average of those known."""
    curve, share, context, _ = with_unknown(True, bought=1_000, weight=0.0)
    known = context.copy()
    known[:, NOBODY] = 0.0
    chances = [said(curve, share[:1], known[:1] + visits * np.eye(CONTEXT_WIDTH + 2)[VISITS]) for visits in (-9, 9)]
    found = said(curve, share[:1], context[:1])

    assert (chances[0] < found).all()
    assert (found < chances[1]).all()


def test_a_row_counts_for_as_many_as_it_stands_for():
    """Twice the weight is the row told twice."""
    share, context, _, bought = world(rows=400)
    weight = np.where(np.arange(400) < 100, 2.0, 1.0)
    twice = [np.concatenate([part, part[:100]]) for part in (share, context, bought)]
    one, two = fit(share, context, bought, weight), fit(*twice)

    # Features are scaled by the rows as they stand, which moves the little that curves are held back.
    assert said(one, share, context) == pytest.approx(said(two, share, context), abs=2e-4)


def test_long_sessions_do_not_run_away():
    """Numbers of events and distinct items, which follow from visits and events a visit, move no probability."""
    share, context, _, bought = world()
    context[:, A_VISIT] = np.random.default_rng(1).integers(0, 3, len(share))
    context[:, EVENTS] = context[:, VISITS] + context[:, A_VISIT] + 0.3 * bought.any(axis=1)
    context[:, DISTINCT] = context[:, EVENTS]
    curve, long = fit(share, context, bought), context.copy()
    long[:, [EVENTS, DISTINCT]] += 1.0

    assert np.array_equal(said(curve, share, long), said(curve, share, context))
