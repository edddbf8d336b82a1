"""Stock: nothing appears, nothing vanishes, and the oldest goes first."""

import numpy as np
import pytest

from shelfwise.twin.shelves import Shelves

LIFE = 3.0


def shelves(units=0.0):
    """Return one item that spoils after three days at one warehouse, and one that keeps."""
    return Shelves(np.full((2, 1), units), np.array([LIFE, np.nan]), 20)


def test_what_is_too_old_spoils_and_the_rest_stays():
    """Units received on one day are gone three days later; those that came after them are not."""
    stock = shelves(5.0)
    stock.receive(np.array([0]), np.array([0]), np.array([4.0]), np.full(np.array([0]).size, 1))

    spoiled = [float(stock.spoil(day)[0, 0]) for day in range(1, 6)]

    assert spoiled == [0.0, 0.0, 5.0, 4.0, 0.0]
    assert stock.on_hand.ravel().tolist() == [0.0, 5.0]


def test_the_oldest_is_sold_first():
    """What is sold comes out of what would spoil first."""
    stock = shelves(5.0)
    stock.receive(np.array([0]), np.array([0]), np.array([4.0]), np.full(np.array([0]).size, 1))
    stock.remove(np.array([0]), np.array([0]), np.array([3]))

    assert [float(stock.spoil(day)[0, 0]) for day in (2, 3, 4)] == [0.0, 2.0, 4.0]


@pytest.mark.parametrize("seed", range(5))
def test_units_are_conserved(seed):
    """Received is on hand, sold and spoiled, whatever comes and goes."""
    random, stock = np.random.default_rng(seed), shelves(7.0)
    came, went, gone = 14.0, 0.0, 0.0
    for day in range(1, 20):
        gone += float(stock.spoil(day).sum())
        units = random.integers(0, 6, 2).astype(float)
        stock.receive(np.array([0, 1]), np.array([0, 0]), units, np.full(np.array([0, 1]).size, day))
        sold = np.minimum(random.integers(0, 5, 2), stock.on_hand[:, 0])
        stock.remove(np.array([0, 1]), np.array([0, 0]), sold)
        came, went = came + units.sum(), went + sold.sum()

    assert came == pytest.approx(went + gone + stock.on_hand.sum())


def test_what_is_sent_on_is_as_old_as_it_was():
    """Rows take the oldest units first, each after those before it, and the days on which they came go along."""
    stock = Shelves(np.array([[5.0, 0.0], [9.0, 0.0]]), np.array([LIFE, np.nan]), 20)
    stock.receive(np.array([0]), np.array([0]), np.array([4.0]), np.array([1]))

    row, units, came = stock.leave(np.array([0, 1, 0]), np.zeros(3, int), np.array([3.0, 2.0, 4.0]))
    stock.receive(np.array([0, 1, 0])[row], np.ones(len(row), int), units, came)

    parts = zip(row.tolist(), units.tolist(), came.tolist(), strict=True)
    assert sorted(parts) == [(0, 3.0, 0), (1, 2.0, 0), (2, 2.0, 0), (2, 2.0, 1)]
    assert stock.on_hand.tolist() == [[2.0, 7.0], [7.0, 2.0]]
    assert [stock.spoil(day)[0].tolist() for day in (2, 3, 4)] == [[0.0, 0.0], [0.0, 5.0], [2.0, 2.0]]
