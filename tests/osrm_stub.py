"""A small server that speaks the table service of OSRM: straight lines, a kilometre a minute, on loopback."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import attrs
import numpy as np

KM_PER_DEGREE = 100.0


@attrs.define
class Osrm:
    """How the server behaves, and what it was asked.

    It answers at most ``most_coordinates`` at once, breaks down for the first ``failures`` requests or ``hangs`` in
    all of them, knows no way to places in ``islands``, lets in whoever gives ``password``, and says ``body`` to all,
    with ``status``.
    """

    most_coordinates: int = 10_000
    failures: int = 0
    hangs: bool = False
    islands: frozenset = frozenset()
    password: str = ""
    body: bytes | None = None
    status: int = 200
    asked: list = attrs.field(factory=list)
    url: str = ""

    def table(self, coordinates, sources, destinations):
        """Return status and answer for coordinates of longitude and latitude."""
        if len(coordinates) > self.most_coordinates:
            return 400, {"code": "TooBig", "message": "Too many table coordinates"}
        places = np.array(coordinates)
        km = KM_PER_DEGREE * np.abs(places[sources][:, None] - places[destinations][None]).sum(axis=2)
        apart = np.array([tuple(place) in self.islands for place in coordinates])
        lost = apart[sources][:, None] != apart[destinations][None]
        metres, seconds = (np.where(lost, np.nan, values) for values in (1000.0 * km, 60.0 * km))
        waypoints = [{"hint": "", "distance": 0.0, "name": "", "location": place} for place in coordinates]
        return 200, {
            "code": "Ok",
            "distances": _rows(metres),
            "durations": _rows(seconds),
            "sources": [waypoints[row] for row in sources],
            "destinations": [waypoints[row] for row in destinations],
        }


def _rows(values):
    return [[None if np.isnan(value) else value for value in row] for row in values.tolist()]


@contextmanager
def osrm(**behaviour):
    """Run a server for the length of a ``with`` and give what it was asked; ``url`` is where it listens."""
    state = Osrm(**behaviour)
    lock, ended = threading.Lock(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            with lock:
                state.asked.append((self.path, self.headers.get("Authorization", "")))
                fails = len(state.asked) <= state.failures
            if state.hangs:
                ended.wait()
                return
            self._reply(*((503, {"code": "Down"}) if fails else self._answer()))

        def _answer(self):
            if state.password and self.headers.get("Authorization", "") != state.password:
                return 401, {}
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query, separator="&").items()}
            assert parts.path.startswith("/table/v1/driving/")
            assert query["annotations"] == "duration,distance"
            pairs = parts.path.rpartition("/")[2].split(";")
            coordinates = [tuple(map(float, pair.split(","))) for pair in pairs]
            return state.table(coordinates, *(list(map(int, query[n].split(";"))) for n in ("sources", "destinations")))

        def _reply(self, status, answer):
            body = json.dumps(answer).encode() if state.body is None else state.body
            self.send_response(status if state.body is None else state.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield state
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
