"""What is said when a command fails or is ended, and with which exit code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import rich_click as click
from click.exceptions import Abort, Exit

from shelfwise.cli.termination import Terminated
from shelfwise.errors import ConfigError, InvalidRequestError, ShelfwiseError

FAILED, WRONG_USE, INTERRUPTED, TERMINATED = 1, 2, 130, 143


@contextmanager
def spoken(ctx: click.Context, *, debug: bool) -> Iterator[None]:
    """Turn errors into a message on standard error and an exit code; with ``debug`` let them through.

    A configuration or request that breaks the rules is wrong use; everything else is work that failed.
    """
    try:
        yield
    except KeyboardInterrupt as interrupt:
        terminated = isinstance(interrupt, Terminated)
        click.echo(f"\n{'terminated' if terminated else 'interrupted'}; nothing is half-written", err=True)
        ctx.exit(TERMINATED if terminated else INTERRUPTED)
    except (click.ClickException, Exit, Abort):
        raise
    except ShelfwiseError as error:
        if debug:
            raise
        say(str(error) or type(error).__name__)
        ctx.exit(WRONG_USE if isinstance(error, (ConfigError, InvalidRequestError)) else FAILED)
    except BrokenPipeError:
        raise
    except OSError as error:
        if debug:
            raise
        say(f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error))
        ctx.exit(FAILED)
    except Exception as error:  # the outermost frame of a program: nobody is left to handle it
        if debug:
            raise
        say(f"{type(error).__name__}: {error}\nThis should not happen; `shelfwise --debug ...` shows where it did.")
        ctx.exit(FAILED)


def say(message: str) -> None:
    """Print an error, whose first line is marked as one."""
    click.echo(click.style("error: ", fg="red", bold=True) + message, err=True)
