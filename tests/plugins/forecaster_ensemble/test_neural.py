"""How long networks learn, and from what."""

import attrs
import numpy as np
import pandas as pd
import pytest
import torch
from scipy.stats import poisson
from shelfwise_forecaster_ensemble import RecurrentForecaster
from shelfwise_forecaster_ensemble.features import Features
from shelfwise_forecaster_ensemble.members import learning
from shelfwise_forecaster_ensemble.members.lessons import Lesson
from shelfwise_forecaster_ensemble.members.neural import NeuralSettings
from shelfwise_forecaster_ensemble.members.patches import patch_width, patched, patches
from shelfwise_forecaster_ensemble.members.recurrent import Recurrent
from shelfwise_forecaster_ensemble.members.sequences import Sequences
from shelfwise_forecaster_ensemble.members.temporal import Temporal
from shelfwise_forecaster_ensemble.outlook import LEVELS
from shelfwise_forecaster_ensemble.presets import PRESETS

from shelfwise.dataset import Dataset
from shelfwise.plugins import call
from shelfwise.types import Deadline, silent
from tests.ensemble_world import panel

DAYS, HORIZON, EPOCHS = 160, 7, 8
LEARNING = {"whole": True, "seed": 0, "progress": silent, "deadline": Deadline()}
SMALL = NeuralSettings(size=8, context=14, views=200, epochs=1)


@attrs.frozen
class Fit:
    """What one fit of a network saw: its record's length, lessons learned from and checked, and the weights around."""

    known: int
    learned: list[Lesson]
    checked: list[Lesson]
    epochs: int
    start: dict[str, torch.Tensor] | None
    first: dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def fits():
    """Train an LSTM on noise, and return the fit that is weighed and the one that forecasts."""
    day = pd.date_range("2024-01-01", periods=DAYS)
    units = np.random.default_rng(0).poisson(20.0, (4, DAYS))
    demand = pd.concat([pd.DataFrame({"date": day, "item_id": f"i{row}", "units": units[row]}) for row in range(4)])
    found, loss, fit = [], Recurrent.loss, Recurrent.fit.__func__

    def told(self, sequences, lesson, generator):
        seen.append((self.network.training, lesson, {} if seen else weights(self)))
        return loss(self, sequences, lesson, generator)

    def weights(member):
        return {name: value.detach().clone() for name, value in member.network.state_dict().items()}

    def fitted(cls, record, *arguments, start=None, **options):
        seen.clear()
        member = fit(cls, record, *arguments, start=start, **options)
        learned, checked = ([lesson for learns, lesson, _ in seen if learns is kind] for kind in (True, False))
        before = None if start is None else weights(start)
        found.append(Fit(record.known, learned, checked, member.settings.epochs, before, seen[0][2]))
        return member

    seen = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Recurrent, "loss", told)
        patch.setattr(Recurrent, "fit", classmethod(fitted))
        plugin = RecurrentForecaster(preset="fast", epochs=EPOCHS, horizon=HORIZON)
        call(plugin, "train", dataset=Dataset.from_tables({"demand": demand}), progress=silent)
    return found


def test_no_period_that_is_learned_tells_when_to_stop(fits):
    """Neither as what is forecast nor as what it is forecast from."""
    weighed, _ = fits
    checked = min(lesson.origin.min() for lesson in weighed.checked)

    assert max(lesson.end for lesson in weighed.learned) == checked
    assert max(lesson.origin.max() for lesson in weighed.learned) < checked < weighed.known
    assert all((lesson.origin + lesson.steps).max() <= lesson.end == weighed.known for lesson in weighed.checked)


def test_what_lies_at_the_end_of_a_lesson_teaches_nothing():
    """A network is indifferent to demand that its lesson does not tell of."""
    history = panel(np.random.default_rng(0).poisson(20.0, (4, 60)))
    member = Recurrent.fit(history, HORIZON, SMALL, **LEARNING)
    lesson = Lesson(np.arange(4), np.full(4, 50), HORIZON, 53)

    def loss(units):
        sequences = Sequences(Features.of(panel(units)), member.settings.context)
        return float(member.loss(sequences, lesson, np.random.default_rng(0)).detach())

    units = history.units.copy()
    units[:, 53:] = 900.0
    assert loss(units) == loss(history.units)
    units[:, 52] = 900.0
    assert loss(units) > loss(history.units)


