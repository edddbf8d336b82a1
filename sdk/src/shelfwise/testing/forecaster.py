"""Checks of forecasters."""

from __future__ import annotations

from datetime import timedelta

import attrs
import numpy as np

from shelfwise.testing.common import valid
from shelfwise.testing.registry import check
from shelfwise.testing.subject import Subject
from shelfwise.types import Exposure, Index, Items, Promotion, Stage, State


@check(Stage.FORECASTER)
def batch_equals_single(subject: Subject) -> None:
    """An item's forecast does not depend on which others are asked for."""
    request = subject.request()
    together = subject.ask(request)
    for row in (0, len(request.item_ids) - 1):
        alone = subject.ask(attrs.evolve(request, item_ids=request.item_ids[row : row + 1]))
        np.testing.assert_allclose(alone.mean[0], together.mean[row], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(alone.quantiles[:, 0], together.quantiles[:, row], rtol=1e-9, atol=1e-9)


@check(Stage.FORECASTER)
def the_order_of_ids_is_kept(subject: Subject) -> None:
    """Items and nodes come back in the order in which they were asked."""
    request = subject.request()
    turned = attrs.evolve(request, item_ids=request.item_ids[::-1], node_ids=request.node_ids[::-1])
    np.testing.assert_allclose(subject.ask(turned).mean[::-1, ::-1], subject.ask(request).mean, rtol=1e-9, atol=1e-9)


@check(Stage.FORECASTER)
def a_longer_horizon_keeps_the_near_days(subject: Subject) -> None:
    """One day and ninety days ahead are both possible; the near days do not hang on how far is asked."""
    near, far = subject.request(horizon_days=1), subject.request(horizon_days=90)
    first, whole = subject.ask(near), subject.ask(far)
    valid(subject, near, first)
    valid(subject, far, whole)
    np.testing.assert_allclose(whole.mean[:, :, :1], first.mean, rtol=1e-6, atol=1e-6)


@check(Stage.FORECASTER)
def any_quantiles_are_served(subject: Subject) -> None:
    """One level, many, and extreme ones are answered, and the median lies between the outer ones."""
    for levels in ((0.5,), (0.001, 0.5, 0.999), tuple(np.round(np.arange(0.05, 1.0, 0.05), 2).tolist())):
        request = subject.request(quantiles=levels)
        valid(subject, request, subject.ask(request))


@check(Stage.FORECASTER)
def parts_are_given_and_sum_to_the_mean(subject: Subject) -> None:
    """The forecast says which driver each unit is due to."""
    answer = subject.ask()
    assert answer.parts, "the forecast has no parts"
    np.testing.assert_allclose(sum(answer.parts.values()), answer.mean, rtol=1e-6, atol=1e-6)


@check(Stage.FORECASTER)
def exposure_raises_the_forecast(subject: Subject) -> None:
    """Extra units of the exposure plan are in the mean of that item, node and day, as a part of their own."""
    state, request = subject.state, subject.request()
    items, nodes = Index(request.item_ids[:1]), Index(request.node_ids[:1])
    units = np.zeros((1, 1, request.horizon_days))
    units[0, 0, 2] = 25.0
    before, after = subject.ask(request), subject.ask(request, exposure=Exposure(items, nodes, units * 10, units))
    valid(subject, request, after, state=state)
    assert after.mean[0, 0, 2] > before.mean[0, 0, 2], "the exposure did not raise the forecast"
    assert "exposure" in after.parts, "the part due to exposure is not told"
    assert after.parts["exposure"][0, 0, 2] > 0


@check(Stage.FORECASTER)
def items_without_history_are_forecast(subject: Subject) -> None:
    """An item that came after training gets a finite, non-negative forecast."""
    state = _with_new_item(subject.state)
    request = attrs.evolve(subject.request(), item_ids=("brand new",))
    valid(subject, request, subject.ask(request, state=state), state=state)


def _with_new_item(state: State) -> State:
    columns = {
        field.name: np.concatenate([getattr(state.items, field.name), getattr(state.items, field.name)[:1]])
        for field in attrs.fields(Items)
        if field.name != "index"
    }
    items = Items(index=Index((*state.items.index.ids, "brand new")), **columns)
    return attrs.evolve(state, items=items, on_hand=np.vstack([state.on_hand, state.on_hand[:1]]))


@check(Stage.FORECASTER)
def the_stock_record_can_be_left_out(subject: Subject) -> None:
    """With the in_stock link off the forecast is still valid."""
    request = subject.request(use_in_stock=False)
    valid(subject, request, subject.ask(request))


@check(Stage.FORECASTER)
def a_planned_promotion_is_taken_in_stride(subject: Subject) -> None:
    """A promotion in the horizon, of every kind, leaves a valid forecast that is at least changed nowhere else."""
    state, request = subject.state, subject.request()
    day = state.starts_on + timedelta(days=1)
    promotion = Promotion(request.item_ids[0], day, day, price=0.5 * float(state.items.price[0]))
    promoted = attrs.evolve(state, promotions=(*state.promotions, promotion))
    answer = subject.ask(request, state=promoted)
    valid(subject, request, answer, state=promoted)


@check(Stage.FORECASTER)
def a_later_moment_moves_the_forecast_on(subject: Subject) -> None:
    """Asked as of a later day, the forecast starts on the day after that one."""
    later = attrs.evolve(subject.state, as_of=subject.state.as_of + timedelta(days=5))
    request = subject.request()
    valid(subject, request, subject.ask(request, state=later), state=later)
