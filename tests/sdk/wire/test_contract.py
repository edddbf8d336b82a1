"""The contract on the wire says what the types say, and says it in words."""

import re
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import attrs
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

import shelfwise.types
from shelfwise import validation
from shelfwise.v1 import decision_pb2 as pb

ROOT = Path(__file__).parents[3]
PROTO = ROOT / "proto"
OTHER_NAMES = {"DecideRequest": "DecisionRequest", "DecideResponse": "Decision"}
WIRE_ONLY = {"Money", "ForecastPart"}
DIFFERENT = {
    "RecommendRequest": ({"seed", "request_id"}, set()),
    "ForecastRequest": ({"seed", "use_in_stock"}, set()),
    "ReplenishRequest": ({"seed"}, set()),
    "RouteRequest": ({"seed", "detour_factor"}, {"only_transfers"}),
    "DemandForecast": ({"items", "nodes"}, {"item_ids", "node_ids", "horizon_days"}),
    "OrderLines": ({"cost", "cost_if_skipped"}, {"cost_micros", "cost_if_skipped_micros"}),
}
"""Fields of the type alone and of the message alone. The orchestrator sets some; an Index is a column of ids."""

MESSAGES = sorted(set(pb.DESCRIPTOR.message_types_by_name) - WIRE_ONLY)
ENUMS = sorted(pb.DESCRIPTOR.enum_types_by_name)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Return the compiled contract with its comments."""
    path = tmp_path_factory.mktemp("proto") / "contract.bin"
    # The compiler brings a protobuf of its own, which does not bear that of OR-Tools in one process.
    compiler = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTO}", "--include_source_info"]
    subprocess.run([*compiler, f"--descriptor_set_out={path}", "shelfwise/v1/decision.proto"], check=True)
    return FileDescriptorSet.FromString(path.read_bytes()).file[0]


@pytest.fixture(scope="module")
def comments(source):
    """Return the comment above each element, by its path in the descriptor."""
    return {tuple(spot.path): spot.leading_comments.strip() for spot in source.source_code_info.location}


def fields(source, comments):
    """Yield each field with its message and its comment."""
    for row, message in enumerate(source.message_type):
        for column, field in enumerate(message.field):
            yield message, field, comments.get((4, row, 2, column), "")


def run(*command):
    """Run a program in the repository and return what it said."""
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_has_the_fields_of_its_type(name):
    """Field names are those of the Python type, but for the differences listed above."""
    kind = getattr(shelfwise.types, OTHER_NAMES.get(name, name))
    of_type, of_message = DIFFERENT.get(name, (set(), set()))

    wire = {field.name for field in pb.DESCRIPTOR.message_types_by_name[name].fields}

    assert wire - of_message == {field.name for field in attrs.fields(kind)} - of_type


@pytest.mark.parametrize("name", ENUMS)
def test_an_enumeration_has_the_words_of_its_type(name):
    """The words are those of the Python enumeration, after one that means nothing was specified."""
    words = getattr(shelfwise.types, name)
    prefix = re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()

    wire = [value.name for value in pb.DESCRIPTOR.enum_types_by_name[name].values]

    assert issubclass(words, StrEnum)
    assert wire == [f"{prefix}_UNSPECIFIED", *(f"{prefix}_{word.name}" for word in words)]


def test_everything_is_commented(source, comments):
    """Each message, field, enumeration, value and call has its comment."""
    paths = [(6, 0), (6, 0, 2, 0)]
    for row, message in enumerate(source.message_type):
        paths += [(4, row), *((4, row, 2, column) for column in range(len(message.field)))]
    for row, enum in enumerate(source.enum_type):
        paths += [(5, row), *((5, row, 2, column) for column in range(len(enum.value)))]

    assert [path for path in paths if not comments.get(path)] == []


def test_a_field_of_a_request_says_its_default_or_that_it_is_required(source, comments):
    """Whoever writes a request learns from the contract what happens when a field is left out."""
    asked = {"DecideRequest"}
    for _ in range(4):
        asked |= {
            field.type_name.rpartition(".")[2]
            for message in source.message_type
            if message.name in asked
            for field in message.field
            if field.type_name.startswith(".shelfwise")
        }
    rows = {"Money", "StockLevels", "OpenOrderLines", "TravelMatrix"}

    silent = [
        f"{message.name}.{field.name}"
        for message, field, comment in fields(source, comments)
        if message.name in asked - rows and "Default:" not in comment and "Required." not in comment
    ]

    assert silent == []


def test_a_default_in_the_contract_is_the_default_of_the_type(source, comments):
    """A number, true or false after "Default:" is what the Python type has."""
    checked = 0
    for message, field, comment in fields(source, comments):
        stated = re.search(r"Default: (\d+(?:\.\d+)?|true|false)\.(?:\s|$)", comment)
        if not stated or field.name in DIFFERENT.get(message.name, (set(), set()))[1]:
            continue
        kind = getattr(shelfwise.types, OTHER_NAMES.get(message.name, message.name))
        value = {"true": True, "false": False}.get(stated[1])
        assert getattr(attrs.fields(kind), field.name).default == (float(stated[1]) if value is None else value), field
        checked += 1
    assert checked >= 15


@pytest.mark.parametrize(
    ("message", "field", "most"),
    [
        ("RecommendRequest", "slate_size", validation.MAXIMUM_SLATE_SIZE),
        ("ForecastRequest", "horizon_days", validation.MAXIMUM_HORIZON_DAYS),
        ("ReplenishRequest", "review_days", validation.MAXIMUM_REVIEW_DAYS),
    ],
)
def test_a_range_in_the_contract_is_the_one_that_is_checked(source, comments, message, field, most):
    """The upper bounds in the comments are those of the validation."""
    found = {(kind.name, entry.name): comment for kind, entry, comment in fields(source, comments)}

    assert f"Range: 1 to {most}." in found[message, field]


def test_numbers_are_packed(source):
    """Repeated numbers are packed, as proto3 does where nobody says otherwise."""
    assert source.syntax == "proto3"
    assert not [field for message in source.message_type for field in message.field if field.options.HasField("packed")]


def test_the_generated_code_is_current():
    """The committed code is what the contract gives."""
    done = run(sys.executable, ROOT / "tools/proto.py", "--check")

    assert done.returncode == 0, done.stderr


def test_buf_has_nothing_to_object_to():
    """The contract keeps the standard rules of buf, comments included."""
    done = run(Path(sys.executable).parent / "buf", "lint")

    assert done.returncode == 0, done.stdout + done.stderr
