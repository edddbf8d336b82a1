"""What is normal: level, season and spread of each series, and of the series still to come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.series.history import History
from shelfwise.series.levels import Kinship, Levels, discounted_sums, launch_ratio, level_weights, shrunk_levels
from shelfwise.series.likeness import Likeness, fit_likeness
from shelfwise.series.seasons import open_phases, seasonal_factors, trading_season
from shelfwise.series.spreads import SPREADS, fit_spreads, log_likelihood
from shelfwise.types._fields import array

__all__ = ["Expected", "Norms", "fit_norms"]

_FIRST_SPREAD = 1.0


@attrs.frozen(eq=False)
class Expected:
    """Of one row a series: units per period ``level`` and ``spread`` (rows,), seasonal factors ``season`` (rows, L)."""

    level: NDArray[np.float64] = array(np.float64)
    spread: NDArray[np.float64] = array(np.float64)
    season: NDArray[np.float64] = array(np.float64)


@attrs.frozen(eq=False)
class Norms:
    """What was learned of each series, and of each category and node for series without a record.

    ``season`` has shape (S, L) for a season of L periods, ``group_season`` (groups, L); ``group_items`` counts the
    items of each category; ``trades`` (nodes, L) tells at which places in the season a node trades; ``spread`` (S,)
    belongs to a variance of ``mean + spread * mean**2``; ``likeness`` says how items without a record differ from their
    categories.
    """

    levels: Levels
    common_spread: float
    likeness: Likeness
    season: NDArray[np.float64] = array(np.float64)
    group_season: NDArray[np.float64] = array(np.float64)
    group_items: NDArray[np.int64] = array(np.int64)
    trades: NDArray[np.bool_] = array(np.bool_)
    spread: NDArray[np.float64] = array(np.float64)

    def of_group(self, values: NDArray[np.float64], group: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the row of ``values`` (groups, ...) of each category; -1 is the mean, weighted by their items."""
        mean = np.average(values, axis=0, weights=self.group_items)
        own: NDArray[np.float64] = np.concatenate([values, mean[None]])[group]
        return own

    def trading(self, node: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return at which places in the season each row trades, shape (rows, L); an unknown node, where any does."""
        rows: NDArray[np.bool_] = np.concatenate([self.trades, np.any(self.trades, axis=0, keepdims=True)])[node]
        return rows

    def expected(
        self,
        item: NDArray[np.int64],
        node: NDArray[np.int64],
        group: NDArray[np.int64],
        alike: NDArray[np.float64] | float = 1.0,
    ) -> Expected:
        """Return what to expect of series by the positions of their item, node and category, -1 where unknown.

        A series without training has the mean level of its category's launches, scaled to its node and by the factor
        ``alike`` of its item's :class:`Likeness`, and a spread that says how little that tells.
        """
        levels = self.levels
        trained = (item >= 0) & (node >= 0)
        series = np.where(trained, item * len(self.trades) + node, 0)
        launch = self.of_group(levels.groups, group) * np.append(levels.nodes, 1.0)[node] * alike
        profile = trading_season(self.of_group(self.group_season, group), self.trading(node))
        doubtful = self.common_spread + levels.prior_doubt
        return Expected(
            level=np.where(trained, levels.level[series], launch),
            spread=np.where(trained, self.spread[series] + levels.doubt[series], doubtful),
            season=np.where(trained[:, None], self.season[series], profile),
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as arrays by name, for a file without pickle."""
        return {
            "season": self.season,
            "group_season": self.group_season,
            "group_items": self.group_items,
            "trades": self.trades,
            "spread": self.spread,
            "common": np.array([self.common_spread, self.levels.prior_doubt]),
            "level": self.levels.level,
            "doubt": self.levels.doubt,
            "level_groups": self.levels.groups,
            "level_nodes": self.levels.nodes,
        } | {f"likeness_{name}": values for name, values in self.likeness.to_arrays().items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Norms:
        """Return what :meth:`to_arrays` gave."""
        common_spread, prior_doubt = arrays["common"].tolist()
        return cls(
            levels=Levels(arrays["level"], arrays["doubt"], prior_doubt, arrays["level_groups"], arrays["level_nodes"]),
            common_spread=common_spread,
            likeness=Likeness.from_arrays({name.removeprefix("likeness_"): values for name, values in arrays.items()}),
            season=arrays["season"],
            group_season=arrays["group_season"],
            group_items=arrays["group_items"],
            trades=arrays["trades"],
            spread=arrays["spread"],
        )


def fit_norms(history: History, mask: NDArray[np.bool_], *, half_life: float) -> Norms:
    """Fit level, season and spread to the periods of ``mask`` (S, T), promotions and prices left out of account.

    The level is an exponentially weighted mean with a ``half_life`` in periods; the spread is that of the record.
    """
    kin = Kinship(history.item, history.node, history.group[history.item])
    trades = open_phases(history.opened, history.phase, history.cadence.season_length)
    mean = (history.units * mask).sum(axis=1, keepdims=True) / np.maximum(mask.sum(axis=1, keepdims=True), 1)
    own, profile = seasonal_factors(
        history.units,
        np.broadcast_to(mean, mask.shape),
        mask,
        history.phase,
        kin.group,
        history.cadence.season_length,
        _FIRST_SPREAD,
    )
    season = trading_season(own, trades[kin.node])
    factor = season[:, history.phase]
    weight = level_weights(history.units, factor, mask, _FIRST_SPREAD)
    launch = launch_ratio(history.units, mask)
    sums = discounted_sums(history.units * weight, factor * weight, half_life)
    likeness = fit_likeness(history, *sums)
    alike = likeness.factor(history.group, history.list_price, history.attributes)
    levels = shrunk_levels(*sums, kin, _FIRST_SPREAD, launch, alike)
    likelihood = log_likelihood(history.units, levels.level[:, None] * factor, mask, SPREADS)
    return Norms(
        levels=levels,
        likeness=likeness,
        common_spread=float(SPREADS[likelihood.sum(axis=0).argmax()]),
        season=season,
        group_season=profile,
        group_items=np.bincount(history.group, minlength=len(history.groups)),
        trades=trades,
        spread=fit_spreads(likelihood, levels.level),
    )
