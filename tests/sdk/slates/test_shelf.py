"""From candidates to slates."""

import numpy as np
import pytest
from slates_world import falling, ids, maker, outlook, shelf, state, withheld

from shelfwise.slates import Candidates, Reserve, Rows
from shelfwise.types import CartLine, Customer, Event, Promotion, RecommendRequest


def serve(opened, visitors, candidates, *args, **given):
    """Return the slates for candidates."""
    return opened.serve(visitors, opened.choose(visitors, candidates, *args, **given)).slates


def test_candidates_are_ranked_and_cut():
    """The best of the candidates stand in the slate in order, with what they are called, cost and are bought with."""
    opened, visitors = shelf(state(9), "anna", slate_size=2)

    (slate,) = serve(opened, visitors, Candidates(np.array([[7, 2, 5]]), np.array([[0.1, 0.3, 0.2]])))

    assert [(item.rank, item.item_id, item.score, item.price) for item in slate.items] == [
        (1, "i2", 0.3, 10.0),
        (2, "i5", 0.2, 10.0),
    ]
    assert not slate.impersonal


def test_rows_may_be_of_different_lengths():
    """Padding is no item; whoever has no candidates at all has an empty slate."""
    opened, visitors = shelf(state(9), "anna", "ben", "?")
    item = np.array([[3, -1, -1], [4, 5, 6], [-1, -1, -1]])

    slates = serve(opened, visitors, Candidates(item, np.full((3, 3), 0.2)))

    assert [ids(slate) for slate in slates] == [["i3"], ["i4", "i5", "i6"], []]


def test_equal_scores_keep_the_order_of_the_columns():
    """The recommender's order decides between equals, never an id."""
    opened, visitors = shelf(state(9), "anna", slate_size=3)

    (slate,) = serve(opened, visitors, Candidates(np.array([[8, 1, 4, 0]]), np.full((1, 4), 0.2)))

    assert ids(slate) == ["i8", "i1", "i4"]


def test_relevance_ranks_where_it_is_given():
    """The slate is ordered by relevance, and the purchase probability is told as it is."""
    opened, visitors = shelf(state(3), "anna")
    candidates = Candidates(np.array([[0, 1]]), np.array([[0.4, 0.1]]), relevance=np.array([[1.0, 7.0]]))

    (slate,) = serve(opened, visitors, candidates)

    assert [(item.item_id, item.score, item.purchase_probability) for item in slate.items] == [
        ("i1", 7.0, 0.1),
        ("i0", 1.0, 0.4),
    ]


def test_blocked_candidates_are_named_where_they_would_have_stood():
    """Of two excluded candidates only the one good enough for the slate is withheld."""
    opened, visitors = shelf(state(9), "anna", slate_size=2, exclude_item_ids=("i0", "i5"))

    (slate,) = serve(opened, visitors, Candidates.whole(falling(1, 9)))

    assert ids(slate) == ["i1", "i2"]
    assert withheld(slate) == {"i0": "excluded"}


def test_purchases_are_withheld_where_asked_carts_silently():
    """What was bought, on record or in the session, is named; what is in the cart is just not there."""
    customer = Customer("anna", events=(Event("i1"),), cart=(CartLine("i2"),))
    opened, visitors = shelf(state(9), customer, slate_size=3, exclude_purchased=True)

    (slate,) = serve(opened, visitors, Candidates.whole(falling(1, 9)), Rows.of([[0]]))

    assert ids(slate) == ["i3", "i4", "i5"]
    assert withheld(slate) == {"i0": "purchased", "i1": "purchased"}


def test_without_consent_a_slate_is_impersonal_whatever_the_recommender_says():
    """Only the recommender knows whether it used anything; of those who refused it must not have."""
    opened, visitors = shelf(state(3), "anna", "cleo", "?")
    candidates = Candidates.whole(falling(3, 3), impersonal=np.array([False, False, True]))

    assert [slate.impersonal for slate in serve(opened, visitors, candidates)] == [False, True, True]


