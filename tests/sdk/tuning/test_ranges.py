"""The ranges in which options are searched."""

import pytest

from shelfwise.types import Choice, Integers, Uniform


def test_a_choice_holds_its_values_in_order():
    """The values are given one by one."""
    assert Choice("a", 2, None).values == ("a", 2, None)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Uniform(1.0, 1.0), "low must be below high, got 1.0 and 1.0"),
        (lambda: Integers(3, 2), "low must be below high, got 3 and 2"),
        (lambda: Uniform(0.0, 1.0, log=True), "low must be above 0 with log, got 0.0"),
        (lambda: Choice("alone"), "at least two values, got \\('alone',\\)"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused(make, words):
    """The error says what was wrong and what is right."""
    with pytest.raises(ValueError, match=words):
        make()
