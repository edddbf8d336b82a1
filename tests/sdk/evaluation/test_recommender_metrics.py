"""The figures of slates, against examples worked by hand."""

import math

import numpy as np
import pytest

from shelfwise.evaluation.recommender_metrics import Slates, gini, history_bin, per_customer


def test_one_target_at_rank_three():
    """With one target on rank 3 of 10: NDCG 1 / log2(4), reciprocal rank 1/3, recall 1, precision 1/10."""
    slates = Slates.of([["a", "b", "c", "d"]], [frozenset("c")], 10)

    values = {name: float(column[0]) for name, column in per_customer(slates).items()}

    assert values == {
        "hit_rate": 1.0,
        "ndcg": pytest.approx(0.5),
        "precision": pytest.approx(0.1),
        "recall": 1.0,
        "mrr": pytest.approx(1 / 3),
    }


def test_three_targets_two_found():
    """Hits on ranks 1 and 4 of three targets: the perfect slate has them on ranks 1 to 3."""
    slates = Slates.of([["a", "x", "y", "b"]], [frozenset("abc")], 4)

    values = per_customer(slates)

    perfect = 1.0 + 1.0 / math.log2(3) + 1.0 / math.log2(4)
    assert values["ndcg"][0] == pytest.approx((1.0 + 1.0 / math.log2(5)) / perfect)
    assert values["recall"][0] == pytest.approx(2 / 3)
    assert values["precision"][0] == pytest.approx(0.5)


def test_more_targets_than_places():
    """A slate full of hits is perfect however many targets there are."""
    values = per_customer(Slates.of([["a", "b"]], [frozenset("abcdef")], 2))

    assert values["ndcg"][0] == pytest.approx(1.0)
    assert values["recall"][0] == pytest.approx(1 / 3)


def test_misses_and_empty_slates_score_nothing():
    """A slate without a hit, or without any item, scores zero throughout."""
    values = per_customer(Slates.of([["x"], []], [frozenset("a"), frozenset("a")], 5))

    assert all(not column.any() for column in values.values())


def test_what_stands_beyond_the_slate_does_not_count():
    """Only the first places count, whatever a plugin returned."""
    values = per_customer(Slates.of([["x", "y", "a"]], [frozenset("a")], 2))

    assert values["hit_rate"][0] == 0.0


def test_gini_by_hand():
    """Equal shares give 0, one item of four with everything 3/4, shares 1 to 3 of two items 1/4."""
    assert gini(np.array([5, 5, 5])) == pytest.approx(0.0)
    assert gini(np.array([0, 0, 0, 9])) == pytest.approx(0.75)
    assert gini(np.array([1, 3])) == pytest.approx(0.25)
    assert gini(np.zeros(3, dtype=np.int64)) == 0.0


@pytest.mark.parametrize(("size", "label"), [(0, "0"), (1, "1-2"), (2, "1-2"), (3, "3-5"), (20, "11-20"), (21, "21+")])
def test_history_bins(size, label):
    """The bins take in both of their ends."""
    assert history_bin(size) == label
