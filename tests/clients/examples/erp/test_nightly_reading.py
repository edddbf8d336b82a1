"""What the ERP holds is what the server is told."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy
from erp_company import ERP
from sqlalchemy.orm import Session

from shelfwise.validation import validate

NIGHT = date(2025, 7, 6)


@pytest.fixture
def requested(sqlite, monkeypatch):
    """Return a function that gives the request of the night."""
    monkeypatch.syspath_prepend(str(ERP))
    from nightly.reading import nightly_request

    def request(night=NIGHT):
        engine = sqlalchemy.create_engine(sqlite.url)
        with Session(engine) as session:
            made = nightly_request(session, night)
        engine.dispose()
        return made

    return request


def stock_of(request, item, node):
    """Return the units that a request says are on hand."""
    stock = request.live.stock
    rows = zip(stock.item_ids, stock.node_ids, stock.on_hand.tolist(), strict=True)
    return {(each, at): units for each, at, units in rows}[item, node]


def test_the_request_is_one_that_the_server_takes(requested, orchestrator):
    """It has nothing that the contract or the model refuses."""
    validate(requested(), orchestrator.state)


def test_stock_is_what_is_free_and_nothing_where_no_row_is(requested, sqlite):
    """Lots are added up, what is reserved is not free, and a place without a row has nothing."""
    sqlite.change(
        "delete from stock_quant where product_code in ('item-001', 'item-004')",
        "insert into stock_quant (warehouse_code, product_code, quantity, reserved_quantity) values "
        "('warehouse', 'item-001', 10, 4), ('warehouse', 'item-001', 5, 0), ('store-north', 'item-001', 2, 3)",
    )

    request = requested()

    assert stock_of(request, "item-001", "warehouse") == 11
    assert stock_of(request, "item-001", "store-north") == 0
    assert stock_of(request, "item-004", "warehouse") == 0
    assert len(request.live.stock.item_ids) == 40 * 3


def test_open_orders_are_what_confirmed_purchases_have_still_to_bring(requested, sqlite):
    """Drafts do not count, nor what has come."""
    sqlite.change(
        "delete from purchase_order_line",
        "delete from purchase_order",
        "insert into purchase_order values ('A', 'supplier-east', 'warehouse', 'purchase'),"
        " ('B', 'supplier-east', 'warehouse', 'draft')",
        "insert into purchase_order_line (order_name, product_code, product_quantity, received_quantity, date_planned)"
        " values ('A', 'item-001', 24, 10, '2025-07-09'), ('A', 'item-004', 6, 6, '2025-07-09'),"
        " ('B', 'item-007', 5, 0, '2025-07-09')",
    )

    orders = requested().live.open_orders

    assert (orders.item_ids, orders.node_ids) == (("item-001",), ("warehouse",))
    assert (orders.quantity.tolist(), orders.arrives_on.tolist()) == ([14.0], [date(2025, 7, 9)])


def test_deliveries_are_those_ready_for_the_next_day(requested, sqlite):
    """Others wait, and moments are read as UTC."""
    sqlite.change(
        "update delivery_order set state = 'draft' where name > 'delivery-02'",
        "update delivery_order set scheduled_date = '2025-07-08' where name = 'delivery-02'",
        "update delivery_order set window_start = '2025-07-07 10:00:00.000000' where name = 'delivery-01'",
    )

    [delivery] = requested().route.deliveries

    assert delivery.delivery_id == "delivery-01"
    assert delivery.window_start == datetime(2025, 7, 7, 10, tzinfo=UTC)


def test_products_that_are_not_planned_are_not_named(requested, sqlite):
    """Neither as items nor among stock and orders."""
    sqlite.change("update product set planned = false where default_code <> 'item-013'")

    request = requested()

    assert request.replenish.item_ids == request.forecast.item_ids == ("item-013",)
    assert set(request.live.stock.item_ids) == {"item-013"}
    assert set(request.live.open_orders.item_ids) <= {"item-013"}


def test_the_same_content_has_the_same_request_id(requested, sqlite):
    """Other content and other nights have others, so that the server never takes one for the other."""
    first = requested()

    assert requested() == first
    assert requested(date(2025, 7, 7)).request_id != first.request_id
    sqlite.change("update stock_quant set quantity = quantity + 1")
    assert requested().request_id != first.request_id
