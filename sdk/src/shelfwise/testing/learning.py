"""Checks of how a plugin goes on learning: by an update, and after an interrupt."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from shelfwise.plugins import call, implements
from shelfwise.testing.registry import check
from shelfwise.testing.subject import Subject
from shelfwise.types import silent

_SINCE_DAYS = 14
"""How long before the end of the data the training lies that is updated."""


@check()
def updates_what_it_loaded(subject: Subject) -> None:
    """Loaded from an earlier training and brought up to date it answers validly, and so does what it saves then."""
    if not implements(subject.plugin, "update"):
        return
    earlier = subject.trained(subject.dataset.before(subject.dataset.as_of - timedelta(days=_SINCE_DAYS)))
    plugin = subject.reloaded(earlier)
    call(plugin, "update", dataset=subject.dataset, progress=silent)
    answer = subject.ask(plugin=plugin)
    problems = subject.problems(subject.request(), answer)
    assert not problems, f"after an update: {'; '.join(problems)}"
    assert subject.ask(plugin=subject.reloaded(plugin)) == answer, "what an update changed is not saved"


@check()
def goes_on_after_an_interrupt(subject: Subject) -> None:
    """Interrupted in the middle of a training, it finds its way from the checkpoints to a valid answer."""
    if not implements(subject.plugin, "train", "checkpoints"):
        return
    whole = _Interrupt()
    call(subject.factory(), "train", dataset=subject.dataset, progress=whole)
    with tempfile.TemporaryDirectory() as directory:
        arguments = {"dataset": subject.dataset, "checkpoints": Path(directory)}
        with suppress(KeyboardInterrupt):
            call(subject.factory(), "train", progress=_Interrupt(whole.told // 2), **arguments)
        plugin = subject.factory()
        call(plugin, "train", progress=silent, **arguments)
    problems = subject.problems(subject.request(), subject.ask(plugin=plugin))
    assert not problems, f"after an interrupt: {'; '.join(problems)}"


class _Interrupt:
    """Counts how often progress is told, and interrupts after so many times."""

    def __init__(self, after: int | None = None) -> None:
        self.told, self._after = 0, after

    def __call__(self, step: str, done: int, total: int) -> None:  # noqa: ARG002 - it counts, whatever it is told
        self.told += 1
        if self._after is not None and self.told > self._after:
            raise KeyboardInterrupt
