"""Numbers, money and dates as the report writes them."""

from __future__ import annotations

import math
from datetime import date, datetime

_SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥"}
_MINUS = "\N{MINUS SIGN}"
_NOTHING = "\N{EN DASH}"


def number(value: float, digits: int | None = None) -> str:
    """Write a number with thousands separated; without ``digits`` small numbers get one decimal."""
    if not math.isfinite(value):
        return _NOTHING if math.isnan(value) else "∞"
    if digits is None:
        digits = 0 if abs(value) >= 100 or math.isclose(value, round(value), abs_tol=1e-9) else 1
    text = f"{abs(value):,.{digits}f}"
    return f"{_MINUS}{text}" if value < 0 and text.strip("0.,") else text


def money(value: float, currency: str, *, signed: bool = False) -> str:
    """Write an amount with its currency, to the cent below a thousand and to the unit above."""
    if not math.isfinite(value):
        return _NOTHING
    symbol = _SYMBOLS.get(currency, f"{currency}\N{NO-BREAK SPACE}" if currency else "")
    amount = f"{abs(value):,.{2 if abs(value) < 1000 else 0}f}"
    sign = _MINUS if value < 0 else "+" if signed else ""
    return f"{sign if amount.strip('0.,') else ''}{symbol}{amount}"


def percent(share: float) -> str:
    """Write a share of one as a percentage with one decimal, or two below one per cent."""
    if not math.isfinite(share):
        return _NOTHING
    return f"{100 * share:.{1 if abs(share) >= 0.00995 or share == 0 else 2}f}\N{THIN SPACE}%"


def day(value: date | None) -> str:
    """Write a day as 9 Dec 2011."""
    return _NOTHING if value is None else f"{value.day} {value:%b %Y}"


def short_day(value: date | None) -> str:
    """Write a day as 9 Dec."""
    return _NOTHING if value is None else f"{value.day} {value:%b}"


def moment(value: datetime | None) -> str:
    """Write a point in time as 9 Dec 2011, 12:50 UTC."""
    return _NOTHING if value is None else f"{day(value)}, {value:%H:%M} {value.tzname() or ''}".rstrip()


def clock(value: datetime) -> str:
    """Write the time of day."""
    return f"{value:%H:%M}"


def count(amount: int, singular: str, plural: str = "") -> str:
    """Write an amount with its noun: 1 route, 3 routes."""
    return f"{amount:,} {singular if amount == 1 else plural or singular + 's'}"


def words(code: str) -> str:
    """Write a code such as ``pack_size`` as words."""
    return code.replace("_", " ")
