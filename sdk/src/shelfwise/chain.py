"""Ask the plugins of a stage in turn until one gives a valid answer in time."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from typing import Any

import attrs
import structlog

from shelfwise.errors import DeadlineExceededError, StageFailedError
from shelfwise.plugins import HOOK_OF, Member, PluginSet
from shelfwise.runner import OverdueError, Runner
from shelfwise.types import Deadline, Stage, StageReport, StageState

log = structlog.get_logger("shelfwise")

SHARE_BEFORE_FALLBACK = 0.6
"""Share of the time left that a member with others behind it may use."""

Check = Callable[[Any], tuple[str, ...]]
"""Says what is wrong with an answer, in words."""


@attrs.frozen
class Attempt:
    """A member that did not answer, and why."""

    member: Member
    problem: str


class Chain:
    """Asks each stage's members in order for one decision; one that failed is not asked again in it.

    A plugin is told by when its answer is due. One with a fallback behind it is not waited for any longer; the last
    in a chain is, until the deadline of the whole decision, because a late answer is better than none.
    """

    def __init__(self, plugins: PluginSet, runner: Runner, deadline: Deadline) -> None:
        self._plugins, self._runner, self._deadline = plugins, runner, deadline
        self._failed: dict[tuple[Stage, str], str] = {}

    def ask(
        self, stage: Stage, arguments: dict[str, Any], check: Check, deadline: Deadline, *, strict: bool = False
    ) -> tuple[Any, StageReport]:
        """Return the first valid answer and the report of how it came about.

        Raises:
            StageFailedError: nobody had a valid answer, or under ``strict`` the first member had none.
            DeadlineExceededError: the time of the whole decision ended first.
        """
        started = time.perf_counter()
        attempts: list[Attempt] = []
        members = self._plugins.chains[stage]
        for member in members:
            answer, problem = None, self._failed.get((stage, member.name), "")
            if not problem:
                last = member is members[-1]
                due = deadline if last else deadline.share(SHARE_BEFORE_FALLBACK)
                answer, problem = self._try(stage, member, arguments, check, due, self._deadline if last else due)
            if not problem:
                return answer, _report(stage, member, attempts, started)
            attempts.append(Attempt(member, problem))
            if problem != _NOT_MINE:
                self._failed[stage, member.name] = problem
                if strict:
                    break
        story = _story(attempts) or "no plugin is configured"
        if self._deadline.expired:
            raise DeadlineExceededError(f"the time ended before the {stage} had an answer: {story}")
        raise StageFailedError(stage, story)

    def _try(
        self, stage: Stage, member: Member, arguments: dict[str, Any], check: Check, due: Deadline, wait: Deadline
    ) -> tuple[Any, str]:
        """Ask one member for an answer by ``due``, waiting until ``wait``; the problem is empty where it is valid."""
        try:
            answer = self._runner.run(
                f"{stage}:{member.name}",
                self._plugins.caller(stage, member),
                {**arguments, "deadline": due},
                wait,
            )
        except OverdueError as error:
            return None, str(error)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises, the next one is asked
            where = traceback.extract_tb(error.__traceback__)[-1]
            problem = f"{type(error).__name__}: {error}"
            at = f"{where.filename}:{where.lineno}"
            log.warning("stage.raised", stage=stage.value, plugin=member.name, problem=problem, at=at)
            return None, problem
        if answer is None:
            return None, _NOT_MINE
        try:
            wrong = check(answer)
        except Exception as error:  # noqa: BLE001 - an answer so malformed that it cannot be checked is invalid
            wrong = (f"not the answer of {HOOK_OF[stage]}: {type(error).__name__}: {error}",)
        return answer, "; ".join(wrong[:3])


_NOT_MINE = "left it to the next"


def _report(stage: Stage, member: Member, attempts: list[Attempt], started: float) -> StageReport:
    """Report an answer; a member that raised, hung or answered wrongly before it makes the stage degraded."""
    milliseconds = (time.perf_counter() - started) * 1000
    degraded = any(attempt.problem != _NOT_MINE for attempt in attempts)
    state = StageState.DEGRADED if degraded else StageState.OK
    message = _story(attempts)
    if degraded:
        log.warning("stage.degraded", stage=stage.value, plugin=member.name, message=message)
    return StageReport(stage, state, member.name, member.version, message, milliseconds)


def _story(attempts: list[Attempt]) -> str:
    return "; ".join(f"{attempt.member.name}: {attempt.problem}" for attempt in attempts)
