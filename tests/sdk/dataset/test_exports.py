"""Exports are known by their columns."""

import pandas as pd
import pytest

from shelfwise.dataset import Cleaning, DataConfig, Defaults, known_export, read_dataset

ROWS = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    "536365,85123A,WHITE HANGING HEART,6,12/1/2010 8:26,2.55,17850,United Kingdom\n"
    "536365,71053,WHITE METAL LANTERN,6,12/1/2010 8:26,3.39,17850,United Kingdom\n"
    "536366,POST,POSTAGE,1,12/1/2010 8:28,18,12583,France\n"
    "C536367,71053,WHITE METAL LANTERN,-6,12/2/2010 9:00,3.39,17850,United Kingdom\n"
    "536368,22752,SET 7 BABUSHKA NESTING BOXES,2,12/3/2010 9:01,7.65,,France\n"
)


@pytest.fixture
def directory(tmp_path):
    """A directory that holds nothing but an export under a name of its own."""
    (tmp_path / "whatever 2010.csv").write_text(ROWS)
    return tmp_path


def test_knows_online_retail_whatever_its_name(directory):
    """The columns alone tell how to read the file."""
    config = known_export(directory)
    assert config is not None
    assert config.tables["events"].path == "whatever 2010.csv"
    assert config.currency == "GBP"


def test_reads_it_without_any_configuration(directory):
    """American dates, cancellations, postage and missing customers of the export are understood."""
    dataset = read_dataset(DataConfig(), directory)
    assert dataset.currency == "GBP"
    assert dataset.items["description"].tolist() == ["SET 7 BABUSHKA NESTING BOXES", "WHITE HANGING HEART"]
    assert dataset.customers["zone"].tolist() == ["United Kingdom"]
    assert str(dataset.events["time"].iloc[-1]) == "2010-12-03 09:01:00"


def test_own_settings_go_before_the_preset(directory):
    """Currency, cleaning and defaults that the configuration sets hold for a known export, too."""
    config = DataConfig("USD", cleaning=Cleaning(), defaults=Defaults(unit_cost_share=0.5))
    dataset = read_dataset(config, directory)
    assert dataset.currency == "USD"
    assert (dataset.items["unit_cost"] / dataset.items["price"]).round(6).eq(0.5).all()


def test_knows_nothing_else(tmp_path):
    """Two such files, other columns or an unreadable file are no known export."""
    assert known_export(tmp_path / "none") is None
    (tmp_path / "broken.parquet").write_text("x")
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "other.parquet")
    assert known_export(tmp_path) is None
    (tmp_path / "one.csv").write_text(ROWS)
    (tmp_path / "two.csv").write_text(ROWS)
    assert known_export(tmp_path) is None
