"""Where checks are declared by name and stage."""

from __future__ import annotations

from collections.abc import Callable

from shelfwise.testing.subject import Subject
from shelfwise.types import Stage

Check = Callable[[Subject], None]
"""Examines a plugin; what it finds wrong it says by an AssertionError, or by whatever the plugin raises."""

CHECKS: dict[Stage, dict[str, Check]] = {stage: {} for stage in Stage}
"""The checks of each stage by name, in the order in which they are declared."""


def check(*stages: Stage) -> Callable[[Check], Check]:
    """Declare a check of the given stages, or of all; its name is that of the function."""

    def declare(function: Check) -> Check:
        for stage in stages or Stage:
            CHECKS[stage][function.__name__] = function
        return function

    return declare
