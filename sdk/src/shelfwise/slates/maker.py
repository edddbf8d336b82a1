"""What serving keeps of a trained model from one request to the next."""

from __future__ import annotations

import attrs
import numpy as np

from shelfwise.slates.account import Account
from shelfwise.slates.catalogue import Catalogue
from shelfwise.slates.exposure import Effects
from shelfwise.slates.homes import Homes
from shelfwise.slates.limits import Limits
from shelfwise.slates.offers import Offers, Stock
from shelfwise.slates.rules import blocked_items, on_hand_nowhere
from shelfwise.slates.shelf import Shelf
from shelfwise.slates.similarity import Similarity, Vectors
from shelfwise.types import DeliveryCosts, Index, RecommendRequest, State, StockOutlook

__all__ = ["SlateMaker"]


@attrs.define(eq=False)
class SlateMaker:
    """Makes slates for a model that knows ``items`` and ``customers``.

    ``contribution_weight``, from 0 to 1, is the weight of this sale's contribution, against relevance, where stock or
    delivery signals are given, or always ``by_margin``. ``basket_lines`` are the mean lines of a basket, which share
    the cost of its delivery; see :class:`~shelfwise.slates.offers.Offers`. ``told_apart`` are the zones that the model
    knows sales of, which reasons may name. ``vectors`` say how alike items are, for diversity; see
    :class:`~shelfwise.slates.similarity.Similarity`.

    The catalogue and the stock outlook are lined up with the model's items once, and who serves whom is looked up once,
    for as long as the same ones come.
    """

    items: Index
    customers: Index
    effects: Effects
    contribution_weight: float = 0.5
    by_margin: bool = False
    basket_lines: float = 1.0
    told_apart: frozenset[str] = frozenset()
    vectors: Vectors | None = None
    _catalogue: Catalogue | None = attrs.field(init=False, default=None)
    _stock: Stock | None = attrs.field(init=False, default=None)
    _homes: Homes | None = attrs.field(init=False, default=None)

    def shelf(
        self,
        request: RecommendRequest,
        state: State,
        stock_outlook: StockOutlook | None = None,
        delivery_costs: DeliveryCosts | None = None,
    ) -> Shelf:
        """Make ready to answer a request: its rules, prices and offers."""
        catalogue = self._lined_up(state)
        nodes = Index(state.nodes.selling_ids)
        stock = None if stock_outlook is None or not len(nodes) else self._stock_of(stock_outlook, catalogue, nodes)
        account = None
        if stock is not None:
            share = np.append(0.0, np.cumsum(self.effects.share_of_days(state.starts_on)))
            account = Account(stock.promisable(share).copy(), self.effects.units)
        if account is not None:
            sold_out = np.asarray(~account.open.any(axis=1))
        elif request.in_stock_only:
            sold_out = on_hand_nowhere(catalogue, state)
        else:
            sold_out = np.zeros(catalogue.row.size, dtype=bool)
        lines = max(self.basket_lines, 1.0)
        return Shelf(
            request=request,
            state=state,
            catalogue=catalogue,
            customers=self.customers,
            offers=Offers(
                catalogue, nodes, stock, account, delivery_costs, self.contribution_weight, lines, self.by_margin
            ),
            homes=self._homes_of(state, nodes),
            rule=blocked_items(request, catalogue, sold_out),
            limits=Limits(
                request.most_per_category,
                request.most_per_brand,
                request.diversity,
                catalogue.recorded_category,
                catalogue.brand,
                Similarity(catalogue.recorded_category, catalogue.brand, self.vectors),
            ),
            effects=self.effects,
            told_apart=self.told_apart,
        )

    def _lined_up(self, state: State) -> Catalogue:
        catalogue = self._catalogue
        if catalogue is None or catalogue.source is not state.items:
            catalogue = self._catalogue = Catalogue.of(self.items, state.items)
        return catalogue

    def _homes_of(self, state: State, nodes: Index) -> Homes:
        homes = self._homes
        if homes is None or homes.customers is not state.customers or homes.nodes != nodes:
            homes = self._homes = Homes.of(state.customers, nodes)
        return homes

    def _stock_of(self, outlook: StockOutlook, catalogue: Catalogue, nodes: Index) -> Stock:
        stock = self._stock
        if stock is None or stock.outlook is not outlook or stock.catalogue is not catalogue or stock.nodes != nodes:
            stock = self._stock = Stock(outlook, catalogue, nodes)
        return stock
