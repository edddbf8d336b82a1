"""Text files: delimiters, encodings, broken rows."""

import gzip

import pytest

from shelfwise.dataset.config import TableSource
from shelfwise.dataset.quality import QualityLog
from shelfwise.dataset.readers.text import read_text, text_columns
from shelfwise.errors import DataError


def _read(path, content, **source):
    log = QualityLog()
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    frame = read_text(path, "events", TableSource(**source), log)
    return frame, log.report()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_finds_the_delimiter(tmp_path, delimiter):
    """The delimiter is the one that splits the header."""
    frame, _ = _read(tmp_path / "a.csv", f"a{delimiter}b\n1{delimiter}2\n")
    assert frame.to_dict("list") == {"a": ["1"], "b": ["2"]}


@pytest.mark.parametrize(("encoding", "said"), [("utf-8", ""), ("utf-8-sig", ""), ("cp1252", ""), ("utf-16", "utf-16")])
def test_reads_the_usual_encodings(tmp_path, encoding, said):
    """UTF-8 with or without a mark and Windows-1252 are found out, others are named."""
    frame, _ = _read(tmp_path / "a.csv", "naïve\n£5\n".encode(encoding), encoding=said)
    assert frame["naïve"].tolist() == ["£5"]


def test_reads_compressed_files_and_windows_lines(tmp_path):
    """A .gz file is unpacked, and a carriage return is no part of a value."""
    frame, _ = _read(tmp_path / "a.csv.gz", gzip.compress(b"a,b\r\n1,2\r\n"))
    assert frame.to_dict("list") == {"a": ["1"], "b": ["2"]}


def test_puts_rows_with_too_many_or_too_few_fields_aside(tmp_path):
    """A row of the wrong width is quarantined with its number and text, and the others keep their numbers."""
    frame, report = _read(tmp_path / "a.csv", "a,b,c\n1,2,3\n1,2\n\n1,2,3,4\n7,8,9\n")

    assert frame.index.tolist() == [1, 4]
    assert report.finding("events", "broken_row").rows == 2
    assert report.quarantine["events"][["row", "text"]].to_numpy().tolist() == [[2, "1,2"], [3, "1,2,3,4"]]
    assert "a row must have 3 fields" in report.finding("events", "broken_row").text


def test_a_quote_that_is_never_closed_breaks_one_row_only(tmp_path):
    """The rows after a stray quote are read, whether or not a later quote closes it by accident."""
    rows = "".join(f"{number},{number},{number}\n" for number in range(3, 40))
    for tail in ("", '40,"x",40\n41,41,41\n'):
        frame, report = _read(tmp_path / "a.csv", f'a,b,c\n1,1,1\n2,"5 inch,2\n{rows}{tail}')

        assert frame["a"].tolist()[:3] == ["1", "3", "4"]
        assert len(frame) == 38 + tail.count("\n")
        assert report.quarantine["events"]["text"].tolist() == ['2,"5 inch,2']


def test_values_may_span_lines(tmp_path):
    """A quoted line break belongs to the value."""
    frame, report = _read(tmp_path / "a.csv", 'a,b\n1,"two\nlines"\n2,"a ""quoted"" word"\n')
    assert frame["b"].tolist() == ["two\nlines", 'a "quoted" word']
    assert report.findings == ()


@pytest.mark.parametrize(
    ("content", "source", "words"),
    [
        (b"", {}, "is empty; its first line must name the columns"),
        (b"a,b,a\n", {}, "names the column 'a' more than once"),
        (b"a\0b", {}, "is not a text file"),
        (b"\xff\xfe\xfd", {"encoding": "utf-8"}, "is not text in utf-8"),
        (b"a\n", {"encoding": "klingon"}, "there is no encoding 'klingon'"),
    ],
)
def test_says_why_a_file_cannot_be_read(tmp_path, content, source, words):
    """An unusable file is an error that names the table and the trouble."""
    with pytest.raises(DataError, match="events") as caught:
        _read(tmp_path / "a.csv", content, **source)
    assert words in str(caught.value)


def test_a_damaged_archive_is_an_error(tmp_path):
    """A .gz file that cannot be unpacked is named."""
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n" * 100)[:-12])
    with pytest.raises(DataError, match=r"a\.csv\.gz cannot be read"):
        read_text(path, "events", TableSource(), QualityLog())


def test_names_of_columns_come_from_the_first_line(tmp_path):
    """Looking at the columns reads the header alone."""
    (tmp_path / "a.csv").write_text("x;y\n" + "1;2\n" * 50_000)
    assert text_columns(tmp_path / "a.csv") == ["x", "y"]
