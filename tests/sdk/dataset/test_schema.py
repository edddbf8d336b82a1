"""The schema says in words what each column may hold."""

import subprocess
import sys

import pytest

from shelfwise.dataset.schema import TABLES


def test_has_the_tables_of_the_design():
    """Every table a retailer can hand in is declared once, under its own name."""
    assert list(TABLES) == [
        "events",
        "impressions",
        "items",
        "customers",
        "demand",
        "nodes",
        "lanes",
        "stock",
        "promotions",
        "calendar",
        "vehicles",
        "deliveries",
    ]
    assert all(name == table.name for name, table in TABLES.items())


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("demand", "units", "a number of at least 0"),
        ("items", "pack_size", "a number above 0"),
        ("customers", "latitude", "a number of at least -90 and of at most 90"),
        ("events", "kind", "one of view, cart, purchase, return"),
        ("demand", "date", "a date such as 2024-01-31"),
        ("events", "item_id", "text that is not blank"),
    ],
)
def test_says_what_a_column_allows(table, column, words):
    """The allowed values of a column read as words, limits included."""
    assert TABLES[table].column(column).allowed == words


def test_keys_and_references_name_real_columns_and_tables():
    """A key is made of columns of its table, and a reference leads to a table."""
    for table in TABLES.values():
        assert set(table.key) <= set(table.names)
        assert len(set(table.names)) == len(table.names)
        assert all(column.refers_to in ("", *TABLES) for column in table.columns)


def test_the_configuration_loads_without_pandas():
    """Reading shelfwise.toml must not cost the import of everything that reads tables."""
    program = "import sys, shelfwise.dataset.config; sys.exit('pandas' in sys.modules or 'sqlalchemy' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
