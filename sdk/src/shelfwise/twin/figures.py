"""What a run comes to: the figures by which arms are compared."""

from __future__ import annotations

from itertools import pairwise

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.twin.ledger import LINES
from shelfwise.twin.life import Life
from shelfwise.twin.retailer import Retailer

__all__ = ["DEFINITIONS", "FUNNEL", "LESS_IS_BETTER", "Figures", "figures"]

Floats = NDArray[np.float64]

_RETAINED_DAYS, _KNOWN_DAYS = 90, 28

FUNNEL = ("awareness", "consideration", "intent", "conversion", "retention_90_days")
"""From a look to a customer who comes back."""
DEFINITIONS = {
    "profit_per_customer_year": "revenue less the cost of goods sold, holding, ordering, delivery and waste, in "
    "currency per customer and year; what bad service costs in visits that do not come is in it",
    "revenue_per_customer_year": "what customers paid, in currency per customer and year",
    "latent_service": "share of the lines that visitors wanted, with every shelf full, that were sold as wanted",
    "stock_out_rate": "share of listed items at warehouses with nothing left at the end of a day",
    "holding_per_unit": "holding cost per unit sold, in currency",
    "total_cost_per_unit": "holding, ordering, delivery and waste per unit sold, in currency",
    "cost_per_delivery": "cost of routes and hired vans per basket due, in currency; transfers are in it",
    "on_time": "share of baskets that came on their day and in their window, or ten minutes after it",
    "slate_hit": "share of the slots looked at whose item was bought (precision by purchases)",
    "slate_relevance": "share of the slots looked at whose item the visitor would have bought (precision by taste)",
    "mape_30_days": "mean absolute error of the mean forecast of an item's next 30 days against the units wanted, "
    "in per cent of it, over items of which ten or more were",
    "wape_30_days": "the same, sum of absolute errors by sum of units",
    "wape_30_days_of_sales": "the same against the units sold",
    "retention_90_days": "share of those who came in the last four weeks before the run that came in its last 90 days; "
    "no number in runs of up to 90 days: whoever is lost in them has come before",
    "visits_per_customer_year": "visits per customer and year",
    "awareness": "share of visits in which a slot of the slate was looked at",
    "consideration": "share of visits in which one was of interest",
    "intent": "share of visits in which something was wanted, with every shelf full",
    "conversion": "share of visits with a purchase",
    "click_through": "share of the slots looked at whose item was clicked on or bought",
    "session_length": "items clicked on or bought, per visit",
    "order_value": "revenue of a visit with a purchase, in currency",
    "value_per_customer_p10": "margin of the customer that a tenth of them stay below, in currency, over the run",
    "value_per_customer_p50": "the same, of half of them",
    "value_per_customer_p90": "the same, of nine in ten",
    "exposure_gini": "Gini coefficient of how often items were looked at in slates: 0 all alike, 1 a single one",
    "exposure_coverage": "share of the listed items that were looked at in a slate at all",
    "waste_share": "cost of what spoiled by the cost of what was sold",
    "plan_nervousness": "change of the mean forecast of an item and day from one plan to the next, as a share of it",
    "degraded_days": "days on which a stage did not have the answer of its plugin",
}
"""One sentence a figure."""
LESS_IS_BETTER = frozenset(
    {
        "stock_out_rate",
        "holding_per_unit",
        "total_cost_per_unit",
        "cost_per_delivery",
        "mape_30_days",
        "wape_30_days",
        "wape_30_days_of_sales",
        "exposure_gini",
        "waste_share",
        "plan_nervousness",
        "degraded_days",
    }
)
"""Of the others more is."""


@attrs.frozen(eq=False)
class Figures:
    """The figures of one run by name, and curves for plots.

    ``profit_by_week`` is cumulative, in currency a customer; ``wanted_by_week`` and ``met_by_week`` count the lines of
    each week that visitors wanted and that were sold as wanted. ``value_quantiles`` are the percentiles of the
    customers' margin over the run, in currency, from the least to the most.
    """

    values: dict[str, float]
    profit_by_week: list[float]
    wanted_by_week: list[float]
    met_by_week: list[float]
    value_quantiles: list[float]


