"""The gRPC server of shelfwise."""

from shelfwise_server.server import Server, running, serve

__all__ = ["Server", "running", "serve"]
