"""A short digest of a data set: equal tables have equal digests."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import attrs
import pandas as pd

if TYPE_CHECKING:
    from shelfwise.dataset.dataset import Dataset

__all__ = ["dataset_digest"]


def dataset_digest(dataset: Dataset) -> str:
    """Return 32 hexadecimal digits that depend on every row of every table, their order, and the moment they are of."""
    digest = hashlib.blake2b(f"{dataset.currency} {dataset.as_of.isoformat()}".encode(), digest_size=16)
    for field in attrs.fields(type(dataset)):
        table = getattr(dataset, field.name)
        if isinstance(table, pd.DataFrame):
            digest.update(f"{field.name} {[*table.dtypes.items()]}".encode())
            digest.update(pd.util.hash_pandas_object(table, index=False).to_numpy().tobytes())
    return digest.hexdigest()
