"""A scenario: what kind of retailer and market a world is, and how the retailer works. Every part has defaults."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
from attrs.validators import ge, gt, in_, le, lt

from shelfwise.simulation import Kind

__all__ = ["Delivery", "Market", "Operation", "People", "Range", "Scenario", "Strike", "Supply"]

CHOICE_MODELS = ("logit", "attribute", "either")
"""How customers choose: by taste with Gumbel noise, by the one attribute that each cares for most, or one of the two by
world, the latter in every fourth."""


@attrs.frozen
class Range:
    """The catalogue."""

    items: int = attrs.field(default=120, validator=[ge(2), le(20_000)])
    categories: int = attrs.field(default=8, validator=ge(1))
    brands: int = attrs.field(default=12, validator=ge(1))
    price: float = attrs.field(default=12.0, validator=gt(0.0))
    """Median regular price, in currency."""
    price_spread: float = attrs.field(default=0.6, validator=[ge(0.0), le(5.0)])
    """Standard deviation of log price."""
    margin: float = attrs.field(default=0.42, validator=[gt(0.0), lt(1.0)])
    """Mean margin as a share of the price."""
    perishable_share: float = attrs.field(default=0.2, validator=[ge(0.0), le(1.0)])
    """Share of the categories that spoil."""
    shelf_life_days: int = attrs.field(default=16, validator=[ge(2), le(3650)])
    new_share: float = attrs.field(default=0.05, validator=[ge(0.0), le(0.9)])
    """Share of the items that are launched during the run."""
    drift: float = attrs.field(default=0.06, validator=ge(0.0))
    """Standard deviation of the weekly step of an item's appeal."""
    promotions_per_week: float = attrs.field(default=0.04, validator=[ge(0.0), le(1.0)])
    """Share of the items that are promoted in a week."""


@attrs.frozen
class People:
    """The customers."""

    customers: int = attrs.field(default=2_000, validator=[ge(1), le(200_000)])
    visits_per_week: float = attrs.field(default=0.7, validator=gt(0.0))
    """Mean visits of a customer who is content."""
    visits_spread: float = attrs.field(default=1.5, validator=ge(0.0))
    """Standard deviation of the log of a customer's visits."""
    segments: int = attrs.field(default=6, validator=ge(1))
    taste: float = attrs.field(default=1.2, validator=ge(0.0))
    """Weight of taste against the noise of a visit."""
    price_sensitivity: float = attrs.field(default=4.2, validator=ge(0.0))
    """Median elasticity of the wish for an item."""
    habit: float = attrs.field(default=0.2, validator=ge(0.0))
    """Weight of what was bought before."""
    delivered_share: float = attrs.field(default=0.35, validator=[ge(0.0), le(1.0)])
    """Share of the customers who have their baskets brought; the others come for them."""
    consent_share: float = attrs.field(default=0.9, validator=[ge(0.0), le(1.0)])


@attrs.frozen
class Market:
    """How customers look, choose, and take what happens to them."""

    choice: str = attrs.field(default="logit", validator=in_(CHOICE_MODELS))
    attention: int = attrs.field(default=14, validator=ge(1))
    """Items that a visitor looks at, those of the slate included."""
    slot_attention: float = attrs.field(default=0.9, validator=[gt(0.0), le(1.0)])
    """Chance that the first slot of a slate is looked at; each further slot has this times that of the one before."""
    basket: float = attrs.field(default=2.8, validator=gt(0.0))
    """Mean lines that a visitor has in mind."""
    reluctance: float = attrs.field(default=3.6)
    """What an item must appeal more than not to buy, in units of the noise of a visit."""
    substitute: float = attrs.field(default=0.35, validator=[ge(0.0), le(1.0)])
    """Share of those who meet an empty shelf that take something else they looked at."""
    defer: float = attrs.field(default=0.2, validator=[ge(0.0), le(1.0)])
    """Share that come back for it within three days."""
    switch: float = attrs.field(default=0.2, validator=[ge(0.0), le(1.0)])
    """Share that get it elsewhere, and like it there; the rest do without."""
    pull_forward: float = attrs.field(default=0.6, validator=[ge(0.0), le(1.0)])
    """Share of the extra units of a promotion that are missing in the weeks after it."""
    stock_out_hurt: float = attrs.field(default=0.06, validator=[ge(0.0), lt(1.0)])
    """What an empty shelf costs of a customer's satisfaction; getting it elsewhere costs twice that."""
    late_hurt: float = attrs.field(default=0.08, validator=[ge(0.0), lt(1.0)])
    irrelevance_hurt: float = attrs.field(default=0.015, validator=[ge(0.0), lt(1.0)])
    """What a slate costs in which nothing was of interest."""
    delight: float = attrs.field(default=0.02, validator=[ge(0.0), lt(1.0)])
    """What a bought recommendation, or a basket brought in time, adds."""
    forgetting: float = attrs.field(default=0.02, validator=[ge(0.0), lt(1.0)])
    """Share of the distance to contentment that a week takes away."""


