"""Certificates for tests of TLS."""

import shutil
import subprocess
from pathlib import Path

import pytest


def certificate(folder: Path) -> dict[str, str]:
    """Return the options of a server with a new certificate of its own for 127.0.0.1, made in a folder."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=shelfwise"
    paths = {"tls_certificate": str(folder / "server.pem"), "tls_key": str(folder / "server.key")}
    outputs = ["-out", paths["tls_certificate"], "-keyout", paths["tls_key"]]
    names = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    subprocess.run([*command.split(), *names, *outputs], check=True, capture_output=True)
    return paths
