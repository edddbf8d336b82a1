"""A data directory becomes a data set; what is wrong with it is said all at once."""

import json

import pandas as pd
import pytest

from shelfwise.dataset import DataConfig, TableSource, read_dataset
from shelfwise.errors import DataError

EVENTS = "time,customer_id,item_id,quantity,price\n2024-01-01 10:00,c,a,2,3.5\n2024-01-02 11:00,d,b,1,2\n"


def test_reads_files_named_after_the_tables(tmp_path):
    """Without configuration, events.csv and items.parquet are the events and the items."""
    (tmp_path / "events.csv").write_text(EVENTS)
    pd.DataFrame({"item_id": ["a"], "category": ["tea"], "colour": ["red"]}).to_parquet(tmp_path / "items.parquet")

    dataset = read_dataset(DataConfig(), tmp_path)

    assert len(dataset.events) == 2
    assert dataset.items.set_index("item_id").loc["a", ["category", "colour"]].tolist() == ["tea", "red"]
    assert dataset.quality.rows_read == {"events": 2, "items": 1}


def test_maps_the_columns_of_an_export(tmp_path):
    """Columns, constants and values are translated; columns of our name need no mapping."""
    (tmp_path / "log.csv").write_text("ts;visitor;sku;what;quantity\n1704103200;v;a;addtocart;2\n")
    source = TableSource(
        path="log.csv",
        columns={"time": "ts", "customer_id": "visitor", "item_id": "sku", "kind": "what"},
        constants={"channel": "web"},
        values={"kind": {"addtocart": "cart"}},
        time_format="s",
    )
    events = read_dataset(DataConfig(tables={"events": source}), tmp_path).events
    row = events.iloc[0]
    assert (row["customer_id"], row["item_id"], row["kind"], row["quantity"]) == ("v", "a", "cart", 2.0)
    assert (str(row["time"]), row["channel"]) == ("2024-01-01 10:00:00", "web")


def test_bad_rows_are_counted_shown_and_quarantined(tmp_path):
    """Every kind of bad row is reported with row, column, value and what is allowed, and can be written to a file."""
    (tmp_path / "demand.csv").write_text(
        "date,item_id,units,price\n"
        "2024-01-01,a,3,1\n"
        "01.02.2024,a,3,1\n"
        "2024-01-02,,3,1\n"
        "2024-01-03,a,many,1\n"
        "2024-01-04,a,NaN,1\n"
        "2024-01-05,a,-1,1\n"
        "2024-01-01,a,9,1\n"
        "2024-01-06,a,1\n"
        "2024-01-07,a,4,1\n"
    )

    dataset = read_dataset(DataConfig(), tmp_path)

    quality = dataset.quality
    assert dataset.demand["units"].tolist() == [3.0, 4.0]
    assert (quality.rows_read["demand"], quality.rows_kept["demand"]) == (9, 2)
    assert quality.finding("demand", "invalid_date").examples == ("row 2: date '01.02.2024'",)
    assert quality.finding("demand", "invalid_date").text == "date must be a date such as 2024-01-31"
    assert quality.finding("demand", "invalid_item_id").examples == ("row 3: item_id ''",)
    assert quality.finding("demand", "invalid_units").rows == 3
    assert quality.finding("demand", "invalid_units").text == "units must be a number of at least 0"
    assert quality.finding("demand", "repeated_key").examples == ("row 7: date '2024-01-01'",)
    assert quality.finding("demand", "broken_row").examples == ("row 8: text '2024-01-06,a,1'",)
    quality.write(tmp_path / "report")
    written = pd.read_csv(tmp_path / "report" / "demand.quarantine.csv")
    assert sorted(written["row"]) == [2, 3, 4, 5, 6, 7, 8]
    assert json.loads((tmp_path / "report" / "quality.json").read_text()) == quality.to_dict()
    assert any("demand: 2 of 9 rows kept" in line for line in quality.lines())


def test_everything_wrong_is_said_at_once(tmp_path):
    """Misspelt columns and tables, missing columns and files are one error with suggestions."""
    (tmp_path / "sales.csv").write_text("InvoiceDate,StockCode,Qty\n2024-01-01,a,1\n")
    (tmp_path / "items.csv").write_text("item,price\na,1\n")
    config = DataConfig(
        tables={
            "events": TableSource(
                path="sales.csv", columns={"time": "InvoiceDat", "item_id": "StockCode", "quantty": "Qty"}
            ),
            "stocks": TableSource(path="stock.csv"),
            "lanes": TableSource(path="lanes.csv"),
            "nodes": TableSource(query="select 1"),
        }
    )

    with pytest.raises(DataError) as caught:
        read_dataset(config, tmp_path)

    message = str(caught.value)
    assert "events.time: the data has no column 'InvoiceDat'; did you mean 'InvoiceDate'?" in message
    assert "events: there is no column 'quantty'; did you mean 'quantity'?" in message
    assert "tables.stocks: there is no such table; did you mean 'stock'?" in message
    assert "lanes: there is no file" in message
    assert "tables.nodes.url: a query needs the URL of a database" in message
    assert "items.item_id: there is no such column" in message
    assert "did you mean 'item'?" not in message.partition("items.item_id")[0]


def test_a_misspelt_optional_column_is_pointed_out(tmp_path):
    """A column that is not used, but nearly bears the name of one that is missing, is in the report."""
    (tmp_path / "events.csv").write_text("time,item_id,prise,till,clerk\n2024-01-01,a,1,2,x\n")
    report = read_dataset(DataConfig(), tmp_path).quality
    assert "did you mean 'price'?" in report.finding("events", "unused_prise").text
    assert report.finding("events", "unused_columns").text == "columns not used: till, clerk"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "no export of a known shape (it has nothing)"),
        ({"notes.txt": "hello"}, "it has notes.txt"),
        ({"events.csv": EVENTS, "events.parquet": "x"}, "there are both events.csv and events.parquet"),
        ({"events.parquet": "no parquet"}, "events.parquet cannot be read as Parquet"),
        ({"items.csv": "item_id\na\n"}, "events or demand: one of the two tables is needed"),
        ({"events.csv": "time,item_id\n"}, "there is not a single row that can be used"),
    ],
)
def test_says_what_a_directory_lacks(tmp_path, files, words):
    """A directory that cannot be used is an error that says what was looked for and what is there."""
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    with pytest.raises(DataError) as caught:
        read_dataset(DataConfig(), tmp_path)
    assert words in str(caught.value)


def test_a_missing_directory_is_an_error(tmp_path):
    """A directory that is not there is named."""
    with pytest.raises(DataError, match="there is no data directory"):
        read_dataset(DataConfig(), tmp_path / "none")


def test_tells_its_progress(tmp_path):
    """Each table read and the cleaning are steps that add up."""
    (tmp_path / "events.csv").write_text(EVENTS)
    told = []
    read_dataset(DataConfig(), tmp_path, progress=lambda step, done, total: told.append((step, done, total)))
    assert told == [("read events", 0, 2), ("clean", 1, 2), ("clean", 2, 2)]
