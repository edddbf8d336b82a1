"""Several seeds: each runs on its own, and figures are spread over them."""

import json

import pytest
from recommender_oracle import Oracle

from shelfwise.evaluation.recommender import REFERENCE
from shelfwise.evaluation.recommender_seeds import Spread, evaluate_seeds, with_seed
from shelfwise.evaluation.sequences import leave_one_out


@pytest.fixture
def study(tmp_path):
    """Return the study of an oracle over three seeds, with the plugins that were made for it."""
    (tmp_path / "s.txt").write_text("u1 a b c d\nu2 b c d e\nu3 a c e\n")
    made = []

    def plugins():
        made.append(Oracle({"u1": "d"}))
        return {"oracle": made[-1]}

    return evaluate_seeds(lambda seed: leave_one_out(tmp_path / "s.txt", seed=seed), plugins, (0, 4, 5)), made


def test_each_seed_has_its_own_plugin(study):
    """Every seed trains a new plugin with that seed as its option, and asks with it."""
    _, made = study

    assert [plugin.seed for plugin in made] == [0, 4, 5]
    assert [plugin.requests[0].seed for plugin in made] == [0, 4, 5]


def test_a_figure_is_spread_over_seeds(study):
    """What does not depend on the seed has no spread, overall and in a bin."""
    found, _ = study

    assert found.plugins == (REFERENCE, "oracle")
    assert found.spread("oracle", "hit_rate").values == (pytest.approx(1 / 3),) * 3
    assert found.spread("oracle", "hit_rate").standard_deviation == pytest.approx(0.0)
    assert found.spread("oracle", "hit_rate", "1-2").mean == 0.0


def test_spread_by_hand():
    """1, 2, 3 have mean 2 and standard deviation 1; of one value the deviation is unknown."""
    assert Spread.of([1.0, 2.0, 3.0]) == Spread(2.0, 1.0, (1.0, 2.0, 3.0))
    assert Spread.of([1.0]).standard_deviation is None


def test_the_report_has_the_spreads_and_every_evaluation(study):
    """The JSON has a row per plugin with mean, deviation and values, and the evaluations in full."""
    document = study[0].to_json()

    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["protocol"]["seeds"] == [0, 4, 5]
    assert document["rows"][1]["hit_rate"]["mean"] == pytest.approx(1 / 3)
    assert document["rows"][1]["segments"]["3-5"]["ndcg"]["values"] == [0.5] * 3
    assert [evaluation["seed"] for evaluation in document["evaluations"]] == [0, 4, 5]


def test_a_plugin_without_a_seed_is_left_alone():
    """Only an option that is there is set."""
    plugin = object()

    assert with_seed(plugin, 3) is plugin
