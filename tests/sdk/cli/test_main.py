"""The group: help, version, light start, and how errors are told."""

import signal
import subprocess
import sys

import pytest
import rich_click as click

from shelfwise import __version__
from shelfwise.cli import COMMANDS
from shelfwise.errors import BundleError, ConfigError, InvalidRequestError, Violation


def test_help_lists_every_command_in_order(run):
    """The help shows each command of the design."""
    result = run("--help")

    assert result.exit_code == 0
    places = [result.output.index(f"│ {name} ") for name in COMMANDS]
    assert places == sorted(places)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run, name):
    """Each command has help."""
    result = run(name, "--help")

    assert result.exit_code == 0
    assert "Usage" in result.output


def test_version(run):
    """The version is that of the distribution."""
    assert run("--version").output.strip() == f"shelfwise, version {__version__}"


def test_unknown_command_is_wrong_use(run):
    """A misspelt command exits with 2."""
    result = run("tran")

    assert result.exit_code == 2
    assert "tran" in result.stderr


def test_help_imports_nothing_heavy():
    """Showing the help loads neither numpy, pandas, grpc nor protobuf."""
    code = (
        "import sys\n"
        "from shelfwise.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "heavy = {'numpy', 'pandas', 'scipy', 'grpc', 'google.protobuf', 'sqlalchemy', 'jinja2'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


@pytest.fixture
def failing(monkeypatch):
    """Return a function that makes ``sample`` raise an error."""

    def fail(error):
        def broken(*_arguments):
            raise error

        monkeypatch.setattr("shelfwise.twin.sample.write_sample", broken)

    return fail


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (BundleError("model.npz is truncated"), 1, "error: model.npz is truncated\n"),
        (ConfigError("data.currncy is unknown"), 2, "error: data.currncy is unknown\n"),
        (
            InvalidRequestError([Violation("route.deliveries[1]", "twice"), Violation("as_of", "missing")]),
            2,
            "error: route.deliveries[1]: twice\nas_of: missing\n",
        ),
        (PermissionError(13, "Permission denied", "/x"), 1, "error: /x: Permission denied\n"),
    ],
)
def test_errors_are_sentences(run, failing, tmp_path, error, code, message):
    """What goes wrong is told on standard error without a traceback, and the exit code says whose fault it is."""
    failing(error)

    result = run("sample", "--out", tmp_path)

    assert result.exit_code == code
    assert result.stderr == message
    assert result.stdout == ""


def test_unforeseen_error_points_at_debug(run, failing, tmp_path):
    """An error that nobody foresaw is a sentence too, and says how to see more."""
    failing(ZeroDivisionError("division by zero"))

    result = run("sample", "--out", tmp_path)

    assert result.exit_code == 1
    assert "ZeroDivisionError: division by zero" in result.stderr
    assert "--debug" in result.stderr


def test_debug_lets_errors_through(run, failing, tmp_path):
    """With --debug the error itself surfaces, traceback and all."""
    failing(BundleError("broken"))

    result = run("--debug", "sample", "--out", tmp_path)

    assert isinstance(result.exception, BundleError)


def test_interrupt_is_one_line(run, failing, tmp_path):
    """Ctrl-C ends with 130 and one line."""
    failing(KeyboardInterrupt())

    result = run("sample", "--out", tmp_path)

    assert result.exit_code == 130
    assert result.stderr.strip() == "interrupted; nothing is half-written"


def test_termination_is_an_interrupt_with_a_code_of_its_own(run, monkeypatch, tmp_path):
    """SIGTERM ends with 143 and one line once everything is tidied up, and is then what it was before."""
    tidied = []

    def ended(*_arguments):
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            tidied.append(True)

    monkeypatch.setattr("shelfwise.twin.sample.write_sample", ended)
    before = signal.getsignal(signal.SIGTERM)

    result = run("sample", "--out", tmp_path)

    assert result.exit_code == 143
    assert result.stderr.strip() == "terminated; nothing is half-written"
    assert tidied
    assert signal.getsignal(signal.SIGTERM) is before


def test_broken_group_member_is_not_found(run):
    """A name that is no command of a nested group is wrong use."""
    assert run("evaluate", "recomender").exit_code == click.UsageError.exit_code
