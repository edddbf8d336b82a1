"""What a scenario says of places, suppliers and days is so in its worlds, and in what the retailer sees of them."""

from datetime import date

import attrs
import numpy as np
from twin_world import scenario, world

from shelfwise.twin.life import Life
from shelfwise.twin.scenario import Supply
from shelfwise.twin.world import World


def seen(life):
    """Return the tables that a retailer has this morning."""
    now = life.situation()
    return now.record.tables(life.today - 1, now.on_hand, now.under_way)


def test_a_warehouse_that_does_not_sell_supplies_stores():
    """Nobody lives around it, it has no vans, and the others are stores; the rest of the world is the same."""
    supply = Supply(warehouses=3, suppliers=2, first_sells=False)
    shop = scenario(supply=supply)
    life = Life.begin(World.draw(shop, 0))
    tables = seen(life)

    assert set(life.world.people.home.tolist()) == {1, 2}
    assert tables["nodes"]["kind"].tolist() == ["supplier"] * 2 + ["warehouse"] + ["store"] * 2
    assert (tables["nodes"]["capacity"].to_numpy()[2:] > 0).all()
    assert set(tables["demand"]["node_id"]) == {"warehouse-2", "warehouse-3"}
    vans = tables["vehicles"][~tables["vehicles"]["vehicle_id"].str.contains("truck")]
    assert set(vans["node_id"]) == {"warehouse-2", "warehouse-3"}
    other = World.draw(attrs.evolve(shop, supply=attrs.evolve(supply, first_sells=True)), 0)
    assert np.array_equal(life.world.people.value, other.people.value)
    assert tables["demand"]["units"].sum() > 0


def test_suppliers_may_differ_in_how_long_they_take():
    """The first is the quickest by as much as the last is the slowest, and lanes say so."""
    supply = Supply(warehouses=2, suppliers=3, lead_time_days=8.0, lead_time_sd_days=2.0, lead_time_spread=0.25)
    life = Life.begin(World.draw(scenario(supply=supply), 0))
    lanes = seen(life)["lanes"]

    by_supplier = lanes.groupby("from_node")[["lead_time_days", "lead_time_sd_days"]].first()

    assert by_supplier.loc[[f"supplier-{number}" for number in (1, 2, 3)]].to_numpy().tolist() == [
        [6.0, 1.5],
        [8.0, 2.0],
        [10.0, 2.5],
    ]


def test_few_come_on_a_holiday():
    """Other days are as busy as without it, and the calendar knows it ahead."""
    quiet, usual = world(holidays=(date(2025, 1, 15), date(2025, 3, 3))), world()

    fewer = quiet.seasons.busy < usual.seasons.busy

    assert np.flatnonzero(fewer).tolist() == np.flatnonzero(quiet.seasons.holiday).tolist() == [9, 56]
    assert quiet.seasons.busy[9] < 0.5 * usual.seasons.busy[9]
    assert not usual.seasons.holiday.any()
