"""What the gate learns from: customers as they stood, and what they had next."""

import numpy as np
import pytest
from hybrid_world import history, rows
from shelfwise_recommender_hybrid.examples import examples

HOME = np.full(30, -1)


def told(past, later, most=100, seed=0):
    """Return the examples drawn."""
    return examples(past, later, HOME[: len(past.customers)], most=most, seed=seed, now=50.0)


def targets_of(found, row):
    """Return what came next in one example."""
    return set(found.targets.at(row).tolist())


def test_targets_are_what_was_had_later():
    """Each customer as they were is told with the distinct items had later, none for who did not come back."""
    found = told(history([[0]], [[1]], items=5), rows([[2, 3], [2]], []))

    assert [targets_of(found, row) for row in range(2)] == [{2, 3}, set()]
    assert found.sequences.item[:2].tolist() == [0, 1]
    assert found.sequences.now[:2].tolist() == [50.0, 50.0]


def test_some_histories_are_shortened():
    """A part of the customers who came back is told again with three events or fewer."""
    found = told(history(*[[[0], [1], [2], [3], [4]]] * 20, items=6), rows(*[[[5]]] * 20))

    assert len(found) == 44
    assert (found.sequences.lengths[:20] == 5).all()
    assert found.sequences.lengths[40:].max() <= 3
    assert all(targets_of(found, row) == {5} for row in range(40, 44))
    assert found.weight.tolist() == [1.0] * 40 + [0.0] * 4


def test_who_never_came_counts():
    """Customers on record without any event are told of, as many as there are for each one with events told of."""
    past, later = history(*[[[0]]] * 10, *[[]] * 15, items=2), rows(*[[[1]]] * 10, *[[]] * 15)
    found = told(past, later, most=6)
    idle = np.flatnonzero((found.customer >= 10) & ~found.hidden)

    assert found.weight[idle].sum() == pytest.approx(15 * 6 / 10)
    assert (found.sequences.lengths[idle] == 0).all()
    assert all(targets_of(found, row) == set() for row in idle)


@pytest.mark.parametrize(("never", "weight"), [(0, 0.0), (1, 1.0)])
def test_newcomers_count_beside_those_who_did_not_come(never, weight):
    """Somebody without a history who came tells how likely that is only where others on record did not."""
    found = told(history([[0]], [], *[[]] * never, items=2), rows([], [[1]], *[[]] * never))

    assert found.weight[found.customer == 1][0] == weight


def test_a_shortened_history_is_the_newest_part():
    """What is forgotten is the oldest."""
    found = told(history(*[[[0], [1], [2], [3], [4]]] * 20, items=6), rows(*[[[5]]] * 20))
    for row in range(40, 44):
        kept = found.sequences.item[found.sequences.start[row] : found.sequences.start[row + 1]]
        assert kept.tolist() == list(range(5 - kept.size, 5))


def test_a_part_of_a_basket_is_a_session():
    """In the middle of a basket what is in it is seen and the rest comes next, which is not all of the window."""
    found = told(history([[0]], items=5), rows([[1, 2, 3]]), seed=1)
    row = len(found) - 1
    seen = found.sequences.item[found.sequences.start[row] : found.sequences.start[row + 1]].tolist()

    assert found.weight[row] == 0.0
    assert seen[0] == 0
    assert set(seen[1:]) | targets_of(found, row) == {1, 2, 3}
    assert not set(seen[1:]) & targets_of(found, row)


def test_some_are_told_of_as_if_nothing_was_known():
    """Each customer that counts is told again without a history, with the same targets and the same weight."""
    found = told(history([[0]], [[1]], [], items=5), rows([[2]], [], []))
    hidden = np.flatnonzero(found.hidden)

    assert sorted(found.customer[hidden].tolist()) == [0, 1, 2]
    assert (found.sequences.lengths[hidden] == 0).all()
    for row in hidden:
        (seen,) = np.flatnonzero((found.customer == found.customer[row]) & ~found.hidden & (found.weight > 0))
        assert targets_of(found, row) == targets_of(found, seen)
        assert found.weight[row] == found.weight[seen]


def test_no_more_than_asked():
    """The number of customers told of is bounded."""
    found = told(history(*[[[0]]] * 30, items=2), rows(*[[[1]]] * 30), most=10)

    assert len(found) == 10 + 10 + 2


def test_taking_some_keeps_rows_together():
    """Contexts, zones and targets of the rows taken belong together."""
    found = told(history([[0]], [[1]], items=5), rows([[2]], [[3]])).take(np.array([1, 0]))

    assert found.sequences.item.tolist() == [1, 0]
    assert [targets_of(found, row) for row in range(2)] == [{3}, {2}]
