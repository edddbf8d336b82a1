"""What an item customarily costs, how far a price lies from it, and how deep promotions cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.types import Index, State

__all__ = ["reference_prices", "relative_price"]

_SMOOTHING = 0.05


def relative_price(
    price: NDArray[np.float64], promoted: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return log(price / customary price), shape (S, T), and the customary price at the end, shape (S,).

    The customary price is an exponentially smoothed mean of past log prices, the reference price of the marketing
    literature (Winer 1986; Mazumdar, Raj & Sinha 2005). A shop without a promotion on record has no price plan to
    apply an effect to, and its realised prices vary with the quantity bought: there all is unknown.
    """
    ratio, reference = np.zeros(price.shape), np.full(len(price), np.nan)
    if not promoted.any():
        return ratio, reference
    log_price = np.log(price, out=np.full(price.shape, np.nan), where=price > 0)
    for period in range(price.shape[1]):
        now = log_price[:, period]
        known = np.isfinite(now)
        reference = np.where(known & np.isnan(reference), now, reference)
        ratio[known, period] = (now - reference)[known]
        reference = np.where(known, reference + _SMOOTHING * (now - reference), reference)
    return ratio, np.exp(reference)


def reference_prices(
    learned: NDArray[np.float64], known: tuple[Index, Index], wanted: tuple[Index, Index], state: State
) -> NDArray[np.float64]:
    """Return customary prices as learned, or else the regular ones of the state's catalogue; NaN where unknown.

    ``learned`` (S,) belongs to the items and nodes ``known``; the answer, to those ``wanted``, shape (items, nodes).
    """
    table = np.full((len(known[0]) + 1, len(known[1]) + 1), np.nan)
    table[:-1, :-1] = learned.reshape(len(known[0]), len(known[1]))
    own = table[np.ix_(known[0].positions(wanted[0]), known[1].positions(wanted[1]))]
    listed = np.append(state.items.price, np.nan)[state.items.index.positions(wanted[0])]
    return np.where(np.isfinite(own), own, listed[:, None])
