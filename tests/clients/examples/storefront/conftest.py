"""The shop, the browser and the server with the shop's plan."""

import contextlib

import pytest
from serving_fakes import HeldOrchestrator, config
from storefront_shop import SHOP, Browser, Watched, running_shop, see_that_it_is_built

from shelfwise.config import Config
from shelfwise.dataset import DataConfig, read_dataset
from shelfwise.orchestrator import Orchestrator
from shelfwise.training import train
from shelfwise.twin.sample import write_sample
from shelfwise.wire import request_from_json
from shelfwise_server import running


@pytest.fixture(scope="session", autouse=True)
def _built():
    see_that_it_is_built()


@pytest.fixture(scope="session")
def orchestrator(tmp_path_factory):
    """Return baselines that know the sample retailer, whose signals are those of the shop's plan."""
    folder = tmp_path_factory.mktemp("shop")
    write_sample(folder / "data")
    train(Config(), read_dataset(DataConfig(), folder / "data"), folder / "models")
    orchestrator = Orchestrator.open(folder / "models")
    orchestrator.decide(request_from_json((SHOP / "plan.json").read_text(encoding="utf-8")))
    return orchestrator


@pytest.fixture
def watched(orchestrator):
    """Return the same orchestrator, which keeps what it is asked."""
    return Watched(orchestrator)


@pytest.fixture
def held():
    """Return an orchestrator that answers nothing until the end of the test."""
    orchestrator = HeldOrchestrator()
    yield orchestrator
    orchestrator.release()


@pytest.fixture
def opened():
    """Return a function that opens the shop against an orchestrator, None for no server, and gives its address.

    Pages have time enough, whatever else the machine does, unless options say otherwise.
    """
    with contextlib.ExitStack() as stack:

        def open_shop(orchestrator, *options):
            target = "127.0.0.1:1" if orchestrator is None else stack.enter_context(running(orchestrator, config()))
            return stack.enter_context(running_shop(target, *(options or ("--budget-ms", "30000"))))

        yield open_shop


@pytest.fixture
def browser():
    """Return a browser, which must have met no error by the end of the test."""
    browser = Browser()
    yield browser
    problems = browser.problems()
    browser.close()
    assert not problems
