"""Instances in the text format of Solomon (1987): one depot, alike vehicles, time windows."""

from __future__ import annotations

import json
from pathlib import Path

from shelfwise.errors import DataError
from shelfwise.evaluation.instances import EPOCH, Instance, Rounding, at, travel_matrix
from shelfwise.types import Delivery, Depot, RouteRequest, State, Vehicle

__all__ = ["read_solomon"]

_BEST_KNOWN = "best_known_dimacs.json"
"""Best-known costs under the DIMACS rule, in a file beside the instances."""


def read_solomon(path: Path, text: str, rounding: Rounding | None) -> Instance:
    """Return the instance in ``text``; distances follow the DIMACS rule unless ``rounding`` says otherwise.

    The objective is the distance alone. Raises :class:`~shelfwise.errors.DataError` where the text is another format.
    """
    rounding = rounding or Rounding.DIMACS
    name, fleet, rows = _parse(path, text)
    depot, customers = rows[0], rows[1:]
    deliveries = tuple(
        Delivery(
            f"{number:g}",
            node_id="depot",
            quantity=demand,
            window_start=at(ready),
            window_end=at(due),
            service_minutes=service,
        )
        for number, _, _, demand, ready, due, service in customers
    )
    vehicles = tuple(
        Vehicle(str(number), "depot", capacity=fleet[1], shift_start=at(depot[4]), shift_end=at(depot[5]))
        for number in range(1, int(fleet[0]) + 1)
    )
    places = {"depot": depot[1:3]} | {f"{row[0]:g}": row[1:3] for row in customers}
    travel = travel_matrix(places, rounding)
    return Instance(
        name=name,
        rounding=rounding,
        request=RouteRequest(vehicles=vehicles, depots=(Depot("depot"),), travel=travel),
        deliveries=deliveries,
        state=State(as_of=EPOCH),
        best_known=_best_known(path, name) if rounding is Rounding.DIMACS else None,
    )


def _parse(path: Path, text: str) -> tuple[str, list[float], list[list[float]]]:
    """Return the name, the number and capacity of the vehicles, and a row a place, the depot first."""
    name, fleet, rows, section = path.stem.upper(), [], [], ""
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        if words[0] in {"VEHICLE", "CUSTOMER"}:
            section = words[0]
            continue
        if not section or words[0] in {"NUMBER", "CUST"}:
            continue
        try:
            values = [float(word) for word in words]
        except ValueError as error:
            raise DataError(f"{path}:{number}: {line.strip()!r} is not a row of numbers") from error
        if len(values) != {"VEHICLE": 2, "CUSTOMER": 7}[section]:
            raise DataError(f"{path}:{number}: {len(values)} numbers do not make a row of {section}")
        if section == "VEHICLE":
            fleet = values
        else:
            rows.append(values)
    if not fleet or not rows:
        raise DataError(f"{path}: not a Solomon file, which has a VEHICLE and a CUSTOMER section")
    return name, fleet, rows


def _best_known(path: Path, name: str) -> float | None:
    beside = path.with_name(_BEST_KNOWN)
    if not beside.exists():
        return None
    entry = json.loads(beside.read_text(encoding="utf-8")).get(name)
    return None if entry is None else float(entry["best_known"])
