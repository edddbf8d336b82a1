"""Fitted members outlive an interrupt, and trainings that fit the same share them."""

import attrs
import numpy as np
import pytest
from forecaster_world import dataset_of
from shelfwise_forecaster_ensemble import BoostingForecaster, EnsembleForecaster, StatisticalForecaster
from shelfwise_forecaster_ensemble.blend import Blend
from shelfwise_forecaster_ensemble.members.boosting import Boosting
from shelfwise_forecaster_ensemble.members.recurrent import Recurrent
from shelfwise_forecaster_ensemble.members.statistical import Statistical
from shelfwise_forecaster_ensemble.outlook import LEVELS
from shelfwise_forecaster_ensemble.presets import PRESETS
from structlog.testing import capture_logs

from shelfwise.plugins import call
from shelfwise.types import Deadline, ForecastRequest, silent

DAYS = 84
OPTIONS = {"preset": "fast", "members": ("boosting", "lstm"), "trees": 3, "epochs": 1, "horizon": 7}


@pytest.fixture(scope="module")
def shop():
    """Three items that sell more at the end of the week."""
    weekend = np.where(np.arange(DAYS) % 7 >= 5, 2.0, 1.0)
    return dataset_of(np.random.default_rng(3).poisson(np.array([[8.0], [3.0], [12.0]]) * weekend))


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """The networks see little."""
    fast = PRESETS["fast"]
    small = attrs.evolve(fast.lstm, size=8, context=14, views=300)
    monkeypatch.setitem(PRESETS, "fast", attrs.evolve(fast, lstm=small, transformer=small))


@pytest.fixture
def fits(monkeypatch):
    """What is fitted while the test runs, by the names of the members."""
    names = []
    for name, kind in (("boosting", Boosting), ("lstm", Recurrent)):
        fit = kind.fit

        def counted(*arguments, name=name, fit=fit, **options):
            names.append(name)
            return fit(*arguments, **options)

        monkeypatch.setattr(kind, "fit", counted)
    return names


def trained(shop, checkpoints=None, progress=silent, kind=EnsembleForecaster, **changed):
    """Return a plugin trained with the options and those changed."""
    plugin = kind(**(OPTIONS | {"members": kind().members or OPTIONS["members"]} | changed))
    call(plugin, "train", dataset=shop, progress=progress, checkpoints=checkpoints)
    return plugin


def answer(plugin, shop):
    """Return the quantiles and the mean of all items over ten days."""
    state = shop.state()
    request = ForecastRequest(state.items.index.ids, state.nodes.index.ids, 10)
    found = call(plugin, "forecast", request=request, state=state, exposure=None, deadline=Deadline())
    return np.concatenate([found.quantiles, found.mean[None]])


@pytest.fixture
def expected(shop):
    """What a plugin answers whose training nobody interrupted."""
    return answer(trained(shop), shop)


def test_an_interrupted_training_goes_on(shop, expected, tmp_path, fits):
    """What was fitted before the interrupt is not fitted again, and the answer is that of a training without one."""
    fits.clear()

    def stop(step, _done, _total):
        if step == "forecaster: lstm, to weigh it":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(shop, tmp_path, stop)
    assert fits == ["boosting"]
    again = trained(shop, tmp_path)
    assert fits == ["boosting", "lstm", "boosting", "lstm"]
    whole = trained(shop, tmp_path)

    assert len(fits) == 4
    np.testing.assert_array_equal(answer(again, shop), expected)
    np.testing.assert_array_equal(answer(whole, shop), expected)


def test_who_counts_for_next_to_nothing_is_not_fitted_again(shop, fits, monkeypatch):
    """A member without weight is told of, and the forecast is that of the others."""
    monkeypatch.setattr(Blend, "fit", lambda trial, categories: Blend(np.tile([0.995, 0.005], (categories + 1, 7, 1))))
    with capture_logs() as logs:
        plugin = trained(shop)

    assert fits == ["boosting", "lstm", "boosting"]
    assert [entry["member"] for entry in logs if entry["event"] == "forecaster.member_without_weight"] == ["lstm"]
    np.testing.assert_array_equal(answer(plugin, shop)[-1], answer(trained(shop, kind=BoostingForecaster), shop)[-1])


