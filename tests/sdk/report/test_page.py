"""The page as a whole: complete in itself, safe against what is written in it, and true to the decision."""

import re
from html.parser import HTMLParser

import attrs
import numpy as np
import pytest

from shelfwise.report import Limits, render
from shelfwise.types import Reason, RoutingReport, ShadowPrices, Slate, SlateItem, StageState, State, WithheldItem

VOID = {"meta", "br"}


class Outline(HTMLParser):
    """Collects the ids, the words and what is opened and not closed."""

    def __init__(self, page):
        super().__init__()
        self.open, self.ids, self.words, self.tags = [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        """Note what is opened."""
        self.tags.append((tag, dict(attributes)))
        self.ids += [value for name, value in attributes if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        """Note what is opened and closed at once."""
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        """Check that the innermost open element is closed."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Note the words."""
        self.words.append(data)

    @property
    def text(self):
        """All words, with single spaces."""
        return re.sub(r"\s+", " ", " ".join(self.words))


def test_page_is_well_formed_and_its_ids_are_unique(decision, state, history):
    """Every element is closed in order and no id stands twice."""
    outline = Outline(render(decision, state, history=history))

    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))


def test_what_is_scarce_has_its_description_worth_and_reason(decision, state):
    """What a unit more is worth is its value and its price together; without a state there is the id alone."""
    item_id = state.items.index.ids[0]
    prices = ShadowPrices((item_id,), ("store",), np.array([0.5]), unit_value=np.array([0.75]))
    priced = attrs.evolve(decision, signals=attrs.evolve(decision.signals, prices=prices))

    told = f"{item_id} at store £1.25 a unit slates ask for more than can be promised"
    assert f"WHITE HEART HOLDER {told}" in Outline(render(priced, state)).text
    assert f"HOLDER {told}" not in Outline(render(priced)).text
    assert told in Outline(render(priced)).text


def test_page_loads_nothing_from_elsewhere(decision, state, history):
    """No element names another file or address, and no style imports one."""
    page = render(decision, state, history=history)

    for _tag, attributes in Outline(page).tags:
        assert "src" not in attributes
        assert attributes.get("href", "#").startswith("#")
    assert "url(" not in page
    assert "@import" not in page
    assert "<script" not in page


def test_page_names_every_part_of_the_decision(decision, state):
    """Header, stages, links, slates, orders, routes, skipped deliveries and warnings are all there."""
    text = Outline(render(decision, state)).text

    for expected in (
        decision.decision_id,
        decision.model_id,
        "degraded",
        "ensemble 0.3.0 took longer than its 4 s, so baseline answered.",
        "stock_outlook",
        "+£1,128 (2.4 %)",
        "often bought with what is in the cart",
        "sold out until 14 December",
        "supplier-1",
        "pack size",
        "Out without it",
        "13 Dec",
        "Cost if skipped",
        "van-5",
        "Its window closes at 08:10, before any van can be there.",
        "No stock table: every item starts with 14 days of demand on hand.",
    ):
        assert expected in text


def test_routes_tell_what_is_out_of_the_ordinary(decision, state):
    """Pickups, reloads, breaks, lateness and open ends are in the timetables; the head says how good the whole is."""
    text = Outline(render(decision, state)).text

    for expected in (
        "5 routes with 32 stops (1 pickup, 1 reload, 1 break, 1 late): ",
        "Found by pyvrp; no plan can cost less than £702.00, skip costs included: a gap of 2.5\N{THIN SPACE}%; 3 stops",
        "7 stops (1 pickup, 1 reload, 1 break, 1 late), 74.2 km",
        "6 stops, 52.8 km, ends at its last stop",
        "lateness £2.05",
        "12 min 9.3 km",
    ):
        assert re.sub(r"\s+", " ", expected) in text
    assert re.search(r" 4 D\d+ .* reload .* 5 D\d+ .* break .* 6 D\d+ ", text)


def test_skipped_deliveries_tell_what_is_in_the_way_and_what_helps(decision, state):
    """Each vehicle's obstacle stands there in words, by reason and amount where it has none, beside the remedy."""
    text = Outline(render(decision, state)).text

    for expected in (
        "2 obstacles van-1 It is there 17.5 minutes after the window. van-2 capacity: 3 units",
        "A window until 08:28 lets it in.",
        "1 obstacle every vehicle cost: £19.20",
    ):
        assert expected in text


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (RoutingReport("exact", 10.0, 10.0), "Found by exact; no plan can cost less."),
        (RoutingReport("", 10.0, None, 1), "1 stop moved since the plan before."),
    ],
)
def test_the_quality_of_routes_is_told_as_far_as_it_is_known(decision, state, report, words):
    """A proven optimum is called so; where nothing is proven nothing is said."""
    assert words in Outline(render(attrs.evolve(decision, routing=report), state)).text


