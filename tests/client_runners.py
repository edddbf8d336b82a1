"""The runners of the clients, one or more a language, which all play cases alike: see ``clients/README.md``."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import attrs
from golden_cases import HERE, LARGE, golden_request
from google.protobuf import json_format
from google.protobuf.message import Message

from shelfwise.v1.decision_pb2 import DecideResponse

CLIENTS = Path(__file__).resolve().parents[1] / "clients"
SECONDS = 240
"""Longest that a runner may take, on a busy machine."""


@attrs.frozen
class Runner:
    """A program that plays cases through one client."""

    name: str
    program: Path
    environment: dict[str, str] = attrs.field(factory=dict)

    @property
    def missing(self) -> str:
        """Why it cannot be run; empty where it can."""
        folder = self.program.parents[1]
        if not (folder / "build.sh").exists():
            return ""
        ready = folder / "build/ready"
        problem = "has changed since it was built" if ready.exists() else "is not built"
        if ready.exists() and ready.stat().st_mtime >= max(path.stat().st_mtime for path in _sources(folder)):
            return ""
        return f"clients/{folder.name} {problem}: make test-clients LANGUAGES={folder.name} builds it, or says why not"

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess:
        """Run it to its end."""
        return subprocess.run(
            [self.program, *arguments],
            env={**os.environ, "PYTHON": sys.executable, **self.environment},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def play(
        self, target: str, cases: Path, *options: str, kind: type[Message] = DecideResponse
    ) -> dict[str, dict | Message]:
        """Play all cases of a folder; return by name the answer, of one kind, or what is told of the error."""
        out = cases.with_name(f"{cases.name}-of-{self.name}")
        out.mkdir()
        done = self.run("--target", target, "--cases", cases, "--out", out, *options)
        assert done.returncode == 0, done.stdout + done.stderr
        return {name: _outcome(out, name, kind) for name in names_in(cases)}


def runners() -> list[Runner]:
    """Return the runners of all languages, or those of the variable LANGUAGES.

    They are ``clients/LANGUAGE/conformance/run`` and ``run-VARIANT``.
    """
    chosen = os.environ.get("LANGUAGES", "").split()
    programs = [path for path in sorted(CLIENTS.glob("*/conformance/run*")) if os.access(path, os.X_OK)]
    return [Runner(_name(path), path) for path in programs if not chosen or path.parents[1].name in chosen]


def _name(program: Path) -> str:
    return "-".join([program.parents[1].name, *program.name.split("-")[1:]])


def _sources(folder: Path) -> list[Path]:
    made = {"build", "dist", "node_modules"}
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md"]
    inside = [path for path in files if not made & set(path.relative_to(folder).parts)]
    return [*inside, *(CLIENTS.parent / "proto").rglob("*.proto")]


def write_cases(folder: Path, names: list[str]) -> Path:
    """Write the requests of golden cases into a new folder."""
    folder.mkdir()
    for name in names:
        if name in LARGE:
            write_case(folder, name, golden_request(name))
        else:
            for end in ("json", "binpb"):
                shutil.copy(HERE / f"{name}.request.{end}", folder)
    return folder


def write_case(folder: Path, name: str, request) -> None:
    """Write one request in both forms."""
    (folder / f"{name}.request.binpb").write_bytes(request.SerializeToString())
    (folder / f"{name}.request.json").write_text(json_format.MessageToJson(request, preserving_proto_field_name=True))


def names_in(cases: Path) -> list[str]:
    """Return the names of the cases in a folder, in the order in which they are played."""
    return sorted(path.name.removesuffix(".request.binpb") for path in cases.glob("*.request.binpb"))


def _outcome(out: Path, name: str, kind: type[Message]) -> dict | Message:
    """Return what a runner wrote of a case; an answer in JSON must say the same as in binary."""
    error = out / f"{name}.error.json"
    if error.exists():
        return json.loads(error.read_text(encoding="utf-8"))
    answer = kind.FromString((out / f"{name}.response.binpb").read_bytes())
    answer.DiscardUnknownFields()
    text = out / f"{name}.response.json"
    assert not text.exists() or json_format.Parse(text.read_text(encoding="utf-8"), kind()) == answer
    return answer
