"""Cells become typed values, blanks or errors, whatever form they come in."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from shelfwise.dataset.conversion import convert, plain
from shelfwise.dataset.schema import Column, Kind

NUMBER = Column("n", Kind.NUMBER, "", minimum=0.0)
TIME = Column("t", Kind.TIME, "")
DATE = Column("d", Kind.DATE, "")
FLAG = Column("f", Kind.FLAG, "")
WEEKDAYS = Column("order_weekdays", Kind.WEEKDAYS, "")
WORDS = Column("skills", Kind.WORDS, "")
BREAKS = Column("breaks", Kind.BREAKS, "")
WHOLE = Column("max_stops", Kind.NUMBER, "", minimum=0.0, unlimited=True, whole=True)
ID = Column("i", Kind.ID, "")


def test_numbers_in_text_are_parsed_and_the_rest_told_apart():
    """Blank, unparsable, infinite and negative cells are each recognised for what they are."""
    cells = pd.Series(["1.5", " 2 ", "", "NaN", "abc", "-1", "inf", None])

    values, blank, wrong = convert(cells, NUMBER)

    assert values[:2].tolist() == [1.5, 2.0]
    assert blank.tolist() == [False, False, True, True, False, False, False, True]
    assert wrong.tolist() == [False, False, False, False, True, True, True, False]


def test_numbers_of_every_numeric_kind_are_taken():
    """Integers, nullable integers, decimals and booleans all become floats."""
    for cells in (
        pd.Series([1, 2]),
        pd.Series([1, None], dtype="Int32"),
        pd.Series([Decimal("1.00"), Decimal(2)], dtype=object),
        pd.Series([True, False]),
    ):
        values, _, wrong = convert(cells, NUMBER)
        assert values[0] == 1.0
        assert not wrong.any()


def test_a_decimal_comma_is_read_where_it_is_said_so():
    """With a decimal comma the dot groups thousands."""
    values, _, _ = convert(pd.Series(["1.234,50"]), NUMBER, decimal=",")
    assert values.tolist() == [1234.5]


def test_times_with_offsets_become_utc():
    """An offset is converted; without one the time counts as UTC."""
    cells = pd.Series(["2024-01-31T14:30:00+02:00", "2024-01-31 14:30", "31/01/2024", ""])

    values, blank, wrong = convert(cells, TIME)

    assert values[:2].tolist() == np.array(["2024-01-31T12:30", "2024-01-31T14:30"], "datetime64[us]").tolist()
    assert wrong.tolist() == [False, False, True, False]
    assert blank.tolist() == [False, False, False, True]


@pytest.mark.parametrize(
    ("cells", "time_format"),
    [
        (["1/31/2024 14:30"], "%m/%d/%Y %H:%M"),
        ([1706711400], "s"),
        (["1706711400000"], "ms"),
        (pd.to_datetime(["2024-01-31 15:30"]).tz_localize("Europe/Paris"), ""),
        (pd.to_datetime(["2024-01-31 14:30"]), ""),
    ],
)
def test_times_are_read_in_many_forms(cells, time_format):
    """A format, seconds or milliseconds since 1970, and typed times all mean the same moment."""
    values, _, wrong = convert(pd.Series(cells), TIME, time_format=time_format)
    assert not wrong.any()
    assert values[0] == np.datetime64("2024-01-31T14:30")


def test_bare_numbers_are_no_times():
    """A number is a time only where the configuration says since when it counts."""
    _, _, wrong = convert(pd.Series([1706711400]), TIME)
    assert wrong.tolist() == [True]


def test_dates_lose_their_time_of_day():
    """A date column holds midnights."""
    values, _, _ = convert(pd.Series(["2024-01-31 14:30"]), DATE)
    assert values[0] == np.datetime64("2024-01-31T00:00")


def test_flags_are_read_in_words_and_numbers():
    """Yes and no, true and false, one and zero are flags; anything else is not."""
    values, blank, wrong = convert(pd.Series(["yes", "FALSE", 1, 0.0, "", "maybe"]), FLAG)
    assert values[:4].tolist() == [True, False, True, False]
    assert blank.tolist() == [False] * 4 + [True, False]
    assert wrong.tolist() == [False] * 5 + [True]


def test_weekdays_are_read_in_any_order_and_spelling():
    """Three letters or the whole word, between commas, semicolons or blanks; a word that is no day is wrong."""
    cells = ["Thu,mon", "friday; Monday", "sat sun", "", "mon,someday", 7, ","]
    values, blank, wrong = convert(pd.Series(cells, dtype=object), WEEKDAYS)
    assert values.tolist() == ["mon,thu", "mon,fri", "sat,sun", "", "", "", ""]
    assert blank.tolist() == [False] * 3 + [True] + [False] * 3
    assert wrong.tolist() == [False] * 4 + [True] * 3


def test_words_stand_between_commas_or_semicolons():
    """Each word counts once, keeps its case and may hold blanks; separators alone are wrong."""
    values, blank, wrong = convert(pd.Series(["Cold; tail lift", "cold,cold", "", ";"], dtype=object), WORDS)
    assert values.tolist() == ["Cold,tail lift", "cold", "", ""]
    assert blank.tolist() == [False, False, True, False]
    assert wrong.tolist() == [False, False, False, True]


@pytest.mark.parametrize(
    "cell",
    [
        "12:00-13:00",
        "lunch",
        "13:00-12:00/30",
        "25:00-26:00/30",
        "12:00-13:00/-5",
        "16:00-17:00/15,12:00-13:00/30",
        "12:00-15:00/30,13:00-14:00/30",
        "12:00-13:00/30,",
    ],
)
def test_a_break_has_a_window_and_minutes_in_order_of_time(cell):
    """Earliest and latest start and minutes, none of which is before that of the break before; else it is wrong."""
    values, _, wrong = convert(pd.Series([cell, "12:00-13:00/30; 16:00-16:30/7.5"]), BREAKS)
    assert values.tolist() == ["12:00-13:00/30" * cell.endswith(","), "12:00-13:00/30,16:00-16:30/7.5"]
    assert wrong.tolist() == [not cell.endswith(","), False]


def test_whole_numbers_have_no_fraction():
    """Half a stop is wrong; no end of stops is not."""
    _, _, wrong = convert(pd.Series(["3", "2.5", "inf", ""]), WHOLE)
    assert wrong.tolist() == [False, True, False, False]
    assert WHOLE.allowed == "a whole number of at least 0"


def test_ids_are_trimmed_text_and_keep_their_script():
    """Ids of any kind become text: whole floats lose their fraction, spaces around fall away, unicode stays."""
    values, blank, _ = convert(pd.Series([17850.0, " 85123A ", "日本-é", None, 7], dtype=object), ID)
    assert values.tolist() == ["17850", "85123A", "日本-é", "", "7"]
    assert blank.tolist() == [False, False, False, True, False]


def test_nested_cells_are_text():
    """A list in a cell does not stop the reading."""
    values, _, _ = convert(pd.Series([["a"], ["b"]]), ID)
    assert values.tolist() == ["['a']", "['b']"]


def test_unknown_columns_become_numbers_only_as_a_whole():
    """One cell that is no number leaves a column of attributes as text."""
    assert plain(pd.Series(["1", "2", ""])).dtype == float
    assert plain(pd.Series(["1", "b"])).tolist() == ["1", "b"]
