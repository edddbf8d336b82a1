"""A night is planned from the database and written back once, whatever happens on the way."""

import signal
import subprocess
import sys

from erp_company import ERP, NIGHT


def test_a_night_is_planned_and_written_back_with_reasons(company):
    """Proposals, routes and what was left out stand in the database, each with the decision that they come from."""
    ran = company.run("plan", "--night", NIGHT)

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith(f"Planned {NIGHT}, decision ")
    [run] = company.rows("select * from planning_run")
    assert run.request_id.startswith(f"nightly-{NIGHT}-")
    assert "There is no calendar table" in run.warnings
    for table in ("order_proposal", "vehicle_route"):
        assert {row.decision_id for row in company.rows(f"select decision_id from {table}")} == {run.decision_id}
    kinds = {
        row.kind: row.sources
        for row in company.rows("select kind, count(distinct from_code) as sources from order_proposal group by kind")
    }
    assert kinds == {"purchase": 2, "transfer": 1}
    lines = company.rows("select * from order_proposal_line")
    assert all(line.reason and line.quantity > 0 and line.cost > 0 for line in lines)
    stops = company.rows("select * from vehicle_route_stop where kind = 'delivery'")
    transfers = company.rows("select order_id from order_proposal where kind = 'transfer'")
    brought = {stop.delivery_name.partition("/")[0] for stop in stops}
    unrouted = {row.delivery_name for row in company.rows("select delivery_name from unrouted_delivery")}
    ready = {row.name for row in company.rows("select name from delivery_order")}
    assert ready <= brought | unrouted
    assert brought - ready <= {row.order_id for row in transfers}


def test_a_second_run_doubles_nothing(company):
    """A planned night stays as it is, even if the stock has changed meanwhile."""
    company.run("plan", "--night", NIGHT)
    before = company.written()
    company.change("update stock_quant set quantity = 0")

    again = company.run("plan", "--night", NIGHT)

    assert again.returncode == 0
    assert again.stdout.startswith(f"Already planned {NIGHT}")
    assert company.written() == before


def test_a_run_that_is_killed_leaves_nothing_or_all(company):
    """Before its commit a killed run has written nothing, after it everything; the next run does the rest."""
    empty = company.written()
    for point in ("asked", "answered", *(f"insert-{number}" for number in range(1, 6)), "commit"):
        assert company.run_and_kill("plan", "--night", NIGHT, at=point).returncode == -signal.SIGKILL
        assert company.written() == empty, point
    assert company.run("plan", "--night", NIGHT).stdout.startswith("Planned")
    planned = company.written()
    company.change("delete from planning_run")
    assert company.written() == empty

    killed = company.run_and_kill("plan", "--night", NIGHT, at="committed")

    assert killed.returncode == -signal.SIGKILL
    assert company.written() == planned
    assert company.run("plan", "--night", NIGHT).stdout.startswith("Already planned")
    assert company.written() == planned


def test_of_two_runs_at_once_one_writes(company):
    """The other finds the night planned, or is refused by the database and says that it can run again."""
    command = [sys.executable, "-m", "nightly", *company.command("plan", "--night", NIGHT)]
    runs = [
        subprocess.Popen(command, cwd=ERP, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]

    said = [process.communicate() for process in runs]

    assert sorted(out.split()[0] for out, _ in said if out) in (["Planned"], ["Already", "Planned"])
    assert all("run again" in err for out, err in said if not out)
    assert len(company.rows("select * from planning_run")) == 1
    before = company.written()
    assert company.run("plan", "--night", NIGHT).stdout.startswith("Already planned")
    assert company.written() == before


def test_the_next_night_is_planned_beside_it(company):
    """Every night has rows of its own."""
    company.run("plan", "--night", NIGHT)
    before = company.rows("select name from order_proposal")

    assert company.run("plan", "--night", "2025-07-07").returncode == 0

    names = {row.name for row in company.rows("select name from order_proposal")}
    assert {row.name for row in before} < names
    assert any(name.startswith("RP-20250707-") for name in names)
