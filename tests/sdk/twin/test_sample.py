"""The sample retailer: the same every time, and every table agrees with the others."""

import numpy as np
import pandas as pd
import pytest

from shelfwise.config import Config, load_config
from shelfwise.dataset import DataConfig, Dataset, read_dataset
from shelfwise.dataset.schema import TABLES
from shelfwise.twin.sample import sample_tables, write_sample


@pytest.fixture(scope="module")
def tables():
    """The sample tables of one seed."""
    return sample_tables(seed=3)


@pytest.fixture(scope="module")
def dataset(tables):
    """The data set of those tables."""
    return Dataset.from_tables(tables)


def test_a_seed_means_a_retailer(tables):
    """Equal seeds give equal tables, other seeds others; the shop has logged no slates yet."""
    again, other = sample_tables(seed=3), sample_tables(seed=4)
    assert list(tables) == [name for name in TABLES if name != "impressions"]
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, again[name])
    assert not tables["events"].equals(other["events"])


def test_files_say_the_same_as_the_tables(tmp_path, dataset):
    """What is written reads back as the same retailer: no row is lost, nothing assumed, no default changed."""
    paths = write_sample(tmp_path / "shop", seed=3)
    assert sorted(path.name for path in paths) == sorted(path.name for path in (tmp_path / "shop").iterdir())
    read = read_dataset(DataConfig(), tmp_path / "shop")
    assert read.state() == dataset.state()
    pd.testing.assert_frame_equal(read.demand, dataset.demand)
    pd.testing.assert_frame_equal(read.events, dataset.events)
    assert read.assumptions == ()
    assert load_config(tmp_path / "shop" / "shelfwise.toml") == Config()
    assert read.quality.quarantine == {}


def test_a_configuration_that_is_there_is_kept(tmp_path):
    """Tables are replaced, what somebody configured is not."""
    (tmp_path / "shelfwise.toml").write_text("# mine\n")
    write_sample(tmp_path)
    assert (tmp_path / "shelfwise.toml").read_text() == "# mine\n"


@pytest.mark.parametrize("there", [False, True])
def test_an_interrupted_write_leaves_the_folder_as_it_was(tmp_path, monkeypatch, there):
    """Either all tables are there or none of them, and nothing lies about."""
    folder = tmp_path / "shop"
    if there:
        folder.mkdir()
        (folder / "events.csv").write_text("mine")
    write, written = pd.DataFrame.to_csv, []

    def interrupted(frame, path, **options):
        if len(written) == 3:
            raise KeyboardInterrupt
        written.append(path)
        write(frame.head(1), path, **options)

    monkeypatch.setattr(pd.DataFrame, "to_csv", interrupted)

    with pytest.raises(KeyboardInterrupt):
        write_sample(folder)

    assert len(written) == 3
    assert [path.name for path in tmp_path.iterdir()] == (["shop"] if there else [])
    if there:
        assert [path.name for path in folder.iterdir()] == ["events.csv"]
        assert (folder / "events.csv").read_text() == "mine"


def test_writing_twice_gives_the_same_bytes(tmp_path):
    """Files depend on the seed alone, and replace what was there."""
    for directory in ("one", "two"):
        write_sample(tmp_path / directory, seed=5)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_has_the_size_it_promises(dataset):
    """120 items, two stores behind a warehouse with two suppliers, 400 customers in 4 zones, 26 weeks, many drops."""
    assert len(dataset.items) == 120
    assert dataset.items["category"].nunique() == 8
    assert dataset.nodes["kind"].value_counts().to_dict() == {"store": 2, "supplier": 2, "warehouse": 1}
    assert len(dataset.customers) == 400
    assert dataset.customers["zone"].nunique() == 4
    assert 0.7 < dataset.customers["consent"].mean() < 0.95
    assert len(dataset.demand_panel().days) == 182
    assert 30 <= len(dataset.deliveries) <= 60
    assert set(dataset.deliveries["node_id"]) < set(dataset.vehicles["node_id"])


def test_demand_is_the_sum_of_the_baskets(dataset):
    """What the events sell by day, item and store is what the demand table says."""
    sold = dataset.events[dataset.events["kind"] == "purchase"]
    by_day = sold.groupby([sold["time"].dt.normalize(), "item_id", "node_id"])["quantity"].sum()
    demand = dataset.demand.set_index(["date", "item_id", "node_id"])["units"]
    assert demand[demand > 0].sort_index().tolist() == by_day.sort_index().tolist()


def test_what_was_out_of_stock_was_hardly_sold(dataset):
    """Stock-outs are recorded, and where there was none in the morning either, little came of the day."""
    demand = dataset.demand.sort_values(["item_id", "node_id", "date"])
    empty = ~demand["in_stock"] & ~demand.groupby(["item_id", "node_id"])["in_stock"].shift(fill_value=True)
    usual = demand[demand["in_stock"]].groupby(["item_id", "node_id"])["units"].mean().rename("usual")
    missed = demand[empty].merge(usual, on=["item_id", "node_id"])

    assert len(missed) > 100
    assert missed["units"].sum() < 0.5 * missed["usual"].sum()


def test_has_a_weekly_season_and_promotions_that_work(dataset):
    """Saturdays sell more than Sundays, and promoted days more than others."""
    panel = dataset.demand_panel()
    weekday = (panel.days.astype(int) + 3) % 7
    by_day = panel.units.sum(axis=(0, 1))
    assert by_day[weekday == 5].mean() > 1.3 * by_day[weekday == 6].mean()
    assert panel.units[panel.on_promotion].mean() > 1.2 * panel.units[~panel.on_promotion].mean()


def test_plans_lie_ahead(dataset):
    """Promotions, holidays, open orders and deliveries of the days to come are there."""
    state = dataset.state()
    ahead = np.datetime64(state.starts_on)
    assert any(promotion.starts_on >= state.starts_on for promotion in state.promotions)
    assert state.calendar.covariates["holiday"][state.calendar.days >= ahead].any()
    assert len(state.open_orders.item) > 10
    assert (state.open_orders.arrives_on >= ahead).all()
    windows = [delivery.window_start for delivery in state.deliveries if delivery.window_start]
    assert {window.date() for window in windows} == {state.starts_on}


def test_shows_what_shops_have(dataset):
    """Sales to whom nobody knows, quiet holidays, items that spoil, and items that came in the last weeks."""
    sold = dataset.demand.merge(dataset.calendar, on="date").groupby("holiday")["units"].mean()
    first_day = dataset.demand.groupby("item_id")["date"].min()

    assert 0.1 < (dataset.events["customer_id"] == "").mean() < 0.4
    assert sold[1.0] < 0.5 * sold[0.0]
    assert 0.3 < dataset.items["shelf_life_days"].notna().mean() < 0.5
    assert 0 < (first_day > "2025-05-25").sum() < 20


def test_orders_can_be_placed(dataset):
    """Minimums are whole packs, costs lie below prices, and every item has a supplier with a lane."""
    items, lanes = dataset.items, dataset.lanes
    assert (items["minimum_order"] % items["pack_size"] == 0).all()
    assert (items["unit_cost"] < items["price"]).all()
    assert set(zip(items["supplier_id"], items["item_id"], strict=True)) <= set(
        zip(lanes["from_node"], lanes["item_id"], strict=True)
    )


def test_a_retailer_of_few_customers():
    """A handful of customers is a shop too, whatever they have brought tomorrow."""
    few = Dataset.from_tables(sample_tables(seed=3, customers=5))

    assert len(few.customers) == 5
    assert few.quality.quarantine == {}
