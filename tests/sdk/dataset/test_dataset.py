"""The data set: from tables, back in time, and onto disk."""

from datetime import UTC, datetime, time, timedelta

import attrs
import numpy as np
import pandas as pd
import pytest

from shelfwise.dataset import Dataset
from shelfwise.dataset.schema import TABLES
from shelfwise.errors import DataError
from shelfwise.twin.sample import sample_tables
from shelfwise.types import Break


@pytest.fixture(scope="module")
def tables():
    """The tables of the sample retailer."""
    return sample_tables(seed=1)


@pytest.fixture(scope="module")
def dataset(tables):
    """The sample retailer."""
    return Dataset.from_tables(tables)


def test_every_table_has_every_column(dataset):
    """Nothing of the schema is missing, and texts are never NaN."""
    for name, table in TABLES.items():
        frame = getattr(dataset, name)
        for column in set(table.names) - {"zone", "description", "category"}:
            assert column in frame, f"{name}.{column}"
        texts = frame.select_dtypes(object)
        assert not texts.isna().to_numpy().any(), name


def test_a_complete_retailer_needs_no_assumptions(dataset, tables):
    """Where all tables are there, nothing is assumed and nothing put aside."""
    assert dataset.assumptions == ()
    assert dataset.quality.quarantine == {}
    assert dataset.quality.rows_kept == {name: len(table) for name, table in tables.items()}


def test_the_tables_handed_in_are_not_changed(tables):
    """Making a data set leaves the caller's frames as they were."""
    before = {name: table.copy() for name, table in tables.items()}
    Dataset.from_tables(tables)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, before[name])


def test_events_are_sorted_and_equal_times_keep_their_order():
    """Sorting by time is stable, so that nothing depends on ids."""
    events = pd.DataFrame({"time": ["2024-01-02", "2024-01-01", "2024-01-01"], "item_id": ["c", "b", "a"]})
    assert Dataset.from_tables({"events": events}).events["item_id"].tolist() == ["b", "a", "c"]


def test_the_data_reaches_to_its_last_event_or_the_end_of_its_last_day():
    """Without a given moment, the history says up to when it goes."""
    events = pd.DataFrame({"time": ["2024-01-02 15:00"], "item_id": ["a"]})
    demand = pd.DataFrame({"date": ["2024-01-03"], "item_id": ["a"], "units": [1]})
    last = datetime(2024, 1, 2, 15, tzinfo=UTC)
    assert Dataset.from_tables({"events": events}).as_of == last
    both = Dataset.from_tables({"events": events, "demand": demand})
    assert both.as_of == datetime(2024, 1, 3, 23, 59, 59, 999999, tzinfo=UTC)
    given = Dataset.from_tables({"events": events}, as_of=datetime(2024, 2, 1))  # noqa: DTZ001 - naive means UTC
    assert given.as_of == datetime(2024, 2, 1, tzinfo=UTC)
    assert str(given.state().starts_on) == "2024-02-02"


def test_before_knows_nothing_of_what_came_after(dataset):
    """Events at or after the moment and days not over by then are gone; the next day is the one to plan."""
    moment = datetime(2025, 4, 1, tzinfo=UTC)

    past = dataset.before(moment)

    assert past.events["time"].max() < pd.Timestamp("2025-04-01")
    assert past.demand["date"].max() == pd.Timestamp("2025-03-31")
    assert str(past.state().starts_on) == "2025-04-01"
    assert past.demand_panel().days[-1] == np.datetime64("2025-03-31")
    midday = dataset.before(datetime(2025, 4, 1, 12, tzinfo=UTC))
    assert midday.demand["date"].max() == pd.Timestamp("2025-03-31")
    assert midday.events["time"].max() > pd.Timestamp("2025-04-01")
    assert dataset.before(datetime(2030, 1, 1, tzinfo=UTC)).as_of == dataset.as_of


def test_before_knows_the_holidays_to_come_but_not_the_weather(tables):
    """Of days not over by then only columns of the calendar that look ahead have a value; the past keeps all."""
    moment = datetime(2025, 4, 1, tzinfo=UTC)
    days = tables["calendar"]
    weather = days.assign(temperature_c=np.where(days["date"] < "2025-07-07", 20.0, np.nan))
    dataset = Dataset.from_tables({**tables, "calendar": weather})

    past, now = dataset.before(moment).calendar, dataset.calendar

    coming = past["date"] >= pd.Timestamp(moment.date())
    assert past["temperature_c"][coming].isna().all()
    assert past["temperature_c"][~coming].equals(now["temperature_c"][~coming])
    assert past["holiday"].equals(now["holiday"])
    ahead = attrs.evolve(dataset, calendar=now.assign(temperature_c=1.0))
    assert ahead.before(moment).calendar["temperature_c"].eq(1.0).all()
    assert dataset.hold_out(moment).calendar.equals(now)


