"""The log: JSON lines on standard error, whoever wrote them."""

import json
import subprocess
import sys

PROGRAM = """
import logging, sys, structlog
from shelfwise_server.logs import configure_logs
configure_logs(sys.argv[1])
log = structlog.get_logger("test")
secret = "local variable"
log.debug("detail.seen")
log.info("call.finished", words="ü", number=1.5, something={1, 2} - {2})
logging.getLogger("grpc").info("too much detail")
logging.getLogger("grpc").warning("%s happened", "something")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("call.failed")
"""


def lines(level):
    """Return the lines that the program logs at a level."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, level], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert "local variable" not in done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_every_line_is_json():
    """Events of structlog and messages of the standard library come as one JSON object a line."""
    found = lines("info")

    assert [(line["event"], line["level"]) for line in found] == [
        ("call.finished", "info"),
        ("something happened", "warning"),
        ("call.failed", "error"),
    ]
    assert (found[0]["words"], found[0]["number"]) == ("ü", 1.5)
    assert all(line["timestamp"].endswith("Z") for line in found)


def test_traceback_without_values():
    """A traceback says where it went wrong, without the values of local variables."""
    trace = lines("error")[-1]["exception"][0]

    assert (trace["exc_type"], trace["exc_value"]) == ("ZeroDivisionError", "division by zero")


def test_level():
    """Below its level the log is silent."""
    assert [line["event"] for line in lines("error")] == ["call.failed"]
    assert lines("debug")[0]["event"] == "detail.seen"


def test_reader_that_stalls():
    """With nobody reading, lines are dropped and counted, and the program ends all the same."""
    program = PROGRAM + "\nfor _ in range(30_000):\n    log.info('x' * 100)\nprint('done', flush=True)\n"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "info"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "done\n"

    _, written = process.communicate()

    assert '"event": "log.dropped"' in written
    assert process.returncode == 0
