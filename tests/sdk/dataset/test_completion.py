"""What is missing is filled in, and each assumption is a sentence."""

import numpy as np
import pandas as pd
import pytest

from shelfwise.dataset import Dataset, Defaults


def _events(**columns):
    base = {
        "time": ["2024-01-01 10:00", "2024-01-02 10:00", "2024-01-03 10:00", "2024-01-03 11:00"],
        "customer_id": ["c", "d", "c", "e"],
        "item_id": ["a", "a", "b", "a"],
        "quantity": [2, 4, 1, 6],
        "price": [3.0, 5.0, 2.0, 4.0],
    }
    return {"events": pd.DataFrame(base | columns)}


def test_from_events_alone_all_four_stages_have_something_to_do():
    """There is a place that sells, a supplier with a lane to it, stock, a vehicle and a delivery with coordinates."""
    dataset = Dataset.from_tables(_events())
    state = dataset.state()

    assert state.nodes.index.ids == ("warehouse", "supplier")
    assert state.nodes.selling.tolist() == [0]
    assert (state.lanes.from_node.tolist(), state.lanes.to_node.tolist()) == ([1], [0])
    assert (state.lanes.lead_time_days[0], state.lanes.lead_time_sd_days[0]) == (7.0, 2.0)
    assert (state.on_hand[:, 0] > 0).all()
    assert len(state.vehicles) == 3
    assert [delivery.quantity for delivery in state.deliveries] == [1.0, 6.0]
    assert all(delivery.latitude is not None and delivery.node_id == "warehouse" for delivery in state.deliveries)
    assert state.assumptions == dataset.assumptions
    for word in ("nodes", "supplier", "demand", "items", "unit cost", "Consent", "lanes", "stock", "deliveries"):
        assert any(word in sentence for sentence in state.assumptions), word
    assert all(sentence.endswith(".") for sentence in state.assumptions)


def test_prices_are_recent_medians_and_costs_a_share():
    """One odd price moves nothing; an item that nobody priced gets the default."""
    events = _events(price=[3.0, 500.0, None, 4.0])
    items = Dataset.from_tables(events, defaults=Defaults(unit_cost_share=0.5, price=9.0)).items.set_index("item_id")
    assert items.loc["a", "price"] == 4.0
    assert items.loc["b", "price"] == 9.0
    assert items.loc["a", "unit_cost"] == 2.0


def test_an_item_that_only_came_back_is_priced_at_what_was_paid_back():
    """Where there is no purchase in the data, the price of a return is better than none."""
    events = _events(quantity=[2, 4, -1, 6], price=[3.0, 5.0, 2.5, 4.0])
    assert Dataset.from_tables(events).items.set_index("item_id").loc["b", "price"] == 2.5


def test_what_the_events_say_of_items_and_customers_is_used():
    """The commonest description and zone are taken, of equals the first; the items table goes before them."""
    events = _events(description=["tea", "Tea", "milk", "tea"], zone=["north", "south", "north", ""])
    events["items"] = pd.DataFrame({"item_id": ["a", "z"], "description": ["", "zest"]})

    dataset = Dataset.from_tables(events)

    assert dataset.items["item_id"].tolist() == ["a", "z", "b"]
    assert dataset.items["description"].tolist() == ["tea", "zest", "milk"]
    assert dataset.items["category"].tolist() == ["uncategorised"] * 3
    assert dataset.customers["zone"].tolist() == ["north", "south", "everywhere"]
    assert "1 items of the events or the demand are not in the items table and were added." in dataset.assumptions


def test_a_brand_is_kept_and_blank_where_unknown():
    """Brands of the items table reach the state; items without one, and those of the events alone, have a blank."""
    tables = _events() | {"items": pd.DataFrame({"item_id": ["a", "z"], "brand": ["acme", None]})}

    dataset = Dataset.from_tables(tables)

    assert dict(zip(dataset.state().items.index, dataset.state().items.brand, strict=True)) == {
        "a": "acme",
        "z": "",
        "b": "",
    }
    assert Dataset.from_tables(_events()).state().items.brand.tolist() == ["", ""]


@pytest.mark.parametrize(
    ("customers", "default", "consents"),
    [
        (None, True, [True, True, True]),
        (None, False, [False, False, False]),
        ({"customer_id": ["c", "d"], "consent": ["yes", None]}, True, [True, False, False]),
    ],
)
def test_consent_is_assumed_only_where_nothing_at_all_is_recorded(customers, default, consents):
    """Where consent is recorded, a blank means that it was not given, also for customers that were added."""
    tables = _events() | ({} if customers is None else {"customers": pd.DataFrame(customers)})
    dataset = Dataset.from_tables(tables, defaults=Defaults(consent=default))
    assert dataset.customers["consent"].tolist() == consents
    assert any("Consent" in sentence for sentence in dataset.assumptions) == (customers is None)


