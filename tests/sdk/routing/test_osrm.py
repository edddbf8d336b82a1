"""Tables from an OSRM server: whole, in tiles, with gaps, and when the server is not as it should be."""

from base64 import b64encode

import numpy as np
import pytest
from osrm_stub import KM_PER_DEGREE, osrm

from shelfwise.routing.osrm import Osrm, OsrmError
from shelfwise.types import Deadline

PLACES = [(48.0 + row / 1000, 11.0 - row / 500) for row in range(7)]
ANY_TIME = Deadline()


def expected(places):
    """Return the km that the stub means."""
    at = np.array(places)
    return KM_PER_DEGREE * np.abs(at[:, None] - at[None]).sum(axis=2)


def test_a_table_is_in_km_and_minutes():
    """Metres and seconds become km and minutes, from row to column; the order is longitude first on their wire."""
    with osrm() as server:
        km, minutes = Osrm(server.url).table(PLACES, ANY_TIME)

    assert km == pytest.approx(expected(PLACES))
    assert minutes == pytest.approx(expected(PLACES))
    assert len(server.asked) == 1
    assert server.asked[0][0].startswith("/table/v1/driving/11.000000,48.000000;10.998000,48.001000;")


def test_more_places_than_fit_are_asked_for_in_tiles():
    """Beyond a hundred by a hundred there are several requests, and the whole is as one."""
    places = [(40.0 + row / 1000, 10.0 + row % 17 / 100) for row in range(230)]

    with osrm() as server:
        km, _ = Osrm(server.url).table(places, ANY_TIME)

    assert km == pytest.approx(expected(places))
    assert len(server.asked) == 9


def test_a_server_that_takes_fewer_coordinates_is_asked_for_less_at_once():
    """Tiles are halved until they fit, down to a single pair."""
    for most in (4, 2):
        with osrm(most_coordinates=most) as server:
            km, _ = Osrm(server.url).table(PLACES, ANY_TIME)
        assert km == pytest.approx(expected(PLACES))
    with osrm(most_coordinates=1) as server, pytest.raises(OsrmError, match="refuses tables of any size"):
        Osrm(server.url).table(PLACES, ANY_TIME)


def test_where_no_road_leads_it_is_infinitely_far():
    """A null in the answer is a pair without a way; what lies on one island is connected."""
    islands = frozenset((longitude, latitude) for latitude, longitude in PLACES[5:])

    with osrm(islands=islands) as server:
        km, minutes = Osrm(server.url).table(PLACES, ANY_TIME)

    assert np.isinf(km[:5, 5:]).all()
    assert np.isinf(minutes[5:, :5]).all()
    assert km[5:, 5:] == pytest.approx(expected(PLACES)[5:, 5:])


def test_what_fails_once_is_tried_again():
    """One failure costs nothing but time; two are told."""
    with osrm(failures=1) as server:
        km, _ = Osrm(server.url).table(PLACES, ANY_TIME)
    assert km == pytest.approx(expected(PLACES))

    with osrm(failures=2) as server, pytest.raises(OsrmError, match="HTTP 503"):
        Osrm(server.url).table(PLACES, ANY_TIME)
    assert len(server.asked) == 2


def test_an_answer_after_the_deadline_is_none():
    """A server that hangs is waited for until the deadline and no longer; past it nobody is asked."""
    with osrm(hangs=True) as server, pytest.raises(OsrmError, match="no answer in time"):
        Osrm(server.url).table(PLACES, Deadline.after(0.2))
    with osrm() as server, pytest.raises(OsrmError, match="no answer in time"):
        Osrm(server.url).table(PLACES, Deadline.after(0.0))
    assert server.asked == []


def test_a_password_comes_from_the_environment_and_is_told_to_nobody(monkeypatch):
    """User and password go into a header, not into the address, and no message repeats them."""
    monkeypatch.setenv("OSRM_PASSWORD", "s3cret")
    right = f"Basic {b64encode(b'shop:s3cret').decode()}"

    with osrm(password=right) as server:
        address = server.url.replace("http://", "http://shop:${OSRM_PASSWORD}@")
        km, _ = Osrm(address).table(PLACES, ANY_TIME)
        monkeypatch.setenv("OSRM_PASSWORD", "wr0ng")
        with pytest.raises(OsrmError, match="HTTP 401") as refused:
            Osrm(address).table(PLACES, ANY_TIME)
        monkeypatch.delenv("OSRM_PASSWORD")
        with pytest.raises(OsrmError, match="environment variable OSRM_PASSWORD is not set"):
            Osrm(address).table(PLACES, ANY_TIME)

    assert km == pytest.approx(expected(PLACES))
    assert "wr0ng" not in str(refused.value) + repr(Osrm(address))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>", "no JSON"),
        (b"[]", "no table"),
        (b'{"code": "NoSegment", "message": "Could not find a segment"}', "NoSegment: Could not find a segment"),
        (b'{"code": "Ok", "distances": [[0]]}', "distances are no table of 7 by 7"),
        (b'{"code": "Ok", "distances": [[0], [1, 2]]}', "distances are no table of 7 by 7"),
        (b'{"code": "Ok"}', "distances are no table of 7 by 7"),
    ],
)
def test_an_answer_that_is_no_table_is_told(body, words):
    """Whatever a server says instead of a table is an error in words."""
    with osrm(body=body) as server, pytest.raises(OsrmError, match=words):
        Osrm(server.url).table(PLACES, ANY_TIME)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"code": "NoTable", "message": "No table found"}', "^it answered NoTable: No table found$"),
        (b'{"code": "InvalidOptions"}', "^it answered InvalidOptions$"),
        (
            b'{"code": "NotImplemented", "message": "This request is not supported"}',
            "^it answered NotImplemented: This",
        ),
        (b'{"message": "Too Many Requests"}', "^it answered Too Many Requests$"),
        (b"{}", "^it answered neither a table nor why$"),
        (b"Bad Request", "no JSON"),
    ],
)
def test_a_refusal_is_told_in_its_own_words(body, words):
    """Errors come with HTTP 400, a code, and a message that may be missing, as OSRM documents them."""
    with osrm(body=body, status=400) as server, pytest.raises(OsrmError, match=words):
        Osrm(server.url).table(PLACES, ANY_TIME)


def test_a_server_that_is_not_there_is_told():
    """Nobody listening is an error in words, without the address."""
    with osrm() as server:
        pass

    with pytest.raises(OsrmError, match=r"^it cannot be reached \(ConnectionRefusedError\)$"):
        Osrm(server.url).table(PLACES, ANY_TIME)