def test_slates_are_summed_up(decision, state):
    """Beside a few slates the page says how varied all of them are, and how often items have each kind of reason."""
    tea, milk = state.items.index[:2]
    before, now = Reason("bought_before", "bought before"), Reason("popular", "popular now")
    first = Slate("a", (SlateItem(1, tea, 1.0, 0.5, 2.0, reasons=(before, now)), SlateItem(2, milk, 1.0, 0.5, 2.0)))
    second = Slate("b", (SlateItem(1, tea, 1.0, 0.5, 2.0, reasons=(now,)), SlateItem(2, milk, 1.0, 0.5, 2.0)))
    third = Slate("c", (SlateItem(1, tea, 1.0, 0.5, 2.0, reasons=(now, now)),))

    text = Outline(render(attrs.evolve(decision, recommendations=(first, second, third)), state)).text

    name = str(state.items.description[0])
    assert f"3 slates with 2 different items, most often {name}, in 3." in text
    assert re.search(r"popular\s+60\.0\s%\s+bought before\s+20\.0\s%", text)


def test_charts_are_described_in_words(decision, state):
    """Every picture has a title and a description that it refers to."""
    outline = Outline(render(decision, state))

    pictures = [attributes for tag, attributes in outline.tags if tag == "svg"]
    assert len(pictures) == Limits().series + 2
    for picture in pictures:
        assert picture["role"] == "img"
        assert set(picture["aria-labelledby"].split()) <= set(outline.ids)


def test_text_from_outside_is_escaped(decision, state):
    """An item, customer, reason or warning that is HTML stays text."""
    evil = '<script>alert("x")</script>'
    item = SlateItem(1, evil, 1.0, 0.5, 2.0, node_id=evil, reasons=(Reason("x", evil),))
    slate = Slate(evil, (item,), (WithheldItem(evil, Reason("y", evil)),))
    hostile = attrs.evolve(
        decision,
        decision_id=evil,
        recommendations=(slate,),
        routes=(attrs.evolve(decision.routes[0], vehicle_id=evil),),
        stages=(attrs.evolve(decision.stages[0], message=evil),),
        warnings=(evil,),
    )

    page = render(hostile, state)

    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 8


def test_empty_decision_gives_a_page_that_says_so(decision):
    """A decision without any part has a header and one sentence."""
    empty = attrs.evolve(
        decision,
        recommendations=(),
        forecasts=None,
        orders=(),
        routes=(),
        skipped_deliveries=(),
        stages=(),
        warnings=(),
        signals=type(decision.signals)(),
    )

    outline = Outline(render(empty))

    assert "This decision holds no recommendations, forecasts, orders or routes." in outline.text
    assert "h2" not in [tag for tag, _ in outline.tags]


def test_page_is_written_without_a_state(decision):
    """Ids stand where descriptions are unknown, and nothing is plotted without coordinates."""
    page = render(decision, State())

    assert "20017" in page
    assert "Routes on a plot" not in page


def test_unicode_is_kept(decision, state):
    """Names in any script reach the page as they are."""
    slate = Slate("顾客-Ω", (SlateItem(1, "πίτα-🥙", 1.0, 0.25, 3.5),))

    page = render(attrs.evolve(decision, recommendations=(slate,)), state)

    assert "顾客-Ω" in page
    assert "πίτα-🥙" in page


def test_long_decision_is_cut_and_what_is_left_out_is_counted(decision, state):
    """With small limits the page shows the first rows and the number of the others."""
    page = render(
        decision, state, limits=Limits(customers=2, series=3, orders=1, lines=4, routes=2, stops=3, skipped=1)
    )

    text = Outline(page).text
    assert "and 7 more slates" in text
    assert "and 117 more series" in text
    assert "and 2 more orders" in text
    assert "and 56 more lines" in text
    assert "and 3 more routes" in text
    assert "and 4 more stops" in text
    assert "and 1 more" in text


def test_warnings_are_not_repeated(decision, state):
    """A warning that comes twice is shown once."""
    page = render(attrs.evolve(decision, warnings=("Mind the gap.", "Mind the gap.")), state)

    assert page.count("Mind the gap.") == 1


def test_every_stage_state_is_shown(decision, state):
    """Each state has a badge with its word."""
    for stage_state in StageState:
        stages = (attrs.evolve(decision.stages[0], state=stage_state),)

        page = render(attrs.evolve(decision, stages=stages), state)

        assert f'<span class="state {stage_state}">{stage_state}</span>' in page


def test_same_decision_gives_the_same_page(decision, state, history):
    """Nothing in the page depends on the moment of writing."""
    assert render(decision, state, history=history) == render(decision, state, history=history)


def test_plan_that_gained_nothing_says_so(decision, state):
    """Where the siloed plan is the best, no gain is claimed."""
    signals = attrs.evolve(decision.signals, best_pass=1, objective=decision.signals.siloed_objective)

    text = Outline(render(attrs.evolve(decision, signals=signals), state)).text

    assert "No gain" in text
    assert "the siloed plan was worth most" in text


def test_forecast_of_zeros_is_charted(decision, state):
    """Demand of zero everywhere gives finite coordinates."""
    forecast = decision.forecasts
    zero = attrs.evolve(
        forecast,
        mean=np.zeros_like(forecast.mean),
        quantiles=np.zeros_like(forecast.quantiles),
        parts={name: np.zeros_like(part) for name, part in forecast.parts.items()},
    )

    page = render(attrs.evolve(decision, forecasts=zero), state)

    assert "nan" not in re.findall(r'd="([^"]*)"', page)
    assert "inf" not in page.split("</style>")[1].replace("information", "")
