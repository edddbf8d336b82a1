"""Between the value types and the messages of ``shelfwise.v1``; nothing else in shelfwise knows protobuf.

Round trips are exact: what is written and read again equals what it was.
"""

from shelfwise.wire.decision import decision_from_proto, decision_to_proto
from shelfwise.wire.protojson import decision_from_json, decision_to_json, request_from_json, request_to_json
from shelfwise.wire.request import request_from_proto, request_to_proto

__all__ = [
    "decision_from_json",
    "decision_from_proto",
    "decision_to_json",
    "decision_to_proto",
    "request_from_json",
    "request_from_proto",
    "request_to_json",
    "request_to_proto",
]
