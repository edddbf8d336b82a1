"""Databases: queries and tables, and no secret in any message."""

import sqlite3

import pytest

from shelfwise.dataset.config import TableSource
from shelfwise.dataset.readers.sql import read_sql
from shelfwise.errors import DataError


@pytest.fixture
def directory(tmp_path):
    """A directory with a SQLite file that has a table of sales."""
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("create table sales (sku text, sold_at text, pieces integer)")
        connection.executemany("insert into sales values (?, ?, ?)", [("a", "2024-01-01", 2), ("b", "2024-01-02", 3)])
    connection.close()
    return tmp_path


@pytest.mark.parametrize("query", ["sales", "main.sales", "select * from sales order by sku"])
def test_reads_a_table_or_a_query(directory, query):
    """A single word names a table, anything longer is a query; rows count from 1."""
    frame = read_sql("events", TableSource(url="sqlite:///shop.db", query=query), directory)
    assert frame.to_dict("list") == {"sku": ["a", "b"], "sold_at": ["2024-01-01", "2024-01-02"], "pieces": [2, 3]}
    assert frame.index.tolist() == [1, 2]


def test_takes_variables_from_the_environment(directory, monkeypatch):
    """A variable in the URL is replaced, and a missing one named."""
    source = TableSource(url="sqlite:///${SHOP_FILE}", query="sales")
    with pytest.raises(DataError, match="the environment variable SHOP_FILE is not set"):
        read_sql("events", source, directory)
    monkeypatch.setenv("SHOP_FILE", "shop.db")
    assert len(read_sql("events", source, directory)) == 2


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"url": "sqlite:///none.db"}, "there is no SQLite file"),
        ({"url": "sqlite:///shop.db", "query": "slaes"}, "no such table: slaes"),
        ({"url": "sqlite:///shop.db", "query": "select sku, sku from sales"}, "the column 'sku' more than once"),
        ({"url": "nonsense"}, "not a database URL"),
        ({"url": "martian://host/db"}, "cannot be opened"),
    ],
)
def test_says_why_a_database_cannot_be_read(directory, source, words):
    """A database that does not answer is an error that names the table and the trouble."""
    with pytest.raises(DataError, match="events") as caught:
        read_sql("events", TableSource(**source), directory)
    assert words in str(caught.value)
    assert not (directory / "none.db").exists()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://shop:s3cr3t@127.0.0.1:1/db?connect_timeout=2",
        "postgresql+psycopg://shop:s3cr3t@127.0.0.1:s3cr3t/db",
        "postgresql+psycopg://shop@127.0.0.1:1/db?password=s3cr3t&connect_timeout=2",
        "martian://shop:s3cr3t@host/db",
        "sqlite://shop:s3cr3t@host/db",
    ],
)
def test_no_password_in_errors(directory, url):
    """Neither the message, its causes nor the repr of the source shows a password."""
    source = TableSource(url=url)
    with pytest.raises(DataError) as caught:
        read_sql("events", source, directory)
    assert "s3cr3t" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert "s3cr3t" not in repr(source)
