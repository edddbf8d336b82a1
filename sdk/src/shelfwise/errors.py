"""The errors that shelfwise raises; they know nothing of status codes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

import attrs


@attrs.frozen
class Violation:
    """One thing wrong with a request: where it stands, as a full field path, and what would be right."""

    field: str
    description: str

    def __str__(self) -> str:
        return f"{self.field}: {self.description}"


def elsewhere(violations: Iterable[Violation], faulty: Collection[str]) -> list[Violation]:
    """Return the violations that stand neither at nor below one of the field paths ``faulty``.

    What a later check finds at a field that an earlier one has refused already is a consequence, not news.
    """
    return [
        violation
        for violation in violations
        if violation.field not in faulty
        and not any(violation.field[: end.start()] in faulty for end in re.finditer(r"[.\[]", violation.field))
    ]


class ShelfwiseError(Exception):
    """The base of every error of shelfwise; ``reason`` is a stable code in capitals."""

    reason = "INTERNAL"


class ContractError(ShelfwiseError):
    """A message breaks the contract; ``violations`` names everything that is wrong with it."""

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__("\n".join(str(violation) for violation in self.violations))


class InvalidRequestError(ContractError):
    """The request breaks the contract."""

    reason = "INVALID_REQUEST"


class InvalidDecisionError(ContractError):
    """A decision has no form on the wire, or what came over the wire is no decision that this version knows."""

    reason = "INVALID_DECISION"


class UnknownIdError(InvalidRequestError):
    """The only fault of the request is that it names ids that the retailer's data does not have."""

    reason = "UNKNOWN_ID"


class ConfigError(ShelfwiseError):
    """The configuration cannot be used; the message names the key and what is allowed."""

    reason = "INVALID_CONFIG"


class PluginError(ShelfwiseError):
    """A configured plugin is missing, broken, or not what it says it is."""

    reason = "PLUGIN_UNAVAILABLE"


class DataError(ShelfwiseError):
    """The retailer's tables cannot be used; the message names table, column and row."""

    reason = "INVALID_DATA"


class BundleError(ShelfwiseError):
    """A model directory is missing, truncated, altered, or of another version."""

    reason = "INVALID_BUNDLE"


class StageFailedError(ShelfwiseError):
    """A stage degraded under ``strict``, or nobody in its chain had an answer."""

    reason = "STAGE_FAILED"

    def __init__(self, stage: str, message: str) -> None:
        self.stage = stage
        super().__init__(f"{stage}: {message}")


class DeadlineExceededError(ShelfwiseError):
    """The time budget ended before there was anything to answer with."""

    reason = "DEADLINE_EXCEEDED"
