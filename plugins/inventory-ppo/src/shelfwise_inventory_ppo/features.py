"""What the network sees of an item-node, and the quantity that its answer stands for."""

from __future__ import annotations

import attrs

from shelfwise_inventory_ppo.arrays import Array, Operations
from shelfwise_inventory_ppo.terms import SHOWN, Terms

__all__ = ["FEATURES", "View", "look", "quantity"]

FEATURES = 20 + SHOWN + 3 + 6
"""Columns of :attr:`View.features`."""
_FAR = 8.0
"""Features are cut off beyond so many standard deviations."""
_CAP, _CAP_SLOPE = 0.35, 0.5
"""Of the largest order before anything is learned, in deviations above the rate, by the normal score."""
_DENSITY = 0.3989422804014327


@attrs.frozen(eq=False)
class View:
    """What is seen of item-nodes in a period: ``features`` (rows, :data:`FEATURES`), and ``myopic`` (rows,).

    That is the order, in units, that brings the stock of the review in which it arrives to the critical ratio; it is
    negative where there is too much. ``lacking`` is what projected stock lacks of the mean demand of that review.
    """

    features: Array
    myopic: Array
    lacking: Array


def look(terms: Terms, on_hand: Array, due: Array, ops: Operations) -> View:
    """See stock ``on_hand`` (rows,), after arrivals, and the pipeline ``due`` (rows, periods), the next period first.

    Stock is projected to the period in which an order placed now arrives, by the mean and variance of what lost sales
    leave in each period, as if stock less demand were normal (the projected inventory level of van Jaarsveld and Arts
    2024, there with the exact law).
    """
    mean, variance = _arriving(terms, on_hand, due, ops)
    total = ops.sqrt(variance + terms.review_variance)
    lacking = terms.review_mean - mean
    myopic = lacking + terms.score * total
    batch, scale = terms.batch, terms.scale
    position = on_hand + due.sum(-1)
    shown = ops.take(due, terms.slots)
    shown = ops.clip((shown - batch[:, None]) / scale[:, None], -_FAR, _FAR)
    shown = ops.where(terms.shown, shown, 0.0 * shown)
    state = (
        (on_hand - batch) / scale,
        (position - terms.cover_mean) / ops.sqrt(terms.cover_variance),
        -lacking / total,
        myopic / scale,
        total / scale - 1.0,
        (mean - position + terms.lead_time * terms.rate) / scale,
    )
    seen = ops.clip(ops.columns(state), -_FAR, _FAR)
    return View(ops.beside((terms.fixed, shown, ops.take(shown, terms.newest), seen)), myopic, lacking)


def quantity(terms: Terms, view: View, answer: Array, ops: Operations) -> Array:
    """Return units to order, of any size: the myopic order, capped, each moved by the network's ``answer`` (rows, 2).

    What the network says is in standard deviations of a review's demand. The form is a capped base-stock policy (Xin
    2021) whose level is on projected stock; a network that answers 0 is such a policy.
    """
    level = view.myopic + terms.scale * answer[:, 0]
    cap = terms.batch + terms.scale * (_CAP + _CAP_SLOPE * ops.clip(terms.score, 0.0, None) + answer[:, 1])
    return ops.clip(ops.where(level < cap, level, cap), 0.0, None)


def _arriving(terms: Terms, on_hand: Array, due: Array, ops: Operations) -> tuple[Array, Array]:
    """Return mean and variance of the stock when an order placed now arrives, before it is added."""
    mean, variance = on_hand, 0.0 * on_hand
    for period in range(int(terms.lead_time.max())):
        left, spread = mean - terms.mean[:, period], variance + terms.variance[:, period]
        deviation = ops.sqrt(spread)
        score = left / deviation
        likely, density = ops.ndtr(score), deviation * _DENSITY * ops.exp(-0.5 * score * score)
        kept = left * likely + density
        square = (left * left + spread) * likely + left * density
        on = terms.lead_time > period
        mean = ops.where(on, kept + due[:, period], mean)
        variance = ops.where(on, ops.clip(square - kept * kept, 1e-6, None), variance)
    return mean, variance
