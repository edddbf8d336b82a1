# ruff: noqa: INP001 - a script, no package
"""Write the reference of the API from the comments of the wire contract, or check that it is current.

``python tools/reference.py`` writes ``proto/REFERENCE.md``; with ``--check`` it changes nothing and exits with 1
where the page is not what the contract gives.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
)

ROOT = Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
CONTRACT = PROTO / "shelfwise/v1/decision.proto"
PAGE = PROTO / "REFERENCE.md"
Place = tuple[int, ...]
"""Where something stands in a file, as the path of field numbers and positions that protoc gives it."""


def described() -> FileDescriptorProto:
    """Return the descriptor of the contract, with its comments."""
    with TemporaryDirectory() as scratch:
        target = Path(scratch) / "contract.binpb"
        # A process of its own: the compiler brings a protobuf that does not bear that of OR-Tools.
        command = [
            *(sys.executable, "-m", "grpc_tools.protoc"),
            f"--proto_path={PROTO}",
            "--include_source_info",
            f"--descriptor_set_out={target}",
            str(CONTRACT),
        ]
        if subprocess.run(command, check=False).returncode != 0:  # noqa: S603
            raise SystemExit("protoc could not compile the contract: its message stands above")
        return FileDescriptorSet.FromString(target.read_bytes()).file[0]


class Reference:
    """The page of one file of the contract, section by section, in the order of the file."""

    def __init__(self, file: FileDescriptorProto) -> None:
        self._file = file
        locations = file.source_code_info.location
        self._comments: dict[Place, str] = {tuple(each.path): each.leading_comments for each in locations}
        self._lines: dict[Place, int] = {tuple(each.path): each.span[0] for each in locations}

    def text(self) -> str:
        """Return the whole page."""
        numbers = FileDescriptorProto.DESCRIPTOR.fields_by_name
        declared: dict[Place, ServiceDescriptorProto | DescriptorProto | EnumDescriptorProto] = {
            (numbers[kind].number, position): value
            for kind in ("service", "message_type", "enum_type")
            for position, value in enumerate(getattr(self._file, kind))
        }
        places = sorted(declared, key=self._lines.__getitem__)
        contents = ", ".join(f"[{declared[place].name}](#{declared[place].name.lower()})" for place in places)
        source = f"[`{CONTRACT.name}`]({CONTRACT.relative_to(PROTO)})"
        head = [
            f"# `{self._file.package}`",
            f"Written by `make proto` from the comments of {source}; do not edit.",
            self._comment((FileDescriptorProto.SYNTAX_FIELD_NUMBER,)),
            "## Contents",
            textwrap.fill(contents, width=120, break_long_words=False, break_on_hyphens=False),
        ]
        sections = (part for place in places for part in self._section(place, declared[place]))
        return "\n\n".join([*head, *sections]) + "\n"

    def _section(
        self, place: Place, declared: ServiceDescriptorProto | DescriptorProto | EnumDescriptorProto
    ) -> Iterator[str]:
        yield f"## {declared.name}"
        yield self._comment(place)
        match declared:
            case ServiceDescriptorProto():
                for position, method in enumerate(declared.method):
                    yield f"**`{method.name}`** takes {_link(method.input_type)}, gives {_link(method.output_type)}."
                    yield self._comment((*place, ServiceDescriptorProto.METHOD_FIELD_NUMBER, position))
            case DescriptorProto():
                names = (f"- **`{field.name}`** = {field.number}, {_type(field)}" for field in declared.field)
                yield self._entries(names, (*place, DescriptorProto.FIELD_FIELD_NUMBER))
            case EnumDescriptorProto():
                names = (f"- **`{value.name}`** = {value.number}" for value in declared.value)
                yield self._entries(names, (*place, EnumDescriptorProto.VALUE_FIELD_NUMBER))

    def _entries(self, names: Iterable[str], place: Place) -> str:
        return "\n".join(
            f"{name}<br>\n{textwrap.indent(self._comment((*place, position)), '  ')}"
            for position, name in enumerate(names)
        )

    def _comment(self, place: Place) -> str:
        return textwrap.dedent(self._comments[place]).strip()


def _type(field: FieldDescriptorProto) -> str:
    plain = FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()
    name = _link(field.type_name) if field.type_name else f"`{plain}`"
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        return f"repeated {name}"
    return f"optional {name}" if field.proto3_optional else name


def _link(name: str) -> str:
    """Return a type of the contract as a link within the page, one of protobuf's own by its name."""
    if name.startswith(".google."):
        return f"`{name.removeprefix('.')}`"
    short = name.rpartition(".")[2]
    return f"[`{short}`](#{short.lower()})"


def main() -> int:
    """Write or check; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="change nothing, fail where the page is stale")
    check = parser.parse_args().check
    fresh = Reference(described()).text()
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == fresh:
        return 0
    if check:
        sys.stderr.write(f"{PAGE.relative_to(ROOT)} is not current; run `make proto`\n")
        return 1
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
