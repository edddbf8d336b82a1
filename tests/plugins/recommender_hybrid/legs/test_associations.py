"""Associations: evidence from what was had, drawn towards popularity."""

import numpy as np
from hybrid_world import rows
from scipy import sparse
from shelfwise_recommender_hybrid.legs import Associations
from shelfwise_recommender_hybrid.legs.associations import strongest

POPULARITY = np.array([0.5, 0.3, 0.2], np.float32)
NOWHERE = np.array([-1])


def leg(prior=1.0):
    """Return associations in which item 0 speaks for 1, and 1 for 2 and against 0."""
    matrix = sparse.csr_array(np.array([[0, 2, 0], [-1, 0, 1], [0, 0, 0]], np.float32))
    return Associations(matrix, POPULARITY, decay=0.5, prior=prior)


def test_shares_are_evidence_drawn_towards_popularity():
    """The share is (evidence + prior x popularity) / (all evidence + prior), an older basket counting half."""
    found = leg().shares(rows([[0], [1]]), NOWHERE)

    assert np.allclose(found, (np.array([[0.0, 1.0, 1.0]]) + POPULARITY) / 3.0)


def test_evidence_is_never_negative():
    """What speaks against an item counts as nothing."""
    assert leg().evidence(rows([[1]])).min() == 0.0


def test_a_stranger_gets_popularity():
    """Without events the shares are those of popularity."""
    assert np.allclose(leg().shares(rows([]), NOWHERE), POPULARITY)


def test_tuning_trusts_evidence_that_comes_true():
    """The prior becomes small where the evidence was right, and large where popularity was."""
    sequences = rows(*[[[0]]] * 10)
    right, wrong = (leg().tuned(sequences, np.arange(10), np.full(10, item)) for item in (1, 0))

    assert right.prior < 0.1
    assert wrong.prior > 10.0


def test_nothing_to_tune_on_changes_nothing():
    """Without pairs the prior stays."""
    none = np.zeros(0, np.int64)
    assert leg(0.7).tuned(rows([[0]]), none, none).prior == 0.7


def test_loading_changes_nothing():
    """What was made to be kept gives the same shares, bit for bit, once it is read back."""
    weights = sparse.csr_array(np.random.default_rng(0).random((3, 3)).astype(np.float32))
    ours = Associations.of(weights, POPULARITY, 0.8)
    copy = Associations.from_tensors(ours.tensors(), POPULARITY)
    sequences = rows([[0], [1, 2]], [[2]])

    assert np.array_equal(ours.shares(sequences, NOWHERE), copy.shares(sequences, NOWHERE))


def test_strongest_keeps_the_largest_of_either_sign():
    """The two weights of largest size stay in each row."""
    block = np.array([[1.0, -3.0, 2.0], [0.0, 0.5, 0.0]], np.float32)

    assert strongest(block, 2).toarray().tolist() == [[0.0, -3.0, 2.0], [0.0, 0.5, 0.0]]
