"""What recommenders by matrix factorisation have in common: options, life cycle, and slates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from shelfwise.hookspecs import hookimpl
from shelfwise.slates import (
    Candidates,
    ReasonCode,
    Reasons,
    Reserve,
    Rows,
    Served,
    Shelf,
    SlateMaker,
    Visitors,
    association,
    taken,
)
from shelfwise.types import (
    Deadline,
    DeliveryCosts,
    Progress,
    Recommendations,
    RecommendRequest,
    State,
    StockOutlook,
)
from shelfwise_recommender_implicit.factors import Factors, scores
from shelfwise_recommender_implicit.interactions import KIND_WEIGHT
from shelfwise_recommender_implicit.learned import Learned

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset

__all__ = ["FactorisationRecommender"]

_CELLS = 4_000_000
"""Scores held at a time, which bounds the memory of a batch."""
_WIDTH = 200
"""Candidates of a slate, or three times the slate if that is more."""
_CART_WEIGHT = 0.5
_UNIT = attrs.validators.and_(attrs.validators.ge(0.0), attrs.validators.le(1.0))


@attrs.define(eq=False)
class FactorisationRecommender:
    """A recommender whose scores are products of customers' and items' vectors; see its subclasses.

    ``exposure_days`` is the window of the purchase probabilities and of the exposure, ``incremental_share`` the part
    of the purchases of shown items that would not have happened otherwise, as far as no random draw has told, and
    ``contribution_weight`` the weight of this sale's contribution, against relevance, where stock or delivery signals
    are given, and ``by_margin`` without them too.
    """

    exposure_days: int = attrs.field(default=28, validator=attrs.validators.ge(1))
    incremental_share: float = attrs.field(default=0.25, validator=_UNIT)
    contribution_weight: float = attrs.field(default=0.5, validator=_UNIT)
    by_margin: bool = False
    seed: int = 0
    _learned: Learned | None = attrs.field(init=False, default=None)
    _maker: SlateMaker | None = attrs.field(init=False, default=None)

    def fit(self, matrix: sparse.csr_array, progress: Progress) -> Factors:
        """Factorise interest, of shape (customers, items)."""
        raise NotImplementedError

    def vectors(
        self, factors: Factors, customer: NDArray[np.int64], past: sparse.csr_array, session: sparse.csr_array
    ) -> NDArray[np.float32]:
        """Return customers' vectors; see :class:`~shelfwise_recommender_implicit.factors.Factorisation`."""
        raise NotImplementedError

    @hookimpl
    def train(self, dataset: Dataset, progress: Progress) -> None:
        """Learn from the events of the data set."""
        from shelfwise_recommender_implicit.learning import learn

        self._learned = learn(
            dataset,
            self,
            days=self.exposure_days,
            incremental_share=self.incremental_share,
            seed=self.seed,
            progress=progress,
        )
        self._maker = None

    @hookimpl
    def save(self, directory: Path) -> None:
        """Write what was learned, if anything was."""
        if self._learned is not None:
            self._learned.save(directory)

    @hookimpl
    def load(self, directory: Path) -> None:
        """Read what :meth:`save` wrote."""
        self._learned, self._maker = Learned.load(directory), None

    @hookimpl
    def recommend(
        self,
        request: RecommendRequest,
        state: State,
        stock_outlook: StockOutlook | None,
        delivery_costs: DeliveryCosts | None,
        deadline: Deadline,
    ) -> Recommendations | None:
        """Rank the catalogue for each customer; once the time is up, the rest gets what is popular."""
        known = self._learned
        if known is None:
            return None
        shelf = self._slates_of(known).shelf(request, state, stock_outlook, delivery_costs)
        most = max(1, _CELLS // max(1, len(known.past.items)))
        return shelf.answer(
            [
                self._serve(known, shelf, visitors.forgotten() if deadline.expired else visitors)
                for visitors in shelf.visitors(most)
            ]
        )

    def _slates_of(self, known: Learned) -> SlateMaker:
        maker = self._maker
        if maker is None:
            length = np.linalg.norm(known.factors.item, axis=1, keepdims=True)
            maker = self._maker = SlateMaker(
                known.past.items,
                known.past.customers,
                known.effects,
                basket_lines=known.lines,
                vectors=known.factors.item / np.maximum(length, 1e-12),
            )
        maker.contribution_weight, maker.by_margin = self.contribution_weight, self.by_margin
        return maker

    def _serve(self, known: Learned, shelf: Shelf, visitors: Visitors) -> Served:
        past = sparse.csr_array(known.past.weight[visitors.customer])
        session = _session(visitors, len(known.past.items))
        had = np.diff(sparse.csr_array(past + session).indptr).astype(np.float64)
        score = scores(self.vectors(known.factors, visitors.customer, past, session), known.factors.item)
        score[had == 0] = known.past.share
        purchases = sparse.csr_array(known.past.bought[visitors.customer])
        bought = Rows(purchases.indptr.astype(np.int64), purchases.indices.astype(np.int64))
        item = shelf.retrieve(visitors, score, max(_WIDTH, 3 * shelf.request.slate_size), bought)
        chance = known.calibration.of(taken(score, item, 0.0).astype(np.float64), had)
        popular = known.popular[item]
        probability = np.where(item >= 0, np.where((had == 0)[:, None], popular, chance), 0.0)
        reserve = Reserve(np.arange(len(known.past.items)), known.popular)
        chosen = shelf.choose(visitors, Candidates(item, probability), bought, reserve)
        reasons = _reasons(known, visitors, chosen.item, past, session, bought)
        return shelf.serve(visitors, chosen, reasons)


def _session(visitors: Visitors, items: int) -> sparse.csr_array:
    """Return the interest shown in the session and by the cart, of shape (customers, items)."""
    events, cart = visitors.session, visitors.cart
    row = np.concatenate([events.rows.row, cart.row])
    column = np.concatenate([events.rows.item, cart.item])
    weight = np.concatenate([KIND_WEIGHT[events.kind], np.full(cart.item.size, _CART_WEIGHT, dtype=np.float32)])
    table = sparse.coo_array((weight, (row.astype(np.int32), column.astype(np.int32))), shape=(len(visitors), items))
    table.sum_duplicates()
    session = sparse.csr_array(table)
    session.data = np.log1p(session.data) / np.log(2.0, dtype=np.float32)
    session.eliminate_zeros()
    return session


def _reasons(
    known: Learned,
    visitors: Visitors,
    item: NDArray[np.int64],
    past: sparse.csr_array,
    session: sparse.csr_array,
    bought: Rows,
) -> Reasons:
    """Return for each slot whether it was bought before, and which item that the customer knows it is most like."""
    anchor = np.full(item.shape, -1)
    vectors = known.factors.item
    interest = sparse.csr_array(past + session)
    for row in np.flatnonzero(np.diff(interest.indptr)).tolist():
        entries = slice(interest.indptr[row], interest.indptr[row + 1])
        place = interest.indices[entries]
        pull = (vectors[item[row]] @ vectors[place].T) * interest.data[entries]
        pull[item[row][:, None] == place] = -np.inf
        best = pull.argmax(axis=1)
        anchor[row] = np.where(pull.max(axis=1) > 0.0, place[best], -1)
    again = bought.contains(np.arange(len(item))[:, None], item)
    code = np.where(again, ReasonCode.BOUGHT_BEFORE, ReasonCode.NONE).astype(np.int8)
    return Reasons(np.stack([code, association(visitors, anchor, bought)], axis=2), np.stack([anchor, anchor], axis=2))
