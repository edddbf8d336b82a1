"""Windows, weights and calibration: learned from what members did not see."""

import attrs
import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import poisson
from shelfwise_forecaster_ensemble.blend import Blend
from shelfwise_forecaster_ensemble.buckets import BUCKETS, bucket_of
from shelfwise_forecaster_ensemble.calibration import Calibration
from shelfwise_forecaster_ensemble.outlook import LEVELS, Outlook
from shelfwise_forecaster_ensemble.windows import Trial, cuts

from tests.ensemble_world import panel

NORMAL = ndtri(np.array(LEVELS))


def trial(spreads, shifts, *, rows=20_000, group=None):
    """Return what members of such spread and shift say of the logarithms of demand, which are standard normal + 5."""
    generator = np.random.default_rng(0)
    target = 5.0 + generator.normal(size=rows)
    quantiles = np.stack(
        [
            np.broadcast_to(5.0 + shift + spread * NORMAL, (rows, len(LEVELS)))
            for spread, shift in zip(spreads, shifts, strict=True)
        ],
        axis=1,
    )
    return Trial(
        quantiles=quantiles,
        units=np.expm1(target),
        group=np.zeros(rows, np.int64) if group is None else group,
        bucket=np.zeros(rows, np.int64),
    )


def test_windows_follow_each_other_to_the_end():
    """Three windows as long as the horizon end with the record."""
    assert cuts(100, 10) == (70, 80, 90)


def test_a_short_record_has_shorter_windows_or_none():
    """No window is longer than an eighth of the record, and a few periods are too few for any."""
    assert cuts(40, 28) == (25, 30, 35)
    assert cuts(8, 5) == ()


def test_the_stretches_of_the_horizon():
    """A period ahead belongs to the stretch whose last period it does not exceed."""
    assert bucket_of(np.array([0, 1, 2, 6, 7, 27, 28, 59, 60, 400])).tolist() == [0, 1, 1, 2, 3, 4, 5, 5, 6, 6]
    assert BUCKETS == 7


def test_the_better_member_counts_more():
    """A member that is right outweighs one that is shifted, and weights sum to 1."""
    weight = Blend.fit(trial((1.0, 1.0), (0.0, 1.5)), 1).of(np.zeros(1, np.int64), np.zeros(1, np.int64))[0]

    assert weight[0] > 0.8
    np.testing.assert_allclose(weight.sum(), 1.0)


def test_a_member_that_is_little_better_has_the_weight_that_is_best():
    """However little the loss tells the two apart, the blend with the least is found."""
    told = trial((1.0, 1.0), (0.0, 0.1))
    weight = Blend.fit(told, 1).weight[-1, 0]

    def loss(share):
        blended = np.einsum("rml,m->rl", told.quantiles, np.array([share, 1.0 - share]))
        short = np.log1p(told.units)[:, None] - blended
        return np.maximum(np.array(LEVELS) * short, (np.array(LEVELS) - 1.0) * short).mean()

    best = min(np.linspace(0.0, 1.0, 101), key=loss)
    assert best > 0.8
    assert weight[0] == pytest.approx(best, abs=0.1)


def test_errors_that_cancel_are_blended():
    """Two members shifted as far apart count alike, so that the blend is right."""
    weight = Blend.fit(trial((1.0, 1.0), (-1.0, 1.0)), 1).of(np.zeros(1, np.int64), np.zeros(1, np.int64))[0]

    np.testing.assert_allclose(weight, 0.5, atol=0.05)


def test_who_counts_next_to_nothing_is_left_out():
    """Of one who counts somewhere all weights are kept, and the others share what is left in proportion."""
    weight = np.array([[[0.60, 0.39, 0.01], [0.58, 0.40, 0.02]], [[0.98, 0.01, 0.01], [0.70, 0.29, 0.01]]])
    blend = Blend(weight)

    assert blend.counting().tolist() == [0, 1]
    left = blend.only(blend.counting()).weight
    np.testing.assert_allclose(left.sum(axis=-1), 1.0)
    np.testing.assert_allclose(left[..., 0] / left[..., 1], weight[..., 0] / weight[..., 1])


