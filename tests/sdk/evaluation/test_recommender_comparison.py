"""Where a recommender stands against the best of the others."""

import json

import numpy as np
import pytest
from recommender_oracle import Oracle

from shelfwise.evaluation.recommender import REFERENCE, evaluate_recommender

LINES = "u1 a b c d\nu2 b c d e\nu3 a c e\nu4 b d\nu5 a\n"
TARGETS = {"u1": "d", "u2": "e", "u3": "e", "u4": "d", "u5": "a"}


@pytest.fixture
def evaluation(tmp_path):
    """Return the evaluation of a perfect plugin and of one that is right for long histories alone."""
    (tmp_path / "s.txt").write_text(LINES)
    plugins = {"good": Oracle(TARGETS), "long": Oracle({"u1": "d", "u2": "e"})}
    return evaluate_recommender(plugins, tmp_path / "s.txt", slate_size=1)


def test_standings_name_the_best_other_of_each_segment(evaluation):
    """In each segment and metric the difference is to the best other row, with its paired standard error."""
    standings = {(s.segment, s.metric): s for s in evaluation.standings("long")}

    overall = standings["all", "hit_rate"]
    assert (overall.best_other, overall.customers) == ("good", 5)
    assert overall.difference == pytest.approx(-0.6)
    assert overall.standard_error == pytest.approx(np.std([0, 0, -1, -1, -1], ddof=1) / np.sqrt(5))
    assert overall.lost
    assert not standings["3-5", "ndcg"].lost
    assert standings["1-2", "ndcg"].difference == -1.0


def test_a_single_customer_has_no_standard_error(evaluation):
    """The spread of one number is unknown, and null in JSON."""
    alone = next(s for s in evaluation.standings("good") if s.segment == "0")

    assert alone.customers == 1
    assert alone.standard_error is None


def test_the_report_tells_comparisons_and_standings(evaluation):
    """Every pair of rows is compared and every row's standings are listed, as plain JSON."""
    document = evaluation.to_json()

    assert json.loads(json.dumps(document, allow_nan=False)) == document
    pairs = {(c["plugin"], c["against"]): c["hit_rate"]["estimate"] for c in document["comparisons"]}
    assert set(pairs) == {("good", REFERENCE), ("long", REFERENCE), ("long", "good")}
    assert pairs["long", "good"] == pytest.approx(-0.6)
    found = evaluation.difference("long", "good", "hit_rate")
    told = next(c for c in document["comparisons"] if c["against"] == "good")["hit_rate"]
    assert (told["low"], told["high"]) == (pytest.approx(found.low), pytest.approx(found.high))
    assert {s["plugin"] for s in document["standings"]} == {REFERENCE, "good", "long"}
