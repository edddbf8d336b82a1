"""What an interrupt leaves behind: tensors in a file that is there as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from shelfwise.errors import PluginError

__all__ = ["read", "usable", "write"]


def write(path: Path, tensors: Mapping[str, Tensor], numbers: Mapping[str, str] | None = None) -> None:
    """Write tensors, and numbers as text, so that a reader sees the old file or the new one."""
    temporary = path.with_suffix(".part")
    save_file(dict(tensors), temporary, metadata=dict(numbers or {}))
    temporary.replace(path)


def read(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return what :func:`write` wrote."""
    with safe_open(path, "pt") as stored:
        numbers = stored.metadata() or {}
    return load_file(path), dict(numbers)


@contextmanager
def usable(path: Path) -> Iterator[None]:
    """Remove a checkpoint of which no use can be made.

    Raises:
        PluginError: The file cannot be read, or is not of this training.
    """
    try:
        yield
    except (SafetensorError, KeyError, ValueError, RuntimeError) as error:
        path.unlink()
        raise PluginError(
            f"the checkpoint {path} of an interrupted training cannot be read ({error}); it was removed, train again"
        ) from error
