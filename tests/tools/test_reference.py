"""The reference of the API says what the contract says."""

import importlib.util
import sys
from pathlib import Path

import pytest

from shelfwise.v1 import decision_pb2

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def reference(monkeypatch, tmp_path):
    """Return the tool, with its page in a folder of the test."""
    specification = importlib.util.spec_from_file_location("reference", ROOT / "tools/reference.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "PAGE", tmp_path / "REFERENCE.md")
    return module


def run(reference, monkeypatch, *arguments):
    """Run the tool and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["reference.py", *arguments])
    return reference.main()


def test_the_committed_page_is_what_is_written(reference, monkeypatch):
    """Writing again gives the page in the repository."""
    assert run(reference, monkeypatch) == 0

    assert reference.PAGE.read_text() == (ROOT / "proto/REFERENCE.md").read_text()


def test_a_page_that_is_missing_or_stale_fails_the_check(reference, monkeypatch, capsys):
    """The check writes nothing, and tells what to run."""
    assert run(reference, monkeypatch, "--check") == 1
    assert not reference.PAGE.exists()
    run(reference, monkeypatch)
    assert run(reference, monkeypatch, "--check") == 0
    reference.PAGE.write_text("old")

    assert run(reference, monkeypatch, "--check") == 1
    assert "run `make proto`" in capsys.readouterr().err
    assert reference.PAGE.read_text() == "old"


def test_every_message_field_and_value_has_its_entry():
    """A caller finds each name of the contract, with its number."""
    page = (ROOT / "proto/REFERENCE.md").read_text()
    sections = {part.partition("\n")[0]: part for part in page.split("\n## ")}

    for name, message in decision_pb2.DESCRIPTOR.message_types_by_name.items():
        for field in message.fields:
            assert f"- **`{field.name}`** = {field.number}, " in sections[name]
    for name, enum in decision_pb2.DESCRIPTOR.enum_types_by_name.items():
        for value in enum.values:
            assert f"- **`{value.name}`** = {value.number}<br>" in sections[name]