def test_what_is_held_out_is_no_longer_fitted_on(dataset):
    """Nothing is held out unless asked; then late events change sides, and late demand is gone."""
    moment = datetime(2025, 4, 1, tzinfo=UTC)

    apart = dataset.hold_out(moment)

    assert dataset.held_out.empty
    assert list(dataset.held_out.columns) == list(dataset.events.columns)
    whole = pd.concat([apart.events, apart.held_out], ignore_index=True)
    pd.testing.assert_frame_equal(whole, dataset.events)
    assert apart.held_out["time"].min() >= pd.Timestamp("2025-04-01") > apart.events["time"].max()
    assert apart.demand["date"].max() == pd.Timestamp("2025-03-31")
    assert apart.as_of == dataset.as_of


def test_what_was_held_out_stays_so(dataset):
    """Going back in time leaves out what was not known then, held out or not; holding out more adds to it."""
    apart = dataset.hold_out(datetime(2025, 4, 10, tzinfo=UTC))

    earlier = apart.before(datetime(2025, 4, 15, tzinfo=UTC))
    more = apart.hold_out(datetime(2025, 4, 1, tzinfo=UTC))

    assert not earlier.held_out.empty
    assert earlier.held_out["time"].max() < pd.Timestamp("2025-04-15")
    pd.testing.assert_frame_equal(more.held_out, dataset.hold_out(datetime(2025, 4, 1, tzinfo=UTC)).held_out)


def test_the_reference_rebuilds_the_state(dataset, tmp_path):
    """What is loaded equals the state that was saved, to the last field."""
    dataset.save_reference(tmp_path / "reference")
    assert Dataset.load_reference(tmp_path / "reference") == dataset.state()
    assert not list((tmp_path / "reference").glob(".*"))


def test_a_reference_from_before_brands_has_none(dataset, tmp_path):
    """A reference that was written without the column is read, every brand blank."""
    dataset.save_reference(tmp_path)
    items = pd.read_parquet(tmp_path / "items.parquet").drop(columns="brand")
    items.to_parquet(tmp_path / "items.parquet", index=False)

    assert set(Dataset.load_reference(tmp_path).items.brand) == {""}


def test_a_truncated_reference_is_an_error(dataset, tmp_path):
    """A missing or cut file is reported as unusable data."""
    dataset.save_reference(tmp_path)
    (tmp_path / "stock.parquet").write_bytes((tmp_path / "stock.parquet").read_bytes()[:100])
    with pytest.raises(DataError, match="cannot be read"):
        Dataset.load_reference(tmp_path)
    (tmp_path / "reference.json").unlink()
    with pytest.raises(DataError, match=r"reference\.json"):
        Dataset.load_reference(tmp_path)


def test_says_all_that_is_wrong_with_the_tables():
    """Unknown tables and missing columns are named together, with what is allowed."""
    with pytest.raises(DataError) as caught:
        Dataset.from_tables({"event": pd.DataFrame(), "demand": pd.DataFrame({"dat": [], "units": []})})
    message = str(caught.value)
    assert "event: there is no such table; did you mean 'events'?" in message
    assert "demand.date: there is no such column; did you mean 'dat'?" in message
    assert "demand.item_id: there is no such column" in message
    with pytest.raises(DataError, match="more than one column 'time'"):
        Dataset.from_tables({"events": pd.DataFrame([[1, 2, 3]], columns=["time", "time", "item_id"])})


def test_lanes_say_on_which_days_they_take_orders(tables, tmp_path):
    """The words become flags, Monday first, and are kept; a word that is no day puts the lane aside and is told."""
    lanes = pd.concat([tables["lanes"], tables["lanes"].iloc[:1].assign(to_node="store-x")])
    days = ["mon,thu", *[""] * (len(lanes) - 2), "mon,payday"]

    dataset = Dataset.from_tables(tables | {"lanes": lanes.assign(order_weekdays=days)})
    dataset.save_reference(tmp_path)

    flags = dataset.state().lanes.order_weekdays
    assert flags[0].tolist() == [True, False, False, True, False, False, False]
    assert flags[1:].all()
    assert Dataset.load_reference(tmp_path).lanes == dataset.state().lanes
    finding = dataset.quality.finding("lanes", "invalid_order_weekdays")
    assert finding.rows == 1
    assert "mon,payday" in finding.examples[0]
    assert "weekdays such as mon,thu" in str(finding)


