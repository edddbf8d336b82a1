"""``shelfwise plugins``: list and check."""

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
    monkeypatch.setattr("shelfwise.testing.run_checks", lambda *_arguments, **_options: results)

    result = run("plugins", "check", "router", "baseline")

    assert result.exit_code == code
    assert "shapes: Arrays fit." in result.stdout
    assert f"{1 + passed} of 2 checks passed" in result.stdout
    assert passed or "deadline: too late" in result.stdout