def test_the_network_that_is_kept_goes_on_from_the_one_that_was_weighed(fits):
    """It starts with the weights of the other, and learns from the newest periods for a third as many epochs."""
    weighed, kept = fits

    assert weighed.start is None
    assert kept.first.keys() == kept.start.keys()
    assert all(torch.equal(kept.first[name], value) for name, value in kept.start.items())
    assert max(lesson.origin.max() for lesson in kept.learned) == kept.known - 1
    assert {lesson.end for lesson in kept.learned} == {kept.known}
    assert not kept.checked
    assert kept.epochs == -(-weighed.epochs // 3)
    assert sum(map(len, kept.learned)) == kept.epochs * PRESETS["fast"].lstm.views


def test_a_network_stops_when_it_gets_no_better(monkeypatch):
    """It waits for a few epochs and is then as it was at its best."""
    scores, states = iter([3.0, 1.0, *[2.0] * 10]), []

    def score(self, _sequences, _lesson):
        states.append({name: value.detach().clone() for name, value in self.network.state_dict().items()})
        return next(scores)

    monkeypatch.setattr(Recurrent, "score", score)
    settings = attrs.evolve(SMALL, epochs=10, patience=3)
    record = panel(np.random.default_rng(0).poisson(20.0, (4, 60)))
    member = Recurrent.fit(record, HORIZON, settings, **LEARNING)

    assert len(states) == 5
    assert member.settings.epochs == 2
    kept = member.network.state_dict()
    assert all(torch.equal(kept[name], value) for name, value in states[1].items())
    assert not all(torch.equal(kept[name], value) for name, value in states[4].items())


def test_what_forecasts_is_the_running_mean_of_the_steps(monkeypatch):
    """What is kept after an epoch follows the weights of each step, and soon forgets those that it began with."""
    steps, mean = [], {}

    class Watched(learning.AveragedModel):
        def update_parameters(self, model):
            """Note the weights after a step."""
            steps.append({name: value.detach().clone() for name, value in model.state_dict().items()})
            super().update_parameters(model)

    monkeypatch.setattr(learning, "AveragedModel", Watched)
    record = panel(np.random.default_rng(0).poisson(20.0, (4, 60)))
    member = Recurrent.fit(record, HORIZON, attrs.evolve(SMALL, views=30 * 256), **LEARNING)

    assert len(steps) == 30
    for done, weights in enumerate(steps):
        kept = min(0.99, (1 + done) / (10 + done)) if done else 0.0
        mean = {name: kept * mean.get(name, 0.0) + (1 - kept) * value for name, value in weights.items()}
    for name, value in member.network.state_dict().items():
        torch.testing.assert_close(value, mean[name])
    assert np.prod([(1 + done) / (10 + done) for done in range(1, 30)]) < 1e-4


def test_networks_are_told_what_a_series_sells_with_a_promotion_and_without():
    """Of two series of one level, the one that sells by promotions alone is seen to."""
    units, promoted = np.full((2, 60), 10.0), np.zeros((2, 60))
    promoted[1, ::2] = 1.0
    units[1] = np.where(promoted[1] > 0, 110.0, 0.0)
    record = panel(units, promoted=promoted)

    views = Sequences(Features.of(record), 8).views(np.arange(2), np.full(2, 60), np.arange(1))

    steady, jumping = views.static[:, -4:-2]
    np.testing.assert_allclose(steady, [0.0, 0.0], atol=1e-5)
    assert jumping[0] < -1.0
    assert jumping[1] > 1.0
    assert views.static[:, 6].tolist() == pytest.approx([0.0, 0.5], abs=0.05)


@pytest.mark.parametrize("kind", [Recurrent, Temporal])
def test_low_demand_is_learned_as_counts(kind, tmp_path):
    """A series that rarely sells has the probabilities of its counts, one that sells much quantiles round its level."""
    generator = np.random.default_rng(0)
    units = np.concatenate([generator.poisson(0.4, (20, 120)), generator.poisson(60.0, (20, 120))])
    member = kind.fit(
        panel(units), HORIZON, attrs.evolve(SMALL, views=4_000, epochs=10, learning_rate=5e-3), **LEARNING
    )
    member.save(tmp_path)

    told = kind.load(tmp_path).outlook(panel(units, horizon=HORIZON))

    low, high = told.quantiles[:20].mean(axis=(0, 1)), told.quantiles[20:].mean(axis=(0, 1))
    assert told.mean[:20].mean() == pytest.approx(0.4, abs=0.08)
    assert low[LEVELS.index(0.5)] == 0.0
    assert low[LEVELS.index(0.8)] == pytest.approx(poisson.ppf(0.8, 0.4), abs=0.2)
    assert low[LEVELS.index(0.9)] == pytest.approx(poisson.ppf(0.9, 0.4), abs=0.2)
    assert told.mean[20:].mean() == pytest.approx(60.0, rel=0.08)
    assert high[LEVELS.index(0.9)] == pytest.approx(poisson.ppf(0.9, 60.0), rel=0.15)


def test_demand_that_has_lately_become_low():
    """A network that was weighed before any demand was low still says what is sold now."""
    generator = np.random.default_rng(0)
    units = np.concatenate([generator.poisson(12.0, (30, 125)), generator.poisson(3.0, (30, 35))], axis=1)
    settings = attrs.evolve(SMALL, views=4_000, epochs=9, learning_rate=5e-3)
    early = Recurrent.fit(panel(units[:, :139]), HORIZON, settings, **LEARNING)
    member = Recurrent.fit(panel(units), HORIZON, settings, **LEARNING, start=early)

    told = member.outlook(panel(units, horizon=HORIZON))

    assert 1.5 < told.mean.mean() < 4.0
    assert told.quantiles[..., LEVELS.index(0.9)].mean() > 2.5


def test_going_on_with_counts_that_have_grown():
    """Bins begin where they did, with the means of all that is known by now."""
    generator = np.random.default_rng(0)
    units = np.concatenate([generator.poisson(0.5, (30, 60)), generator.poisson(3.0, (30, 60))], axis=1)
    early = Recurrent.fit(panel(units[:, :60]), HORIZON, SMALL, **LEARNING)
    member = Recurrent.fit(panel(units), HORIZON, SMALL, **LEARNING, start=early)

    np.testing.assert_array_equal(member.bins.first, early.bins.first)
    assert member.bins.first[-1] >= 10.0
    assert member.bins.mean[4] == 4.0
    assert early.bins.mean[5] == 5.5
    assert 5.0 < member.bins.mean[5] < 5.5


def test_networks_compute_in_one_thread(monkeypatch):
    """While they learn and forecast torch has one thread, and afterwards as many as before."""
    before, seen, heads = torch.get_num_threads(), [], Recurrent._heads

    def watched(self, views):
        seen.append(torch.get_num_threads())
        return heads(self, views)

    monkeypatch.setattr(Recurrent, "_heads", watched)
    torch.set_num_threads(2)
    try:
        record = np.random.default_rng(0).poisson(20.0, (4, 60))
        member = Recurrent.fit(panel(record), HORIZON, SMALL, **LEARNING)
        learned = len(seen)
        member.outlook(panel(record, horizon=HORIZON))
        assert 0 < learned < len(seen)
        assert set(seen) == {1}
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_nothing_is_checked_that_tells_of_nothing():
    """Periods without stock say nothing of when to stop."""
    mask = np.ones((3, 50), bool)
    mask[0, 45:] = False
    checked = Lesson.to_check(panel(np.ones((3, 50)), mask=mask), HORIZON, 45)

    assert set(checked.row.tolist()) == {1, 2}
    assert len(Lesson.to_check(panel(np.ones((3, 50)), mask=np.zeros((3, 50), bool)), HORIZON, 45)) == 0


def test_patches_keep_the_newest_periods_whole():
    """Periods come in order, and what fills them up stands before the first."""
    past = torch.arange(1.0, 13.0).reshape(1, 6, 2)

    assert patched(past).tolist() == [[[0.0] * 4 + [1.0, 2.0, 3.0, 4.0], [float(n) for n in range(5, 13)]]]
    assert patched(past).shape[1:] == (patches(6), patch_width(2))
