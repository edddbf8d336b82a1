"""The checks of the conformance kit: listed, run, and used from pytest."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import attrs

from shelfwise.testing import (
    common,
    forecaster,
    inventory,
    learning,
    recommender,
    recommender_exploration,
    recommender_promises,
    recommender_sessions,
    recommender_settings,
    router,
)
from shelfwise.testing.registry import CHECKS, Check
from shelfwise.testing.subject import Subject
from shelfwise.types import Progress, Stage, silent
from shelfwise.types.progress import named

_DECLARING = (
    common,
    learning,
    forecaster,
    inventory,
    recommender,
    recommender_settings,
    recommender_sessions,
    recommender_exploration,
    recommender_promises,
    router,
)
"""The modules whose import declares the checks."""


@attrs.frozen
class CheckResult:
    """The outcome of one check; ``problem`` is empty where it passed.

    ``excused`` holds the reason why a failure was expected. An excused check that passes is a problem too: the
    excuse is out of date.
    """

    name: str
    description: str
    problem: str = ""
    excused: str = ""
    seconds: float = attrs.field(default=0.0, eq=False)

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong that was not excused."""
        return not self.problem


def checks_of(stage: Stage | str) -> dict[str, Check]:
    """Return the checks of a stage by name."""
    return dict(CHECKS[Stage(stage)])


def run_checks(
    stage: Stage | str,
    factory: Callable[[], object],
    excused: Mapping[str, str] | None = None,
    progress: Progress = silent,
    only: Collection[str] = (),
) -> Iterator[CheckResult]:
    """Run the checks of a stage, all or ``only`` those named, on plugins that ``factory`` makes: one for each result.

    ``excused`` maps the names of checks that are known to fail to the reason why. Trainings tell ``progress``.

    Raises:
        ValueError: An excuse, or a name in ``only``, is not that of a check.
    """
    checks, excused = checks_of(stage), dict(excused or {})
    if unknown := {*excused, *only} - checks.keys():
        raise ValueError(f"no such checks: {', '.join(sorted(unknown))}; there are {', '.join(checks)}")
    checks = {name: function for name, function in checks.items() if name in (only or checks)}
    return _results(checks, Subject(Stage(stage), factory), excused, progress)


def _results(
    checks: Mapping[str, Check], subject: Subject, excused: Mapping[str, str], progress: Progress
) -> Iterator[CheckResult]:
    for number, (name, function) in enumerate(checks.items()):
        progress(name, number, len(checks))
        subject.progress = named(name, progress)
        yield _run(name, function, subject, excused.get(name, ""))


def parametrize_checks(
    stage: Stage | str, factory: Callable[[], object], excused: Mapping[str, str] | None = None
) -> Callable[[Any], Any]:
    """Make a pytest test of every check: ``@parametrize_checks("router", MyRouter) def test_contract(check): check()``.

    A check named in ``excused`` is an expected failure, strictly: should it pass, the excuse must go.
    """
    import pytest

    subject, excused = Subject(Stage(stage), factory), dict(excused or {})
    cases = [
        pytest.param(
            lambda function=function: function(subject),
            id=name,
            marks=[pytest.mark.xfail(reason=excused[name], strict=True)] if name in excused else [],
        )
        for name, function in checks_of(stage).items()
    ]
    return pytest.mark.parametrize("check", cases)


def _run(name: str, function: Check, subject: Subject, excuse: str) -> CheckResult:
    started = time.perf_counter()
    problem = ""
    try:
        function(subject)
    except AssertionError as error:
        problem = str(error) or traceback.format_exc(limit=-1)
    except Exception as error:  # noqa: BLE001 - whatever the plugin raises is the finding
        at = traceback.extract_tb(error.__traceback__)[-1]
        problem = f"{type(error).__name__}: {error} ({at.filename}:{at.lineno})"
    if excuse:
        problem = "" if problem else f"passes, so the excuse is out of date: {excuse}"
    description = (function.__doc__ or "").strip().partition("\n")[0]
    return CheckResult(name, description, problem, excuse, time.perf_counter() - started)
