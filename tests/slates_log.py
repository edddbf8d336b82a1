"""A synthetic shop that logs its slates, in which it is known what showing an item causes."""

from datetime import timedelta

import numpy as np
import pandas as pd
from slates_world import NOW, maker, shelf, state

from shelfwise.dataset import Dataset
from shelfwise.evaluation.impressions import impressions
from shelfwise.slates import Candidates
from shelfwise.types import Decision

ITEMS, SLOTS = 24, 4


def tastes(customers, seed=0):
    """Return the probability with which each customer buys each item unshown, of shape (customers, items)."""
    random = np.random.default_rng([seed, 1])
    return 0.3 * random.beta(0.6, 3.0, (customers, ITEMS))


def logged(customers=300, visits=4, *, share=0.3, lift=1.5, seed=0):
    """Return the data set of customers who come once a week and buy at random within two days.

    Ranking knows their tastes. What an item shown is bought with is ``1 + lift`` times the taste, so that ``lift / (1 +
    lift)`` of the purchases of shown items are caused by showing them.
    """
    taste, random = tastes(customers, seed), np.random.default_rng([seed, 2])
    shop = state(ITEMS)
    people = [f"p{row}" for row in range(customers)]
    told, events = [], []
    for visit in range(visits):
        moment = NOW + timedelta(days=7 * visit)
        opened, visitors = shelf(
            shop, *people, made=maker(shop), slate_size=SLOTS, exploration=share, request_id=f"{seed} {visit}"
        )
        slates = opened.serve(visitors, opened.choose(visitors, Candidates.whole(taste))).slates
        told.append(impressions(Decision("", "", moment, "EUR", "", slates), moment))
        shown = np.zeros(taste.shape, dtype=bool)
        for row, slate in enumerate(slates):
            shown[row, [int(item.item_id[1:]) for item in slate.items]] = True
        row, item = np.nonzero(random.random(taste.shape) < taste * np.where(shown, 1.0 + lift, 1.0))
        time = [moment + timedelta(days=float(after)) for after in 2.0 * random.random(row.size)]
        events.append(
            pd.DataFrame({"time": time, "customer_id": np.array(people)[row], "item_id": shop.items.index.take(item)})
        )
    return Dataset.from_tables({"events": pd.concat(events), "impressions": pd.concat(told)})
