"""Titles of comparisons as names of files."""

from __future__ import annotations


def slug(title: str) -> str:
    """Return a title as the name of a file."""
    return title.lower().replace(",", "").replace(" ", "-")
