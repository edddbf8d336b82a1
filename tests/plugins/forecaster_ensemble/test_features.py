"""What trees see of a series: only what was known at the origin, and what is planned."""

import attrs
import numpy as np
from ensemble_world import panel
from shelfwise_forecaster_ensemble.features import Features, Places
from shelfwise_forecaster_ensemble.summary import LEVEL


def places(row, origin, step):
    """Return one place."""
    return Places(*(np.array([value]) for value in (row, origin, step)))


def test_nothing_after_the_origin_is_seen():
    """Demand from the origin on changes no feature."""
    units = np.random.default_rng(0).poisson(4.0, (3, 40))
    changed = units.copy()
    changed[:, 25:] += 100
    one = places(1, 25, 3)

    np.testing.assert_array_equal(Features.of(panel(units)).rows(one), Features.of(panel(changed)).rows(one))


def test_what_is_before_the_origin_is_seen():
    """Demand of the period before the origin changes the features."""
    units = np.random.default_rng(0).poisson(4.0, (3, 40))
    changed = units.copy()
    changed[1, 24] += 100
    one = places(1, 25, 3)

    assert (Features.of(panel(units)).rows(one) != Features.of(panel(changed)).rows(one)).any()


def test_trends_do_not_depend_on_the_company():
    """A series taken out of the record keeps what the others told of it, and one without a record is told nothing."""
    whole = panel(np.random.default_rng(0).poisson(4.0, (5, 40)))
    alone = whole.take(np.array([3]))

    np.testing.assert_array_equal(Features.of(alone).rows(places(0, 25, 2)), Features.of(whole).rows(places(3, 25, 2)))
    assert whole.trends.node[3, 25] not in (0.0, whole.trends.item[3, 25])
    assert not whole.take(np.array([-1])).trends.node.any()


def test_a_plan_is_seen():
    """A promotion in the period forecast changes the features, one after it does not."""
    units = np.full((2, 30), 5.0)
    base = panel(units, horizon=10)
    plan = np.zeros((2, 40), np.float32)
    plan[0, 33] = 1.0
    planned = attrs.evolve(base, promoted=plan)

    def row(of, step):
        return Features.of(of).rows(places(0, 30, step))

    assert not np.array_equal(row(base, 3), row(planned, 3), equal_nan=True)
    np.testing.assert_array_equal(row(base, 2), row(planned, 2))


def test_censored_periods_do_not_count():
    """A period that tells nothing leaves every level as it was."""
    units = np.full((1, 30), 5.0)
    units[0, 20] = 0.0
    mask = np.ones((1, 30), bool)
    mask[0, 20] = False
    features = Features.of(panel(units, mask=mask))

    np.testing.assert_allclose(features.past.levels[LEVEL][0, 1:], np.log1p(5.0), rtol=1e-5)
    np.testing.assert_allclose(features.past.zeros[0, 1:], 0.0)


def test_a_low_level_is_learned_as_it_is():
    """Up to three units a period the base is 0, and above it grows with the level."""
    features = Features.of(panel([[2.0] * 30, [50.0] * 30]))
    base = features.base(Places(np.array([0, 1]), np.array([30, 30]), np.array([0, 0])))

    assert base[0] == 0.0
    np.testing.assert_allclose(base[1], np.log1p(50.0) - np.log1p(3.0), rtol=1e-5)
