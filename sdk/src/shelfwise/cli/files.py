"""Files that commands write: refused early where they cannot be written, and never half-written."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import rich_click as click

STANDARD_OUTPUT = Path("-")


class OutputFile(click.ParamType[Path]):
    """A file to be written; ``-`` is standard output where that is allowed."""

    name = "file"

    def __init__(self, *, standard_output: bool = False) -> None:
        self._standard_output = standard_output

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Check that the file can be written."""
        path = Path(value)
        if path == STANDARD_OUTPUT:
            if self._standard_output:
                return path
            self.fail("it cannot be printed; name a file", param, ctx)
        if path.is_dir():
            self.fail(f"{path} is a folder; name a file", param, ctx)
        if path.exists() and not path.is_file():
            self.fail(f"{path} is no file but a device or a pipe, which would be replaced; name a file", param, ctx)
        if not path.parent.is_dir():
            self.fail(f"there is no folder {path.parent} to write {path.name} into", param, ctx)
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            self.fail(f"{path} cannot be written; check its permissions", param, ctx)
        return path


class OutputFolder(click.ParamType[Path]):
    """A folder to be written into, which is made where it is absent."""

    name = "folder"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Check that the folder can be made or written into."""
        path = Path(value)
        nearest = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
        if not nearest.is_dir():
            self.fail(f"{nearest} is a file; name a folder", param, ctx)
        if not os.access(nearest, os.W_OK):
            self.fail(f"{nearest} cannot be written; check its permissions", param, ctx)
        return path


def write_text(path: Path, text: str) -> None:
    """Write a file as a whole or not at all; ``-`` prints the text."""
    if path == STANDARD_OUTPUT:
        click.echo(text)
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text if text.endswith("\n") else text + "\n")
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_json(path: Path, value: Any) -> None:
    """Write plain values as JSON, as a whole or not at all."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))
