"""A planned night as CSV files and as ORDERS interchanges."""

import csv
import re

import pytest
from erp_company import NIGHT


@pytest.fixture
def planned(sqlite):
    """Return a company with a planned night."""
    assert sqlite.run("plan", "--night", NIGHT).returncode == 0
    return sqlite


def segments_of(text):
    """Return the segments of an interchange, each a list of elements that are lists of components."""
    assert text.startswith("UNA:+.?*'\n")
    segments = [[[""]]]
    for released, character in re.findall(r"(\??)(.)", text.removeprefix("UNA:+.?*'")):
        if released or character not in "'+:":
            segments[-1][-1][-1] += character
        elif character == "'":
            segments.append([[""]])
        elif character == "+":
            segments[-1].append([""])
        else:
            segments[-1][-1].append("")
    return segments[:-1]


def test_each_table_is_a_file(planned, tmp_path):
    """A header and the rows of the night, every cell as the database has it."""
    ran = planned.run("export", "--night", NIGHT, "--csv", str(tmp_path / "csv"))

    assert ran.returncode == 0, ran.stderr
    assert [line.rpartition("/")[2] for line in ran.stdout.splitlines()] == [
        f"{table}.csv" for table in planned.written()
    ]
    with (tmp_path / "csv/order_proposal_line.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["reason"] for row in rows] == [
        row.reason
        for row in planned.rows("select reason from order_proposal_line order by proposal_name, product_code")
    ]


def test_each_vendor_gets_an_interchange_with_a_message_for_each_purchase(planned, tmp_path):
    """What counts segments, lines and messages counts right, and quantities are those proposed."""
    planned.change("update order_proposal set to_code = 'dock ?+'':*'")

    ran = planned.run("export", "--night", NIGHT, "--edi", str(tmp_path), "--sender", "O'Shop")

    assert ran.returncode == 0, ran.stderr
    ordered = {}
    for vendor in ("supplier-east", "supplier-west"):
        segments = segments_of((tmp_path / f"{NIGHT}-{vendor}.edi").read_text())
        starts = [at for at, segment in enumerate(segments) if segment[0] == ["UNH"]]
        ends = [at for at, segment in enumerate(segments) if segment[0] == ["UNT"]]
        assert segments[0][2:4] == [["O'Shop"], [vendor]]
        assert segments[-1] == [["UNZ"], [str(len(starts))], segments[0][5]]
        for start, end in zip(starts, ends, strict=True):
            message = segments[start : end + 1]
            assert message[-1][1:] == [[str(len(message))], message[0][1]]
            [name] = (segment[2][0] for segment in message if segment[0] == ["BGM"])
            items = [segment[3][0] for segment in message if segment[0] == ["LIN"]]
            units = [float(segment[1][1]) for segment in message if segment[0] == ["QTY"]]
            assert [["CNT"], ["2", str(len(items))]] in message
            assert [["NAD"], ["DP"], ["dock ?+':*", "", "92"]] in message
            ordered |= {(name, item): quantity for item, quantity in zip(items, units, strict=True)}
    proposed = planned.rows(
        "select name, product_code, quantity from order_proposal join order_proposal_line on proposal_name = name"
        " where kind = 'purchase'"
    )
    assert ordered == {(row.name, row.product_code): row.quantity for row in proposed}


def test_the_same_night_gives_the_same_files(planned, tmp_path):
    """Whoever has one already can tell."""
    for folder in ("one", "two"):
        planned.run("export", "--night", NIGHT, "--csv", str(tmp_path / folder), "--edi", str(tmp_path / folder))

    one, two = ({path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()} for folder in ("one", "two"))
    assert len(one) == 8
    assert one == two


def test_a_code_that_orders_cannot_hold_is_refused(planned, tmp_path):
    """It is named, and nothing is cut off."""
    code = "a-warehouse-with-a-long-name"
    planned.change(f"update order_proposal set to_code = '{code}'")

    ran = planned.run("export", "--night", NIGHT, "--edi", str(tmp_path))

    assert ran.returncode == 1
    assert f"'{code}' has more than the 17 characters" in ran.stderr
    assert not list(tmp_path.glob("*.edi"))
