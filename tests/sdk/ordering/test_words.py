"""Numbers and targets in words."""

import pytest

from shelfwise.ordering import aim, number
from shelfwise.types import ReplenishRequest, ServiceMeasure


@pytest.mark.parametrize(
    ("value", "text"),
    [(2e6, "2,000,000"), (0.0, "0"), (-0.0001, "0"), (12.5, "12.5"), (-1234.5678, "-1,234.568"), (20.000001, "20")],
)
def test_a_number_is_told_in_full(value, text):
    """Thousands are set apart, and there are three decimals at most."""
    assert number(value) == text


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (ReplenishRequest(), "least cost"),
        (ReplenishRequest(service_target=0.975), "cycle service of 97.5%"),
        (ReplenishRequest(service_target=0.9, service_measure=ServiceMeasure.FILL_RATE), "a fill rate of 90%"),
        (ReplenishRequest(service_target=0.99999), "cycle service of 99.999%"),
    ],
)
def test_an_aim_names_its_measure(request_, text):
    """The two measures of service are never mixed up."""
    assert aim(request_) == text
