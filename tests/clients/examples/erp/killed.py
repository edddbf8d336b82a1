"""Runs ``nightly`` and kills it at a point: ``asked``, ``answered``, ``insert-N``, ``commit`` or ``committed``.

As a program: ``killed.py POINT WORDS...``. It ends like ``nightly`` where the point is never reached.
"""

import itertools
import os
import signal
import sys

import sqlalchemy
from nightly.__main__ import main

from shelfwise_client import Client

point = sys.argv.pop(1)
inserts = itertools.count(1)


def pass_by(name):
    """Kill this process where it is to die at this point."""
    if name == point:
        os.kill(os.getpid(), signal.SIGKILL)


def decide(self, request):
    """Decide as the client does."""
    pass_by("asked")
    decision = DECIDE(self, request)
    pass_by("answered")
    return decision


DECIDE, Client.decide = Client.decide, decide


@sqlalchemy.event.listens_for(sqlalchemy.Engine, "after_cursor_execute")
def _executed(connection, cursor, statement, parameters, context, executemany):
    if statement.startswith("INSERT"):
        pass_by(f"insert-{next(inserts)}")


@sqlalchemy.event.listens_for(sqlalchemy.Engine, "commit")
def _committing(connection):
    pass_by("commit")


try:
    main()
finally:
    pass_by("committed")
