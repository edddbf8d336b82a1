"""Checks of recommenders: slots that a request wants filled at random."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from shelfwise.testing.common import valid
from shelfwise.testing.registry import check
from shelfwise.testing.subject import Subject
from shelfwise.types import Customer, Recommendations, Slate, Stage

_SIZE, _SHARE, _TIMES = 8, 0.3, 25
_DEVIATIONS = 5.0
"""How far a count may be from what is expected: once in a million by chance."""


def _explored(subject: Subject, request_id: str = "r", **settings: Any) -> Recommendations:
    """Ask for slates with some slots filled at random, and fail where one is invalid."""
    request = attrs.evolve(
        subject.request(slate_size=_SIZE, exploration=_SHARE), **({"request_id": request_id} | settings)
    )
    answer: Recommendations = subject.ask(request)
    valid(subject, request, answer)
    return answer


def _ids(slate: Slate) -> list[str]:
    return [item.item_id for item in slate.items]


@check(Stage.RECOMMENDER)
def explored_slates_are_full(subject: Subject) -> None:
    """With a share of the slots drawn at random, or with all of them, slates are as full as without."""
    for share in (0.0, _SHARE, 1.0):
        sizes = [len(slate.items) for slate in _explored(subject, exploration=share).slates]
        assert sizes == [_SIZE] * len(sizes), f"with exploration {share:g} slates have {sizes} items of {_SIZE}"


@check(Stage.RECOMMENDER)
def a_draw_is_told(subject: Subject) -> None:
    """What is not marked as explored stands as ranked, and everything has the probability with which it is shown."""
    ranked = _explored(subject, exploration=0.0)
    certain = [item.propensity for slate in ranked.slates for item in slate.items]
    assert set(certain) == {1.0}, "without exploration items are shown with a probability that is not 1"
    for before, after in zip(ranked.slates, _explored(subject).slates, strict=True):
        stays = [item for item in after.items if not item.explored]
        kept = {before.items[item.rank - 1].item_id == item.item_id for item in stays}
        assert kept <= {True}, "an item that is not marked as explored stands where ranking puts another"
        assert all(item.propensity < 1.0 for item in after.items), "an item in an explored slate is shown for certain"
        lost = set(_ids(before)) - set(_ids(after))
        told = {item.item_id for item in after.withheld if item.propensity < 1.0}
        assert lost == told, f"the draw kept {sorted(lost)} out of a slate, told is {sorted(told)}"


@check(Stage.RECOMMENDER)
def draws_come_as_often_as_told(subject: Subject) -> None:
    """Over many requests so many slots show something else than ranking's as their propensities say."""
    found, expected, variance = 0, 0.0, 0.0
    for number in range(_TIMES):
        for slate in _explored(subject, str(number)).slates:
            stays = [item.propensity for item in slate.items if not item.explored]
            if not stays:
                continue
            chance = 1.0 - stays[0]
            assert np.ptp(stays) < 1e-9, "slots of one slate are explored with different probabilities"
            found += len(slate.items) - len(stays)
            expected += chance * len(slate.items)
            variance += chance * (1.0 - chance) * len(slate.items)
    apart = abs(found - expected) / max(np.sqrt(variance), 1e-9)
    assert apart < _DEVIATIONS, f"{found} slots were explored, propensities say {expected:.0f}"


@check(Stage.RECOMMENDER)
def equal_requests_have_equal_draws(subject: Subject) -> None:
    """The same request id has the same slates and tokens, another one has others."""
    answer = _explored(subject)
    assert _explored(subject) == answer, "the same request has another draw the second time"
    other = _explored(subject, "another")
    assert [_ids(slate) for slate in other.slates] != [_ids(slate) for slate in answer.slates], "draws never change"
    pairs = zip(answer.slates, other.slates, strict=True)
    assert all(one.token and one.token != two.token for one, two in pairs), "slates of two requests share their token"


@check(Stage.RECOMMENDER)
def nothing_is_drawn_without_consent(subject: Subject) -> None:
    """A customer without consent gets the slate as ranked, without a token that would tie events to it."""
    customers = (Customer(subject.state.customers.index[1], consent=False),)
    (slate,) = _explored(subject, customers=customers, exploration=1.0).slates
    (ranked,) = _explored(subject, customers=customers, exploration=0.0).slates
    assert _ids(slate) == _ids(ranked), "slots of a customer without consent are filled at random"
    assert not slate.token, "a slate of a customer without consent has a token"


@check(Stage.RECOMMENDER)
def rules_hold_for_draws(subject: Subject) -> None:
    """What is excluded or of a denied category is never drawn, and caps hold."""
    category = str(subject.state.items.category[0])
    excluded = tuple(subject.state.items.index.ids[1::5])
    for number in range(5):
        _explored(
            subject,
            str(number),
            exploration=1.0,
            exclude_item_ids=excluded,
            deny_categories=(category,),
            most_per_category=3,
        )
