"""A small shop for the tests of the slate toolkit: items in categories and brands, two stores, three customers."""

from datetime import UTC, datetime

import attrs
import numpy as np

from shelfwise.slates import Effects, SlateMaker
from shelfwise.types import (
    Customer,
    Customers,
    DeliveryCosts,
    Index,
    Items,
    NodeKind,
    Nodes,
    RecommendRequest,
    State,
    StockOutlook,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""A Monday."""
STORES = Index(("east", "west"))


def state(count=12, *, category=None, brand=None, **columns):
    """Return a shop with items i0, i1, ... at a price of 10 and a margin of 4, and 5 of each in the eastern store."""
    ids = Index(f"i{row}" for row in range(count))
    texts = {
        "description": [f"name {row}" for row in range(count)],
        "category": [f"c{row % 3}" for row in range(count)] if category is None else category,
        "brand": [f"b{row % 4}" for row in range(count)] if brand is None else brand,
        "supplier_id": [""] * count,
    }
    numbers = dict.fromkeys(("pack_size", "minimum_order", "volume_l", "weight_kg", "shelf_life_days"), np.ones(count))
    prices = {"price": np.full(count, 10.0), "unit_cost": np.full(count, 6.0)}
    return State(
        as_of=NOW,
        items=Items(ids, **{name: np.array(text, dtype=object) for name, text in texts.items()}, **numbers, **prices),
        nodes=Nodes(STORES, np.array([NodeKind.STORE] * 2, dtype=object), np.zeros(2), np.zeros(2), np.full(2, np.inf)),
        on_hand=np.tile([5.0, 0.0], (count, 1)),
        customers=Customers(
            Index(("anna", "ben", "cleo")), np.array(["north", "south", "north"], dtype=object), [True, True, False]
        ),
        **columns,
    )


def maker(shop, **changes):
    """Return a maker for a model that knows the shop's items and customers; a quarter of purchases is incremental."""
    count = len(shop.items.index)
    effects = Effects(
        days=7,
        incremental_share=0.25,
        units=np.full(count, 2.0),
        node_ids=STORES.ids,
        node_share=np.array([0.75, 0.25]),
        weekday_share=np.ones(7),
        visits=np.array([3.0, 0.5, 1.0]),
    )
    made = SlateMaker(shop.items.index, shop.customers.index, effects, told_apart=frozenset({"north", "south"}))
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def shelf(shop, *customers, stock_outlook=None, delivery_costs=None, made=None, **settings):
    """Return the shelf of a request for customers, each an id or a :class:`Customer`, and these customers."""
    people = tuple(Customer(one) if isinstance(one, str) else one for one in customers)
    request = RecommendRequest(people, **settings)
    opened = (made or maker(shop)).shelf(request, shop, stock_outlook, delivery_costs)
    (visitors,) = opened.visitors(max(1, len(people)))
    return opened, visitors


def outlook(shop, promise=10.0, in_stock=1.0, unit_value=0.0):
    """Return a stock outlook; each argument is a number or an array that spreads over (items, stores)."""
    shape = (len(shop.items.index), 2)
    tables = (np.broadcast_to(np.asarray(value, dtype=float), shape) for value in (promise, in_stock, unit_value))
    return StockOutlook(shop.items.index, STORES, *tables)


def costs(marginal, days=((1.0, 2.0), (2.0, 1.0))):
    """Return delivery costs of the zones north and south from the two stores."""
    return DeliveryCosts(Index(("north", "south")), STORES, np.array(marginal, dtype=float), np.array(days))


def falling(rows, count, highest=0.5):
    """Return purchase probabilities that fall from item to item, of shape (rows, count)."""
    return np.tile(highest * 0.9 ** np.arange(count), (rows, 1))


def ids(slate):
    """Return the ids of a slate's items in order."""
    return [item.item_id for item in slate.items]


def withheld(slate):
    """Return the ids of what was withheld, with the code of the reason."""
    return {item.item_id: item.reason.code for item in slate.withheld}


def without(shop, *rows):
    """Return the shop with the items of some rows gone from the catalogue."""
    kept = np.delete(np.arange(len(shop.items.index)), rows)
    columns = {
        field.name: getattr(shop.items, field.name)[kept] for field in attrs.fields(Items) if field.name != "index"
    }
    return attrs.evolve(shop, items=Items(Index(shop.items.index.take(kept)), **columns), on_hand=shop.on_hand[kept])


__all__ = [
    "NOW",
    "STORES",
    "costs",
    "falling",
    "ids",
    "maker",
    "outlook",
    "shelf",
    "state",
    "withheld",
    "without",
]