class Says:
    """A member with an opinion of the first so many series, and none of the others."""

    def __init__(self, series):
        """Keep how many they are."""
        self.series = series

    def outlook(self, seen):
        """Say 5 of these."""
        mean = np.full((seen.series, seen.horizon), 5.0, np.float32)
        mean[self.series :] = np.nan
        return Outlook(mean, np.repeat(mean[..., None], len(LEVELS), axis=2))


def test_a_trial_has_rows_first_of_which_all_have_an_opinion():
    """Of many rows those that tell of every member are drawn, then those of some, and never those of none."""
    record = panel(np.ones((100, 60)))
    many = Trial.of(record, {"a": Says(50), "b": Says(10)}, (40, 50), most=240, seed=0)

    assert len(many) == 2 * 120
    assert many.told.sum(axis=0).tolist() == [2 * 120, 2 * 100]
    every = Trial.of(record, {"a": Says(50), "b": Says(10)}, (40, 50), most=10_000, seed=0)
    assert len(every) == 2 * 500


def test_a_trial_of_some_members():
    """Rows in which none of them has an opinion are left out."""
    told = trial((1.0, 2.0, 3.0), (0.0, 0.0, 0.0), rows=4)
    quantiles = told.quantiles.copy()
    quantiles[:2, 1], quantiles[1:3, 2] = np.nan, np.nan
    told = attrs.evolve(told, quantiles=quantiles)
    some = told.only(np.array([1, 2]))

    np.testing.assert_array_equal(some.told, [[False, True], [True, False], [True, True]])
    np.testing.assert_array_equal(some.units, told.units[[0, 2, 3]])
    np.testing.assert_array_equal(some.quantiles, told.quantiles[[0, 2, 3]][:, [1, 2]])


def test_few_rows_teach_little():
    """With fewer rows than it takes, all members count alike."""
    weight = Blend.fit(trial((1.0, 1.0), (0.0, 1.5), rows=100), 1).weight

    np.testing.assert_allclose(weight, 0.5)


def test_an_unknown_category_has_the_weights_of_all():
    """A category of -1 is weighed as all categories together are."""
    blend = Blend.fit(trial((1.0, 1.0), (0.0, 1.5), group=np.arange(20_000) % 2), 2)

    np.testing.assert_array_equal(blend.of(np.array([-1]), np.array([0]))[0], blend.weight[-1, 0])


@pytest.mark.parametrize("spread", [0.5, 1.0, 1.8])
def test_intervals_hold_as_often_as_they_say(spread):
    """Members that are too sure, or not sure enough, are put right."""
    told = trial((spread,), (0.0,))
    calibration = Calibration.fit(told.quantiles[:, 0], told.units, told.bucket, 0)
    fresh = np.random.default_rng(1).normal(size=20_000) + 5.0
    quantiles = calibration.apply(told.quantiles[:, 0], told.bucket)
    for low, high, share in ((0.1, 0.9, 0.8), (0.025, 0.975, 0.95), (0.2, 0.8, 0.6)):
        ends = quantiles[:, LEVELS.index(low)], quantiles[:, LEVELS.index(high)]
        np.testing.assert_allclose(((fresh >= ends[0]) & (fresh <= ends[1])).mean(), share, atol=0.03)


def test_the_middle_is_left_to_the_members():
    """A shift of all windows moves no median."""
    told = trial((1.0,), (0.7,))
    calibration = Calibration.fit(told.quantiles[:, 0], told.units, told.bucket, 0)
    middle = LEVELS.index(0.5)

    np.testing.assert_allclose(
        calibration.apply(told.quantiles[:5, 0], told.bucket[:5])[:, middle], told.quantiles[:5, 0, middle], atol=1e-5
    )


def test_calibration_keeps_the_order_of_quantiles():
    """Calibrated quantiles rise with their level."""
    told = trial((0.6,), (0.2,))
    calibration = Calibration.fit(told.quantiles[:, 0], told.units, told.bucket, 0)

    assert (np.diff(calibration.apply(told.quantiles[:50, 0], told.bucket[:50]), axis=1) >= 0).all()