def test_vehicles_and_deliveries_say_what_binds_them(tables, tmp_path):
    """Skills, limits, trips, breaks, pickups, priorities and lateness reach the state, and are kept."""
    vehicles = tables["vehicles"].assign(
        skills="cold;lift", max_distance_km=250, max_minutes="", max_stops=40, max_trips=2, reload_minutes=15
    )
    vehicles = vehicles.assign(ends_anywhere="yes", breaks="12:00-13:00/30")
    binding = {
        "pickup": "yes",
        "skills": "cold",
        "priority": 3,
        "late_cost_per_hour": 12.5,
        "released_at": "2025-07-07T09",
    }
    dataset = Dataset.from_tables(tables | {"vehicles": vehicles, "deliveries": tables["deliveries"].assign(**binding)})
    dataset.save_reference(tmp_path)

    state = dataset.state()

    vehicle, delivery = state.vehicles[0], state.deliveries[0]
    noon = datetime.combine(state.starts_on, time(12), UTC)
    assert (vehicle.skills, vehicle.max_distance_km, vehicle.max_minutes) == (("cold", "lift"), 250.0, None)
    assert (vehicle.max_stops, vehicle.max_trips, vehicle.reload_minutes, vehicle.ends_anywhere) == (40, 2, 15.0, True)
    assert vehicle.breaks == (Break(noon, noon + timedelta(hours=1), 30.0),)
    assert (delivery.pickup, delivery.skills, delivery.priority, delivery.late_cost_per_hour) == (
        True,
        ("cold",),
        3,
        12.5,
    )
    assert delivery.released_at == datetime(2025, 7, 7, 9, tzinfo=UTC)
    kept = Dataset.load_reference(tmp_path)
    assert (kept.vehicles, kept.deliveries) == (state.vehicles, state.deliveries)


def test_a_reference_from_before_breaks_has_none(tables, tmp_path):
    """Tables of vehicles and deliveries that were written without the newer columns are read as if left out."""
    once = tables["vehicles"].drop(columns=["max_trips", "reload_minutes"])
    dataset = Dataset.from_tables({**tables, "vehicles": once})
    dataset.save_reference(tmp_path)
    for name, last in (("vehicles", "shift_end"), ("deliveries", "order_id")):
        table = pd.read_parquet(tmp_path / f"{name}.parquet")
        table.loc[:, :last].to_parquet(tmp_path / f"{name}.parquet", index=False)

    kept = Dataset.load_reference(tmp_path)

    assert (kept.vehicles, kept.deliveries) == (dataset.state().vehicles, dataset.state().deliveries)


def test_a_reference_from_before_weekdays_takes_orders_every_day(dataset, tmp_path):
    """A reference that was written without the column is read, every lane open every day."""
    dataset.save_reference(tmp_path)
    lanes = pd.read_parquet(tmp_path / "lanes.parquet").drop(columns="order_weekdays")
    lanes.to_parquet(tmp_path / "lanes.parquet", index=False)

    assert Dataset.load_reference(tmp_path).lanes.order_weekdays.all()


def test_rows_that_refer_to_nothing_are_put_aside(tables):
    """Rows of unknown items, or of nodes that a given nodes table does not have, are counted and left out."""
    extra = {
        "stock": {"node_id": "mars", "item_id": "item-001", "on_hand": 5},
        "lanes": {"from_node": "supplier-east", "to_node": "mars", "lead_time_days": 1},
        "promotions": {"item_id": "nothing", "starts_on": "2025-07-07", "ends_on": "2025-07-08"},
        "vehicles": {"vehicle_id": "rover", "node_id": "mars"},
        "deliveries": {"delivery_id": "far", "node_id": "mars"},
    }
    broken = {name: pd.concat([tables[name], pd.DataFrame([row])]) for name, row in extra.items()}
    elsewhere = {"item_id": "item-001", "node_id": "mars", "starts_on": "2025-07-07", "ends_on": "2025-07-08"}
    broken["promotions"] = pd.concat([broken["promotions"], pd.DataFrame([elsewhere])])

    dataset = Dataset.from_tables(tables | broken)

    for name in ("stock", "vehicles", "deliveries", "promotions"):
        assert dataset.quality.finding(name, "unknown_node_id").rows == 1, name
    assert dataset.quality.finding("stock", "unknown_node_id").examples == (
        f"row {len(broken['stock'])}: node_id 'mars'",
    )
    assert dataset.quality.finding("lanes", "unknown_to_node").rows == 1
    assert dataset.quality.finding("promotions", "unknown_item_id").rows == 1
    assert dataset.assumptions == ()
    assert dataset.state().on_hand.shape == (120, 5)
    assert all((dataset.state().lanes.to_node >= 0).tolist())


def test_rows_that_contradict_themselves_are_put_aside(tables):
    """A window that ends before it begins is counted and left out."""
    late = {"delivery_id": "late", "window_start": "2025-07-08", "window_end": "2025-07-07"}
    deliveries = pd.concat([tables["deliveries"], pd.DataFrame([late])])
    dataset = Dataset.from_tables({"events": tables["events"].tail(100), "deliveries": deliveries})
    assert dataset.quality.finding("deliveries", "window_end_before_window_start").rows == 1
