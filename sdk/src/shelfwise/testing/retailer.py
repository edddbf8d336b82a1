"""The retailer that plugins under examination learn from."""

from __future__ import annotations

from shelfwise.dataset import Dataset
from shelfwise.twin.sample import sample_tables

UNICODE_ITEM, UNICODE_CUSTOMER = "crème brûlée №1", "Zoë 顧客"


def sample_dataset() -> Dataset:
    """Return the sample retailer, with an item and a customer whose ids are not plain ASCII."""
    tables = sample_tables(seed=7)
    names = {
        "item_id": {str(tables["items"]["item_id"].iloc[0]): UNICODE_ITEM},
        "customer_id": {str(tables["customers"]["customer_id"].iloc[0]): UNICODE_CUSTOMER},
    }
    renamed = {
        name: frame.assign(**{column: frame[column].replace(new) for column, new in names.items() if column in frame})
        for name, frame in tables.items()
    }
    return Dataset.from_tables(renamed)
