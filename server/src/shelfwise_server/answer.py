"""What a decision leaves the worker thread as: bytes to send, and what the log says of it."""

from __future__ import annotations

import attrs


@attrs.frozen
class Answer:
    """A decision on the wire, its id, and how each stage fared."""

    body: bytes
    decision_id: str = ""
    stages: dict[str, str] = attrs.field(factory=dict)
