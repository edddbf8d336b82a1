# ruff: noqa: INP001 - a script, no package
"""Generate the Python code of the wire contract, or check that what is committed is current.

``python tools/proto.py`` writes ``sdk/src/shelfwise/v1``; with ``--check`` it changes nothing and exits with 1
where the committed code is not what the contract gives.
"""

from __future__ import annotations

import argparse
import sys
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from grpc_tools import protoc  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
PACKAGE = Path("shelfwise/v1")
HOME = ROOT / "sdk/src" / PACKAGE
INIT = '"""Generated from proto/shelfwise/v1 by tools/proto.py: import the modules, not the package."""\n'


def generate(destination: Path) -> None:
    """Write the generated package below ``destination``."""
    binaries = Path(sys.executable).parent
    arguments = [
        "protoc",
        f"--proto_path={PROTO}",
        f"--proto_path={files('grpc_tools') / '_proto'}",
        f"--plugin=protoc-gen-mypy={binaries / 'protoc-gen-mypy'}",
        f"--plugin=protoc-gen-mypy_grpc={binaries / 'protoc-gen-mypy_grpc'}",
        f"--python_out={destination}",
        f"--grpc_python_out={destination}",
        f"--mypy_out=quiet:{destination}",
        f"--mypy_grpc_out=quiet:{destination}",
        *sorted(str(path) for path in (PROTO / PACKAGE).glob("*.proto")),
    ]
    if protoc.main(arguments) != 0:
        raise SystemExit("protoc could not compile the contract: its message stands above")
    (destination / PACKAGE / "__init__.py").write_text(INIT, encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    """Return what each source file of a generated package holds, by file name."""
    return {path.name: path.read_bytes() for path in folder.glob("*.py*") if path.is_file()}


def main() -> int:
    """Generate or check; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="change nothing, fail where the committed code is stale")
    check = parser.parse_args().check
    with TemporaryDirectory() as scratch:
        generate(Path(scratch))
        fresh = contents(Path(scratch) / PACKAGE)
    committed = contents(HOME) if HOME.exists() else {}
    stale = sorted(name for name in fresh.keys() | committed.keys() if fresh.get(name) != committed.get(name))
    if not stale:
        return 0
    if check:
        sys.stderr.write(f"not current in {HOME.relative_to(ROOT)}: {', '.join(stale)}; run `make proto`\n")
        return 1
    HOME.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in fresh:
            (HOME / name).write_bytes(fresh[name])
        else:
            (HOME / name).unlink()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