def test_a_member_alone_is_shared_with_the_ensemble(shop, expected, tmp_path, fits):
    """The trees that were fitted as a forecaster of their own are those of the ensemble, however it weighs them."""
    trained(shop, tmp_path, kind=BoostingForecaster)
    fits.clear()
    blended = trained(shop, tmp_path)
    assert fits == ["lstm", "lstm"]
    trained(shop, tmp_path, learned_weights=False)

    assert len(fits) == 2
    np.testing.assert_array_equal(answer(blended, shop), expected)


def test_other_options_share_nothing(shop, tmp_path, fits):
    """Whatever changes what the trees learn makes checkpoints of its own, and what does not makes none."""
    trained(shop, tmp_path, kind=BoostingForecaster)
    changes = (
        {"seed": 1},
        {"trees": 4},
        {"horizon": 6},
        {"history_periods": 70},
        {"season_length": 1},
        {"past_only": ("holiday",)},
        {"preset": "balanced"},
        {"epochs": 2},
        {"n_jobs": 1},
    )
    made = {}
    for change in changes:
        fits.clear()
        trained(shop, tmp_path, kind=BoostingForecaster, **change)
        made[next(iter(change))] = len(fits)

    assert made == dict.fromkeys(made, 2) | {"epochs": 0, "n_jobs": 0}


def test_what_the_statistical_member_depends_on(shop, tmp_path, monkeypatch):
    """It draws nothing and sees no calendar, so that neither seed nor past-only columns make another one of it."""
    reaches = []

    def fit(_panels, _opened, horizon, **_options):
        reaches.append(horizon)
        return Statistical(np.zeros((0, 4)), np.zeros((0, horizon)), np.zeros((0, horizon, len(LEVELS))))

    monkeypatch.setattr(Statistical, "fit", fit)
    for change in ({}, {"seed": 1}, {"past_only": ("holiday",)}, {"trees": 4}, {"horizon": 6}):
        trained(shop, tmp_path, kind=StatisticalForecaster, **change)

    assert reaches == [7, 7, 6, 6]


def test_a_checkpoint_that_cannot_be_read(shop, expected, tmp_path, fits):
    """It is told of, and its member fitted again; the answer is the same."""
    trained(shop, tmp_path)
    fits.clear()
    (broken,) = tmp_path.glob("boosting-to-weigh-it-*")
    (broken / "boosting.json").write_text("{")
    with capture_logs() as logs:
        plugin = trained(shop, tmp_path)

    assert [(entry["event"], entry["member"]) for entry in logs] == [("forecaster.checkpoint_unreadable", "boosting")]
    assert fits == ["boosting"]
    assert (broken / "boosting.json").read_text() != "{"
    np.testing.assert_array_equal(answer(plugin, shop), expected)


def test_a_write_that_was_broken_off(shop, tmp_path, monkeypatch, fits):
    """Half a checkpoint is none: nothing of it is left, and the member is fitted again."""
    save = Boosting.save

    def half(member, directory):
        save(member, directory)
        (directory / "boosting.json").unlink()
        assert not list(tmp_path.glob("boosting*"))
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Boosting, "save", half)
        with pytest.raises(KeyboardInterrupt):
            trained(shop, tmp_path, kind=BoostingForecaster)
    assert not list(tmp_path.iterdir())
    trained(shop, tmp_path, kind=BoostingForecaster)

    assert fits == ["boosting"] * 3
    assert len(list(tmp_path.iterdir())) == 2


def test_a_member_that_learned_nothing_is_not_kept(tmp_path):
    """A record that is too short for trees leaves no checkpoint of them."""
    short = dataset_of(np.ones((1, 12)))
    trained(short, tmp_path, kind=BoostingForecaster)

    assert not list(tmp_path.iterdir())