@pytest.mark.parametrize("moved", [1e-6, 0.01])
def test_calibration_of_counts_is_not_moved_by_who_hardly_counts(moved):
    """Quantiles a little above their counts are calibrated as those on them, so that half the demand may be none."""
    generator = np.random.default_rng(0)
    units = generator.poisson(0.7, 20_000).astype(np.float32)
    counts = np.log1p(np.tile(poisson.ppf(LEVELS, 0.7), (units.size, 1))).astype(np.float32)
    bucket = np.zeros(units.size, np.int64)
    exact, near = (Calibration.fit(told, units, bucket, 0) for told in (counts, counts + np.float32(moved)))

    np.testing.assert_allclose(near.width, exact.width)
    np.testing.assert_allclose(near.level, exact.level)


def silenced(told, member, rows):
    """Return a trial in which a member has no opinion of some rows."""
    quantiles = told.quantiles.copy()
    quantiles[rows, member] = np.nan
    return attrs.evolve(told, quantiles=quantiles)


def outlook(units, horizon=2):
    """Return an outlook that is sure of as many units for each series, NaN where it has no opinion."""
    mean = np.repeat(np.array(units, np.float32)[:, None], horizon, axis=1)
    return Outlook(mean, np.repeat(mean[..., None], len(LEVELS), axis=2))


def test_the_weight_of_a_silent_member_goes_to_the_others():
    """Where one of three has no opinion the others are blended in proportion to their weights."""
    blend = Blend(np.tile([0.5, 0.3, 0.2], (2, BUCKETS, 1)))
    blended = blend.mix(
        [outlook([10.0, np.nan]), outlook([4.0, 4.0]), outlook([1.0, 1.0])], np.array([0, -1]), np.arange(2)
    )
    expected = [0.5 * np.log(11.0) + 0.3 * np.log(5.0) + 0.2 * np.log(2.0), 0.6 * np.log(5.0) + 0.4 * np.log(2.0)]

    np.testing.assert_allclose(blended.mean, np.repeat(np.array(expected)[:, None], 2, axis=1), rtol=1e-6)
    np.testing.assert_allclose(blended.quantiles[..., 3], blended.mean, rtol=1e-6)


def test_where_all_are_silent_the_blend_is():
    """A series of which no member has an opinion has none of the blend."""
    opinions = [outlook([np.nan, 2.0]), outlook([np.nan, np.nan])]
    blended = Blend.equal(1, 2).mix(opinions, np.zeros(2, np.int64), np.arange(2))

    assert np.isnan(blended.mean[0]).all()
    assert np.isnan(blended.quantiles[0]).all()
    np.testing.assert_allclose(blended.mean[1], np.log(3.0), rtol=1e-6)


def test_a_member_is_weighed_by_what_it_had_an_opinion_of():
    """A member that is right when it speaks outweighs one that is shifted, though it is silent on most rows."""
    told = silenced(trial((1.0, 1.0), (0.0, 1.5)), 0, slice(0, 15_000))
    weight = Blend.fit(told, 1).weight

    assert 0.8 < weight[0, 0, 0] < 1.0
    np.testing.assert_allclose(weight.sum(axis=-1), 1.0)


def test_a_member_that_was_never_heard_counts_as_before():
    """Rows on which only one member speaks teach nothing of the weights."""
    told = silenced(trial((1.0, 1.0), (0.0, 1.5)), 1, slice(None))
    blend = Blend.fit(told, 1)

    np.testing.assert_allclose(blend.weight, 0.5)
    np.testing.assert_allclose(blend.quantiles(told), told.quantiles[:, 0], rtol=1e-5)


def test_weights_are_on_the_simplex_for_four_members():
    """Weights of every category and stretch are above 0 and sum to 1, and a category's lie near those of all."""
    told = trial((1.0, 0.5, 2.0, 1.0), (0.0, 0.5, 0.0, -1.0), group=np.arange(20_000) % 3)
    weight = Blend.fit(told, 3).weight

    assert weight.shape == (4, BUCKETS, 4)
    assert (weight > 0).all()
    np.testing.assert_allclose(weight.sum(axis=-1), 1.0)
    np.testing.assert_allclose(weight[:3, 0], np.broadcast_to(weight[-1, 0], (3, 4)), atol=0.1)