def test_unknown_customers_are_impersonal_by_default():
    """Nobody known, no session and no cart: there was nothing personal to use."""
    people = ("anna", "?", Customer("x", events=(Event("i1"),)), Customer("y", cart=(CartLine("i1"),)))
    opened, visitors = shelf(state(3), *people)

    slates = serve(opened, visitors, Candidates.whole(falling(4, 3)))

    assert [slate.impersonal for slate in slates] == [False, True, False, False]


def test_the_reserve_fills_what_candidates_leave_short():
    """Only short slates are filled, with allowed items that are not there yet, and all stand by score."""
    opened, visitors = shelf(state(9), "anna", "ben", slate_size=4, exclude_item_ids=("i8",))
    candidates = Candidates(
        np.array([[0, 1, 2, 3], [0, 8, -1, -1]]), np.array([[0.5, 0.4, 0.3, 0.2], [0.1, 0.3, 0.0, 0.0]])
    )
    reserve = Reserve(np.array([8, 0, 7, 6, 5]), np.array([0.9, 0.8, 0.2, 0.1, 0.05]))

    full, filled = serve(opened, visitors, candidates, reserve=reserve)

    assert ids(full) == ["i0", "i1", "i2", "i3"]
    assert ids(filled) == ["i7", "i0", "i6", "i5"]
    assert withheld(filled) == {"i8": "excluded"}


def test_the_reserve_keeps_to_the_rules():
    """What is in the cart, was bought or breaks a cap is not filled in; one slate at a time or all at once."""
    people = [Customer("anna", cart=(CartLine("i7"),)), Customer("ben", events=(Event("i6"),)), Customer("?")]
    opened, visitors = shelf(state(9), *people, slate_size=3, exclude_purchased=True, most_per_category=2)
    candidates = Candidates(np.full((3, 1), 0), np.full((3, 1), 0.5))
    reserve = Reserve(np.array([3, 6, 7, 4]), np.array([0.4, 0.3, 0.2, 0.1]))

    slates = serve(opened, visitors, candidates, Rows.of([[3], [], []]), reserve=reserve)

    assert [ids(slate) for slate in slates] == [["i0", "i6", "i4"], ["i0", "i3", "i7"], ["i0", "i3", "i7"]]


def test_a_reserve_has_relevance_of_its_own():
    """Where candidates are ranked by relevance, so is what fills up."""
    opened, visitors = shelf(state(9), "anna", slate_size=3)
    candidates = Candidates(np.array([[1]]), np.array([[0.1]]), np.array([[5.0]]))
    reserve = Reserve(np.array([4, 2]), np.array([0.5, 0.5]), np.array([2.0, 9.0]))

    assert ids(serve(opened, visitors, candidates, reserve=reserve)[0]) == ["i2", "i1", "i4"]


def test_retrieval_goes_by_the_rules():
    """The best that may be shown come first, behind them what a rule blocks, best first; the cart is nowhere."""
    customer = Customer("anna", cart=(CartLine("i1"),))
    settings = {"slate_size": 2, "exclude_item_ids": ("i0", "i5", "i8"), "exclude_purchased": True}
    opened, visitors = shelf(state(9), customer, "ben", **settings)

    found = opened.retrieve(visitors, falling(2, 9), 3, Rows.of([[], [2]]))

    assert found.tolist() == [[2, 3, 4, 0, 5], [1, 3, 4, 0, 2]]


def test_retrieval_without_rules_is_the_best():
    """Where nothing is blocked there is nothing behind."""
    opened, visitors = shelf(state(5), "anna")

    assert opened.retrieve(visitors, falling(1, 5).astype(np.float32)[:, ::-1], 3).tolist() == [[4, 3, 2]]


def test_slates_are_filled_while_the_catalogue_has_allowed_items():
    """Retrieval of few candidates under narrow rules still fills every slate."""
    shop = state(3000)
    allowed = [f"i{row}" for row in range(2990, 3000)]
    settings = {"slate_size": 8, "exclude_item_ids": [f"i{row}" for row in range(2990)]}
    opened, visitors = shelf(shop, "anna", "?", **settings)
    score = falling(2, 3000)

    item = opened.retrieve(visitors, score, 20)
    slates = serve(opened, visitors, Candidates(item, np.where(item >= 0, score[0][item], 0.0)))

    assert [ids(slate) for slate in slates] == [allowed[:8]] * 2


