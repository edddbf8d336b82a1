"""Where the public data sets lie, for the tests and benchmarks that use them."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_data(*parts: str) -> Path:
    """Return a path below the shared data, skipping the test where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs the public data set {'/'.join(parts)} beside the checkout")
    return path
