"""``shelfwise decide``: a request in JSON, a decision in words or in JSON."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.files import STANDARD_OUTPUT, OutputFile, write_text
from shelfwise.cli.progress import progress_bar

if TYPE_CHECKING:
    from shelfwise.types import Decision, State


@click.command()
@click.option("--models", type=options.existing_folder, help="Folder with trained models, to decide in this process.")
@click.option("--target", metavar="HOST:PORT", help="A server, to decide there.")
@click.option("--tls-certificate", type=options.existing_file, help="Certificate of the server, in PEM.")
@click.option("--request", "request_path", type=options.existing_file, required=True, help="DecideRequest in JSON.")
@click.option("--json", "json_path", type=OutputFile(standard_output=True), help="Write the answer as JSON; - prints.")
@click.option("--report", "report_path", type=OutputFile(), help="Write the answer as an HTML page.")
def decide(
    models: Path | None,
    target: str | None,
    tls_certificate: Path | None,
    request_path: Path,
    json_path: Path | None,
    report_path: Path | None,
) -> None:
    """Decide once, with models in this process or on a server."""
    if (models is None) == (target is None):
        raise click.UsageError("give either --models DIR or --target HOST:PORT")
    if tls_certificate is not None and target is None:
        raise click.UsageError("--tls-certificate goes with --target")
    from shelfwise.cli.summary import print_summary
    from shelfwise.wire import decision_to_json

    text = request_path.read_bytes()
    with progress_bar("deciding"):
        if models is not None:
            decision, state = _decide_here(models, text)
        else:
            decision, state = _decide_there(str(target), tls_certificate, text), None
    if json_path is not None:
        write_text(json_path, decision_to_json(decision))
    if report_path is not None:
        from shelfwise.report import render

        write_text(report_path, render(decision, state))
    if json_path != STANDARD_OUTPUT:
        print_summary(decision)


def _decide_here(models: Path, text: bytes) -> tuple[Decision, State]:
    from shelfwise.orchestrator import Orchestrator
    from shelfwise.validation import validate
    from shelfwise.wire import request_from_json

    orchestrator = Orchestrator.open(models)
    state = orchestrator.state
    request = request_from_json(text, currency=state.currency, also=partial(validate, state=state))
    return orchestrator.decide(request), state


def _decide_there(target: str, tls_certificate: Path | None, text: bytes) -> Decision:
    from shelfwise.errors import PluginError
    from shelfwise.wire import request_from_json

    try:
        from shelfwise_client import Client
    except ImportError as error:
        raise PluginError(f"the client is not installed ({error}); run pip install shelfwise-client") from error
    request = request_from_json(text)
    with Client(target, tls_certificate=tls_certificate) as client:
        return client.decide(request)
