"""A training ends with its minutes, and what it then has is a model all the same."""

import signal

import attrs
import numpy as np
import pytest
from forecaster_world import dataset_of
from shelfwise_forecaster_ensemble import EnsembleForecaster
from shelfwise_forecaster_ensemble.members.boosting import Boosting, BoostingSettings
from shelfwise_forecaster_ensemble.members.neural import NeuralSettings
from shelfwise_forecaster_ensemble.members.recurrent import Recurrent
from shelfwise_forecaster_ensemble.members.statistical import Statistical
from shelfwise_forecaster_ensemble.presets import PRESETS
from structlog.testing import capture_logs

from shelfwise.errors import ConfigError
from shelfwise.invariants import check_forecast
from shelfwise.plugins import build, call
from shelfwise.types import Deadline, ForecastRequest, silent
from tests.ensemble_world import panel

HORIZON = 7
LEARNING = {"whole": True, "seed": 0, "progress": silent}
OVER = Deadline(0.0)


@pytest.fixture(scope="module")
def record():
    """Forty series of a few units a day."""
    return panel(np.random.default_rng(0).poisson(8.0, (40, 90)))


def test_a_network_takes_one_step_at_least(record, monkeypatch):
    """Out of time from the start it learns from one batch, in one epoch, and forecasts."""
    steps, loss = [], Recurrent.loss

    def counted(self, *arguments):
        steps.append(self.network.training)
        return loss(self, *arguments)

    monkeypatch.setattr(Recurrent, "loss", counted)
    settings = NeuralSettings(size=8, context=14, views=2_000, epochs=5)
    member = Recurrent.fit(record, HORIZON, settings, **LEARNING, deadline=OVER)

    assert steps.count(True) == 1
    assert member.settings.epochs == 1
    assert np.isfinite(member.outlook(panel(record.units, horizon=HORIZON)).mean).all()


def test_trees_stop_growing(record):
    """Out of time each model has one tree; with time enough a limit changes nothing."""
    settings = BoostingSettings(rows=2_000, trees=20)
    few, plenty, all_of_them = (
        Boosting.fit(record, HORIZON, settings, **LEARNING, deadline=due)
        for due in (OVER, Deadline.after(600.0), Deadline())
    )

    def trees(member):
        return [one.model.tree_count_ for one in (*member.counts, *member.ratios) if one is not None]

    assert set(trees(few)) == {1}
    assert set(trees(plenty)) == {20}
    asked = panel(record.units, horizon=HORIZON)
    np.testing.assert_array_equal(plenty.outlook(asked).mean, all_of_them.outlook(asked).mean)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_while_trees_grow_is_delivered(record, number):
    """What CatBoost would swallow, and take for the end, stops the growth and then goes where it was sent."""

    class Interrupting:
        """A deadline that never comes, of somebody who interrupts after the fifth tree."""

        def __init__(self):
            self.asked = 0

        def share(self, _fraction):
            """Return the same."""
            return self

        @property
        def expired(self):
            """Interrupt once."""
            self.asked += 1
            if self.asked == 5:
                signal.raise_signal(number)
            return False

    class HeardError(Exception):
        pass

    def hear(_number, _frame):
        raise HeardError

    before, due = signal.signal(number, hear), Interrupting()
    try:
        with pytest.raises(HeardError):
            Boosting.fit(record, HORIZON, BoostingSettings(rows=2_000, trees=20), **LEARNING, deadline=due)
        assert signal.getsignal(number) is hear
    finally:
        signal.signal(number, before)
    assert due.asked == 5


def test_the_statistical_member_has_no_opinion_of_those_it_did_not_come_to():
    """Series are fitted some at a time; out of time the rest has no forecast."""
    record = panel(np.random.default_rng(0).poisson(8.0, (100, 90)))
    opened = np.ones((1, 90), bool)
    member = Statistical.fit([record], opened, HORIZON, whole=True, most=100, jobs=1, progress=silent, deadline=OVER)

    told = np.isfinite(member.outlook(panel(record.units, horizon=HORIZON)).mean).all(axis=1)

    assert 0 < told.sum() < 100


def test_a_training_without_time_is_a_model_and_is_told_of():
    """The forecast keeps the contract, and the log names every fit that was cut short and what to do."""
    dataset = dataset_of(np.random.default_rng(0).poisson(8.0, (12, 120)))
    plugin = EnsembleForecaster(preset="fast", minutes=1e-9)
    with capture_logs() as logs:
        call(plugin, "train", dataset=dataset, progress=silent)

    request, state = ForecastRequest(("i0", "i5"), ("warehouse",), 14), dataset.state()
    answer = call(plugin, "forecast", request=request, state=state, exposure=None, deadline=Deadline())
    assert check_forecast(request, state, answer) == ()
    short = [(entry["member"], entry["part"]) for entry in logs if entry["event"] == "forecaster.cut_short"]
    assert {("boosting", "to weigh it"), ("lstm", "to weigh it")} <= set(short)
    assert any(part == "on everything" for _, part in short)


def test_every_preset_has_a_limit_that_an_option_stands_in_for():
    """More effort has more time; a limit that is none is refused by its name."""
    limits = [PRESETS[name].minutes for name in ("fast", "balanced", "best")]
    assert limits == sorted(limits)
    assert PRESETS["fast"].given(trees=None, epochs=None, minutes=None) == PRESETS["fast"]
    given = PRESETS["best"].given(trees=None, epochs=3, minutes=7.0)
    assert attrs.asdict(given)["minutes"] == 7.0
    with pytest.raises(ConfigError, match="minutes"):
        build("forecaster", "ensemble", {"minutes": 0})
