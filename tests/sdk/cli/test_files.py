"""Files that commands write."""

import json
import os

import pytest

from shelfwise.cli.files import OutputFile, OutputFolder, write_json, write_text


@pytest.mark.parametrize(
    ("place", "complaint"),
    [("", "is a folder"), ("absent/x.json", "there is no folder"), ("a_file/x.json", "there is no folder")],
)
def test_file_that_cannot_be_written_is_refused(tmp_path, place, complaint):
    """A folder, or a file in a folder that is not there, is refused before any work."""
    (tmp_path / "a_file").touch()

    with pytest.raises(Exception, match=complaint):
        OutputFile().convert(tmp_path / place, None, None)


def test_what_is_no_file_is_refused(tmp_path):
    """A pipe or a device would be replaced by a file, which nobody who names one wants."""
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(Exception, match="a device or a pipe"):
        OutputFile().convert(tmp_path / "pipe", None, None)


def test_standard_output_is_taken_where_it_is_allowed(tmp_path, monkeypatch):
    """A dash is standard output for some options, and refused by others."""
    monkeypatch.chdir(tmp_path)

    assert str(OutputFile(standard_output=True).convert("-", None, None)) == "-"
    assert OutputFile().convert("x.html", None, None).name == "x.html"
    with pytest.raises(Exception, match="cannot be printed"):
        OutputFile().convert("-", None, None)


def test_folder_inside_a_file_is_refused(tmp_path):
    """A folder cannot be made where a file stands in its path."""
    (tmp_path / "a_file").touch()

    with pytest.raises(Exception, match="is a file"):
        OutputFolder().convert(tmp_path / "a_file" / "models", None, None)


def test_folder_that_can_be_made_is_taken(tmp_path):
    """A folder need not be there yet."""
    assert OutputFolder().convert(tmp_path / "a" / "b", None, None) == tmp_path / "a" / "b"


def test_text_is_written_as_a_whole(tmp_path):
    """The file holds the text, ends in a line break, and nothing else is left beside it."""
    write_text(tmp_path / "x.txt", "Ω")

    assert (tmp_path / "x.txt").read_text(encoding="utf-8") == "Ω\n"
    assert [path.name for path in tmp_path.iterdir()] == ["x.txt"]


def test_failed_write_leaves_the_old_file(tmp_path):
    """Where writing fails, the earlier file stays and no part of the new one is left."""
    path = tmp_path / "x.txt"
    path.write_text("old")

    with pytest.raises(UnicodeEncodeError):
        write_text(path, "\ud800")

    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["x.txt"]


def test_json_is_plain(tmp_path):
    """JSON keeps unicode and refuses what JSON has no word for."""
    write_json(tmp_path / "x.json", {"name": "Ω"})

    assert json.loads((tmp_path / "x.json").read_text(encoding="utf-8")) == {"name": "Ω"}
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "y.json", float("nan"))
