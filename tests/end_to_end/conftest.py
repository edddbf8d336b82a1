"""A few weeks of the sample retailer, small enough to train the hybrid recommender on in seconds."""

import pytest

OPTIONS = {"preset": "fast", "epochs": 2, "legs": ["transformer", "ncf", "markov", "popular"]}


@pytest.fixture(scope="session")
def few_tables():
    """Return the tables of a small retailer: all there is to know, and the newest 3,000 events."""
    from shelfwise.twin.sample import sample_tables

    tables = sample_tables(seed=3, customers=60)
    return {**tables, "events": tables["events"].tail(3_000)}


@pytest.fixture(scope="session")
def hybrid_options():
    """Return the options under which the hybrid recommender learns in seconds, skipping where it is not installed."""
    pytest.importorskip("shelfwise_recommender_hybrid", reason="needs the plugin recommender-hybrid")
    return OPTIONS
