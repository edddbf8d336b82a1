"""A retailer's tables, cleaned, typed and complete: what plugins are trained on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import attrs
import numpy as np
import pandas as pd

from shelfwise.dataset.assembly import Raw, assemble
from shelfwise.dataset.config import Cleaning, DataConfig, Defaults, TableSource
from shelfwise.dataset.foresight import calendar_before
from shelfwise.dataset.network import selling_nodes
from shelfwise.dataset.panel import DemandPanel, demand_panel
from shelfwise.dataset.quality import QualityLog, QualityReport
from shelfwise.dataset.reference import load_reference, save_reference
from shelfwise.dataset.state import REFERENCE_TABLES, state_from_tables
from shelfwise.types import Index, State


@attrs.frozen(eq=False)
class Dataset:
    """One frame per table of :mod:`shelfwise.dataset.schema`, every column present and filled; do not change them.

    ``events`` are sorted by time (naive, UTC) and have positive quantities; ``demand`` has one row per day, item
    and node on which something was recorded. ``assumptions`` says in words what the data did not.

    ``impressions``, in order of time too, say what slates showed. They are no sign of what anybody likes: what showing
    an item causes is learned from them, never interest.

    ``held_out`` has the columns of ``events`` and is empty unless somebody set interactions apart, as
    :meth:`hold_out` does: for choosing between models, learning how to blend them and calibrating, not for fitting.
    """

    events: pd.DataFrame
    impressions: pd.DataFrame
    items: pd.DataFrame
    customers: pd.DataFrame
    demand: pd.DataFrame
    nodes: pd.DataFrame
    lanes: pd.DataFrame
    stock: pd.DataFrame
    promotions: pd.DataFrame
    calendar: pd.DataFrame
    vehicles: pd.DataFrame
    deliveries: pd.DataFrame
    currency: str
    as_of: datetime
    assumptions: tuple[str, ...] = ()
    quality: QualityReport = attrs.field(factory=QualityReport)
    held_out: pd.DataFrame = attrs.field(default=attrs.Factory(lambda self: self.events.iloc[:0], takes_self=True))

    @classmethod
    def from_tables(
        cls,
        tables: Mapping[str, pd.DataFrame],
        *,
        currency: str = "EUR",
        as_of: datetime | None = None,
        cleaning: Cleaning | None = None,
        defaults: Defaults | None = None,
    ) -> Dataset:
        """Check, clean and complete frames whose columns bear the names of the schema.

        Only ``events`` or ``demand`` is needed. Without ``as_of`` the data reaches up to its last event, or to the
        end of its last day of demand.

        Raises:
            DataError: Tables or columns are missing or unknown; the message names all of them.
        """
        raw = {name: (_numbered(frame), TableSource()) for name, frame in tables.items()}
        config = DataConfig(currency, cleaning=cleaning or Cleaning(), defaults=defaults or Defaults())
        return cls.from_raw(raw, config, QualityLog(), as_of=as_of)

    @classmethod
    def from_raw(
        cls,
        raw: Raw,
        config: DataConfig,
        log: QualityLog,
        *,
        as_of: datetime | None = None,
        problems: tuple[str, ...] = (),
    ) -> Dataset:
        """Do the same with frames as they were read, to be understood as their sources say.

        ``problems`` that were met before are raised together with those found here.
        """
        made = assemble(raw, config, log, as_of=as_of, problems=problems)
        return cls(
            **made.tables,
            currency=config.currency,
            as_of=made.as_of,
            assumptions=made.assumptions,
            quality=log.report(),
        )

    def state(self) -> State:
        """Return the retailer at ``as_of``, as plugins see it."""
        return state_from_tables(
            self._reference(), as_of=self.as_of, currency=self.currency, assumptions=self.assumptions
        )

    def demand_panel(self) -> DemandPanel:
        """Return the demand as a block of shape (items, selling nodes, days) that ends on the day of ``as_of``."""
        selling = Index(tuple(selling_nodes(self.nodes)))
        items = Index(tuple(self.items["item_id"]))
        price = self.items["price"].to_numpy(np.float64)
        last_day = np.datetime64(self.as_of.date(), "D")
        return demand_panel(self.demand, self.promotions, items, price, selling, last_day)

    def before(self, time: datetime) -> Dataset:
        """Return the data set as its history stood before ``time``; a naive time is UTC.

        Events and impressions at or after it, held out or not, and days of demand that had not ended by then are left
        out. The reference tables stay as they are, so use it to test what learns from history; but columns of the
        calendar that have no value after ``as_of``, such as weather, were not known ahead then either.
        """
        moment = _moment(time)
        ended = self.demand["date"] + pd.Timedelta(days=1) <= moment
        return attrs.evolve(
            self,
            events=_rows(self.events, self.events["time"] < moment),
            impressions=_rows(self.impressions, self.impressions["time"] < moment),
            held_out=_rows(self.held_out, self.held_out["time"] < moment),
            demand=_rows(self.demand, ended),
            calendar=calendar_before(self.calendar, _moment(self.as_of), moment),
            as_of=min(self.as_of, (moment - pd.Timedelta(microseconds=1)).to_pydatetime().replace(tzinfo=UTC)),
        )

    def hold_out(self, since: datetime) -> Dataset:
        """Return the data set with the events from ``since`` on moved to ``held_out``; a naive time is UTC.

        ``as_of`` stays: it is the moment at which the retailer stands, not the end of what is fitted.
        """
        late = _rows(self.events, self.events["time"] >= _moment(since))
        held_out = late if self.held_out.empty else pd.concat([late, self.held_out]).sort_values("time", kind="stable")
        held_out = held_out.reset_index(drop=True)
        return attrs.evolve(self.before(since), held_out=held_out, as_of=self.as_of, calendar=self.calendar)

    def save_reference(self, directory: Path) -> None:
        """Write into ``directory`` what :meth:`load_reference` needs to rebuild :meth:`state`."""
        save_reference(
            directory, self._reference(), as_of=self.as_of, currency=self.currency, assumptions=self.assumptions
        )

    @staticmethod
    def load_reference(directory: Path) -> State:
        """Return the state of the data set that was saved into ``directory``.

        Raises:
            DataError: A file is missing or cannot be read.
        """
        return load_reference(directory)

    def _reference(self) -> dict[str, pd.DataFrame]:
        return {name: getattr(self, name) for name in REFERENCE_TABLES}


def _moment(time: datetime) -> pd.Timestamp:
    utc = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return pd.Timestamp(utc).tz_localize(None)


def _rows(frame: pd.DataFrame, kept: pd.Series) -> pd.DataFrame:
    return frame[kept.to_numpy(bool)].reset_index(drop=True)


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_axis(pd.RangeIndex(1, len(frame) + 1), axis=0)


__all__ = ["Dataset"]
