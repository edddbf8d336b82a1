"""A year of a real shop's invoices, raw as it was exported; the counts are facts of the file."""

import numpy as np
import pandas as pd
import pytest
from shared_data import shared_data

from shelfwise.dataset import DataConfig, Dataset, read_dataset


@pytest.fixture(scope="module")
def raw():
    """The rows as they stand in the file."""
    return pd.read_parquet(shared_data("online_retail", "online_retail.parquet"))


@pytest.fixture(scope="module")
def dataset():
    """The data set read without any configuration."""
    return read_dataset(DataConfig(), shared_data("online_retail"))


def test_every_line_is_accounted_for(dataset):
    """Of 541,909 lines each is an event or put aside under exactly one rule."""
    quality = dataset.quality
    assert quality.rows_read == {"events": 541_909}
    aside = quality.quarantine["events"]
    assert len(dataset.events) + len(aside) == 541_909
    assert aside["row"].is_unique


def test_counts_agree_with_the_raw_file(dataset, raw):
    """Fees, corrections and missing customers are as many as a plain count of the file finds."""
    code = raw["StockCode"].astype(str)
    item = code.str.fullmatch(r"\d{5}.*|DCGS\w+|PADS")
    quality = dataset.quality
    assert quality.finding("events", "not_an_item").rows == (~item).sum() == 2_946
    assert quality.finding("events", "no_price").rows == (item & (raw["UnitPrice"] <= 0)).sum() == 2_498
    priced = item & (raw["UnitPrice"] > 0)
    unknown = dataset.events["customer_id"] == ""
    gone = dataset.quality.quarantine["events"]
    gone = gone[gone["reason"].str.contains("taken back|cancellations")]
    assert (priced & raw["CustomerID"].isna()).sum() == unknown.sum() + (gone["customer_id"] == "").sum()


def test_the_two_unit_errors_leave_no_trace(dataset, raw):
    """The orders of 80,995 and 74,215 pieces and what cancelled them are in neither demand nor events."""
    assert sorted(raw["Quantity"][raw["Quantity"].abs() > 70_000]) == [-80_995, -74_215, 74_215, 80_995]
    assert dataset.events.loc[dataset.events["kind"] == "purchase", "quantity"].max() == 4_800
    assert not (dataset.events["item_id"] == "23843").any()
    panel = dataset.demand_panel()
    day = np.flatnonzero(panel.days == np.datetime64("2011-01-18"))[0]
    assert panel.units[panel.items.position("23166"), 0, day] == 0


def test_cancelled_units_balance(dataset, raw):
    """What the cancellations took back is missing from the purchases, unit for unit."""
    quality = dataset.quality

    def units(rule):
        return quality.finding("events", rule).units

    purchases = units("cancelled_purchase") + units("reduced_purchase")
    assert purchases == units("cancellation") + units("reduced_return")
    item = raw["StockCode"].astype(str).str.fullmatch(r"\d{5}.*|DCGS\w+|PADS") & (raw["UnitPrice"] > 0)
    sold = raw["Quantity"][item & (raw["Quantity"] > 0)].sum()
    assert dataset.demand["units"].sum() == sold - purchases
    returned = dataset.events.loc[dataset.events["kind"] == "return", "quantity"].sum()
    assert returned == -raw["Quantity"][item & (raw["Quantity"] < 0)].sum() - purchases


def test_items_customers_and_days(dataset):
    """About 3,900 items, 4,354 customers in their countries, 305 days of trade and no Saturday."""
    panel = dataset.demand_panel()
    assert len(dataset.items) == 3_920
    assert len(dataset.customers) == 4_354
    assert dataset.customers["zone"].nunique() == 37
    assert dataset.items.set_index("item_id").loc["85123A", "description"] == "WHITE HANGING HEART T-LIGHT HOLDER"
    assert panel.units.shape == (3_920, 1, 374)
    assert panel.open.sum() == 305
    assert not panel.open[0, (panel.days.astype(int) + 3) % 7 == 5].any()
    assert str(dataset.as_of) == "2011-12-09 12:50:00+00:00"


def test_all_four_stages_have_something_to_do(dataset):
    """Stock, lanes, vehicles and 34 deliveries with coordinates are assumed, and each assumption is stated."""
    state = dataset.state()
    assert state.currency == "GBP"
    assert len(state.deliveries) == 34
    assert all(delivery.latitude is not None for delivery in state.deliveries)
    assert state.on_hand.sum() > 0
    assert len(state.vehicles) == 3
    assert len(state.assumptions) == len(set(state.assumptions)) >= 10


def test_the_reference_is_rebuilt_whole(dataset, tmp_path):
    """The state of all items and customers survives the way to disk and back."""
    dataset.save_reference(tmp_path)
    assert Dataset.load_reference(tmp_path) == dataset.state()
