"""What a calendar could tell at an earlier moment: weather of days to come is no covariate that anybody knew."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["calendar_before"]

_DAY = pd.Timedelta(days=1)


def calendar_before(calendar: pd.DataFrame, as_of: pd.Timestamp, moment: pd.Timestamp) -> pd.DataFrame:
    """Return the calendar as it was known before ``moment``, of one that reaches up to ``as_of``; both naive, UTC.

    A column without a value after ``as_of`` is not known ahead, so its values of days that had not ended by ``moment``
    are blanked; holidays and columns that look ahead were known then as well.
    """
    after = calendar["date"] > as_of
    coming = (calendar["date"] + _DAY > moment).to_numpy(bool)
    covariates = calendar.columns.difference(["date", "holiday"], sort=False)
    blanked = {name: calendar[name].mask(coming, np.nan) for name in covariates if calendar[name][after].isna().all()}
    return calendar.assign(**blanked)
