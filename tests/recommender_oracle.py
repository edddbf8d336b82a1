"""A recommender that shows what it is told to, for tests of the evaluation."""

import attrs

from shelfwise.hookspecs import hookimpl
from shelfwise.types import Recommendations, Slate, SlateItem


@attrs.define(eq=False)
class Oracle:
    """Shows what it was told to, and remembers what it was trained on and asked."""

    slates: dict = attrs.field(factory=dict)
    chance: float = 0.5
    seed: int = 0
    trained_on: object = None
    requests: list = attrs.field(factory=list)

    @hookimpl
    def train(self, dataset):
        """Remember the data set."""
        self.trained_on = dataset

    @hookimpl
    def recommend(self, request):
        """Answer by the book."""
        self.requests.append(request)
        return Recommendations(tuple(self._slate(customer) for customer in request.customers))

    def _slate(self, customer):
        shown = self.slates.get(customer.customer_id, ())
        items = (SlateItem(rank, item, 1.0, self.chance, 1.0) for rank, item in enumerate(shown, start=1))
        return Slate(customer.customer_id, tuple(items))
