"""A PostgreSQL server, started for the test, is read like a file."""

import pytest
import sqlalchemy
from postgresql_server import PASSWORD, postgresql

from shelfwise.dataset import DataConfig, TableSource, read_dataset


@pytest.fixture
def url():
    """The URL of an empty database."""
    with postgresql() as url:
        yield url


def test_reads_events_from_postgresql(url, tmp_path, monkeypatch):
    """Typed columns of a query, decimals and times with a zone among them, become a data set."""
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            sqlalchemy.text("create table sales (sku text, sold_at timestamptz, pieces integer, paid numeric(9, 2))")
        )
        rows = "('é-1', '2024-01-01 12:00+02', 2, 3.50), ('b', '2024-01-02 09:00+00', 1, null), ('b', null, 1, 2)"
        connection.execute(sqlalchemy.text(f"insert into sales values {rows}"))
    engine.dispose()
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)
    source = TableSource(
        url=url.replace(PASSWORD, "${SHOP_PASSWORD}").replace("+psycopg", ""),
        query="select * from sales order by sku",
        columns={"item_id": "sku", "time": "sold_at", "quantity": "pieces", "price": "paid"},
    )

    dataset = read_dataset(DataConfig(tables={"events": source}), tmp_path)

    assert dataset.events[["item_id", "quantity"]].to_numpy().tolist() == [["é-1", 2.0], ["b", 1.0]]
    assert str(dataset.events["time"][0]) == "2024-01-01 10:00:00"
    assert dataset.events["price"][0] == 3.5
    assert dataset.quality.finding("events", "invalid_time").rows == 1
