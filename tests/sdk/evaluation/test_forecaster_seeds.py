"""Several seeds: plugins are given them, and figures have means and standard deviations over them."""

from __future__ import annotations

import json

import attrs
import numpy as np
import pytest
from forecaster_world import Fixed, dataset_of

from shelfwise.evaluation.forecaster_seeds import evaluate_seeds
from shelfwise.hookspecs import hookimpl


@attrs.define(eq=False)
class Lucky(Fixed):
    """A forecaster whose number is its seed."""

    @hookimpl
    def train(self, dataset):
        """Take the seed for the answer."""
        self.answer = float(self.seed)


def test_figures_are_spread_over_the_seeds():
    """What depends on the seed has a standard deviation, what is in the first evaluation alone has none."""

    def plugins(seed):
        return {"lucky": Lucky(0.0)} | ({"fixed": Fixed(4.0)} if seed == 0 else {})

    study = evaluate_seeds(dataset_of(np.full((2, 20), 4.0)), plugins, (0, 2, 4), horizon=2, origins=1)

    assert study.plugins == ("seasonal_naive", "lucky", "fixed")
    lucky = study.spread("lucky", "wape")
    assert lucky.values == (1.0, 0.5, 0.0)
    assert (lucky.mean, lucky.standard_deviation) == (0.5, 0.5)
    assert study.spread("fixed", "wape").standard_deviation is None


def test_the_document_holds_every_evaluation():
    """The JSON has one row a plugin with its spreads, and each evaluation in full."""
    study = evaluate_seeds(
        dataset_of(np.full((2, 20), 4.0)), lambda _: {"lucky": Lucky(0.0)}, (1, 3), horizon=2, origins=1
    )
    document = json.loads(json.dumps(study.to_json(), allow_nan=False))
    assert document["protocol"]["seeds"] == [1, 3]
    assert document["rows"][1]["wape"]["mean"] == pytest.approx(0.5)
    assert [one["seed"] for one in document["evaluations"]] == [1, 3]
