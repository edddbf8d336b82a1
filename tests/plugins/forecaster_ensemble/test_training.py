"""Which members are fitted and blended, and the statistical one as a forecaster, alone and among others."""

import numpy as np
import pandas as pd
import pytest
from forecaster_world import dataset_of
from shelfwise_forecaster_ensemble import EnsembleForecaster, StatisticalForecaster
from shelfwise_forecaster_ensemble.calibration import Calibration
from shelfwise_forecaster_ensemble.presets import PRESETS
from shelfwise_forecaster_ensemble.training import NAMES, Task, chosen
from structlog.testing import capture_logs

from shelfwise.dataset import Dataset
from shelfwise.invariants import check_forecast
from shelfwise.plugins import call
from shelfwise.tuning.space import SearchSpace
from shelfwise.types import Deadline, ForecastRequest, silent

FIRST = pd.Timestamp("2024-01-01")
DAYS = 112


def names(preset, series, members=None):
    """Return the members that are fitted to so many series."""
    task = Task(members, PRESETS[preset], 28, 730, None, None, learned_weights=True, seed=0, jobs=1)
    return chosen(task, series)


def test_the_fast_preset_leaves_the_statistical_member_out():
    """It takes longer than all others together, so the fast preset does without and says nothing of it."""
    with capture_logs() as logs:
        assert names("fast", 10) == ("boosting", "lstm", "transformer")
    assert logs == []


@pytest.mark.parametrize("preset", ["balanced", "best"])
def test_other_presets_have_it_for_some_thousand_series(preset):
    """Up to the number of the preset every member is blended; above it the log says which is not, and what to do."""
    most = PRESETS[preset].statistical_series

    assert names(preset, most) == NAMES
    with capture_logs() as logs:
        assert names(preset, most + 1) == ("boosting", "lstm", "transformer")
    assert [(entry["event"], entry["member"], entry["series"], entry["most"]) for entry in logs] == [
        ("forecaster.member_left_out", "statistical", most + 1, most)
    ]
    assert "members" in logs[0]["advice"]


def test_members_that_are_named_are_fitted():
    """A member that is named is fitted whatever it takes, and members are always in the same order."""
    assert names("fast", 10**6, ("boosting", "statistical")) == ("statistical", "boosting")


def test_fewer_trees_learn_faster():
    """Trees times their rate are those of the preset, as far as a rate may go; the networks stay as they are."""
    preset = PRESETS["balanced"]
    usual, few = preset.boosting, preset.given(trees=100, epochs=None, minutes=None).boosting

    assert few.trees * few.learning_rate == pytest.approx(usual.trees * usual.learning_rate)
    assert preset.given(trees=1, epochs=None, minutes=None).boosting.learning_rate < 1.0
    assert preset.given(trees=100, epochs=None, minutes=None).lstm == preset.lstm


@pytest.mark.parametrize("members", [(), ("prophet",), ("lstm", "lstm")])
def test_members_that_are_wrong(members):
    """None at all, an unknown one and one named twice are refused with those that there are."""
    with pytest.raises(ValueError, match="some of statistical, boosting, lstm, transformer, each named once"):
        EnsembleForecaster(members=members)


@pytest.mark.parametrize("jobs", [0, -2])
def test_processes_that_are_no_number_of_any(jobs):
    """Nothing can be fitted by no process."""
    with pytest.raises(ValueError, match="n_jobs must be at least 1, or -1"):
        EnsembleForecaster(n_jobs=jobs)


def test_what_is_tuned():
    """The search for options tries those that shape the learning, from their defaults on."""
    space = SearchSpace.of("forecaster", "ensemble")

    assert space.start == {
        "learned_weights": True,
        "horizon": 28,
        "trees": None,
        "epochs": None,
        "history_periods": 730,
    }


