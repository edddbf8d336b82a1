"""Optuna, or how to get it."""

from __future__ import annotations

from shelfwise.errors import ShelfwiseError

try:
    import optuna
except ImportError as error:
    raise ShelfwiseError("tuning needs Optuna: install it with `pip install 'shelfwise[tune]'`") from error

__all__ = ["optuna"]
