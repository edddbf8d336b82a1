"""From a recommender's candidates to the slates of an answer: rules, prices, caps, diversity, reasons and exposure.

A recommender says who may want what; everything else about serving is here, worked out for many customers at once.
Items and customers are positions in the model's own :class:`~shelfwise.types.Index`::

    @attrs.define(eq=False)
    class Popular:
        maker: SlateMaker                                # kept with the model: its items, customers and effects
        share: NDArray[np.float64]                       # purchase probability of each item

        @hookimpl
        def recommend(self, request, state, stock_outlook, delivery_costs):
            shelf = self.maker.shelf(request, state, stock_outlook, delivery_costs)
            served = []
            for visitors in shelf.visitors(most=500):    # consent, zone, session and cart, as positions
                score = np.tile(self.share, (len(visitors), 1))
                item = shelf.retrieve(visitors, score, width=200)             # by the rules, so slates are filled
                candidates = Candidates(item, probability=taken(score, item, 0.0))
                chosen = shelf.choose(visitors, candidates)                   # priced, within caps, diverse
                code = np.full((*chosen.item.shape, 1), ReasonCode.POPULAR_IN_CATEGORY, dtype=np.int8)
                reasons = Reasons(code, anchor=np.zeros(code.shape, dtype=np.int64))
                served.append(shelf.serve(visitors, chosen, reasons))         # prices, promises, words
            return shelf.answer(served)                  # slates, and the exposure that they cause

What each customer had bought goes to ``retrieve`` and ``choose`` as ``bought``, and items for slates that would stay
short to ``choose`` as ``reserve``. Of equal scores the earlier column wins, so order candidates by what breaks ties.
"""

from shelfwise.slates.candidates import Candidates, Chosen, Reserve
from shelfwise.slates.catalogue import Catalogue
from shelfwise.slates.exposure import Effects, Tally
from shelfwise.slates.maker import SlateMaker
from shelfwise.slates.offers import Offers
from shelfwise.slates.ranking import taken, top
from shelfwise.slates.reasons import ReasonCode, Reasons, association
from shelfwise.slates.rows import Rows
from shelfwise.slates.rules import Blocks, Rule
from shelfwise.slates.session import KINDS, Session
from shelfwise.slates.shelf import Served, Shelf
from shelfwise.slates.steered import steered_units
from shelfwise.slates.trial import Trial
from shelfwise.slates.visitors import Visitors

__all__ = [
    "KINDS",
    "Blocks",
    "Candidates",
    "Catalogue",
    "Chosen",
    "Effects",
    "Offers",
    "ReasonCode",
    "Reasons",
    "Reserve",
    "Rows",
    "Rule",
    "Served",
    "Session",
    "Shelf",
    "SlateMaker",
    "Tally",
    "Trial",
    "Visitors",
    "association",
    "steered_units",
    "taken",
    "top",
]
