"""A company whose database the ERP example plans for, and the example as a program."""

import os
import subprocess
import sys
from pathlib import Path

import attrs
import sqlalchemy

ERP = Path(__file__).resolve().parents[1] / "clients/examples/erp"
KILLED = Path(__file__).parent / "clients/examples/erp/killed.py"
NIGHT = "2025-07-06"
WRITTEN = (
    "planning_run",
    "order_proposal",
    "order_proposal_line",
    "vehicle_route",
    "vehicle_route_stop",
    "unrouted_delivery",
)


@attrs.frozen
class Company:
    """One company's database, and the server that plans for it."""

    url: str
    target: str

    def command(self, *words: str) -> list:
        """Return the words of a command."""
        target = ("--target", self.target) if words[0] == "plan" else ()
        return [*words, "--database", self.url, *target]

    def run(self, *words: str) -> subprocess.CompletedProcess:
        """Run ``nightly`` to its end."""
        return run([sys.executable, "-m", "nightly", *self.command(*words)])

    def run_and_kill(self, *words: str, at: str) -> subprocess.CompletedProcess:
        """Run ``nightly`` and kill it at a point of :mod:`killed`."""
        return run([sys.executable, KILLED, at, *self.command(*words)])

    def rows(self, query: str) -> list:
        """Return the rows of a query."""
        engine = sqlalchemy.create_engine(self.url)
        with engine.connect() as connection:
            found = connection.execute(sqlalchemy.text(query)).all()
        engine.dispose()
        return found

    def change(self, *statements: str) -> None:
        """Execute statements and commit."""
        engine = sqlalchemy.create_engine(self.url)
        with engine.begin() as connection:
            if engine.name == "sqlite":
                connection.execute(sqlalchemy.text("pragma foreign_keys = on"))
            for statement in statements:
                connection.execute(sqlalchemy.text(statement))
        engine.dispose()

    def written(self) -> dict:
        """Return all rows of the plan's tables."""
        return {table: sorted(map(str, self.rows(f"select * from {table}"))) for table in WRITTEN}


def run(command) -> subprocess.CompletedProcess:
    """Run a command beside the program's package."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(ERP), os.environ.get("PYTHONPATH")]))}
    return subprocess.run(command, cwd=ERP, env=environment, capture_output=True, text=True, check=False)