def test_nodes_are_taken_from_the_tables_that_name_them():
    """Who sells is a store, who only supplies a supplier, who does both a warehouse."""
    tables = _events(node_id=["s1", "s2", "s1", "s1"])
    tables["lanes"] = pd.DataFrame({"from_node": ["sup", "w", "w"], "to_node": ["w", "s1", "s2"]})
    dataset = Dataset.from_tables(tables)
    assert dict(zip(dataset.nodes["node_id"], dataset.nodes["kind"], strict=True)) == {
        "s1": "store",
        "s2": "store",
        "sup": "supplier",
        "w": "warehouse",
    }
    assert dataset.demand_panel().nodes.ids == ("s1", "s2")
    assert dataset.lanes["lead_time_days"].tolist() == [7.0] * 3
    assert dataset.stock["node_id"].drop_duplicates().tolist() == ["s1", "s2", "w"]


def test_nodes_that_nothing_but_stock_and_vehicles_name_are_told():
    """Without a nodes table an odd id in the stock makes a warehouse, and is listed with its few rows."""
    tables = _events(node_id="s")
    tables["stock"] = pd.DataFrame({"node_id": ["s", "s", "mars"], "item_id": ["a", "b", "a"], "on_hand": 1})
    dataset = Dataset.from_tables(tables)
    told = "Known from the stock or the vehicles alone, and taken for warehouses: 'mars' (1 rows)."
    assert told in dataset.assumptions
    assert dataset.demand_panel().nodes.ids == ("s",)


@pytest.mark.parametrize(
    ("demand", "words"),
    [
        ({"date": ["2024-01-03"], "units": [1]}, "spans 1 of the 3 days of the events and holds 1 units where these"),
        ({"date": ["2023-12-01", "2023-12-31"], "units": [9, 9]}, "spans 0 of the 3 days"),
        ({"date": ["2024-01-01", "2024-01-03"], "units": [3, 3]}, "holds 6 units where these have 13 bought"),
        ({"date": ["2024-01-02"], "units": [500]}, "spans 1 of the 3 days"),
        ({"date": ["2024-01-01", "2024-01-03"], "units": [6, 1]}, ""),
        ({"date": ["2023-01-01", "2024-01-01", "2024-01-02"], "units": [50, 6, 7]}, ""),
    ],
)
def test_a_demand_table_that_falls_short_of_the_events_is_told(demand, words):
    """What was bought and the table does not hold is a warning; the table is used as it is all the same."""
    dataset = Dataset.from_tables(_events() | {"demand": pd.DataFrame(demand).assign(item_id="a")})
    told = [sentence for sentence in dataset.assumptions if sentence.startswith("The demand table")]
    assert [words in sentence for sentence in told] == ([True] if words else [])
    assert dataset.demand["units"].sum() == sum(demand["units"])


def test_every_supplier_gets_lanes_for_its_own_items():
    """With several suppliers a lane carries one item; stores are supplied by the warehouse."""
    tables = _events()
    tables["items"] = pd.DataFrame({"item_id": ["a", "b"], "supplier_id": ["x", "y"]})
    tables["nodes"] = pd.DataFrame({"node_id": ["w", "s"], "kind": ["warehouse", "store"]})
    lanes = Dataset.from_tables(tables).lanes
    rows = lanes[["from_node", "to_node", "item_id"]].to_numpy().tolist()
    assert rows == [["x", "w", "a"], ["y", "w", "b"], ["w", "s", ""]]
    assert lanes["lead_time_days"].tolist() == [7.0, 7.0, 1.0]


def test_stock_rows_missing_from_the_table_count_as_nothing_on_hand():
    """A stock table that is not complete is taken at its word, and the gap is stated."""
    tables = _events() | {"stock": pd.DataFrame({"node_id": ["w"], "item_id": ["a"], "on_hand": [7]})}
    dataset = Dataset.from_tables(tables)
    assert dataset.state().on_hand[:, 0].tolist() == [7.0, 0.0]
    assert "1 of 2 pairs of an item and a selling node have no stock row: none is on hand." in dataset.assumptions


