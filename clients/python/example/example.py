# ruff: noqa: INP001, T201 - a program, which prints
"""Prints what to show a customer: example.py HOST:PORT CUSTOMER."""

import sys

from shelfwise import DecisionRequest
from shelfwise.errors import ShelfwiseError
from shelfwise.types import Customer, RecommendRequest
from shelfwise_client import Client

if len(sys.argv) != 3:
    sys.exit("usage: example.py HOST:PORT CUSTOMER")
address, customer_id = sys.argv[1:]
try:
    with Client(address, timeout_seconds=2) as client:
        decision = client.decide(DecisionRequest(recommend=RecommendRequest((Customer(customer_id),))))
except ShelfwiseError as error:
    sys.exit(f"{error.reason}: {error}")
for slate in decision.recommendations:
    for item in slate.items:
        print(f"{item.rank:2}  {item.item_id}  {item.price:.2f} {decision.currency}")
