"""Files that are there whole or not at all."""

from __future__ import annotations

from pathlib import Path


def write_whole(path: Path, text: str) -> Path:
    """Write ``text`` as UTF-8 beside ``path``, put it in its place in one step, and return ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}")
    beside.write_text(text, encoding="utf-8", newline="")
    return beside.replace(path)
