"""Lists of different lengths in two arrays."""

import numpy as np

from shelfwise.slates import Rows

ROWS = Rows.of([[3, 1], [], [2, 2, 0]])


def test_rows_come_back_as_they_were():
    """Each row can be read, taken and told the length of."""
    assert [ROWS.at(row).tolist() for row in range(3)] == [[3, 1], [], [2, 2, 0]]
    assert ROWS.lengths.tolist() == [2, 0, 3]
    assert ROWS.row.tolist() == [0, 0, 2, 2, 2]
    assert [ROWS.take(np.array([2, 0])).at(row).tolist() for row in range(2)] == [[2, 2, 0], [3, 1]]


def test_rows_are_filtered_padded_and_made_distinct():
    """Entries can be left out, repeated items merged, and rows filled up to one length."""
    even = ROWS.where(ROWS.item % 2 == 0)

    assert [even.at(row).tolist() for row in range(3)] == [[], [], [2, 2, 0]]
    assert ROWS.distinct().padded().tolist() == [[1, 3], [-1, -1], [0, 2]]
    assert Rows.empty(2).padded().shape == (2, 0)


def test_pairs_become_rows():
    """Pairs in any order are grouped by row, each row in the order given."""
    grouped = Rows.grouped(np.array([2, 0, 2]), np.array([5, 4, 3]), 4)

    assert [grouped.at(row).tolist() for row in range(4)] == [[4], [], [5, 3], []]


def test_membership_is_by_row():
    """An item of one row is not in another; -1 is in none."""
    row = np.arange(3)[:, None]

    found = ROWS.contains(row, np.array([[1, 2], [3, -1], [0, -1]]))

    assert found.tolist() == [[True, False], [False, False], [True, False]]
    assert not Rows.empty(3).contains(row, np.zeros((3, 1), dtype=int)).any()