@pytest.fixture(scope="module")
def shop():
    """Two regular items, two slow ones, one without a sale and one of five days, the first out of stock of late."""
    generator = np.random.default_rng(2)
    day = FIRST + pd.to_timedelta(np.arange(DAYS), "D")
    weekend = np.where(np.arange(DAYS) % 7 >= 5, 2.0, 1.0)
    level = {"a": 9.0, "b": 5.0, "c": 0.3, "d": 0.2, "e": 0.0, "f": 4.0}
    rows = []
    for item, mean in level.items():
        since = DAYS - 5 if item == "f" else 0
        units = generator.poisson(mean * weekend).astype(float)
        in_stock = np.ones(DAYS, bool)
        if item == "a":
            units[-10:], in_stock[-10:] = 0.0, False
        rows.append(
            pd.DataFrame({"date": day, "item_id": item, "node_id": "s", "units": units, "in_stock": in_stock})[since:]
        )
    nodes = pd.DataFrame({"node_id": ["s"], "kind": "store"})
    return Dataset.from_tables({"demand": pd.concat(rows), "nodes": nodes})


def forecast(plugin, shop, **changed):
    """Return the answer for all items and five weeks, checked by the invariants."""
    state = shop.state()
    request = ForecastRequest(state.items.index.ids, ("s",), 35, **changed)
    answer = call(plugin, "forecast", request=request, state=state, exposure=None, deadline=Deadline())
    assert check_forecast(request, state, answer) == ()
    return answer


@pytest.fixture(scope="module")
def alone(shop):
    """The statistical member as a forecaster of its own."""
    plugin = StatisticalForecaster(n_jobs=1)
    call(plugin, "train", dataset=shop, progress=silent)
    return plugin


def test_the_statistical_forecaster(alone, shop):
    """Every item has a forecast near its level, with one of no member taken from what is normal for its like."""
    mean = forecast(alone, shop).mean[:, 0].mean(axis=1)

    assert 9.0 < mean[0] < 16.0
    assert 5.0 < mean[1] < 9.0
    assert (mean[2:4] < 1.0).all()
    assert mean[4] < 0.2
    assert 2.0 < mean[5] < 10.0


def test_days_out_of_stock_at_face_value(alone, shop):
    """Where the stock record is not looked at, ten days without stock lower the forecast of that item alone."""
    mean = forecast(alone, shop).mean[:4, 0].sum(axis=1)
    silo = forecast(alone, shop, use_in_stock=False).mean[:4, 0].sum(axis=1)

    assert silo[0] < 0.7 * mean[0]
    np.testing.assert_allclose(silo[1:], mean[1:], rtol=1e-6)


def test_it_is_read_as_it_was_written(alone, shop, tmp_path):
    """A forecaster read again answers the same."""
    call(alone, "save", directory=tmp_path)
    read = StatisticalForecaster()
    call(read, "load", directory=tmp_path)

    np.testing.assert_array_equal(forecast(read, shop).quantiles, forecast(alone, shop).quantiles)


@pytest.fixture(scope="module")
def blended(shop):
    """Trees and the statistical member together."""
    plugin = EnsembleForecaster(preset="fast", members=("boosting", "statistical"), trees=5, n_jobs=1)
    call(plugin, "train", dataset=shop, progress=silent)
    return plugin


def test_the_statistical_member_among_others(blended, shop):
    """Parts sum to the mean of the blend, and weights of every category and stretch to 1."""
    answer = forecast(blended, shop)
    weight = blended._model.blend.weight

    np.testing.assert_allclose(sum(answer.parts.values()), answer.mean, atol=1e-6)
    np.testing.assert_allclose(weight.sum(axis=-1), 1.0)
    assert (weight > 0).all()


def test_members_that_cannot_be_weighed_leave_the_others_their_weights(monkeypatch):
    """A record too short for networks before the windows: the others are blended and calibrated, and the log tells."""
    fitted = []
    fit = Calibration.fit.__func__
    monkeypatch.setattr(Calibration, "fit", classmethod(lambda cls, *given: fitted.append(1) or fit(cls, *given)))
    units = np.random.default_rng(0).poisson(6.0, (1, 40))
    plugin = EnsembleForecaster(members=("statistical", "boosting", "lstm"), horizon=7, n_jobs=1)
    with capture_logs() as logs:
        call(plugin, "train", dataset=dataset_of(units), progress=silent)

    assert [entry["member"] for entry in logs if entry["event"] == "forecaster.member_not_weighed"] == ["lstm"]
    assert fitted == [1]
