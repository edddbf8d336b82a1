"""How the server listens and how much it takes on: the ``[server]`` section of ``shelfwise.toml``."""

from __future__ import annotations

import os

import attrs

LOG_LEVELS = ("debug", "info", "warning", "error")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _default_concurrent() -> int:
    return max(4, 2 * _cores())


@attrs.frozen
class ServerConfig:
    """The options of the server; every one has a default that suits one retailer on one machine."""

    address: str = "127.0.0.1:50051"
    """Where to listen, as HOST:PORT; port 0 takes a free one. The default is reachable from this machine only."""
    tls_certificate: str = ""
    """File with the certificate chain in PEM; given together with ``tls_key``, the server speaks TLS only."""
    tls_key: str = attrs.field(default="")
    """File with the private key in PEM."""
    maximum_concurrent: int = attrs.field(factory=_default_concurrent, validator=attrs.validators.ge(1))
    """Decisions under way at once, by default twice the cores and at least 4; plans leave one place free for
    storefront calls where there is more than one."""
    maximum_queued: int = attrs.field(default=64, validator=attrs.validators.ge(0))
    """Calls that may wait for a place; one more is answered RESOURCE_EXHAUSTED with the time to retry after."""
    maximum_message_mb: int = attrs.field(default=32, validator=(attrs.validators.ge(1), attrs.validators.le(2047)))
    """Largest request in MiB; a larger one is answered RESOURCE_EXHAUSTED unread. Answers have no bound."""
    maximum_wait_seconds: float = attrs.field(default=60.0, validator=attrs.validators.gt(0))
    """Longest that a call waits for a place, within its deadline; then it is answered RESOURCE_EXHAUSTED."""
    drain_seconds: float = attrs.field(default=30.0, validator=attrs.validators.ge(0))
    """Time that calls under way get to finish after SIGTERM."""
    remember_seconds: float = attrs.field(default=600.0, validator=attrs.validators.ge(0))
    """How long a request id is answered with the decision already made for it."""
    log_level: str = attrs.field(default="info", validator=attrs.validators.in_(LOG_LEVELS))
    """Least level of the JSON log lines on standard error: debug, info, warning or error."""

    @tls_key.validator
    def _both_or_neither(self, _attribute: object, _value: str) -> None:
        if bool(self.tls_certificate) != bool(self.tls_key):
            missing = "tls_key" if self.tls_certificate else "tls_certificate"
            raise ValueError(f"{missing} is missing: TLS needs both tls_certificate and tls_key")
