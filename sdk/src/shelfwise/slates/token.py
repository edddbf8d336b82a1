"""What ties events to the slate that led to them, and keys what is drawn for it."""

from __future__ import annotations

import hashlib

from shelfwise.types import RecommendRequest

__all__ = ["key_of", "token_of"]

_TOKEN_BYTES, _KEY_BYTES = 10, 16


def token_of(request: RecommendRequest, customer_id: str) -> str:
    """Return the attribution token of a customer's slate: 20 hexadecimal digits, or nothing without a request id.

    It is a digest: the same for the same seed, request id, customer and placement, and neither can be read in it.
    """
    return _digest(request, customer_id)[:_TOKEN_BYTES].hex() if request.request_id else ""


def key_of(request: RecommendRequest, customer_id: str) -> int:
    """Return the key of all that is drawn at random for a customer's slate, which the token does not tell."""
    return int.from_bytes(_digest(request, customer_id)[_TOKEN_BYTES:])


def _digest(request: RecommendRequest, customer_id: str) -> bytes:
    parts = (request.seed, request.request_id, customer_id, request.placement)
    return hashlib.blake2b(repr(parts).encode(), digest_size=_TOKEN_BYTES + _KEY_BYTES).digest()
