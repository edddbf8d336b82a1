"""How the search is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["compiled"]

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function when it is first called, and keep that for later processes where there is a place for it.

    What is kept is taken to be stale when the file of the function changes, but not when that of one that it calls
    does: who changes one file here removes ``__pycache__``.
    """
    try:
        return cast("Function", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # neither beside the file nor in the user's cache may be written
        return cast("Function", numba.njit(nogil=True)(function))
