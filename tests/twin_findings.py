"""What experiments of the twin may find, made up: worlds in which arms differ as told, and their documents."""

import numpy as np
from twin_world import CONFIG, TOML, scenario

from shelfwise.simulation import Kind
from shelfwise.twin.comparison import compare
from shelfwise.twin.experiment import Experiment
from shelfwise.twin.figures import DEFINITIONS
from shelfwise.twin.findings import Findings
from shelfwise.twin.report import document, resilience_document
from shelfwise.twin.resilience import Map


def told(primary="profit_per_customer_year", name="test", figures=None, **arms):
    """Return the document of four worlds in which arms have a primary figure for sure, beside siloed with 1.0.

    ``figures`` are others by arm; what is not told is a half in every arm and world.
    """
    shop = scenario(name=name, primary=primary, weeks=2)
    values = {"siloed": 1.0} | arms
    worlds = [
        {
            "world": number,
            "arms": {arm: _arm(primary, value, number, (figures or {}).get(arm, {})) for arm, value in values.items()},
        }
        for number in range(4)
    ]
    return document(shop, Experiment(TOML, CONFIG, tuple(values)), compare(worlds, primary), worlds, 1.0)


def found(*given, **arms):
    """Return the same, read."""
    return Findings.read(told(*given, **arms))


def _arm(primary, value, number, figures):
    return {
        "figures": dict.fromkeys(DEFINITIONS, 0.5) | figures | {primary: value + number},
        "profit_by_week": [value, 2 * value],
        "value_quantiles": (value * np.linspace(0.0, 40.0, 21)).tolist(),
        "seconds": 1.0,
    }


def struck(better=(), worlds=4):
    """Return the document of a map in which integration loses nothing in the cells ``better``, and as much elsewhere.

    Cells are kinds and regions from 0 on, of a shop with two of each.
    """
    calm, hurt = ([1.0, 2.0, 3.0, 4.0, last] for last in (5.0, 4.0))
    lived = {True: _lived(calm), False: _lived(hurt)}

    def pair(siloed, integrated):
        return [
            {"world": number, "arms": {"siloed": lived[siloed], "integrated": lived[integrated]}}
            for number in range(worlds)
        ]

    cells = {
        (kind.value, region): pair(siloed=False, integrated=(kind, region) in better)
        for kind in Kind
        for region in (0, 1)
    }
    return resilience_document(Map(scenario(weeks=5), {None: pair(siloed=True, integrated=True)} | cells), CONFIG, 1.0)


def undisturbed(worlds):
    """Return worlds in which nothing happens to either arm."""
    lived = _lived([1.0, 2.0, 3.0, 4.0, 5.0])
    return [{"world": number, "arms": {"siloed": lived, "integrated": lived}} for number in range(worlds)]


def _lived(profit):
    return {
        "profit_by_week": profit,
        "wanted_by_week": [100.0] * 5,
        "met_by_week": [90.0] * 5,
        "seconds": 2.0,
        "figures": {"degraded_days": 1.0},
    }
