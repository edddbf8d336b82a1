"""The command line: one file a command, imported when it is run."""

from __future__ import annotations

import rich_click as click

from shelfwise import __version__
from shelfwise.cli.group import CommandGroup

COMMANDS = {
    "sample": "shelfwise.cli.sample:sample",
    "train": "shelfwise.cli.train:train",
    "serve": "shelfwise.cli.serve:serve",
    "decide": "shelfwise.cli.decide:decide",
    "plugins": "shelfwise.cli.plugins:plugins",
    "evaluate": "shelfwise.cli.evaluate:evaluate",
    "tune": "shelfwise.cli.tune:tune",
    "simulate": "shelfwise.cli.simulate:simulate",
    "demo": "shelfwise.cli.demo:demo",
}


@click.group(cls=CommandGroup, commands_at=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="shelfwise")
@click.option("--debug", is_flag=True, help="Show log lines of every level, and tracebacks of errors.")
def main(*, debug: bool) -> None:
    """Coordinated decisions for retailers: recommendations, forecasts, orders and routes.

    Exit codes: 0 done, 1 the work failed, 2 wrong use, 130 interrupted, 143 terminated.
    """
    from shelfwise.cli.logs import configure_logs

    configure_logs("debug" if debug else "warning")
