"""What is said of a comparison: its title as the name of a file, and a note on training times."""

from __future__ import annotations

SHARED_PARTS = "training times: parts that several rows are made of are fitted once, in the first row that has them"


def slug(title: str) -> str:
    """Return a title as the name of a file."""
    return title.lower().replace(",", "").replace(" ", "-")