def test_prices_are_those_of_the_day():
    """A running promotion sets the price shown."""
    day = state().as_of.date()
    shop = state(
        3,
        promotions=(
            Promotion("i1", day, day, price=7.5),
            Promotion("i2", day.replace(year=2020), day.replace(year=2020), price=1.0),
        ),
    )
    opened, visitors = shelf(shop, "anna")

    (slate,) = serve(opened, visitors, Candidates.whole(falling(1, 3)))

    assert [item.price for item in slate.items] == [10.0, 7.5, 10.0]


def test_a_slate_larger_than_the_catalogue_holds_all_of_it():
    """There is no more than everything."""
    opened, visitors = shelf(state(3), "anna", slate_size=1000, diversity=0.5, most_per_category=9)

    assert len(serve(opened, visitors, Candidates.whole(falling(1, 3)))[0].items) == 3


def test_nobody_asked_nobody_answered():
    """A request without customers has no slates and an empty exposure."""
    shop = state(3)
    opened = maker(shop).shelf(RecommendRequest(), shop)

    answer = opened.answer([opened.serve(visitors, None) for visitors in opened.visitors()])

    assert answer.slates == ()
    assert answer.exposure.extra_units.size == 0


@pytest.mark.parametrize("seed", range(4))
def test_a_batch_is_the_customers_one_by_one(seed):
    """Under every setting and signal a slate does not depend on company, as long as there is enough for all."""
    generator = np.random.default_rng(seed)
    shop = state(60)
    people = [
        Customer(
            name,
            events=[Event(f"i{row}") for row in generator.integers(0, 60, 3)],
            cart=[CartLine(f"i{row}") for row in generator.integers(0, 60, 2)],
            zone=str(generator.choice(["", "north", "south", "moon"])),
        )
        for name in ("anna", "ben", "cleo", "x", "y")
    ]
    settings = {
        "slate_size": 7,
        "exclude_item_ids": [f"i{row}" for row in generator.permutation(60)[:10]],
        "exclude_purchased": True,
        "most_per_category": 3,
        "most_per_brand": 4,
        "diversity": float(generator.choice([0.0, 0.4])),
        "stock_outlook": outlook(
            shop, promise=50 * generator.integers(0, 2, (60, 2)), in_stock=generator.random((60, 2))
        ),
    }
    item = np.stack([generator.permutation(60)[:20] for _ in people])
    chance = generator.random((5, 20))
    reserve = Reserve(generator.permutation(60), np.sort(generator.random(60))[::-1] * 0.1)
    bought = Rows.of([generator.integers(0, 60, 4) for _ in people])
    opened, visitors = shelf(shop, *people, **settings)

    together = serve(opened, visitors, Candidates(item, chance), bought, reserve)

    for row, customer in enumerate(people):
        one, alone = shelf(shop, customer, **settings)
        some = np.array([row])
        assert serve(one, alone, Candidates(item[some], chance[some]), bought.take(some), reserve) == (together[row],)


@pytest.mark.parametrize(
    ("probability", "relevance", "words"),
    [
        ([[0.5, 1.2]], None, "from 0 to 1"),
        ([[0.5, np.nan]], None, "from 0 to 1"),
        ([[0.5]], None, "one shape"),
        ([[0.5, 0.1]], [[1.0, -2.0]], "0 or more"),
        ([[0.5, 0.1]], [[1.0, np.inf]], "finite"),
    ],
)
def test_what_cannot_be_ranked_is_refused(probability, relevance, words):
    """Numbers that are no probabilities, and shapes that do not fit, are an error that says what is allowed."""
    with pytest.raises(ValueError, match=words):
        Candidates(np.array([[0, 1]]), np.array(probability), None if relevance is None else np.array(relevance))