def test_open_orders_add_up_and_stock_counts_once():
    """Several rows of an item are several open orders over the same stock; a blank arrival means the lead time."""
    stock = {
        "node_id": ["w"] * 3,
        "item_id": ["a", "a", "b"],
        "on_hand": [7, 7, 0],
        "on_order": [5, 6, 9],
        "arrives_on": ["2024-01-05", "2024-01-06", None],
    }
    state = Dataset.from_tables(_events() | {"stock": pd.DataFrame(stock)}).state()
    assert state.on_hand[0, 0] == 7.0
    assert state.open_orders.quantity.tolist() == [5.0, 6.0, 9.0]
    assert state.open_orders.arrives_on.astype(str).tolist() == ["2024-01-05", "2024-01-06", "2024-01-10"]


def test_coordinates_come_from_what_is_known_and_depend_on_nothing_else():
    """Deliveries lie near the middle of their zone, nodes in the middle of the customers, the same every time."""
    tables = _events()
    tables["customers"] = pd.DataFrame(
        {"customer_id": ["c", "d", "e"], "zone": ["n", "n", "n"], "lat": [50.0, 51.0, None], "lon": [5.0, 6.0, None]}
    )
    first, second = Dataset.from_tables(tables), Dataset.from_tables(tables)
    at = first.deliveries.set_index("delivery_id")
    assert tuple(at.loc["delivery-c", ["latitude", "longitude"]]) == (50.0, 5.0)
    assert np.hypot(at.loc["delivery-e", "latitude"] - 50.5, at.loc["delivery-e", "longitude"] - 5.5) < 0.05
    assert first.nodes["latitude"].iloc[0] == pytest.approx(50.5)
    assert first.state() == second.state()


def test_vehicles_can_carry_the_deliveries():
    """The fleet that is assumed has room for every drop and for all of them together."""
    dataset = Dataset.from_tables(_events(quantity=[2, 4, 1000, 6]))
    state = dataset.state()
    assert sum(vehicle.capacity for vehicle in state.vehicles) >= 1006
    assert max(vehicle.capacity for vehicle in state.vehicles) >= 1000
    assert all(vehicle.shift_start.date() == state.starts_on for vehicle in state.vehicles)


def test_vehicles_that_restock_stores_carry_anything():
    """Where transfers are to be moved, of which nothing is known yet, the assumed load is not limited."""
    nodes = pd.DataFrame({"node_id": ["w", "s"], "kind": ["warehouse", "store"]})
    state = Dataset.from_tables(_events() | {"nodes": nodes}).state()
    assert [vehicle.capacity for vehicle in state.vehicles] == [None, None, None]
    assert {vehicle.node_id for vehicle in state.vehicles} == {"w"}


def test_demand_alone_is_enough():
    """A retailer without events gets everything but customers and deliveries."""
    demand = pd.DataFrame({"date": ["2024-01-01", "2024-01-02"], "item_id": ["a", "b"], "units": [3, 4]})
    dataset = Dataset.from_tables({"demand": demand})
    assert dataset.demand_panel().units.sum() == 7.0
    assert dataset.state().deliveries == ()
    assert len(dataset.customers) == len(dataset.events) == 0


def test_views_alone_make_no_demand():
    """Events without a purchase give items and customers, and an empty demand."""
    dataset = Dataset.from_tables(_events(kind="view"))
    assert len(dataset.demand) == 0
    assert dataset.demand_panel().units.sum() == 0.0
    assert len(dataset.state().items.index) == 2


@pytest.mark.parametrize("kind", ["view", "return"])
def test_without_any_demand_something_of_everything_is_on_hand(kind):
    """No sales tell nothing of the stock; none at all on hand would leave every slate empty."""
    dataset = Dataset.from_tables(_events(kind=kind))

    assert dataset.state().on_hand[:, 0].tolist() == [1.0, 1.0]
    assert any("one unit of every item" in sentence for sentence in dataset.assumptions)


def test_calendar_columns_are_covariates():
    """Numbers are kept with their gaps, anything else is left out and reported."""
    calendar = {"date": ["2024-01-02", "2024-01-01"], "holiday": ["no", "yes"], "rain": ["1.5", ""], "mood": ["x", "y"]}
    dataset = Dataset.from_tables(_events() | {"calendar": pd.DataFrame(calendar)})
    state = dataset.state()
    assert state.calendar.days.astype(str).tolist() == ["2024-01-01", "2024-01-02"]
    assert state.calendar.covariates["holiday"].tolist() == [1.0, 0.0]
    assert np.isnan(state.calendar.covariates["rain"][0])
    assert set(state.calendar.covariates) == {"holiday", "rain"}
    assert dataset.quality.finding("calendar", "unused_mood").rows == 2
