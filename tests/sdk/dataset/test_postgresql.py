"""A PostgreSQL server, started for the test, is read like a file."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest
import sqlalchemy

from shelfwise.dataset import DataConfig, TableSource, read_dataset

pytest.importorskip("psycopg", reason="needs psycopg, the driver for PostgreSQL")


def _program(name):
    found = shutil.which(name) or max(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), default=None)
    if found is None:
        pytest.skip(f"needs PostgreSQL's {name} (Debian package postgresql)")
    return found


def _run(home, *command):
    """Run a command in ``home``, as somebody else where we are root, for whom the server refuses to start."""
    user = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
    subprocess.run([*user, *command], check=True, stdout=subprocess.DEVNULL, cwd=home, timeout=120)


@pytest.fixture
def home():
    """A directory of its own, since others may not enter those of the test run."""
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        pytest.skip("needs runuser: PostgreSQL does not start as root")
    with tempfile.TemporaryDirectory() as name:
        if os.geteuid() == 0:
            shutil.chown(name, "nobody")
        yield Path(name)


@pytest.fixture
def url(home):
    """The URL of an empty database on a free port of the loopback interface."""
    initdb, server, data = _program("initdb"), _program("pg_ctl"), str(home / "data")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (home / "password").write_text("s3cr3t\n")
    login = ["-U", "shop", "-A", "scram-sha-256", "--pwfile", str(home / "password")]
    _run(home, initdb, "-D", data, "-N", "-E", "UTF8", "--locale=C", *login)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    _run(home, server, "-D", data, "-w", "-l", str(home / "log"), "-o", options, "start")
    yield f"postgresql+psycopg://shop:s3cr3t@127.0.0.1:{port}/postgres"
    _run(home, server, "-D", data, "-m", "immediate", "stop")


def test_reads_events_from_postgresql(url, tmp_path, monkeypatch):
    """Typed columns of a query, decimals and times with a zone among them, become a data set."""
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            sqlalchemy.text("create table sales (sku text, sold_at timestamptz, pieces integer, paid numeric(9, 2))")
        )
        rows = "('é-1', '2024-01-01 12:00+02', 2, 3.50), ('b', '2024-01-02 09:00+00', 1, null), ('b', null, 1, 2)"
        connection.execute(sqlalchemy.text(f"insert into sales values {rows}"))
    engine.dispose()
    monkeypatch.setenv("SHOP_PASSWORD", "s3cr3t")
    source = TableSource(
        url=url.replace("s3cr3t", "${SHOP_PASSWORD}").replace("+psycopg", ""),
        query="select * from sales order by sku",
        columns={"item_id": "sku", "time": "sold_at", "quantity": "pieces", "price": "paid"},
    )

    dataset = read_dataset(DataConfig(tables={"events": source}), tmp_path)

    assert dataset.events[["item_id", "quantity"]].to_numpy().tolist() == [["é-1", 2.0], ["b", 1.0]]
    assert str(dataset.events["time"][0]) == "2024-01-01 10:00:00"
    assert dataset.events["price"][0] == 3.5
    assert dataset.quality.finding("events", "invalid_time").rows == 1
