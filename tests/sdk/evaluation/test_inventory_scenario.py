"""Scenario files: what they may say, and what is said of mistakes."""

import numpy as np
import pytest

from shelfwise.errors import DataError
from shelfwise.evaluation.inventory import lost_sales_example, read_scenario
from shelfwise.simulation.laws import NormalLaw


def _write(folder, text, **files):
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    path = folder / "scenario.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_is_read():
    """Four items with Poisson demand of 5 and lead times 1 to 4."""
    scenario = read_scenario(lost_sales_example())

    assert scenario.lost_sales
    assert [item.lead_time for item in scenario.items] == [1, 2, 3, 4]
    assert [law.mean for law in scenario.laws] == pytest.approx([5.0] * 4)


def test_items_come_from_a_file_beside_it(tmp_path):
    """Columns that are no fields are left aside, ids default to the row's number."""
    table = "demand_mean,lead_time,penalty,holding,optimal_cost,best_base_stock\n5,1,4.0,1,4.0407,12\n5,2,9,2,,19\n"

    scenario = read_scenario(_write(tmp_path, 'items = "items.csv"', items=table))

    assert [(item.item_id, item.lead_time, item.holding) for item in scenario.items] == [("1", 1, 1.0), ("2", 2, 2.0)]
    assert scenario.column("optimal_cost").tolist() == pytest.approx([4.0407, np.nan], nan_ok=True)


def test_a_trace_is_replayed(tmp_path):
    """Its first rows are the warm-up and the law that plugins are told; the rest is the demand."""
    path = _write(
        tmp_path,
        'warmup = 3\n[demand]\nlaw = "replay"\nfile = "trace.csv"\n[[items]]\nitem_id = "b"',
        trace="a,b\n1,4\n1,4\n1,1\n1,7\n1,9\n",
    )

    scenario = read_scenario(path)

    assert (scenario.periods, scenario.replications) == (2, 1)
    assert scenario.world().demand[:, 0, 0].tolist() == [4.0, 4.0, 1.0, 7.0, 9.0]
    assert scenario.laws[0].mean == pytest.approx(3.0)


def test_a_normal_law_takes_the_variance(tmp_path):
    """The variance is a field of the item."""
    text = '[demand]\nlaw = "normal"\n[[items]]\ndemand_mean = 10\ndemand_variance = 4'

    (law,) = read_scenario(_write(tmp_path, text)).laws

    assert isinstance(law, NormalLaw)
    assert (law.mean, law.deviation) == (10.0, 2.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("periods = 0\n[[items]]", "periods"),
        ("period = 5\n[[items]]", "Did you mean 'periods'"),
        ('unmet_demand = "gone"\n[[items]]', "unmet_demand"),
        ('[demand]\nlaw = "poison"\n[[items]]', "poisson"),
        ("[[items]]\nlead_time = 1.5", "lead_time must be a whole number"),
        ("[[items]]\npenalty = -1", "penalty"),
        ("[[items]]\nholding = 0", "holding"),
        ('[[items]]\nitem_id = "a"\n[[items]]\nitem_id = "a"', "only once"),
        ("name = 'x'", r"needs \[\[items\]\]"),
        ('[demand]\nlaw = "negative_binomial"\n[[items]]\ndemand_mean = 5\ndemand_variance = 4', "above its mean"),
        ('items = "none.csv"', "none.csv"),
        ('items = "broken.csv"', "broken.csv, line 3: penalty must be a number, got 'much'"),
        ('[demand]\nlaw = "replay"\nfile = "broken.csv"\n[[items]]\nitem_id = "q"', "needs a column 'q'"),
        ("nonsense", "scenario.toml"),
    ],
)
def test_mistakes_are_named(tmp_path, text, words):
    """The error names the file, the field and what is allowed."""
    path = _write(tmp_path, text, broken="penalty,holding\n1,1\nmuch,1\n")

    with pytest.raises(DataError, match=words):
        read_scenario(path)


def test_all_mistakes_are_named_at_once(tmp_path):
    """Two wrong fields make one error with both."""
    with pytest.raises(DataError) as caught:
        read_scenario(_write(tmp_path, 'period = 5\nseed = "x"\n[[items]]'))

    assert "period" in str(caught.value)
    assert "seed must be a whole number" in str(caught.value)
