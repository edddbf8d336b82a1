"""The server: one port with the decision service, the standard health and reflection services, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import grpc
import structlog
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from shelfwise.errors import ConfigError
from shelfwise.serving_config import ServerConfig
from shelfwise.types import Stage
from shelfwise_server.health import Health
from shelfwise_server.logs import configure_logs
from shelfwise_server.service import SERVICE, Decider, DecisionService
from shelfwise_server.workers import Workers

log = structlog.get_logger("shelfwise.server")

HEALTH = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
HEALTH_SECONDS = 1.0
"""Time between two looks at which stages can answer."""
SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter from the event loop. With Python's own 5 ms a health check beside one
busy plan took 12 ms at the median, with this 2 ms."""
LAST_WORDS_SECONDS = 1.0
"""For answers on their way out, when the drain is over."""
MIB = 1024 * 1024


class Server:
    """An async context manager that serves an orchestrator until it is left, and then drains."""

    def __init__(self, orchestrator: Decider, config: ServerConfig | None = None) -> None:
        self._orchestrator = orchestrator
        self._config = config or ServerConfig()
        self.address = self._config.address
        """Where the server listens, with the port it took; known once it is started."""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen.

        Raises:
            ConfigError: the address is taken or is none, or the TLS files cannot be used.
        """
        config = self._config
        self._service = DecisionService(self._orchestrator, config)
        self._health = Health(["", SERVICE, *(_health_name(stage) for stage in Stage)])
        self._looker = Workers(1, "shelfwise-health")
        self._grpc = grpc.aio.server(options=_options(config))
        self._grpc.add_generic_rpc_handlers((self._service.handler(),))
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._grpc)
        reflection.enable_server_reflection([SERVICE, HEALTH, reflection.SERVICE_NAME], self._grpc)
        self.address = _listen(self._grpc, config)
        await self._look_at_health()
        await self._grpc.start()
        self._watch = asyncio.create_task(self._watch_health())
        log.info("server.started", address=self.address, tls=bool(config.tls_certificate))

    async def stop(self) -> None:
        """Drain: NOT_SERVING at once, calls under way get ``drain_seconds``, new ones are answered UNAVAILABLE."""
        log.info("server.draining", seconds=self._config.drain_seconds)
        self._watch.cancel()
        self._health.drain()
        await self._service.drain(self._config.drain_seconds)
        self._health.close()
        self._looker.close()
        await self._grpc.stop(LAST_WORDS_SECONDS)
        log.info("server.stopped")

    async def _watch_health(self) -> None:
        while True:
            await asyncio.sleep(HEALTH_SECONDS)
            await self._look_at_health()

    async def _look_at_health(self) -> None:
        try:
            stages = await self._looker.run(self._orchestrator.health)
        except Exception:
            log.exception("health.failed")
            return
        for stage, serving in stages.items():
            self._health.set(_health_name(stage), serving=serving)


def serve(orchestrator: Decider, config: ServerConfig | None = None) -> None:
    """Serve until SIGTERM or SIGINT, then drain; logs JSON lines to standard error and prints nothing.

    To be called from the main thread of a process of its own: it sets up logging, signals and thread switching.

    Raises:
        ConfigError: the address is taken or is none, or the TLS files cannot be used.
    """
    config = config or ServerConfig()
    configure_logs(config.log_level)
    sys.setswitchinterval(SWITCH_SECONDS)
    asyncio.run(_serve(orchestrator, config))


@contextlib.contextmanager
def running(orchestrator: Decider, config: ServerConfig | None = None) -> Iterator[str]:
    """Serve from a thread of this process while the context lasts; gives the address."""
    server, loop = Server(orchestrator, config), _shared_loop()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result()
    try:
        yield server.address
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result()


@functools.cache
def _shared_loop() -> asyncio.AbstractEventLoop:
    """Return the event loop of all servers that run in threads of this process; it is never closed.

    grpc.aio takes the events of all loops from one queue, and an event that comes late for a loop that is closed holds
    up those behind it: the next server's streams would end unseen.
    """
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="shelfwise-server", daemon=True).start()
    return loop


async def _serve(orchestrator: Decider, config: ServerConfig) -> None:
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end.set)
    async with Server(orchestrator, config):
        await end.wait()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)  # a second signal ends the drain


def _health_name(stage: Stage) -> str:
    return f"shelfwise.{stage.value}"


def _options(config: ServerConfig) -> list[tuple[str, int]]:
    return [
        ("grpc.max_receive_message_length", config.maximum_message_mb * MIB),
        ("grpc.max_send_message_length", -1),
        ("grpc.so_reuseport", 0),  # otherwise a second server shares the port in silence
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),  # clients may look for dead connections
    ]


def _listen(server: grpc.aio.Server, config: ServerConfig) -> str:
    try:
        if config.tls_certificate:
            port = server.add_secure_port(config.address, _credentials(config))
        else:
            port = server.add_insecure_port(config.address)
    except RuntimeError as error:
        allowed = "it must be HOST:PORT, with a port of this machine that is free"
        raise ConfigError(f"server.address: cannot listen on {config.address!r}; {allowed}") from error
    host, _, asked = config.address.rpartition(":")
    return f"{host}:{port}" if asked == "0" else config.address


def _credentials(config: ServerConfig) -> grpc.ServerCredentials:
    read, problems = {}, []
    for name in ("tls_key", "tls_certificate"):
        path = Path(getattr(config, name))
        try:
            read[name] = path.read_bytes()
        except OSError as error:
            problems.append(f"server.{name}: cannot read {path}: {error.strerror}")
            continue
        if b"-----BEGIN" not in read[name]:
            problems.append(f"server.{name}: {path} is no PEM file")
    if problems:
        raise ConfigError("\n".join(problems))
    return grpc.ssl_server_credentials([(read["tls_key"], read["tls_certificate"])])
