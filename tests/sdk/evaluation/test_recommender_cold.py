"""Cold starts: customers forgotten, and items stripped of their interactions."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from shelfwise.dataset import Dataset
from shelfwise.evaluation.recommender_cold_customers import cold_customers
from shelfwise.evaluation.recommender_cold_items import cold_items
from shelfwise.evaluation.recommender_task import next_basket
from shelfwise.evaluation.removal import without_events
from shelfwise.evaluation.sequences import leave_one_out

BEFORE = [("2024-01-01", "u", "a"), ("2024-01-01", "v", "a"), ("2024-01-02", "v", "b"), ("2024-01-03", "u", "c")]
AFTER = [("2024-02-02", "u", "b"), ("2024-02-03", "v", "c"), ("2024-02-03", "v", "a")]


@pytest.fixture
def shop():
    """Return a shop with two customers, each at home in a zone of their own."""
    events = pd.DataFrame([*BEFORE, *AFTER], columns=["time", "customer_id", "item_id"])
    customers = pd.DataFrame({"customer_id": ["u", "v"], "zone": ["north", "south"]})
    return Dataset.from_tables({"events": events, "customers": customers})


@pytest.fixture
def task(shop):
    """Return the task of predicting February from January."""
    return next_basket(shop, datetime(2024, 2, 1, tzinfo=UTC), days=14)


@pytest.fixture
def sequences(tmp_path):
    """Return twenty customers who buy five of ten items."""
    path = tmp_path / "s.txt"
    path.write_text("\n".join(f"c{c} " + " ".join(f"i{(c * k + k) % 10}" for k in range(1, 6)) for c in range(20)))
    return path


def test_removed_events_leave_no_trace_in_the_demand(shop):
    """What a removed customer bought is gone from the events and the demand, the rest stays."""
    rest = without_events(shop, "customer_id", frozenset("u"))

    assert set(rest.events["customer_id"]) == {"v"}
    units = rest.demand.groupby(rest.demand["date"].dt.strftime("%m-%d"))["units"].sum().to_dict()
    assert units == {"01-01": 1.0, "01-02": 1.0, "02-03": 2.0}
    assert list(rest.demand.columns) == list(shop.demand.columns)
    pd.testing.assert_frame_equal(rest.items, shop.items)


def test_removed_events_are_not_held_out_either(shop):
    """Held-out interactions are removed too."""
    apart = shop.hold_out(datetime(2024, 2, 1, tzinfo=UTC))

    rest = without_events(apart, "item_id", frozenset("b"))

    assert "b" not in set(rest.events["item_id"]) | set(rest.held_out["item_id"]) | set(rest.demand["item_id"])
    assert len(rest.held_out) == 2


def test_forgotten_customers_are_asked_twice(task):
    """A customer drawn is unknown by any table, and asked for with the zone alone and with the last event too."""
    cold = cold_customers(task, share=0.5, seed=1)

    asked = set(task.targets.values()) & set(cold.targets.values())
    (targets,) = asked
    customer = "u" if targets == {"b"} else "v"
    assert customer not in set(cold.dataset.events["customer_id"]) | set(cold.dataset.customers["customer_id"])
    assert cold.targets == {"stranger 0": targets, "visitor 0": targets}
    assert {name: [e.item_id for e in events] for name, events in cold.events.items()} == {
        "visitor 0": ["c" if customer == "u" else "b"]
    }
    assert set(cold.zones.values()) == {"north" if customer == "u" else "south"}
    assert {name: len(items) for name, items in cold.histories().items()} == {"stranger 0": 0, "visitor 0": 1}


def test_a_forgotten_customer_comes_with_the_event_nearest_to_the_target(sequences):
    """Where validation items come with the request, it is they that are the one event left."""
    task = leave_one_out(sequences)
    last = {events[-1].item_id: task.targets[customer] for customer, events in task.events.items()}

    cold = cold_customers(task, share=0.2, seed=3)

    assert len(cold.events) == 4
    assert len(cold.dataset.held_out) == 16
    assert all(cold.targets[name] in task.targets.values() for name in cold.events)
    assert all(events[0].item_id in last for events in cold.events.values())
    assert cold.protocol["customers"] == 8


def test_cold_items_stay_in_the_catalogue_without_interactions(sequences):
    """Nobody has had a cold item, it can be shown, and only cold items count as targets."""
    task = leave_one_out(sequences)

    cold = cold_items(task, share=0.3, seed=2)

    had = set(cold.dataset.events["item_id"])
    gone = set(task.dataset.events["item_id"]) - had
    assert len(gone) == 3
    assert set(cold.dataset.items["item_id"]) == set(task.dataset.items["item_id"])
    assert cold.targets == {c: items & gone for c, items in task.targets.items() if items & gone}
    assert not {event.item_id for events in cold.events.values() for event in events} & gone
    assert cold.new_items() >= {item for items in cold.targets.values() for item in items}
    assert (cold.protocol["cold_items"], cold.protocol["customers"]) == (3, len(cold.targets))


def test_who_and_what_is_cold_is_drawn_by_the_seed(sequences):
    """The same seed draws the same, another seed another part."""
    task = leave_one_out(sequences)

    draws = [set(cold_items(task, share=0.3, seed=seed).dataset.events["item_id"]) for seed in (1, 1, 2)]

    assert draws[0] == draws[1]
    assert draws[0] != draws[2]
