"""Whatever comes in, what comes out holds."""

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shelfwise.dataset import Cleaning, Dataset
from shelfwise.errors import DataError

_IDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=4)
_CELLS = {
    "time": st.one_of(
        st.datetimes(pd.Timestamp("2000-01-01"), pd.Timestamp("2000-03-01")).map(str), st.sampled_from(["", "soon"])
    ),
    "customer_id": st.one_of(st.none(), st.sampled_from(["c", "d", "é"])),
    "item_id": st.one_of(st.sampled_from(["a", "b"]), _IDS),
    "kind": st.sampled_from(["purchase", "view", "cart", "return", "", "stolen"]),
    "quantity": st.one_of(st.integers(-9, 9), st.floats(), st.sampled_from(["", "many"])),
    "price": st.one_of(st.none(), st.floats(-1, 100), st.just("free")),
}
_ROWS = st.lists(st.fixed_dictionaries(_CELLS), min_size=1, max_size=12)


@given(_ROWS)
@settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
def test_any_events_give_a_sound_retailer_or_a_clear_error(rows):
    """No row is lost uncounted, demand is never negative, and every array of the state fits the others."""
    frame = pd.DataFrame(rows, columns=list(_CELLS), dtype=object)
    try:
        dataset = Dataset.from_tables({"events": frame}, cleaning=Cleaning(cancellation_prefix="C"))
    except DataError as error:
        if "there is not a single row that can be used" not in str(error):
            raise
        return
    aside = dataset.quality.quarantine.get("events", pd.DataFrame({"row": []}))
    assert len(dataset.events) + len(aside) == len(rows) == dataset.quality.rows_read["events"]
    assert aside["row"].is_unique
    assert (dataset.events["quantity"] > 0).all()
    assert dataset.events["time"].is_monotonic_increasing
    bought = dataset.events["kind"] == "purchase"
    assert np.isclose(dataset.demand["units"].sum(), dataset.events["quantity"][bought].sum())
    state = dataset.state()
    items, nodes = len(state.items.index), len(state.nodes.index)
    assert set(dataset.events["item_id"]) <= set(state.items.index.ids)
    assert state.on_hand.shape == (items, nodes)
    assert np.isfinite(state.items.price).all()
    assert (state.items.price > 0).all()
    assert (state.on_hand >= 0).all()
    panel = dataset.demand_panel()
    assert panel.units.shape == (items, 1, len(panel.days))
    assert np.isclose(panel.units.sum(), dataset.demand["units"].sum())
    assert np.isfinite(panel.price).all()
