"""From a request to a panel: the series asked for, with their record, and what is planned for them."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.series import Covariates, History, Likeness, Plans, groups_of, holidays, reference_prices, rival_means
from shelfwise.types import ForecastRequest, Index, State
from shelfwise.types._fields import array
from shelfwise_forecaster_ensemble.panel import Panel

__all__ = ["Ahead"]


@attrs.frozen(eq=False)
class Ahead:
    """The series of a request, items before nodes: their ``panel``, and the ``uplift`` that planners state (S, H).

    ``holiday`` (H,) marks the holidays among the periods ahead, where these are days. The panel begins with the period
    after the record; the first ``lead`` periods ahead are not asked for.
    """

    panel: Panel
    lead: int
    holiday: NDArray[np.bool_] = array(np.bool_)
    uplift: NDArray[np.float64] = array(np.float64)

    def take(self, rows: NDArray[np.int64]) -> Ahead:
        """Return some of the series."""
        return Ahead(self.panel.take(rows), self.lead, self.holiday, self.uplift[rows])

    def planned(self, *names: str) -> NDArray[np.bool_]:
        """Return in which of the periods ahead any of these columns of the panel tells of a plan, (S, H)."""
        found: NDArray[np.bool_] = np.any([getattr(self.panel, name)[:, self.panel.known :] for name in names], axis=0)
        return found

    @classmethod
    def of(
        cls,
        history: History,
        covariates: Covariates,
        past: Panel,
        request: ForecastRequest,
        state: State,
        typical_cut: float,
        likeness: Likeness,
    ) -> Ahead:
        """Lay out the plans behind the ``past`` of every series; an item or node without a record has none.

        Raises:
            DataError: The calendar lacks what must be known of a period asked for.
        """
        cadence, nodes = history.cadence, Index(request.node_ids)
        days, _ = cadence.ahead(np.datetime64(state.starts_on), request.horizon_days)
        lead = max(int(cadence.number(days[:1])[0]) - int(cadence.number(history.days[-1:])[0]) - 1, 0)
        days, phase = cadence.ahead(history.days[-1] + np.timedelta64(1, "D"), lead + request.horizon_days)
        catalogue = Index((*history.items, *(item for item in request.item_ids if item not in history.items)))
        new = catalogue.ids[len(history.items) :]
        group = np.concatenate([history.group, groups_of(new, history.groups, state)])
        reference = reference_prices(history.reference_price, (history.items, history.nodes), (catalogue, nodes), state)
        plans = Plans.of(
            state,
            catalogue,
            nodes,
            days,
            step_days=cadence.step_days,
            reference_price=reference,
            typical_cut=typical_cut,
        )
        alike = likeness.of(catalogue.ids, group, state)
        kin = np.where(group < 0, len(history.groups), group)
        asked, node = catalogue.positions(request.item_ids), history.nodes.positions(nodes)
        item = np.repeat(np.where(asked < len(history.items), asked, -1), len(nodes))
        node = np.tile(node, len(asked))
        series = np.where((item >= 0) & (node >= 0), item * len(history.nodes) + node, -1)
        told = covariates.ahead(state.calendar, cadence, days, lead=lead).astype(np.float32)
        customary = np.nan_to_num(np.log(reference)) if past.price_level.any() else np.zeros(reference.shape)
        price = customary[..., None] + plans.log_price

        def record(values: NDArray[Any]) -> NDArray[Any]:
            return np.where(series[:, None] >= 0, values[series], np.zeros((), values.dtype))

        def whole(values: NDArray[np.float32], planned: NDArray[np.float64]) -> NDArray[Any]:
            return np.concatenate([record(values), planned[asked].reshape(series.size, days.size)], axis=1)

        panel = Panel(
            cadence=cadence,
            trends=past.trends.take(series),
            item=item,
            node=node,
            group=np.repeat(group[asked], len(nodes)),
            units=record(past.units),
            mask=record(past.mask),
            promoted=whole(past.promoted, plans.promoted),
            log_price=whole(past.log_price, plans.log_price),
            rivals_promoted=whole(past.rivals_promoted, rival_means(plans.promoted, kin)),
            rivals_price=whole(past.rivals_price, rival_means(plans.log_price, kin)),
            price_level=whole(past.price_level, price),
            rivals_level=whole(past.rivals_level, rival_means(price, kin)),
            days=np.concatenate([history.days, days]),
            phase=np.concatenate([history.phase, phase]),
            covariates=np.concatenate([past.covariates, told], axis=1) if len(covariates) else told,
            past_only=covariates.past_only,
            alike=np.repeat(alike[asked], len(nodes)),
            summary=None if past.summary is None else past.summary.take(series),
        )
        holiday = holidays(state.calendar, days) & (cadence.step_days == 1)
        return cls(panel, lead, holiday, plans.uplift[asked].reshape(series.size, days.size))
