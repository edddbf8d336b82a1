"""From a recommender's candidates to the slates of an answer: rules, prices, caps, diversity, reasons and exposure.

A recommender says who may want what; everything else about serving is here, worked out for many customers at once.
Items and customers are positions in the model's own :class:`~shelfwise.types.Index`::

    maker = SlateMaker(items, customers, effects)              # kept with the model

    shelf = maker.shelf(request, state, stock_outlook, delivery_costs)
    served = []
    for visitors in shelf.visitors(most=500):                  # consent, zone, session and cart, as positions
        score = likely(visitors.customer, visitors.session)    # (customers, items)
        score[~shelf.open_to(visitors)] = 0.0                  # filter before retrieval, so that slates are filled
        item = best(score, 200)                                # (customers, 200)
        candidates = Candidates(item, np.take_along_axis(score, item, axis=1))
        chosen = shelf.choose(visitors, candidates)            # priced, within rules, caps and diversity
        code = np.full((*chosen.item.shape, 1), ReasonCode.POPULAR)
        served.append(shelf.serve(visitors, chosen, Reasons(code, chosen.item[..., None])))
    return shelf.answer(served)                                # slates, and the exposure that they cause
"""

from shelfwise.slates.candidates import Candidates, Chosen, Reserve
from shelfwise.slates.catalogue import Catalogue
from shelfwise.slates.exposure import Effects, Tally
from shelfwise.slates.maker import SlateMaker
from shelfwise.slates.offers import Offers
from shelfwise.slates.ranking import top
from shelfwise.slates.reasons import ReasonCode, Reasons
from shelfwise.slates.rows import Rows
from shelfwise.slates.rules import Blocks, Rule
from shelfwise.slates.session import KINDS, Session
from shelfwise.slates.shelf import Served, Shelf
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
    "Visitors",
    "top",
]
