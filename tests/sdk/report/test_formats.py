"""Numbers, money and dates in words."""

from datetime import UTC, date, datetime

import pytest

from shelfwise.report import formats


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (2.0, "2"),
        (2.04, "2.0"),
        (-2.5, "\N{MINUS SIGN}2.5"),
        (1234.6, "1,235"),
        (float("nan"), "\N{EN DASH}"),
        (float("inf"), "∞"),
    ],
)
def test_number(value, text):
    """Small fractions keep a decimal, large numbers none."""
    assert formats.number(value) == text


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (3.5, "GBP", "£3.50"),
        (1500.4, "EUR", "€1,500"),
        (-12, "USD", "\N{MINUS SIGN}$12.00"),
        (7, "CHF", "CHF\N{NO-BREAK SPACE}7.00"),
        (float("nan"), "EUR", "\N{EN DASH}"),
        (-0.001, "EUR", "€0.00"),
    ],
)
def test_money(value, currency, text):
    """Amounts bear their currency and lose the cents above a thousand."""
    assert formats.money(value, currency) == text


def test_signed_money():
    """A gain has a plus, and nothing gained has no sign."""
    assert formats.money(5, "EUR", signed=True) == "+€5.00"
    assert formats.money(0, "EUR", signed=True) == "€0.00"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.125, "12.5\N{THIN SPACE}%"),
        (0.00996, "1.0\N{THIN SPACE}%"),
        (0.0042, "0.42\N{THIN SPACE}%"),
        (0, "0.0\N{THIN SPACE}%"),
    ],
)
def test_percent(share, text):
    """Shares below one per cent keep a second decimal."""
    assert formats.percent(share) == text


def test_dates():
    """Days and moments are written for people."""
    assert formats.day(date(2011, 12, 9)) == "9 Dec 2011"
    assert formats.short_day(None) == "\N{EN DASH}"
    assert formats.moment(datetime(2011, 12, 9, 8, 5, tzinfo=UTC)) == "9 Dec 2011, 08:05 UTC"


def test_count():
    """One is singular, all else plural, also where it is irregular."""
    assert formats.count(1, "route") == "1 route"
    assert formats.count(1200, "route") == "1,200 routes"
    assert formats.count(2, "pass", "passes") == "2 passes"
