"""An answer in time: from the members that were done, or from what is normal, and always a valid one."""

import attrs
import numpy as np
import pandas as pd
import pytest
from shelfwise_forecaster_ensemble import BoostingForecaster
from shelfwise_forecaster_ensemble.blend import Blend
from shelfwise_forecaster_ensemble.outlook import LEVELS, Outlook
from shelfwise_forecaster_ensemble.threads import threads

from shelfwise.dataset import Dataset
from shelfwise.invariants import check_forecast
from shelfwise.plugins import call
from shelfwise.types import Deadline, Exposure, ForecastRequest, Index, silent

DAYS = 60


@attrs.frozen
class Says:
    """A member that expects the same of every period, and counts the answers that it gives."""

    units: float
    asked: list = attrs.field(factory=list)

    def outlook(self, panel):
        """Return so many units everywhere."""
        self.asked.append(panel.series)
        mean = np.full((panel.series, panel.horizon), self.units, np.float32)
        return Outlook(mean, np.repeat(mean[..., None], len(LEVELS), axis=2))


@attrs.define
class Runs:
    """A deadline that is up after it was looked at so many times."""

    looks: int

    @property
    def expired(self):
        """Whether it was looked at often enough."""
        self.looks -= 1
        return self.looks < 0

    def share(self, _fraction):
        """Return the same for every part."""
        return self


@pytest.fixture
def world():
    """A plugin with two members that say 10 and 40, and its data set of 5 units a day."""
    day = pd.date_range("2024-01-01", periods=DAYS)
    rows = [pd.DataFrame({"date": day, "item_id": f"i{k}", "node_id": "s", "units": 5.0}) for k in range(2)]
    nodes = pd.DataFrame({"node_id": ["s"], "kind": "store"})
    dataset = Dataset.from_tables({"demand": pd.concat(rows), "nodes": nodes})
    plugin = BoostingForecaster(preset="fast", trees=2)
    call(plugin, "train", dataset=dataset, progress=silent)
    members = {"first": Says(10.0), "second": Says(40.0)}
    plugin._model = attrs.evolve(plugin._model, members=members, blend=Blend.equal(1, 2))
    return plugin, dataset


def ask(plugin, dataset, deadline):
    """Return a valid answer for two weeks."""
    state = dataset.state()
    request = ForecastRequest(state.items.index.ids, ("s",), 14)
    answer = call(plugin, "forecast", request=request, state=state, exposure=None, deadline=deadline)
    assert check_forecast(request, state, answer) == ()
    np.testing.assert_allclose(sum(answer.parts.values()), answer.mean, atol=1e-6)
    return answer


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [(Deadline(), np.expm1((np.log1p(10.0) + np.log1p(40.0)) / 2.0)), (Runs(1), 10.0), (Deadline.after(-1.0), 5.0)],
    ids=["in time", "late for the second", "late for both"],
)
def test_members_that_are_late_are_left_out(world, deadline, expected):
    """Both members in time, the first one alone, or else the level of the record."""
    np.testing.assert_allclose(ask(*world, deadline).mean, expected, rtol=0.02)


def test_nobody_is_asked_after_the_time_is_up(world):
    """A member that there is no time for is not asked at all, whatever else could have been."""
    plugin, dataset = world
    ask(plugin, dataset, Runs(1))

    assert [len(member.asked) for member in plugin._model.members.values()] == [1, 0]


def test_the_passes_of_a_decision_ask_once(world):
    """The same request of the same state, for another exposure, asks no member again; another state does."""
    plugin, dataset = world
    state, units = dataset.state(), np.full((1, 1, 14), 2.0)
    request = ForecastRequest(state.items.index.ids, ("s",), 14)
    exposure = Exposure(Index(("i0",)), Index(("s",)), units, units)
    first, second = (
        call(plugin, "forecast", request=request, state=state, exposure=given, deadline=Deadline())
        for given in (None, exposure)
    )

    np.testing.assert_allclose(second.mean - first.mean, np.array([2.0, 0.0])[:, None, None] * np.ones(14), atol=1e-9)
    assert len(plugin._model.members["first"].asked) == 1
    ask(plugin, dataset, Deadline())
    assert len(plugin._model.members["first"].asked) == 2


@pytest.mark.parametrize(("told", "count"), [("3", 3), ("2,4", 2)])
def test_threads_are_those_told(monkeypatch, told, count):
    """The variable that other libraries obey decides."""
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    assert threads() == count


@pytest.mark.parametrize("told", ["", "many", "0"])
def test_threads_are_the_cores_of_the_process(monkeypatch, told):
    """Without a usable number they are as many as the process may use."""
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    monkeypatch.setattr("os.sched_getaffinity", lambda _process: {0, 5, 7}, raising=False)
    assert threads() == 3
