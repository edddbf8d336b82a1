"""What the terminal says of routes: stops by kind, how good they are, and what was left out and why."""

import io

import attrs
import wire_examples
from rich.console import Console

from shelfwise.cli.summary import print_summary
from shelfwise.types import SkippedDelivery, SkipReason


def printed(decision):
    """Return the summary of a decision with single spaces."""
    out = io.StringIO()
    print_summary(decision, Console(file=out, width=200, markup=False, emoji=False, highlight=False))
    return " ".join(out.getvalue().split())


def test_routes_are_told_with_their_quality_and_what_was_left_out():
    """Pickups and lateness are counted, the solver and its gap named, and a skip told with what would let it in."""
    text = printed(wire_examples.decision())

    assert "1 route with 1 stop (1 pickup, 1 late), 24 km for £61.11, 1 skipped; found by baseline" in text
    assert "no plan can cost less than £70.25, skip costs included: a gap of 4.6 %; 1 stop moved since the plan" in text
    assert (
        "Deliveries left out d-2 window The window closes before anyone can be there. "
        "It fits if the shift starts 20 minutes earlier." in text
    )


def test_many_deliveries_left_out_are_counted():
    """A dozen is shown; how many more there are is said."""
    skips = [SkippedDelivery(f"d-{number}", SkipReason.CAPACITY) for number in range(20)]

    text = printed(attrs.evolve(wire_examples.decision(), skipped_deliveries=skips))

    assert "d-11 capacity and 8 more" in text
    assert "Deliveries left out" not in printed(attrs.evolve(wire_examples.decision(), skipped_deliveries=()))


def test_what_is_scarce_is_told_with_its_price():
    """Items, vehicles and the budget stand with what one more would be worth."""
    text = printed(wire_examples.decision())

    assert "apple at shop £1.25 a unit slates ask for more than can be promised" in text
    assert "bread at shop £0.25 a unit it may run out before the next order" in text
    assert "vehicles at depot £1.50 a delivery they cannot carry all deliveries" in text
    assert "the budget £0.05 saved by one more GBP" in text
