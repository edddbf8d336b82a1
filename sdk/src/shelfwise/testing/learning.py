"""Checks of how a plugin goes on learning: by an update, and after an interrupt."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from shelfwise.plugins import call, implements
from shelfwise.testing.registry import check
from shelfwise.testing.subject import Subject
from shelfwise.types import Progress

_SINCE_DAYS = 14
"""How long before the end of the data the training lies that is updated."""


@check()
def updates_what_it_loaded(subject: Subject) -> None:
    """Loaded from an earlier training and brought up to date it answers validly, and so does what it saves then."""
    if not implements(subject.plugin, "update"):
        return
    earlier = subject.trained(subject.dataset.before(subject.dataset.as_of - timedelta(days=_SINCE_DAYS)))
    plugin = subject.reloaded(earlier)
    call(plugin, "update", dataset=subject.dataset, progress=subject.progress)
    answer = subject.ask(plugin=plugin)
    problems = subject.problems(subject.request(), answer)
    assert not problems, f"after an update: {'; '.join(problems)}"
    assert subject.ask(plugin=subject.reloaded(plugin)) == answer, "what an update changed is not saved"


@check()
def goes_on_after_an_interrupt(subject: Subject) -> None:
    """Interrupted in the middle of a training, it finds its way from the checkpoints to a valid answer."""
    if not implements(subject.plugin, "train", "checkpoints"):
        return
    interrupt = _Interrupt(subject.progress, subject.training.told // 2)
    with tempfile.TemporaryDirectory() as directory:
        arguments = {"dataset": subject.dataset, "checkpoints": Path(directory)}
        try:
            call(subject.factory(), "train", progress=interrupt, **arguments)
        except KeyboardInterrupt:
            if interrupt.left >= 0:  # somebody else's, who wants the checks to end
                raise
        plugin = subject.factory()
        call(plugin, "train", progress=subject.progress, **arguments)
    problems = subject.problems(subject.request(), subject.ask(plugin=plugin))
    assert not problems, f"after an interrupt: {'; '.join(problems)}"


class _Interrupt:
    """Tells progress so many times, then interrupts."""

    def __init__(self, progress: Progress, times: int) -> None:
        self.left, self._progress = times, progress

    def __call__(self, step: str, done: int, total: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        self._progress(step, done, total)
