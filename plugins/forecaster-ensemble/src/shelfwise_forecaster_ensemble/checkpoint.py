"""Fitted members that outlive an interrupt, each in a folder that is there as a whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from shelfwise_forecaster_ensemble.members.member import Member
from shelfwise_forecaster_ensemble.storage import load_member

__all__ = ["once"]

log = structlog.get_logger("shelfwise")


def once(kept: Path | None, name: str, make: Callable[[], Member | None]) -> Member | None:
    """Return the member called ``name`` that was ``kept``, if it was, else make it now and keep it.

    One that cannot be read is removed and made anew, which the log says. None, where there was too little to learn
    from, is not kept.
    """
    found = None if kept is None else _read(kept, name)
    if found is not None:
        return found
    made = make()
    if kept is not None and made is not None:
        _write(kept, made)
    return made


def _read(kept: Path, name: str) -> Member | None:
    if not kept.exists():
        return None
    try:
        return load_member(name, kept)
    except Exception as error:  # noqa: BLE001 - each library has errors of its own, and all mean that it cannot be read
        log.warning(
            "forecaster.checkpoint_unreadable",
            member=name,
            checkpoint=str(kept),
            reason=f"{type(error).__name__}: {error}",
            advice="it was removed and the member is fitted anew; nothing else need be done",
        )
        shutil.rmtree(kept)
        return None


def _write(kept: Path, member: Member) -> None:
    with TemporaryDirectory(dir=kept.parent, prefix=".") as temporary:
        written = Path(temporary) / kept.name
        written.mkdir()
        member.save(written)
        written.rename(kept)
