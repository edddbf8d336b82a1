"""Random numbers by key."""

import hashlib

import numpy as np
import pytest

from shelfwise.simulation.draws import uniforms


@pytest.mark.parametrize("scenarios", [1, 3, 4, 5, 8, 33])
def test_each_period_begins_a_block_of_its_own(scenarios):
    """A period's numbers are those of a Philox generator whose counter's second word is the period."""
    words = np.frombuffer(hashlib.blake2b(repr((7, "demand", "a")).encode(), digest_size=16).digest(), np.uint64)

    drawn = uniforms(7, "demand", "a", 6, scenarios)

    for period, row in enumerate(drawn):
        stream = np.random.Philox(key=words, counter=[0, period, 0, 0])
        np.testing.assert_array_equal(row, np.random.Generator(stream).random(scenarios))
