"""The kit itself: it finds what is wrong, and an excuse that is out of date."""

import numpy as np
import pytest
from fakes import small_state

from shelfwise.plugins import build, call
from shelfwise.testing import Fault, InjectedError, checks_of, faulty, run_checks
from shelfwise.testing.subject import Subject, sample_dataset
from shelfwise.types import Stage, silent


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        (Fault.RAISE, "injected"),
        (Fault.NAN, "no finite numbers"),
        (Fault.WRONG_SHAPE, "has shape"),
        (Fault.NOTHING, "left the answer to the next"),
    ],
)
def test_a_faulty_plugin_is_found_out(fault, found):
    """Every kind of fault fails the most basic check, with what was wrong."""
    inner = build("forecaster", "baseline").plugin
    call(inner, "train", dataset=sample_dataset(), progress=silent)
    subject = Subject(Stage.FORECASTER, lambda: faulty(Stage.FORECASTER, fault, inner))

    with pytest.raises((AssertionError, InjectedError), match=found):
        checks_of("forecaster")["answers_validly"](subject)


def test_an_excuse_is_a_reason_for_a_failure_that_happens():
    """An excused check that fails passes; one that passes is a failure, because the excuse is out of date."""

    def factory():
        return build("router", "baseline").plugin

    results = run_checks("router", factory, {"answers_validly": "it is known to be wrong"}, only=["answers_validly"])

    assert "out of date" in results[0].problem
    with pytest.raises(ValueError, match="no such checks"):
        run_checks("router", factory, {"answers_valid": "a typo"})


def test_mutation_of_inputs_is_found_out():
    """A plugin that writes into its request's state cannot: the arrays are read-only."""
    with pytest.raises(ValueError, match="read-only"):
        small_state().on_hand[0, 0] = 1.0
    assert np.asarray(small_state().on_hand)[0, 0] == 0.0
