"""From what is wanted to what can be ordered: packs, minimums, lanes, shelf life, source stock, capacity, budget."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.ordering.limits import Limits
from shelfwise.ordering.lines import Lines
from shelfwise.ordering.spending import spend, spend_budget

Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class Quantities:
    """Units to order on each line, what kept them from the unconstrained ones, and the value of more money."""

    ordered: Floats
    unconstrained: Floats
    binding: NDArray[np.object_]
    budget_price: float


def quantities(lines: Lines, limits: Limits) -> Quantities:
    """Decide the quantities: 0 or at least the minimum of a line, and whole packs.

    Passes are made, each seeing what the earlier ones ordered as it would see open orders, until one orders
    nothing: planning again with the orders of a plan under way therefore orders nothing more.
    """
    ordered = np.zeros(len(lines.item))
    binding = np.full(len(lines.item), "", dtype=object)
    unconstrained = _wanted(lines, lines.position)
    while True:
        more, price = _pass(lines, limits, ordered, binding)
        if not more.any():
            break
        ordered = ordered + more
    raised = (ordered > unconstrained) & (ordered > 0)
    binding[raised] = np.where((unconstrained < lines.minimum)[raised], "minimum_order", "pack_size")
    binding[ordered == unconstrained] = ""
    return Quantities(ordered, unconstrained, binding, price)


def _wanted(lines: Lines, position: Floats) -> Floats:
    """Units up to the level, for the lines of every order of which one line is below its reorder level."""
    due = np.zeros(int(lines.group.max()) + 1 if len(lines.group) else 0, dtype=bool)
    due[lines.group[lines.open_today & (position < lines.reorder_level - 1e-9)]] = True
    return np.where(due[lines.group], np.maximum(lines.level - position, 0.0), 0.0)


def _pass(lines: Lines, limits: Limits, ordered: Floats, binding: NDArray[np.object_]) -> tuple[Floats, float]:
    position = lines.position + ordered
    need = _wanted(lines, position)
    wanted = np.where(need > 1e-9, np.maximum(np.ceil(need / lines.pack - 1e-9) * lines.pack, lines.minimum), 0.0)
    price = 0.0

    def limit(allowed: Floats, word: str) -> None:
        nonlocal wanted
        cut = whole(lines, np.minimum(wanted, allowed))
        binding[cut < wanted] = word
        wanted = cut

    limit(lines.maximum - lines.placed_today - ordered, "lane_maximum")
    limit(lines.ceiling - position, "shelf_life")
    limit(_rationed(lines, limits, ordered, wanted), "source_stock")
    limit(_stored(lines, limits, ordered, wanted), "capacity")
    if np.isfinite(limits.budget):
        allowed, price = spend_budget(lines, ordered, wanted, limits.budget)
        limit(allowed, "budget")
    return wanted, price


def whole(lines: Lines, units: Floats) -> Floats:
    """Round down to whole packs, and to nothing below the minimum."""
    packs = np.floor(np.maximum(units, 0.0) / lines.pack + 1e-9) * lines.pack
    return np.where(packs >= lines.minimum - 1e-9, packs, 0.0)


def _moved(lines: Lines, limits: Limits, units: Floats) -> Floats:
    """Units of the transfers by what they take them from, one number for each item and node, flat."""
    width = limits.source_units.shape[1]
    moved = ~lines.purchase
    key = (lines.item * width + lines.source)[moved]
    return np.bincount(key, units[moved], minlength=limits.source_units.size).astype(np.float64)


def _rationed(lines: Lines, limits: Limits, ordered: Floats, wanted: Floats) -> Floats:
    """Share what a source has, its own demand among the others, in proportion to what each wants of it.

    What rounding leaves goes to the shortest. What has been given counts as wanted, so that the share of the source's
    own demand is the same in every pass, and when the plan is made again with its orders under way.
    """
    key = lines.item * limits.source_units.shape[1] + lines.source
    given, asked = limits.source_given.ravel() + _moved(lines, limits, ordered), _moved(lines, limits, wanted)
    there, own = limits.source_units.ravel(), limits.source_own.ravel()
    claims = own + given + asked
    kept = own * np.minimum(np.divide(there, claims, out=np.ones_like(claims), where=claims > 0), 1.0)
    left = np.maximum(there - given - kept, 0.0)
    scarce = ~lines.purchase & (asked > left + 1e-9)[key]
    share = np.divide(left, asked, out=np.ones_like(left), where=asked > 0)
    allowed = wanted.copy()
    allowed[scarce] = whole(lines, wanted * share[key])[scarce]
    rows = np.flatnonzero(scarce)
    np.subtract.at(left, key[rows], allowed[rows])
    for row in rows[np.lexsort((rows, -(wanted - allowed)[rows]))]:
        extra = np.floor(min(wanted[row] - allowed[row], left[key[row]]) / lines.pack[row] + 1e-9) * lines.pack[row]
        if extra > 0 and allowed[row] + extra >= lines.minimum[row]:
            allowed[row] += extra
            left[key[row]] -= extra
    return allowed


def _stored(lines: Lines, limits: Limits, ordered: Floats, wanted: Floats) -> Floats:
    """Keep what is expected at a node when the order arrives within its capacity, the dearest shortages first."""
    allowed = wanted.copy()
    bounded = np.unique(lines.node[np.isfinite(limits.room[lines.node])])
    if not len(bounded):
        return allowed
    expected = np.maximum(lines.remaining, 0.0) + lines.placed_today + ordered
    for node in bounded:
        here = lines.node == node
        rows = np.flatnonzero(here & (wanted > 0))
        free = max(limits.room[node] - limits.stored[node] - expected[here].sum(), 0.0)
        if wanted[rows].sum() > free + 1e-9:
            allowed[rows] = spend(lines, rows, ordered[rows], wanted[rows], np.ones(len(rows)), free)[0]
    return allowed
