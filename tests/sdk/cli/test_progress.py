"""Progress: lines now and then in a pipe, a bar and no lines on a terminal."""

import threading

import pytest
import rich_click as click

from shelfwise.cli.progress import progress_bar
from shelfwise.cli.progress_lines import ProgressLines


def test_a_step_has_a_line_when_it_has_begun_and_one_every_ten_seconds(capsys):
    """What is told in between is not written; the line says when, what, and how far."""
    lines = ProgressLines("reading")

    lines.look(1.0)
    for second in range(2, 24):
        lines("trials", 10 * second, 1000)
        lines.look(float(second))
    lines("save", 1, 1)
    lines.look(24.0)

    out, told = capsys.readouterr()
    assert out == ""
    assert told.splitlines() == [
        "   1.0 s  reading",
        "   2.0 s  trials, 20 of 1,000",
        "  12.0 s  trials, 120 of 1,000",
        "  22.0 s  trials, 220 of 1,000",
        "  24.0 s  save",
    ]


def test_in_a_pipe_what_is_over_at_once_leaves_no_line(capsys):
    """Nobody looked yet, and nobody looks any more."""
    with progress_bar("reading") as progress:
        progress("epochs", 1, 10)

    assert capsys.readouterr() == ("", "")
    assert "progress" not in _threads()


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_a_bar_is_all_there_is(capsys):
    """No lines are written beside the bar, and what is printed meanwhile goes where it would have gone."""
    with progress_bar("reading") as progress:
        progress("epochs", 1, 10)
        threads = _threads()
        click.echo("a result")

    out, told = capsys.readouterr()
    assert "progress" not in threads
    assert "epochs" in told
    assert out == "a result\n"


@pytest.fixture
def terminal(monkeypatch):
    """Let standard error be taken for a terminal."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TERM", "xterm")


def _threads():
    return {thread.name for thread in threading.enumerate()}
