"""The page on the tables says what the schema says, and its configuration works."""

import re
import tomllib
from pathlib import Path

import pytest

import shelfwise.dataset
from shelfwise.config import parse_config
from shelfwise.dataset import read_dataset
from shelfwise.dataset.schema import TABLES, Kind

README = Path(shelfwise.dataset.__file__).with_name("README.md").read_text(encoding="utf-8")


def _described(column):
    """Return a column as the page shows it: required ones in bold, then the choices and the default."""
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    default = {True: "yes", False: "no"}.get(column.default, column.default)
    if isinstance(column.default, float):
        default = f"{column.default:g}"
    notes = [" / ".join(column.choices)] if column.choices else []
    notes += ["yes or no"] if column.kind is Kind.FLAG else []
    notes += [f"default {default}"] if default not in (None, "") else []
    return f"{name} {column.meaning}" + (f" ({'; '.join(notes)})" if notes else "")


def _section():
    """Return the part of the page that the schema determines, a row a table and a line a column."""
    rows = (
        f"| **{table.name}**<br>{table.meaning} | {'<br>'.join(_described(column) for column in table.columns)} |"
        for table in TABLES.values()
    )
    return "\n".join(("| table | columns |", "|---|---|", *rows))


def test_shows_every_column_as_the_schema_has_it():
    """Names, meanings, choices and defaults are those of the schema, to the letter."""
    assert _section() in README, f"the list of tables should read:\n{_section()}"


def test_is_a_page():
    """Nobody has to scroll far."""
    assert len(README.splitlines()) <= 90


@pytest.mark.parametrize("block", re.findall(r"^```toml\n(.*?)^```", README, re.MULTILINE | re.DOTALL))
def test_every_configuration_is_one(block):
    """No key in an example is unknown."""
    assert parse_config(tomllib.loads(block)).data.tables


def test_the_mapping_reads_the_export_it_describes(tmp_path):
    """The example turns a shop's own file into events."""
    block = re.search(r"^```toml\n(.*?sales\.csv.*?)^```", README, re.MULTILINE | re.DOTALL)[1]
    (tmp_path / "sales.csv").write_text(
        "Invoice;Date;Article;Pieces;Unit price;Action\n"
        "7;31/01/2024 14:30;a1;2;1,50;SALE\n"
        "7;31/01/2024 14:30;POST;1;4,00;SALE\n"
        "7;31/01/2024 14:30;b2;1;9,00;SALE\n"
        "C8;01/02/2024 09:00;b2;1;9,00;SALE\n"
    )

    dataset = read_dataset(parse_config(tomllib.loads(block)).data, tmp_path)

    assert len(dataset.events) == 1
    row = dataset.events.iloc[0]
    assert (row["item_id"], row["quantity"], row["price"], row["channel"]) == ("a1", 2.0, 1.5, "store")
    assert str(row["time"]) == "2024-01-31 14:30:00"
    assert dataset.quality.finding("events", "not_an_item").rows == 1
    assert dataset.quality.finding("events", "cancellation").rows == 1
    assert dataset.currency == "GBP"
