"""One call: what it brought along, and what the log says of it in the end."""

from __future__ import annotations

import time
from typing import Any, Self

import attrs
import grpc
import structlog

from shelfwise.types import Deadline, DecisionRequest
from shelfwise_server.flight import Answer
from shelfwise_server.status import DEFAULT_METADATA_BYTES, METADATA_BYTES_KEY

log = structlog.get_logger("shelfwise.server")

NO_DEADLINE_SECONDS = 10 * 365 * 86400
"""grpc reports an absurdly long time, and not None, where the caller set no deadline."""
ROUNDING = 0.015
"""grpc sends the time of a call rounded up by as much as a hundredth, so the caller's clock ends before ours."""
RESERVE = 0.05
LONGEST_RESERVE_SECONDS = 0.25
"""Share of the time left, and its upper bound, that is kept for encoding and sending the answer."""
MAXIMUM_METADATA_BYTES = 4 * 1024 * 1024
LONGEST_ID = 200


@attrs.define(eq=False)
class Call:
    """One call on its way."""

    deadline: Deadline | None
    """None where the caller set none."""
    metadata_bytes: int = DEFAULT_METADATA_BYTES
    """How much metadata the caller takes."""
    request_id: str = ""
    request: DecisionRequest | None = None
    answer: Answer | None = None
    code: str = "OK"
    started: float = attrs.field(factory=time.monotonic)
    queued_seconds: float = 0.0
    repeated: bool = False
    """Whether the answer was made for an earlier, equal request."""

    @classmethod
    def of(cls, context: grpc.aio.ServicerContext[Any, Any]) -> Self:
        """Read what a call brought along."""
        seconds = context.time_remaining()
        has_deadline = seconds is not None and seconds < NO_DEADLINE_SECONDS
        metadata = context.invocation_metadata() or ()
        asked = next((str(value) for key, value in metadata if key == METADATA_BYTES_KEY), "")
        return cls(
            deadline=Deadline.after(seconds) if has_deadline else None,
            metadata_bytes=min(int(asked), MAXIMUM_METADATA_BYTES) if asked.isdecimal() else DEFAULT_METADATA_BYTES,
        )

    def time_to_decide(self) -> Deadline | None:
        """Return the deadline for the orchestrator: the caller's, less what it takes to answer."""
        if self.deadline is None:
            return None
        left = self.deadline.remaining()
        return Deadline(self.deadline.ends_at - ROUNDING * left - min(RESERVE * left, LONGEST_RESERVE_SECONDS))

    def finished(self) -> None:
        """Write the call's line in the log; it holds no content of request or answer."""
        answer = self.answer or Answer(b"")
        log.info(
            "call.finished",
            code=self.code,
            request_id=self.request_id[:LONGEST_ID],
            decision_id=answer.decision_id,
            stages=answer.stages,
            repeated=self.repeated,
            milliseconds=round((time.monotonic() - self.started) * 1000, 3),
            queued_milliseconds=round(self.queued_seconds * 1000, 3),
            answer_bytes=len(answer.body),
        )