@attrs.frozen
class Supply:
    """Suppliers and warehouses: the first is supplied from outside, and supplies the others."""

    warehouses: int = attrs.field(default=3, validator=[ge(1), le(50)])
    first_sells: bool = True
    """Whether the first has customers of its own; where it has none, the others are stores."""
    suppliers: int = attrs.field(default=4, validator=[ge(1), le(100)])
    lead_time_days: float = attrs.field(default=6.0, validator=[ge(1.0), le(365.0)])
    """Mean days from a supplier to the first warehouse."""
    lead_time_sd_days: float = attrs.field(default=1.5, validator=[ge(0.0), le(365.0)])
    lead_time_spread: float = attrs.field(default=0.0, validator=[ge(0.0), lt(1.0)])
    """How much longer than the mean the last supplier takes, and shorter the first, as a share."""
    order_cost: float = attrs.field(default=2.0, validator=ge(0.0))
    """Fixed cost of an order line's lane from a supplier, in currency."""
    storage_days: float = attrs.field(default=60.0, validator=gt(0.0))
    """Room of each node, in days of the demand of the time before the run."""
    capacity_share: float = attrs.field(default=10.0, validator=gt(0.0))
    """Most that a supplier ships in a week, as a multiple of the mean demand for its items."""
    budget_share: float | None = attrs.field(default=None, validator=attrs.validators.optional(gt(0.0)))
    """Purchases of a week may cost this multiple of the mean cost of what is sold in a week; None any amount."""
    holding_rate_per_year: float = attrs.field(default=0.35, validator=ge(0.0))


@attrs.frozen
class Delivery:
    """Vans and roads."""

    radius_km: float = attrs.field(default=7.0, validator=[gt(0.0), le(200.0)])
    """How far from a warehouse its customers live, about."""
    vans_per_warehouse: int = attrs.field(default=3, validator=[ge(1), le(1000)])
    van_capacity: float = attrs.field(default=160.0, validator=ge(1.0))
    """Units of a trip."""
    fixed_cost: float = attrs.field(default=20.0, validator=ge(0.0))
    cost_per_km: float = attrs.field(default=0.35, validator=ge(0.0))
    cost_per_hour: float = attrs.field(default=18.0, validator=ge(0.0))
    window_hours: float = attrs.field(default=4.0, validator=[gt(0.0), le(10.0)])
    service_minutes: float = attrs.field(default=4.0, validator=ge(0.0))
    traffic: float = attrs.field(default=0.2, validator=[ge(0.0), le(3.0)])
    """Standard deviation of the log of a day's driving time against the plan's."""


@attrs.frozen
class Operation:
    """How the retailer works."""

    slate_size: int = attrs.field(default=6, validator=[ge(1), le(50)])
    plan_every_days: int = attrs.field(default=3, validator=[ge(1), le(28)])
    learn_every_days: int = attrs.field(default=14, validator=ge(1))
    horizon_days: int = attrs.field(default=30, validator=[ge(7), le(90)])
    service_target: float | None = attrs.field(default=None, validator=attrs.validators.optional([gt(0.0), lt(1.0)]))
    """Fill rate to plan for; None for what costs least."""
    passes: int = attrs.field(default=3, validator=ge(1))
    exploration: float = attrs.field(default=0.0, validator=[ge(0.0), le(1.0)])
    """Share of the slots that are filled at random."""
    slates_only: bool = False
    """Shelves never run empty and nothing is ordered or planned: slates are all that is decided."""
    decision_seconds: float = attrs.field(default=30.0, validator=gt(0.0))
    introduction_cost: float = attrs.field(default=6.0, validator=ge(0.0))
    """Of coordination, once, in currency per customer."""
    running_cost_per_year: float = attrs.field(default=3.0, validator=ge(0.0))
    """The same for every year."""


@attrs.frozen
class Strike:
    """A disruption: its :class:`~shelfwise.simulation.Kind`, its days of the run, how strong it is, and where."""

    kind: str = attrs.field(validator=in_([kind.value for kind in Kind]))
    first_day: int = attrs.field(validator=ge(0))
    days: int = attrs.field(default=21, validator=ge(1))
    strength: float = attrs.field(default=1.5, validator=[ge(0.0), le(10.0)])
    """What lead time, demand or capacity are multiplied by."""
    region: int | None = None
    """The supplier, or the warehouse where demand, receiving or transit to it is struck; None all of them."""


@attrs.frozen
class Scenario:
    """All of it; ``weeks`` are reported, after ``history_weeks`` of trade under a simple rule."""

    name: str
    description: str = ""
    weeks: int = attrs.field(default=26, validator=[ge(1), le(520)])
    history_weeks: int = attrs.field(default=16, validator=[ge(4), le(260)])
    seed: int = attrs.field(default=0, validator=[ge(0), le(2**63 - 1)])
    holidays: tuple[date, ...] = ()
    """Days of few visits; the first day of every world is 2025-01-06."""
    primary: str = "profit_per_customer_year"
    """The figure that the comparison is about, chosen before the run."""
    range: Range = attrs.field(factory=Range)
    people: People = attrs.field(factory=People)
    market: Market = attrs.field(factory=Market)
    supply: Supply = attrs.field(factory=Supply)
    delivery: Delivery = attrs.field(factory=Delivery)
    operation: Operation = attrs.field(factory=Operation)
    disruptions: tuple[Strike, ...] = ()

    @property
    def history_days(self) -> int:
        """Days before the run."""
        return 7 * self.history_weeks

    @property
    def last_day(self) -> int:
        """The day after the run's last, counted from the first day of the history."""
        return self.history_days + 7 * self.weeks

    def to_json(self) -> dict[str, Any]:
        """Return all of it as plain values, days as ISO 8601 has them."""
        return attrs.asdict(self, value_serializer=lambda _, __, one: one.isoformat() if isinstance(one, date) else one)
