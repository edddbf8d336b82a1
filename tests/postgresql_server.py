"""A PostgreSQL server of Debian's, made for a test and thrown away; the test is skipped where there is none."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PASSWORD = "s3cr3t"


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield the URL of an empty database on a free port of the loopback interface."""
    pytest.importorskip("psycopg", reason="needs psycopg, the driver for PostgreSQL")
    initdb, server = _program("initdb"), _program("pg_ctl")
    with _home() as home:
        data = str(home / "data")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (home / "password").write_text(f"{PASSWORD}\n")
        login = ["-U", "shop", "-A", "scram-sha-256", "--pwfile", str(home / "password")]
        _run(home, initdb, "-D", data, "-N", "-E", "UTF8", "--locale=C", *login)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        _run(home, server, "-D", data, "-w", "-l", str(home / "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://shop:{PASSWORD}@127.0.0.1:{port}/postgres"
        finally:
            _run(home, server, "-D", data, "-m", "immediate", "stop")


def _program(name):
    found = shutil.which(name) or max(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), default=None)
    if found is None:
        pytest.skip(f"needs PostgreSQL's {name} (Debian package postgresql)")
    return found


@contextmanager
def _home():
    """Yield a directory of its own, since others may not enter those of the test run."""
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        pytest.skip("needs runuser: PostgreSQL does not start as root")
    with tempfile.TemporaryDirectory() as name:
        if os.geteuid() == 0:
            shutil.chown(name, "nobody")
        yield Path(name)


def _run(home, *command):
    """Run a command in ``home``, as somebody else where we are root, for whom the server refuses to start."""
    user = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
    subprocess.run([*user, *command], check=True, stdout=subprocess.DEVNULL, cwd=home, timeout=120)
