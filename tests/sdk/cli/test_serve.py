"""``shelfwise serve``: a process that answers and ends well."""

import json
import socket
import subprocess
import sys

import pytest

from shelfwise.cli.server_process import ServerStartError, server_process

pytest.importorskip("shelfwise_server")
client = pytest.importorskip("shelfwise_client")


def test_server_answers_until_it_is_left(models, tmp_path):
    """A server process takes a free port, answers, and has said goodbye once it is left."""
    from shelfwise.types import Customer, DecisionRequest, RecommendRequest

    log = tmp_path / "server.log"
    with server_process(models, log) as address, client.Client(address) as caller:
        decision = caller.decide(DecisionRequest(recommend=RecommendRequest((Customer("customer-001"),))))

    assert decision.recommendations[0].items
    assert json.loads(log.read_text().splitlines()[-1])["event"] == "server.stopped"


def test_server_is_stopped_when_its_user_fails(models, tmp_path):
    """An error inside the context stops the server all the same."""
    log = tmp_path / "server.log"

    def fail():
        with server_process(models, log) as address:
            raise LookupError(address)

    with pytest.raises(LookupError):
        fail()

    assert json.loads(log.read_text().splitlines()[-1])["event"] == "server.stopped"


def test_server_that_cannot_start_is_an_error_with_its_log(tmp_path):
    """A server without models ends at once, and the error says why."""
    with pytest.raises(ServerStartError, match="holds no trained models"), server_process(tmp_path, tmp_path / "log"):
        pytest.fail("it started")


def test_taken_address_is_wrong_use(models):
    """A port that another program holds exits with 2 and names the address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"

        command = [sys.executable, "-m", "shelfwise.cli", "serve", "--models", models, "--address", address]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 2
    assert f"error: server.address: cannot listen on '{address}'" in done.stderr


def test_address_of_the_flag_goes_before_that_of_the_configuration(run, models, tmp_path, monkeypatch):
    """--address overrides server.address, and the rest of the section stays."""
    config = tmp_path / "shelfwise.toml"
    config.write_text('[server]\naddress = "127.0.0.1:1"\nmaximum_queued = 3\n')
    served = []
    monkeypatch.setattr("shelfwise_server.serve", lambda orchestrator, server: served.append((orchestrator, server)))

    result = run("serve", "--config", config, "--models", models, "--address", "127.0.0.1:0")

    assert result.exit_code == 0, result.stderr
    ((_, server),) = served
    assert (server.address, server.maximum_queued) == ("127.0.0.1:0", 3)


def test_missing_server_distribution_is_told(run, models, monkeypatch):
    """Without the server's distribution the command says what to install."""
    monkeypatch.setitem(sys.modules, "shelfwise_server", None)

    result = run("serve", "--models", models)

    assert result.exit_code == 1
    assert "pip install shelfwise-server" in result.stderr
