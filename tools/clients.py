# ruff: noqa: INP001 - a script, no package
"""Build the clients of every language and their examples, or those named: ``python tools/clients.py [NAME ...]``.

What is built has a ``build.sh``, which ends with 3 where this machine lacks what it needs. For root, the Debian
packages in ``debian-packages.txt`` beside it are then installed, as are those that the tests of the examples need. What
cannot be had is passed over with the reason; what fails to build is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

CLIENTS = Path(__file__).resolve().parent.parent / "clients"
EXAMPLES = CLIENTS / "examples"
FOLDERS = {path.parent.name: path.parent for home in (CLIENTS, EXAMPLES) for path in sorted(home.glob("*/build.sh"))}
CANNOT_BE_HAD = 3


def build(folder: Path) -> int:
    """Build a client, and note that it is ready; return the exit code."""
    ready = folder / "build/ready"
    ready.unlink(missing_ok=True)
    code = subprocess.run([folder / "build.sh"], check=False).returncode  # noqa: S603
    if code == 0:
        ready.parent.mkdir(exist_ok=True)
        ready.touch()
    return code


def install(packages: Path) -> bool:
    """Install the Debian packages of a list, where this is allowed; return whether it was tried."""
    if not packages.exists() or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    names = packages.read_text(encoding="utf-8").split()
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=quietly, check=False)  # noqa: S607
    command = ["apt-get", "install", "-qq", "--yes", "--no-install-recommends", *names]
    subprocess.run(command, env=quietly, check=False, stdout=subprocess.DEVNULL)  # noqa: S603
    return True


def main(names: list[str]) -> int:
    """Build one after the other; return the exit code."""
    if unknown := set(names) - FOLDERS.keys() - {"python"}:  # which has nothing to build
        sys.stderr.write(f"no such client: {', '.join(sorted(unknown))}; there are python, {', '.join(FOLDERS)}\n")
        return 2
    codes = {}
    for name, folder in FOLDERS.items():
        if names and name not in names:
            continue
        codes[name] = build(folder)
        if codes[name] == CANNOT_BE_HAD and install(folder / "debian-packages.txt"):
            codes[name] = build(folder)
    if not names:
        install(EXAMPLES / "debian-packages.txt")
    for name, code in codes.items():
        outcome = {0: "built", CANNOT_BE_HAD: "cannot be had here, as said above: its tests are skipped"}
        sys.stderr.write(f"{name}: {outcome.get(code, f'failed to build, with {code}')}\n")
    return int(any(code not in (0, CANNOT_BE_HAD) for code in codes.values()))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
