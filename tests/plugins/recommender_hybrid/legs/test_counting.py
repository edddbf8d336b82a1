"""The counting legs: known counts on histories that can be counted by hand."""

import numpy as np
import pytest
from hybrid_world import history, rows
from shelfwise_recommender_hybrid.legs.counting import fit_again, fit_markov, fit_neighbours

EVEN = np.full(3, 1 / 3, np.float32)


def cosine(count, source, target):
    """Return the shrunk asymmetric cosine of a count, where the items were met ``source`` and ``target`` times."""
    return count / ((source + 30.0) ** 0.7 * (target + 30.0) ** 0.3)


def test_markov_counts_what_follows():
    """The next basket counts one, the one after by the decay, and what came before a fifth."""
    matrix = fit_markov(history([[0], [1], [2]], items=3), EVEN, kept=9, gap_decay=0.8).matrix.toarray()

    assert matrix[0, 1] == pytest.approx(cosine(1.0, 1, 1), rel=1e-3)
    assert matrix[0, 2] == pytest.approx(cosine(0.8, 1, 1), rel=1e-3)
    assert matrix[1, 0] == pytest.approx(cosine(0.2, 1, 1), rel=1e-3)


def test_markov_looks_no_further_than_its_gap():
    """With a gap of one basket the one after next does not count."""
    matrix = fit_markov(history([[0], [1], [2]], items=3), EVEN, kept=9, gap=1).matrix.toarray()

    assert matrix[0, 1] > 0.0
    assert matrix[0, 2] == 0.0


def test_markov_keeps_customers_apart():
    """The first basket of a customer does not follow the last one of another."""
    matrix = fit_markov(history([[0]], [[1]], items=3), EVEN, kept=9).matrix

    assert matrix.nnz == 0


def test_neighbours_count_customers_who_had_both():
    """Two of three buyers of 0 also had 1; how often each bought does not matter, nor in what order."""
    past = history([[0], [0], [1]], [[1], [0]], [[0], [2]], items=3)
    matrix = fit_neighbours(past, EVEN, kept=9).matrix.toarray()

    assert matrix[0, 1] == pytest.approx(cosine(2.0, 3, 2), rel=1e-3)
    assert matrix[1, 2] == 0.0
    assert not matrix.diagonal().any()


def test_the_strongest_neighbours_are_kept():
    """With one neighbour kept it is the one most often had."""
    past = history([[0], [1]], [[0], [1]], [[0], [2]], items=3)
    matrix = fit_neighbours(past, EVEN, kept=1).matrix

    assert matrix.indices[matrix.indptr[0] : matrix.indptr[1]].tolist() == [1]


def test_again_says_what_was_had_lately_and_often():
    """Each item speaks for itself alone: the more often and the later, the more."""
    share = fit_again(history([[0]], items=3), EVEN).shares(rows([[0], [0], [1]]), np.array([-1]))[0]

    assert share[0] > share[1] > share[2]
