"""The economic signals that tie the four stages together."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types._fields import array, optional_array
from shelfwise.types.index import Index


@attrs.frozen
class Exposure:
    """What our own slates and campaigns are expected to cause.

    ``impressions`` and ``extra_units`` have shape (items, nodes, days); day 0 is ``DemandForecast.starts_on``.
    ``extra_units`` are units above what would have sold without the exposure. The others are of the same shape, None
    where they are not known: ``promised_units`` are all that is expected to be bought of what the slates show, and
    ``past_units`` the extra units of a time as long that slates for the same customers have caused of late, which the
    demand of the past holds already. ``substituted_share``, from 0 to 1, is the part of the extra units that other
    items of the category lose.
    """

    items: Index
    nodes: Index
    impressions: NDArray[np.float64] = array(np.float64)
    extra_units: NDArray[np.float64] = array(np.float64)
    promised_units: NDArray[np.float64] | None = optional_array(np.float64)
    past_units: NDArray[np.float64] | None = optional_array(np.float64)
    substituted_share: float = 0.0

    def caused_units(
        self, items: Iterable[str], nodes: Iterable[str], category: NDArray[np.int64], expected: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return what the exposure adds to a demand that is ``expected`` from the past, of shape (items, nodes, days).

        That is what it causes beyond what exposure has caused in the past, less what is bought of it instead of other
        items of its ``category`` (codes of shape (items,), -1 for none): they lose in proportion to their own demand
        of the day. It is below 0 where more is lost than won, and never takes more than is expected.
        """
        caused = np.zeros(expected.shape)
        if not self.extra_units.size:  # slates may show nothing at all
            return caused
        row, column = self.items.positions(items), self.nodes.positions(nodes)
        days = min(expected.shape[2], self.extra_units.shape[2])
        here = np.ix_(np.flatnonzero(row >= 0), np.flatnonzero(column >= 0), np.arange(days))
        there = np.ix_(row[row >= 0], column[column >= 0], np.arange(days))
        caused[here] = self.extra_units[there] - (0.0 if self.past_units is None else self.past_units[there])
        if self.substituted_share > 0.0:
            caused[:, :, :days] -= self.substituted_share * _instead(
                caused[:, :, :days], category, expected[:, :, :days]
            )
        return np.maximum(caused, -expected)


def _instead(
    caused: NDArray[np.float64], category: NDArray[np.int64], expected: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what would not be bought of each item if all that is bought of the others took its place."""
    code = np.where(category >= 0, category, category.max(initial=-1) + 1)
    whole = np.zeros((int(code.max(initial=-1)) + 1, *expected.shape[1:]))
    np.add.at(whole, code, expected)
    others = whole[code] - expected
    known = (others > 1e-9) & (category >= 0)[:, None, None]
    pull = np.divide(caused, others, out=np.zeros_like(caused), where=known)
    pulled = np.zeros_like(whole)
    np.add.at(pulled, code, pull)
    return np.where((category >= 0)[:, None, None], expected * (pulled[code] - pull), 0.0)


@attrs.frozen
class StockOutlook:
    """What the stock will allow, per item and node: arrays of shape (items, nodes).

    ``available_to_promise`` in units over the lead time; ``in_stock_probability`` from 0 to 1 on delivery;
    ``unit_value`` is the shadow price of one more unit, in currency. ``lasts_days`` are the days that what is available
    has to last, until another order could arrive; inf, by default everywhere, where nothing more is known to come.
    """

    items: Index
    nodes: Index
    available_to_promise: NDArray[np.float64] = array(np.float64)
    in_stock_probability: NDArray[np.float64] = array(np.float64)
    unit_value: NDArray[np.float64] = array(np.float64, amounts=True)
    lasts_days: NDArray[np.float64] = array(
        np.float64, default=attrs.Factory(lambda self: np.full(self.unit_value.shape, np.inf), takes_self=True)
    )


@attrs.frozen
class DeliveryCosts:
    """What one more delivery from the nodes costs and when it can arrive.

    ``marginal_cost``, in currency per delivery, and ``promise_days``, whole days from the planning day to the earliest
    arrival, have shape (zones, nodes). ``visit_cost``, of shape (places, nodes), is what it costs to restock each of
    the own nodes ``places`` from the nodes, in currency per visit (inf where no vehicle can).
    """

    zones: Index
    nodes: Index
    marginal_cost: NDArray[np.float64] = array(np.float64, amounts=True)
    promise_days: NDArray[np.float64] = array(np.float64)
    places: Index = attrs.field(factory=Index)
    visit_cost: NDArray[np.float64] = array(
        np.float64, amounts=True, default=attrs.Factory(lambda self: np.zeros((0, len(self.nodes))), takes_self=True)
    )
