"""The best of rows of scores."""

import numpy as np
import pytest

from shelfwise.slates import taken, top


@pytest.mark.parametrize("values", [1, 4, 1_000])
@pytest.mark.parametrize("width", [12, 123])
@pytest.mark.parametrize("size", [1, 3, 7, 20])
def test_the_best_come_first_and_of_equals_the_earlier(size, width, values):
    """Whatever the scores, with many ties and gaps, the answer is that of a stable sort."""
    generator = np.random.default_rng(size)
    score = generator.integers(0, values, (100, width)).astype(float)
    score[:10, 2:] = -np.inf
    score[generator.random(score.shape) < 0.3] = -np.inf

    found = top(score, size)

    for row, columns in zip(score, found.tolist(), strict=True):
        free = [column for column in np.argsort(-row, kind="stable").tolist() if row[column] > -np.inf]
        expected = free[:size]
        assert columns == expected + [-1] * (min(size, width) - len(expected))


@pytest.mark.parametrize("width", [12, 123])
def test_what_cannot_be_ranked_is_refused(width):
    """A row of scores that are no numbers is an error, not a slate."""
    with pytest.raises(ValueError, match="NaN"):
        top(np.full((2, width), np.nan), 3)


def test_nothing_to_rank_is_no_error():
    """No rows, no columns and no places give empty answers."""
    assert top(np.zeros((0, 5)), 3).shape == (0, 3)
    assert top(np.zeros((2, 0)), 3).shape == (2, 0)
    assert top(np.zeros((2, 5)), 0).shape == (2, 0)


def test_empty_places_have_the_value_asked():
    """A column of -1 stands for nothing."""
    values = np.array([[1.0, 2.0], [3.0, 4.0]])

    assert taken(values, np.array([[1, -1], [-1, 0]]), -9.0).tolist() == [[2.0, -9.0], [-9.0, 3.0]]
