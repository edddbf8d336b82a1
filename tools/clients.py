# ruff: noqa: INP001 - a script, no package
"""Build the clients of every language, or of those named: ``python tools/clients.py [LANGUAGE ...]``.

A client is built by ``clients/LANGUAGE/build.sh``, which ends with 3 where this machine lacks what it needs. For root,
the Debian packages in ``debian-packages.txt`` beside it are then installed. A language that cannot be had is passed
over with the reason; one that fails to build is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

CLIENTS = Path(__file__).resolve().parent.parent / "clients"
LANGUAGES = sorted(path.parent.name for path in CLIENTS.glob("*/build.sh"))
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


def main(languages: list[str]) -> int:
    """Build one language after the other; return the exit code."""
    if unknown := set(languages) - set(LANGUAGES) - {"python"}:  # which has nothing to build
        sys.stderr.write(f"no such client: {', '.join(sorted(unknown))}; there are python, {', '.join(LANGUAGES)}\n")
        return 2
    codes = {}
    for language in [each for each in languages or LANGUAGES if each != "python"]:
        folder = CLIENTS / language
        codes[language] = build(folder)
        if codes[language] == CANNOT_BE_HAD and install(folder / "debian-packages.txt"):
            codes[language] = build(folder)
    for language, code in codes.items():
        outcome = {0: "built", CANNOT_BE_HAD: "cannot be had here, as said above: its tests are skipped"}
        sys.stderr.write(f"{language}: {outcome.get(code, f'failed to build, with {code}')}\n")
    return int(any(code not in (0, CANNOT_BE_HAD) for code in codes.values()))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
