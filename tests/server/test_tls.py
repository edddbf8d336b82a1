"""TLS by two lines of configuration."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from certificates import certificate
from serving_fakes import LONG, FakeOrchestrator, config, decision_for, storefront

from shelfwise.errors import ConfigError
from shelfwise_client import Client, RetryPolicy, ServerError, ServerUnavailableError
from shelfwise_server import running


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Return the paths of a certificate for 127.0.0.1 and of its key."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def address(files, serving, fake):
    """Return the address of a server that speaks TLS."""
    return serving(fake, **files)


def test_answers_over_tls(address, files):
    """A client that knows the certificate is answered."""
    with Client(address, tls_certificate=files["tls_certificate"], timeout_seconds=LONG) as client:
        assert client.decide(storefront("r1")) == decision_for(storefront("r1"))


@pytest.mark.parametrize("tls_certificate", [None, ""])
def test_refuses_others(address, tls_certificate):
    """A client without TLS, or one that does not know the certificate, gets no answer."""
    once = RetryPolicy(attempts=1)
    client = Client(address, tls_certificate=tls_certificate, timeout_seconds=LONG, retry=once)

    with client, pytest.raises(ServerUnavailableError):
        client.decide(storefront())


def test_token_is_sent(files):
    """The client's token goes along with each call, over TLS."""
    seen = []

    class Handler(grpc.GenericRpcHandler):
        def service(self, details):
            seen.append(dict(details.invocation_metadata).get("authorization"))

    server = grpc.server(ThreadPoolExecutor(1), handlers=[Handler()])
    key, certificate = (Path(files[name]).read_bytes() for name in ("tls_key", "tls_certificate"))
    port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, certificate)]))
    server.start()

    client = Client(f"127.0.0.1:{port}", tls_certificate=files["tls_certificate"], token="t0p")
    with client, pytest.raises(ServerError, match="UNIMPLEMENTED"):
        client.decide(storefront())
    server.stop(0)

    assert seen == ["Bearer t0p"]


def test_token_needs_tls():
    """A token is never sent in the clear."""
    with pytest.raises(ValueError, match="TLS"):
        Client("127.0.0.1:1", token="t0p")


def test_half_a_configuration(files):
    """One file without the other is refused, naming the missing one."""
    with pytest.raises(ValueError, match="tls_key is missing"):
        config(tls_certificate=files["tls_certificate"])


@pytest.mark.parametrize(("name", "why"), [("tls_key", "cannot read"), ("tls_certificate", "no PEM")])
def test_file_that_cannot_be_used(name, why, files, tmp_path):
    """A file that is missing, or no PEM, is refused, naming the option."""
    path = tmp_path / "file"
    if why == "no PEM":
        path.write_text("hello")
    options = files | {name: str(path)}

    with pytest.raises(ConfigError, match=rf"server\.{name}: .*{why}"):
        running(FakeOrchestrator(), config(**options)).__enter__()


def test_both_missing_files_are_named(tmp_path):
    """Where neither file is there, the error names both."""
    options = {"tls_key": str(tmp_path / "a.key"), "tls_certificate": str(tmp_path / "a.pem")}

    with pytest.raises(ConfigError, match=r"(?s)server\.tls_key: .*a\.key.*\n.*server\.tls_certificate: .*a\.pem"):
        running(FakeOrchestrator(), config(**options)).__enter__()
