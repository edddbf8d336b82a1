"""``shelfwise plugins``: list and check."""

import os
import pty
import subprocess
import sys

import pytest

from shelfwise.plugins import PluginInfo
from shelfwise.testing import CheckResult


def test_list_names_every_baseline(run):
    """Each stage has its baseline."""
    result = run("plugins", "list")

    assert result.exit_code == 0
    for stage in ("recommender", "forecaster", "inventory", "router"):
        assert any(line.split()[:2] == [stage, "baseline"] for line in result.stdout.splitlines())


def test_list_shows_broken_plugins_with_their_reason(run, monkeypatch):
    """A plugin that cannot be imported is listed and does not stop the command."""
    broken = PluginInfo("router", "fast", "shelfwise-router-fast", "2.0", error="No module named 'ortools'")
    monkeypatch.setattr("shelfwise.plugins.available", lambda: (broken,))

    result = run("plugins", "list")

    assert result.exit_code == 0
    assert "BROKEN: No module named 'ortools'" in result.stdout


def test_check_of_an_unknown_name_is_wrong_use(run):
    """A plugin that nobody installed exits with 2 and names those that are."""
    result = run("plugins", "check", "router", "fastest")

    assert result.exit_code == 2
    assert "baseline" in result.stderr


def test_check_of_an_unknown_stage_is_wrong_use(run):
    """A word that is no stage exits with 2."""
    assert run("plugins", "check", "driver", "baseline").exit_code == 2


@pytest.mark.parametrize(("passed", "code"), [(True, 0), (False, 1)])
def test_check_tells_of_each_check(run, monkeypatch, passed, code):
    """Every check has a line, and a failed one makes the command fail."""
    late = "" if passed else "too late"
    results = (CheckResult("shapes", "Arrays fit."), CheckResult("deadline", "It is in time.", late))
    monkeypatch.setattr("shelfwise.testing.run_checks", lambda *_arguments, **_options: iter(results))

    result = run("plugins", "check", "router", "baseline")

    assert result.exit_code == code
    assert "shapes: Arrays fit." in result.stdout
    assert f"{1 + passed} of 2 checks passed" in result.stdout
    assert passed or "deadline: too late" in result.stdout


def test_check_tells_of_each_check_at_once(run, monkeypatch):
    """Whoever is interrupted has been told of the checks before, and has an exit code that says so."""

    def interrupted(*_arguments, **_options):
        yield CheckResult("shapes", "Arrays fit.")
        raise KeyboardInterrupt

    monkeypatch.setattr("shelfwise.testing.run_checks", interrupted)

    result = run("plugins", "check", "router", "baseline")

    assert result.exit_code == 130
    assert "shapes: Arrays fit." in result.stdout
    assert "checks passed" not in result.stdout
    assert "interrupted" in result.stderr


def test_check_tells_of_each_check_above_the_bar(monkeypatch):
    """On a terminal the bar gives way to the line of a check."""
    code = (
        "import shelfwise.testing as kit\n"
        "from shelfwise.cli import main\n"
        "kit.run_checks = lambda *_, **__: iter([kit.CheckResult('shapes', 'Arrays fit.')])\n"
        "main(['plugins', 'check', 'router', 'baseline'], prog_name='shelfwise')\n"
    )
    monkeypatch.setenv("TERM", "xterm")
    ours, theirs = pty.openpty()

    subprocess.run([sys.executable, "-c", code], stdin=theirs, stdout=theirs, stderr=theirs, check=True)

    shown = os.read(ours, 100_000).decode()
    assert "\r\x1b[2K\x1b[32mok  \x1b[0m  shapes: Arrays fit.\r\n" in shown
    os.close(ours)
    os.close(theirs)


def test_check_takes_the_options_of_a_configuration(run, monkeypatch, tmp_path):
    """The plugin that is checked is as configured, so that one that learns for long can be checked with less effort."""
    (tmp_path / "some.toml").write_text('[inventory]\nplugin = "heuristic"\n[inventory.options]\nkind = "eoq"\n')
    made = []

    def run_checks(_stage, factory, **_options):
        made.extend([factory(), factory()])
        return iter([])

    monkeypatch.setattr("shelfwise.testing.run_checks", run_checks)

    result = run("plugins", "check", "inventory", "heuristic", "--config", tmp_path / "some.toml")

    assert result.exit_code == 0, result.stderr
    assert [plugin.kind for plugin in made] == ["eoq", "eoq"]
    assert made[0] is not made[1]
