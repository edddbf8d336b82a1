"""``shelfwise demo`` as a person runs it: a process of its own, from tables to a report."""

import json
import re
import signal
import socket
import subprocess
import sys

import pytest
from shared_data import shared_data

from shelfwise.types import Link, Stage, StageState
from shelfwise.wire import decision_from_json

DEMO = [sys.executable, "-m", "shelfwise.cli", "demo"]


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Return a finished demo and where it wrote to."""
    out = tmp_path_factory.mktemp("demo")
    finished = subprocess.run([*DEMO, "--out", str(out)], capture_output=True, text=True, timeout=120, check=False)
    return finished, out


def test_demo_ends_well_and_says_where_to_look(done):
    """The demo exits with 0, keeps its bars off a pipe, and ends by naming the report."""
    finished, out = done

    assert finished.returncode == 0, finished.stderr
    assert all(re.match(r" *\d+\.\d s  ", line) for line in finished.stderr.splitlines()), finished.stderr
    assert str(out / "report.html") in finished.stdout.splitlines()[-1]


def test_demo_tells_of_data_stages_links_and_times(done):
    """The terminal shows the data's quality, what each stage decided, each link, and how long things took."""
    text = done[0].stdout

    assert "rows kept" in text
    assert "one storefront recommendation takes" in text
    for word in (*Stage, *Link):
        assert word in text


def test_demo_decision_has_all_four_parts(done):
    """The decision written is complete and nothing in it is degraded."""
    decision = decision_from_json((done[1] / "decision.json").read_text(encoding="utf-8"))

    assert decision.recommendations
    assert decision.forecasts is not None
    assert decision.orders
    assert decision.routes
    assert {report.state for report in decision.stages} == {StageState.OK}
    assert decision.signals.objective >= decision.signals.siloed_objective


def test_demo_report_shows_the_decision(done):
    """The report is a page about that decision, with its four parts and no warnings lost."""
    page = (done[1] / "report.html").read_text(encoding="utf-8")
    decision = json.loads((done[1] / "decision.json").read_text(encoding="utf-8"))

    assert decision["decision_id"] in page
    for anchor in ("recommendations", "forecasts", "orders", "routes"):
        assert f'<h2 id="{anchor}">' in page


def test_demo_stops_its_server(done):
    """Nobody listens any more where the server listened, and it said goodbye."""
    events = [json.loads(line) for line in (done[1] / "server.log").read_text().splitlines()]

    assert events[-1]["event"] == "server.stopped"
    assert not _listens(events[0]["address"])


HEEDFUL = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
"""Undoes what a shell does to commands in its background: they, and so these tests, ignore Ctrl-C."""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_demo_stops_its_server(tmp_path, number, code):
    """Ctrl-C and SIGTERM end the demo and its server, and leave no half-written result."""
    with subprocess.Popen(
        [sys.executable, "-c", HEEDFUL, *DEMO, "--out", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as demo:
        while "start a server" not in demo.stdout.readline():
            assert demo.poll() is None, demo.stderr.read()
        demo.send_signal(number)
        demo.stdout.read()
        words = demo.stderr.read()

    started = json.loads((tmp_path / "server.log").read_text().splitlines()[0])
    assert demo.returncode == code, words
    assert "Traceback" not in words, words
    assert not _listens(started["address"])
    assert not (tmp_path / "report.html").exists()


def test_demo_over_a_known_export(tmp_path):
    """A shop's own export is read as it is, and what it does not say is told as warnings."""
    folder = shared_data("online_retail")
    pandas = pytest.importorskip("pandas")
    export = pandas.read_parquet(folder / "online_retail.parquet")
    part = export[export["InvoiceDate"] >= "2011-11-21"]
    (tmp_path / "data").mkdir()
    part.to_parquet(tmp_path / "data" / "export.parquet")

    finished = subprocess.run(
        [*DEMO, "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )

    assert finished.returncode == 0, finished.stderr
    assert "cancellations" in finished.stdout
    assert "There is no stock table" in finished.stdout
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "There is no stock table" in page
    assert len(page) < 1_000_000


def _listens(address):
    host, _, port = address.rpartition(":")
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex((host, int(port))) == 0
