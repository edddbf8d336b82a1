"""``shelfwise demo``: tables, training, a server, one coordinated decision, a report."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from shelfwise.cli import options
from shelfwise.cli.files import OutputFolder, write_text
from shelfwise.cli.progress import progress_bar

if TYPE_CHECKING:
    from shelfwise.config import Config
    from shelfwise.dataset import Dataset
    from shelfwise.hookspecs import Progress
    from shelfwise.orchestrator import Orchestrator
    from shelfwise.types import Decision

HORIZON_DAYS = 28
SLATE_SIZE = 5
STOREFRONT_CALLS = 50


@click.command()
@click.option("--data", type=options.existing_folder, help="Folder with a retailer's tables.  [default: a sample]")
@click.option("--out", type=OutputFolder(), default=Path("out"), show_default=True, help="Folder for what is written.")
@options.config
def demo(data: Path | None, out: Path, config: Path | None) -> None:
    """Show all of it: read tables, train, serve, decide, and report."""
    from shelfwise.cli.summary import print_summary

    out.mkdir(parents=True, exist_ok=True)
    folder = _sample(out / "data") if data is None else data
    settings, dataset = _read(folder, config, out / "quality")
    _train(settings, dataset, out / "models")
    decision = _decide(out / "models", out / "server.log")
    orchestrator, milliseconds = _storefront(out / "models", dataset)
    _write(decision, orchestrator, dataset, out)
    click.echo(f"  one storefront recommendation takes {milliseconds:.1f} ms in process\n")
    print_summary(decision, warnings=None)
    click.echo(f"\nOpen {out / 'report.html'} in a browser; the same decision as JSON is {out / 'decision.json'}.")


def _sample(folder: Path) -> Path:
    from shelfwise.twin.sample import write_sample

    with _step("write a sample retailer"):
        write_sample(folder, 0)
    return folder


def _read(folder: Path, config: Path | None, quality: Path) -> tuple[Config, Dataset]:
    from shelfwise.cli.configuration import configuration
    from shelfwise.configured_plugins import build_plugins
    from shelfwise.dataset import read_dataset

    settings, origin = configuration(config, folder)
    build_plugins(settings)  # what cannot be used is told before the tables are read
    with _step(f"read {folder} (configuration: {origin})") as progress:
        dataset = read_dataset(settings.data, folder, progress)
        dataset.quality.write(quality)
    for line in dataset.quality.lines():
        click.echo(f"          {line}")
    return settings, dataset


def _train(settings: Config, dataset: Dataset, models: Path) -> None:
    from shelfwise.training import train

    with _step("train the plugins of all four stages") as progress:
        train(settings, dataset, models, progress)


def _decide(models: Path, log: Path) -> Decision:
    """Start a server, ask it through the client for everything at once, and stop it."""
    from shelfwise.cli.server_process import server_process
    from shelfwise.types import DecisionRequest, ForecastRequest, RecommendRequest, ReplenishRequest, RouteRequest
    from shelfwise_client import Client

    request = DecisionRequest(
        request_id="demo",
        recommend=RecommendRequest(all_customers=True, slate_size=SLATE_SIZE),
        forecast=ForecastRequest(horizon_days=HORIZON_DAYS),
        replenish=ReplenishRequest(),
        route=RouteRequest(),
    )
    with ExitStack() as stack:
        with _step("start a server"):
            address = stack.enter_context(server_process(models, log))
            client = stack.enter_context(Client(address))
        with _step(f"ask {address} for one coordinated decision"):
            decision = client.decide(request)
        with _step("stop the server"):
            stack.close()
    return decision


def _storefront(models: Path, dataset: Dataset) -> tuple[Orchestrator, float]:
    """Return an orchestrator in this process and the median milliseconds of a call for one customer."""
    from shelfwise.orchestrator import Orchestrator
    from shelfwise.types import Customer, DecisionRequest, RecommendRequest

    with _step("load the models into this process"):
        orchestrator = Orchestrator.open(models)
    recent = [str(customer_id) for customer_id in dataset.events["customer_id"].tail(1000).unique() if customer_id]
    spent = []
    for call in range(STOREFRONT_CALLS):
        customer = Customer(recent[call % len(recent)] if recent else "")
        started = time.perf_counter()
        orchestrator.decide(DecisionRequest(recommend=RecommendRequest(customers=(customer,))))
        spent.append(1000 * (time.perf_counter() - started))
    return orchestrator, statistics.median(spent)


def _write(decision: Decision, orchestrator: Orchestrator, dataset: Dataset, out: Path) -> None:
    from shelfwise.report import render
    from shelfwise.wire import decision_to_json

    with _step(f"write the decision and the report to {out}"):
        write_text(out / "decision.json", decision_to_json(decision))
        write_text(out / "report.html", render(decision, orchestrator.state, history=dataset.demand_panel()))


@contextmanager
def _step(what: str) -> Iterator[Progress]:
    """Show a bar while something is done, then print what was done and how long it took."""
    started = time.perf_counter()
    with progress_bar(what) as progress:
        yield progress
    click.echo(f"{time.perf_counter() - started:6.1f} s  {what}")
