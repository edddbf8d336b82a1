"""Draws are functions of their key."""

import numpy as np
from scipy import stats

from shelfwise.twin.keyed import Keyed

DAYS, PEOPLE = 40, 500


def test_a_draw_depends_on_its_key_alone():
    """One entity's number is the same in whatever company it is drawn."""
    draws = Keyed(7)

    whole = draws.uniforms("visit", np.arange(DAYS)[:, None], np.arange(PEOPLE))
    one = draws.uniforms("visit", 12, 345)
    some = draws.uniforms("visit", 12, np.array([3, 345]))

    assert whole[12, 345] == one == some[1]


def test_another_world_purpose_or_id_is_another_number():
    """No two keys share their numbers, and ids are not interchangeable."""
    people = np.arange(PEOPLE)

    rows = [
        Keyed(1).uniforms("visit", 2, people),
        Keyed(2).uniforms("visit", 2, people),
        Keyed(1).uniforms("basket", 2, people),
        Keyed(1).uniforms("visit", 3, people),
        Keyed(1).uniforms("visit", people, 2),
    ]

    # The keys (2, 2) and (3, 2) stand in two rows each.
    assert len({value for row in rows for value in row.tolist()}) == 5 * PEOPLE - 2


def test_draws_are_uniform_and_independent_along_each_id():
    """The numbers pass a test of their law, and neighbours do not go together."""
    drawn = Keyed(3).uniforms("any", np.arange(300)[:, None], np.arange(300))

    assert stats.kstest(drawn.ravel(), "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(drawn[:-1].ravel(), drawn[1:].ravel())[0, 1]) < 0.015
    assert abs(np.corrcoef(drawn[:, :-1].ravel(), drawn[:, 1:].ravel())[0, 1]) < 0.015


def test_counts_have_the_mean_asked_for():
    """Poisson numbers come by inversion: mean and variance agree."""
    drawn = Keyed(3).counts("basket", 1.7, np.arange(50_000))

    assert abs(drawn.mean() - 1.7) < 0.03
    assert abs(drawn.var() - 1.7) < 0.05
