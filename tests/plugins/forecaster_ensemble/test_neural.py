"""How long networks learn, and from what."""

import numpy as np
import pandas as pd
import pytest
import torch
from shelfwise_forecaster_ensemble import RecurrentForecaster
from shelfwise_forecaster_ensemble.members.patches import patch_width, patched, patches
from shelfwise_forecaster_ensemble.members.recurrent import Recurrent
from shelfwise_forecaster_ensemble.presets import PRESETS

from shelfwise.dataset import Dataset
from shelfwise.plugins import call
from shelfwise.types import silent

DAYS, HORIZON, EPOCHS = 160, 7, 8


@pytest.fixture(scope="module")
def fits():
    """Train an LSTM on noise, and return of each fit the last origin, those learned from, and the epochs."""
    day = pd.date_range("2024-01-01", periods=DAYS)
    units = np.random.default_rng(0).poisson(20.0, (4, DAYS))
    demand = pd.concat([pd.DataFrame({"date": day, "item_id": f"i{row}", "units": units[row]}) for row in range(4)])
    found, loss, fit = [], Recurrent.loss, Recurrent.fit.__func__

    def told(self, sequences, row, origin, generator):
        if self.network.training:
            origins.append(origin)
        return loss(self, sequences, row, origin, generator)

    def fitted(cls, panel, *arguments, **options):
        origins.clear()
        member = fit(cls, panel, *arguments, **options)
        found.append((panel.known - HORIZON, np.concatenate(origins), member.settings.epochs))
        return member

    origins = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Recurrent, "loss", told)
        patch.setattr(Recurrent, "fit", classmethod(fitted))
        plugin = RecurrentForecaster(preset="fast", epochs=EPOCHS, horizon=HORIZON)
        call(plugin, "train", dataset=Dataset.from_tables({"demand": demand}), progress=silent)
    return found


def test_the_network_that_is_kept_learns_from_the_newest_periods(fits):
    """The one that is weighed holds its latest origins out to know when to stop; the one that forecasts none."""
    (last, weighed, _), (newest, kept, _) = fits

    assert weighed.max() < 0.92 * last
    assert kept.max() == newest


def test_it_learns_for_as_many_epochs_as_were_best_before(fits):
    """Noise is soon learned: the fit that is weighed stops early, and the one that is kept goes no further."""
    (_, _, enough), (_, kept, epochs) = fits

    assert epochs == enough < EPOCHS
    assert kept.size == enough * PRESETS["fast"].lstm.views


def test_patches_keep_the_newest_periods_whole():
    """Periods come in order, and what fills them up stands before the first."""
    past = torch.arange(1.0, 13.0).reshape(1, 6, 2)

    assert patched(past).tolist() == [[[0.0] * 4 + [1.0, 2.0, 3.0, 4.0], [float(n) for n in range(5, 13)]]]
    assert patched(past).shape[1:] == (patches(6), patch_width(2))
