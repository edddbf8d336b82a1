"""``shelfwise serve``: the decision service on a port."""

from __future__ import annotations

import gc
from pathlib import Path

import rich_click as click

from shelfwise.cli import options


@click.command()
@options.config
@options.models_to_read
@click.option("--address", metavar="HOST:PORT", help="Where to listen; port 0 takes a free one.  [127.0.0.1:50051]")
def serve(config: Path | None, models: Path, address: str | None) -> None:
    """Answer Decide calls until SIGTERM or Ctrl-C, then finish the calls under way.

    Logs are JSON lines on standard error.
    """
    import attrs

    from shelfwise.config import Config, load_config
    from shelfwise.configured_plugins import build_plugins
    from shelfwise.errors import PluginError
    from shelfwise.orchestrator import Orchestrator

    try:
        from shelfwise_server import serve as serve_orchestrator
    except ImportError as error:
        raise PluginError(f"the server is not installed ({error}); run pip install shelfwise-server") from error

    settings = None if config is None else load_config(config)
    if settings is not None:
        build_plugins(settings)  # what cannot be used is told before the models are read
    server = (settings or Config()).server
    if address is not None:
        server = attrs.evolve(server, address=address)
    orchestrator = Orchestrator.open(models, settings)
    # What is loaded stays. Looking through it for garbage takes a tenth of a second, in the middle of some call.
    gc.collect()
    gc.freeze()
    serve_orchestrator(orchestrator, server)
