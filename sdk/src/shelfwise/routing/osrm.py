"""Distances and durations by road from an OSRM server: the table service of its HTTP API, version 1.

https://project-osrm.org/docs/v5.24.0/api/#table-service
"""

from __future__ import annotations

import json
import os
import re
from base64 import b64encode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from itertools import product
from typing import Any
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

import attrs
import numpy as np
from numpy.typing import NDArray

from shelfwise.types import Deadline

__all__ = ["Osrm", "OsrmError"]

Floats = NDArray[np.float64]
Place = tuple[float, float]
"""Latitude and longitude, in degrees."""

_SIDE = 100
"""Sources and destinations of the first request: as many as a server with default settings answers."""
_WORKERS = 4
_LONGEST_SECONDS = 60.0
"""The longest wait for one answer, even where there is no deadline."""
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_BAD_REQUEST, _SERVER_ERROR = 400, 500
_TOO_LONG = {413, 414, 431}


class OsrmError(Exception):
    """There is no table to be had; the message says why, and never where, for an address may hold a password."""


class _TooBigError(Exception):
    """The server wants fewer coordinates at once."""


@attrs.frozen
class Osrm:
    """An OSRM server by its URL, in which ``${NAME}`` stands for an environment variable."""

    url: str = attrs.field(repr=False)

    def table(self, places: Sequence[Place], deadline: Deadline) -> tuple[Floats, Floats]:
        """Return the km and the minutes between places, each of shape (places, places), inf where no road leads.

        A table that is too big for the server is asked for in tiles; what fails is tried once more.

        Raises:
            OsrmError: The server cannot be reached, refuses, or is not done by the deadline.
        """
        address, headers = self._address()
        side = _SIDE
        while side:
            try:
                return _tiled(address, headers, places, side, deadline)
            except _TooBigError:
                side //= 2
        raise OsrmError("it refuses tables of any size")

    def _address(self) -> tuple[str, dict[str, str]]:
        """Return the server's address without user and password, and the headers that carry these."""
        missing = [name for name in _VARIABLE.findall(self.url) if name not in os.environ]
        if missing:
            raise OsrmError(f"the environment variable {missing[0]} is not set")
        parts = urlsplit(_VARIABLE.sub(lambda match: os.environ[match[1]], self.url))
        user, _, host = parts.netloc.rpartition("@")
        headers = {"Authorization": f"Basic {b64encode(unquote(user).encode()).decode()}"} if user else {}
        return f"{parts.scheme}://{host}{parts.path.rstrip('/')}", headers


def _tiled(
    address: str, headers: dict[str, str], places: Sequence[Place], side: int, deadline: Deadline
) -> tuple[Floats, Floats]:
    """Ask for the table in tiles of ``side`` by ``side``, several at a time."""
    km, minutes = np.zeros((2, len(places), len(places)))
    parts = [range(start, min(start + side, len(places))) for start in range(0, len(places), side)]
    pool = ThreadPoolExecutor(_WORKERS, "shelfwise-osrm")

    def fill(tile: tuple[range, range]) -> None:
        sources, destinations = tile
        answer = _answer(address + _query(places, sources, destinations), headers, deadline)
        block = slice(sources.start, sources.stop), slice(destinations.start, destinations.stop)
        km[block] = _numbers(answer, "distances", tile) / 1000.0
        minutes[block] = _numbers(answer, "durations", tile) / 60.0

    try:
        for _ in pool.map(fill, product(parts, parts)):
            pass
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return km, minutes


def _query(places: Sequence[Place], sources: range, destinations: range) -> str:
    """Return path and query of the request for one tile."""
    rows = sorted({*sources, *destinations})
    coordinates = ";".join(f"{places[row][1]:.6f},{places[row][0]:.6f}" for row in rows)
    at = {row: str(position) for position, row in enumerate(rows)}
    origins, ends = (";".join(at[row] for row in part) for part in (sources, destinations))
    query = f"annotations=duration,distance&sources={origins}&destinations={ends}"
    return f"/table/v1/driving/{coordinates}?{query}"


def _answer(url: str, headers: dict[str, str], deadline: Deadline) -> dict[str, Any]:
    """Return the answer to one request, tried twice."""
    trouble = ""
    for _ in range(2):
        if deadline.expired:
            break
        try:
            return _asked(url, headers, min(deadline.remaining(), _LONGEST_SECONDS))
        except (OSError, HTTPException, ValueError) as error:
            trouble = _words(error)
    raise OsrmError(trouble or "no answer in time")


def _asked(url: str, headers: dict[str, str], seconds: float) -> dict[str, Any]:
    request = Request(url)  # noqa: S310 - the configuration allows http and https alone
    for name, value in headers.items():
        request.add_unredirected_header(name, value)
    try:
        with urlopen(request, timeout=seconds) as response:  # noqa: S310
            return _checked(response.read())
    except HTTPError as error:
        if error.code >= _SERVER_ERROR:
            raise
        if error.code in _TOO_LONG:
            raise _TooBigError from None
        if error.code == _BAD_REQUEST:
            return _checked(error.read())
        raise OsrmError(f"it answered HTTP {error.code}") from None


def _checked(body: bytes) -> dict[str, Any]:
    """Return the answer that a body holds, unless the server refuses to give one."""
    answer: dict[str, Any] = json.loads(body)
    if not isinstance(answer, dict):
        raise OsrmError("its answer is no table")
    if answer.get("code") == "TooBig":
        raise _TooBigError
    if answer.get("code") != "Ok":
        told = [str(answer[name])[:200] for name in ("code", "message") if answer.get(name)]
        raise OsrmError(f"it answered {': '.join(told) or 'neither a table nor why'}")
    return answer


def _numbers(answer: dict[str, Any], name: str, tile: tuple[range, range]) -> Floats:
    """Return one part of an answer as an array; a null says that no road leads there."""
    try:
        values = np.array(answer.get(name), dtype=np.float64)
    except (TypeError, ValueError):
        values = np.empty(0)
    if values.shape != tuple(map(len, tile)) or not (np.isnan(values) | (values >= 0)).all():
        raise OsrmError(f"its {name} are no table of {len(tile[0])} by {len(tile[1])} numbers, 0 or more")
    return np.where(np.isnan(values), np.inf, values)


def _words(error: Exception) -> str:
    """Say what went wrong without the address that some errors carry."""
    if isinstance(error, HTTPError):
        return f"it answered HTTP {error.code}"
    if isinstance(error, ValueError):
        return "its answer is no JSON"
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    return f"it cannot be reached ({type(reason).__name__})"
