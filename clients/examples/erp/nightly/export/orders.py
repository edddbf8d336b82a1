"""Purchases in the form of UN/EDIFACT ORDERS: an interchange for a vendor, a message for each proposal.

Directory D.96A, syntax 4. What a partner's guide adds is not here: no GLN or GTIN, no prices, no acknowledgement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from nightly.errors import NightlyError
from nightly.models import OrderProposal, PlanningRun

_SERVICE_CHARACTERS = "?:+*'"
"""Release, component, element, repetition, segment; the release stands first, or it would be released twice."""


def interchange(run: PlanningRun, proposals: Sequence[OrderProposal], *, vendor: str, sender: str) -> str:
    """Return the interchange with the proposals to one vendor, a segment a line.

    Its reference is made of the decision and the vendor, so that a vendor can tell a repeat.

    Raises:
        NightlyError: a code is longer than its place in the message.
    """
    reference = hashlib.sha256(f"{run.decision_id} {vendor}".encode()).hexdigest()[:14]
    segments = [f"UNB+UNOW:4+{_text(sender, 35)}+{_text(vendor, 35)}+{_day(run.night)}:2359+{reference}"]
    for number, proposal in enumerate(proposals, start=1):
        segments += _message(run, proposal, number, sender)
    segments.append(f"UNZ+{len(proposals)}+{reference}")
    return "UNA:+.?*'\n" + "".join(f"{segment}'\n" for segment in segments)


def _message(run: PlanningRun, proposal: OrderProposal, number: int, sender: str) -> list[str]:
    segments = [
        f"UNH+{number}+ORDERS:D:96A:UN",
        f"BGM+220+{_text(proposal.name, 35)}+9",
        f"DTM+137:{_day(proposal.place_on)}:102",
        f"DTM+2:{_day(proposal.arrives_on)}:102",
        f"FTX+AAI+++{_text(f'decision {proposal.decision_id}', 70)}",
        f"NAD+BY+{_text(sender, 17)}::92",
        f"NAD+SU+{_text(proposal.from_code, 17)}::92",
        f"NAD+DP+{_text(proposal.to_code, 17)}::92",
        f"CUX+2:{run.currency}:9",
    ]
    for position, line in enumerate(proposal.lines, start=1):
        segments += [f"LIN+{position}++{_text(line.product_code, 35)}:IN", f"QTY+21:{line.quantity:.15g}"]
    segments += ["UNS+S", f"CNT+2:{len(proposal.lines)}"]
    return [*segments, f"UNT+{len(segments) + 1}+{number}"]


def _text(value: str, most: int) -> str:
    """Return ``value`` with the characters released that mean something in a message."""
    if len(value) > most:
        raise NightlyError(f"{value!r} has more than the {most} characters that ORDERS leave it")
    for character in _SERVICE_CHARACTERS:
        value = value.replace(character, f"?{character}")
    return value


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"
