"""Lists of words in one cell."""

from __future__ import annotations

import re


def words_in(text: str) -> tuple[str, ...]:
    """Return the words of a cell, such as ``cold,lift``, each once; commas or semicolons stand between them."""
    words = (word.strip() for word in re.split(r"[,;]", text))
    return tuple(dict.fromkeys(word for word in words if word))


__all__ = ["words_in"]
