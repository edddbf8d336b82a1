"""The moments that forecasts are made from in a backtest: what was known then, and what came after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.dataset.periods import Periods, trading_periods
from shelfwise.errors import DataError
from shelfwise.types import Index, Promotion, State

if TYPE_CHECKING:
    from shelfwise.dataset import Dataset, DemandPanel

__all__ = ["Backtest", "Origin"]

_SEASONS = {1: 7, 7: 52, 30: 12}
"""Periods in the usual season of daily, weekly and monthly data, by whole days in a period."""


@attrs.frozen(eq=False)
class Origin:
    """One moment: the data before it, the state at it, and the truth after it, shape (series, horizon).

    ``mask`` marks the truth that is scored. ``scale`` holds the mean absolute and the mean squared error of the
    seasonal naive forecast within the data before, shape (series,), 0 where that has less than two seasons.
    """

    dataset: Dataset
    state: State
    units: NDArray[np.float64]
    mask: NDArray[np.bool_]
    scale: tuple[NDArray[np.float64], NDArray[np.float64]]


@attrs.frozen(eq=False)
class Backtest:
    """Rolling origins over a data set; see :func:`shelfwise.evaluation.forecaster.evaluate` for the arguments."""

    dataset: Dataset
    panel: DemandPanel
    periods: Periods
    cuts: tuple[int, ...]
    horizon: int
    gap: int
    season_length: int
    known_prices: bool
    record: Dataset

    @classmethod
    def over(
        cls,
        dataset: Dataset,
        *,
        horizon: int,
        origins: int,
        step: int,
        gap: int,
        season_length: int | None,
        known_prices: bool,
        record: Dataset | None = None,
    ) -> Backtest:
        """Lay the origins so that the last forecast ends with the data.

        ``record`` is what plugins are shown in place of ``dataset``, which holds the truth.

        Raises:
            DataError: The data has too few periods.
        """
        panel = dataset.demand_panel()
        periods = trading_periods(panel)
        last = len(periods.days) - horizon - gap
        cuts = tuple(last - step * back for back in reversed(range(origins)))
        if cuts[0] < 2:
            fit = max((last - 2) // step + 1, 0)
            raise DataError(
                f"demand: {len(periods.days)} periods allow {fit} origins with horizon {horizon}, gap {gap} and "
                f"step {step}, not {origins}"
            )
        if season_length is None:
            usual = _SEASONS.get(int(periods.step_days), 1)
            season_length = usual if cuts[0] >= 2 * usual else 1
        return cls(dataset, panel, periods, cuts, horizon, gap, season_length, known_prices, record or dataset)

    @property
    def days(self) -> tuple[date, ...]:
        """The day of each origin: the first that is not known."""
        return tuple(self.periods.days[cut].astype(object) for cut in self.cuts)

    @property
    def items(self) -> Index:
        """The items to forecast."""
        return self.panel.items

    @property
    def nodes(self) -> Index:
        """The nodes to forecast."""
        return self.panel.nodes

    def __iter__(self) -> Iterator[Origin]:
        """Walk through the origins, the earliest first."""
        first_record = self._first_record()
        for cut, day in zip(self.cuts, self.days, strict=True):
            known = self.record.before(datetime.combine(day, time(), UTC))
            state = known.state()
            state = attrs.evolve(state, promotions=state.promotions + self._plans(cut))
            ahead = self.periods.columns[cut + self.gap : cut + self.gap + self.horizon]
            listed = first_record < self.periods.days[cut]
            mask = self._opened(ahead) & self._block(self.panel.in_stock, ahead) & listed[:, None]
            yield Origin(known, state, self._block(self.panel.units, ahead), mask, self._scale(cut, first_record))

    def first_past(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return the units before the first origin and which of them tell of demand, shape (series, periods)."""
        past = self.periods.columns[: self.cuts[0]]
        listed = self.periods.days[: self.cuts[0]] >= self._first_record()[:, None]
        known = self._opened(past) & self._block(self.panel.in_stock, past) & listed
        return self._block(self.panel.units, past), known

    def _block(self, values: NDArray[Any], columns: NDArray[np.intp]) -> NDArray[Any]:
        return values.reshape(-1, values.shape[-1])[:, columns]

    def _opened(self, columns: NDArray[np.intp]) -> NDArray[np.bool_]:
        return np.tile(self.panel.open[:, columns], (len(self.items), 1))

    def _first_record(self) -> NDArray[np.datetime64]:
        first = self.dataset.demand.groupby(["item_id", "node_id"], sort=False)["date"].min()
        item = self.items.positions(first.index.get_level_values("item_id"))
        node = self.nodes.positions(first.index.get_level_values("node_id"))
        known = (item >= 0) & (node >= 0)
        out = np.full(len(self.items) * len(self.nodes), np.datetime64("9999-01-01"))
        out[item[known] * len(self.nodes) + node[known]] = first.to_numpy("datetime64[D]")[known]
        return out

    def _plans(self, cut: int) -> tuple[Promotion, ...]:
        """Return what the demand table records of promotions (and prices) after the cut as plans made before."""
        days = self.periods.days
        end = min(cut + self.gap + self.horizon, len(days))
        demand = self.dataset.demand
        dates = demand["date"].to_numpy("datetime64[D]")
        chosen = (dates >= days[cut]) & (dates <= days[end - 1])
        chosen &= True if self.known_prices else demand["on_promotion"].to_numpy(bool)
        rows = demand[chosen]
        following = np.append(days[1:], days[-1] + np.timedelta64(int(self.periods.step_days), "D"))
        ends = following[np.searchsorted(days, dates[chosen])] - np.timedelta64(1, "D")
        return tuple(
            Promotion(
                row.item_id,
                row.date.date(),
                until,
                row.node_id,
                None if pd.isna(row.price) else float(row.price),
                advertised=bool(row.on_promotion),
            )
            for row, until in zip(rows.itertuples(index=False), ends.astype(object), strict=True)
        )

    def _scale(self, cut: int, first_record: NDArray[np.datetime64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        past, season = self.periods.columns[:cut], self.season_length
        units = self._block(self.panel.units, past)
        known = self._opened(past) & (self.periods.days[:cut] >= first_record[:, None])
        both = known[:, season:] & known[:, :-season]
        change = np.where(both, units[:, season:] - units[:, :-season], 0.0)
        enough = both.sum(axis=1) >= season
        count = np.maximum(both.sum(axis=1), 1)
        return np.abs(change).sum(axis=1) / count * enough, (change**2).sum(axis=1) / count * enough