def figures(life: Life, retailer: Retailer) -> Figures:
    """Work out the figures of the days since the history."""
    scenario = life.world.scenario
    first, last = scenario.history_days, life.today
    days, people = last - first, len(life.world.people)
    total = {name: life.ledger.total(name, first, last) for name in LINES}
    yearly = 365.0 / days / people
    costs = total["holding"] + total["ordering"] + total["delivery"] + total["waste"]
    earned = life.diary.earned[scenario.history_weeks :].sum(axis=0)
    values = {
        "profit_per_customer_year": (total["revenue"] - total["cost_of_goods"] - costs) * yearly,
        "revenue_per_customer_year": total["revenue"] * yearly,
        "latent_service": _ratio(total["lines_wanted_met"], total["lines_wanted"]),
        "stock_out_rate": _ratio(total["stocked_out"], total["shelves"]),
        "holding_per_unit": _ratio(total["holding"], total["units_sold"]),
        "total_cost_per_unit": _ratio(costs, total["units_sold"]),
        "cost_per_delivery": _ratio(total["delivery"], total["drops"]),
        "on_time": 1.0 - _ratio(total["drops_late"], total["drops"]),
        "slate_hit": _ratio(total["slot_lines"], total["slots_seen"]),
        "slate_relevance": _ratio(total["slots_of_interest"], total["slots_seen"]),
        **_errors(life, retailer),
        "retention_90_days": _retention(life),
        "visits_per_customer_year": total["visits"] * yearly,
        "awareness": _ratio(total["aware"], total["visits"]),
        "consideration": _ratio(total["considering"], total["visits"]),
        "intent": _ratio(total["intending"], total["visits"]),
        "conversion": _ratio(total["buyers"], total["visits"]),
        "click_through": _ratio(total["slot_lines"] + total["slot_clicks"], total["slots_seen"]),
        "session_length": _ratio(total["clicks"] + total["lines_sold"], total["visits"]),
        "order_value": _ratio(total["revenue"], total["buyers"]),
        **{f"value_per_customer_p{p}": float(np.percentile(earned, p)) for p in (10, 50, 90)},
        **_exposure(life),
        "waste_share": _ratio(total["waste"], total["cost_of_goods"]),
        "plan_nervousness": _nervousness(retailer),
        "degraded_days": float(life.ledger.days_with("degraded", first, last)),
    }
    return Figures(
        values,
        profit_by_week=_by_week(life),
        wanted_by_week=_weekly(life, "lines_wanted"),
        met_by_week=_weekly(life, "lines_wanted_met"),
        value_quantiles=np.quantile(earned, np.linspace(0.0, 1.0, 101)).tolist(),
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _errors(life: Life, retailer: Retailer) -> dict[str, float]:
    """Return the errors of the forecasts whose days are over."""
    wanted, sold, expected = [], [], []
    for day, rows, mean in retailer.forecasts:
        days = min(mean.shape[1], 30)
        if day + days <= life.today:
            expected.append(mean[:, :days].sum(axis=1))
            wanted.append(life.diary.wanted[day : day + days, rows].sum(axis=(0, 2)))
            sold.append(life.diary.sold[day : day + days, rows].sum(axis=0))
    names = ("mape_30_days", "wape_30_days", "wape_30_days_of_sales")
    if not expected:
        return dict.fromkeys(names, float("nan"))
    guess, truth, books = (np.concatenate(part).astype(np.float64) for part in (expected, wanted, sold))
    often = truth >= 10.0
    relative = np.abs(guess - truth)[often] / truth[often]
    of_truth, of_books = np.abs(guess - truth).sum(), np.abs(guess - books).sum()
    shares = (
        100.0 * float(relative.mean()) if often.any() else float("nan"),
        100.0 * _ratio(float(of_truth), float(truth.sum())),
        100.0 * _ratio(float(of_books), float(books.sum())),
    )
    return dict(zip(names, shares, strict=True))


def _nervousness(retailer: Retailer) -> float:
    """Compare each plan's forecast with that of the plan before, over the days that both cover."""
    changed = total = 0.0
    for (before, rows, mean), (day, now, again) in pairwise(retailer.forecasts):
        _, old, new = np.intersect1d(rows, now, return_indices=True)
        since = day - before
        days = min(mean.shape[1] - since, again.shape[1])
        if days > 0:
            earlier = mean[old, since : since + days]
            changed += float(np.abs(again[new, :days] - earlier).sum())
            total += float(earlier.sum())
    return _ratio(changed, total)


def _retention(life: Life) -> float:
    first, visited = life.world.scenario.history_days, life.diary.visited
    known = visited[max(0, first - _KNOWN_DAYS) : first].any(axis=0)
    since = life.today - _RETAINED_DAYS  # from the first day on all arms would be alike: who is lost has come before
    if since <= first or not known.any():
        return float("nan")
    return float(visited[since : life.today, known].any(axis=0).mean())


def _exposure(life: Life) -> dict[str, float]:
    shown = np.sort(life.diary.shown[life.world.goods.launched_on < life.today])
    total, count = shown.sum(), len(shown)
    rank = np.arange(1, count + 1)
    gini = float((2 * rank - count - 1) @ shown / (count * total)) if total else float("nan")
    return {"exposure_gini": gini, "exposure_coverage": float((shown > 0).mean())}


def _by_week(life: Life) -> list[float]:
    first, book = life.world.scenario.history_days, life.ledger.book[: life.today]
    column = {name: book[first:, LINES.index(name)] for name in LINES}
    costs = sum(column[name] for name in ("cost_of_goods", "holding", "ordering", "delivery", "waste"))
    profit = np.cumsum(column["revenue"] - costs) / len(life.world.people)
    return [float(value) for value in profit[6::7]]


def _weekly(life: Life, name: str) -> list[float]:
    """Return the sums of an account by week of the run."""
    book = life.ledger.book[life.world.scenario.history_days : life.today, LINES.index(name)]
    return [float(book[day : day + 7].sum()) for day in range(0, len(book), 7)]
