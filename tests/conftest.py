"""What holds for every test."""

import pytest
import structlog


@pytest.fixture(autouse=True)
def _logs_as_they_come():
    """Let no command that a test before has run say which events are logged."""
    structlog.reset_defaults()
