"""The orchestrator: what is run, what flows, what comes back."""

import attrs
import pytest
from fakes import AS_OF, fake_chains, fake_orchestrator, small_state

from shelfwise.errors import InvalidRequestError, StageFailedError, UnknownIdError
from shelfwise.hookspecs import hookimpl
from shelfwise.plugins import Member
from shelfwise.types import (
    Customer,
    DecisionRequest,
    ForecastRequest,
    Link,
    Live,
    Options,
    PreviousRoute,
    RecommendRequest,
    ReplenishRequest,
    RouteRequest,
    RoutingReport,
    Stage,
    StageState,
    StockLevels,
)


def everything(**options) -> DecisionRequest:
    """Return a request for all four stages."""
    return DecisionRequest(
        request_id="r",
        recommend=RecommendRequest(all_customers=True, slate_size=2),
        forecast=ForecastRequest(horizon_days=5),
        replenish=ReplenishRequest(),
        route=RouteRequest(),
        options=Options(**options),
    )


def test_a_plan_has_all_four_parts():
    """A request for all stages is answered with slates, forecasts, orders and routes or reasoned skips."""
    decision = fake_orchestrator().decide(everything())

    assert [slate.customer_id for slate in decision.recommendations] == ["anna", "bob"]
    assert decision.forecasts is not None
    assert decision.forecasts.mean.shape == (3, 1, 5)
    assert [order.order_id for order in decision.orders] == ["o1"]
    assert {skipped.delivery_id for skipped in decision.skipped_deliveries} == {"d1", "d2", "o1/1"}
    assert decision.routing == RoutingReport("nobody")
    assert {report.state for report in decision.stages} == {StageState.OK}
    assert decision.warnings == ("coordinates are made up",)


def test_stages_not_asked_for_do_not_run():
    """A storefront call runs the recommender and nothing else."""
    chains = fake_chains()
    request = DecisionRequest(recommend=RecommendRequest((Customer("anna"),)))

    decision = fake_orchestrator(chains).decide(request)

    assert len(decision.recommendations) == 1
    assert [report.state for report in decision.stages] == [StageState.OK] + [StageState.SKIPPED] * 3
    assert not chains[Stage.FORECASTER][0].plugin.seen
    assert decision.routing is None
    assert decision.warnings == ()


def test_replenishment_alone_runs_the_forecaster_and_says_so():
    """A stage whose signal is needed is run, its answer is not shown, and its report says why it ran."""
    decision = fake_orchestrator().decide(DecisionRequest(replenish=ReplenishRequest()))

    assert decision.forecasts is None
    assert "needs its forecast" in decision.stage(Stage.FORECASTER).message


@pytest.mark.parametrize("link", list(Link))
def test_every_link_can_be_disabled(link):
    """A disabled link's signal reaches nobody, and the report says that it was off."""
    chains = fake_chains()

    decision = fake_orchestrator(chains).decide(everything(disabled_links=[link]))

    plugins = {stage: chain[0].plugin for stage, chain in chains.items()}
    outlooks, costs = zip(*plugins[Stage.RECOMMENDER].seen, strict=True)
    forecasts, inventory_costs = zip(*plugins[Stage.INVENTORY].seen, strict=True)
    reached = {
        Link.EXPOSURE: any(plugins[Stage.FORECASTER].seen),
        Link.IN_STOCK: decision.forecasts is not None and decision.forecasts.mean.min() >= 2.0,
        Link.FORECAST: any(forecasts),
        Link.STOCK_OUTLOOK: any(outlooks),
        Link.DELIVERY_COSTS: any(costs) or any(inventory_costs),
        Link.DELIVERIES: any(d.order_id for seen in plugins[Stage.ROUTER].seen if len(seen) > 1 for d in seen),
    }
    assert reached == {other: other is not link for other in Link}
    assert {report.link: report.enabled for report in decision.signals.links} == reached


def test_transfers_that_drive_apart_know_no_plan_before():
    """The plan before is the customers': vans that take the transfers alone are not bound to what it pins."""
    chains = fake_chains()
    before = (PreviousRoute("van", ("d2", "d1"), 1),)
    request = attrs.evolve(everything(disabled_links=[Link.DELIVERIES]), route=RouteRequest(previous=before))

    fake_orchestrator(chains).decide(request)

    asked = [(request.previous, deliveries[0].order_id) for request, deliveries in chains[Stage.ROUTER][0].plugin.asked]
    assert asked[:2] == [(before, ""), ((), "o1")]
    assert {(previous[0].pinned if previous else 0, order) for previous, order in asked} == {(1, ""), (0, "o1")}


def test_all_links_off_is_one_siloed_pass():
    """With every link disabled the plan is the siloed one."""
    decision = fake_orchestrator().decide(everything(disabled_links=list(Link)))

    assert decision.signals.passes == 1
    assert decision.signals.objective == decision.signals.siloed_objective


def test_the_plan_is_never_worse_than_the_siloed_one():
    """The best pass by the objective is the answer."""
    signals = fake_orchestrator().decide(everything()).signals

    assert signals.objective >= signals.siloed_objective
    assert 1 <= signals.best_pass <= signals.passes


def test_same_request_same_decision():
    """Two orchestrators over the same model give equal decisions, and the request's content makes the id."""
    first, second = fake_orchestrator().decide(everything()), fake_orchestrator().decide(everything())

    assert first == second
    assert fake_orchestrator().decide(everything(seed=1)).decision_id != first.decision_id


def test_a_storefront_call_ranks_by_the_signals_of_the_last_plan():
    """After a plan, a storefront call sees its prices overlaid with the live stock of the request."""
    chains = fake_chains()
    orchestrator = fake_orchestrator(chains)
    plan = orchestrator.decide(everything())
    sold_out = Live(stock=StockLevels(("apple",), ("shop",), [1.0]))

    answer = orchestrator.decide(DecisionRequest(recommend=RecommendRequest((Customer("anna"),)), live=sold_out))

    outlook, costs = chains[Stage.RECOMMENDER][0].plugin.seen[-1]
    assert answer.signals.plan_id == plan.decision_id
    assert costs is not None
    assert outlook.available_to_promise[:, 0].tolist() == [0.0, 9.0, 9.0]
    assert outlook.unit_value[0, 0] == 0.5


def test_what_a_plan_knew_to_be_sold_out_stays_so():
    """Live stock of a plan is not undone by a storefront call that brings none."""
    chains = fake_chains()
    orchestrator = fake_orchestrator(chains)
    gone = Live(stock=StockLevels(("apple",), ("shop",), [0.0]))
    orchestrator.decide(attrs.evolve(everything(), live=gone))

    orchestrator.decide(DecisionRequest(recommend=RecommendRequest((Customer("anna"),))))

    planned = chains[Stage.INVENTORY][0].plugin.seen
    outlook, _ = chains[Stage.RECOMMENDER][0].plugin.seen[-1]
    assert planned
    assert outlook.available_to_promise[0, 0] == 9.0, "the plan's own outlook stands, not the stock of the training"


@pytest.mark.parametrize(
    "what_if",
    [
        everything(disabled_links=[Link.EXPOSURE]),
        attrs.evolve(everything(), as_of=AS_OF.replace(year=1999)),
        DecisionRequest(forecast=ForecastRequest()),
    ],
)
def test_a_what_if_leaves_the_standing_signals(what_if):
    """A plan with links disabled or for a day gone by is not what the storefront ranks by."""
    orchestrator = fake_orchestrator()
    plan = orchestrator.decide(everything())

    orchestrator.decide(what_if)

    storefront = orchestrator.decide(DecisionRequest(recommend=RecommendRequest((Customer("anna"),))))
    assert storefront.signals.plan_id == plan.decision_id


def test_a_shop_that_runs_without_a_link_ranks_by_its_own_plans():
    """A call with the links of an earlier plan has that plan's signals; with links that no plan had, those of all."""
    orchestrator = fake_orchestrator()
    off, other = [Link.EXPOSURE], [Link.FORECAST]
    whole, without = orchestrator.decide(everything()), orchestrator.decide(everything(disabled_links=off))

    def standing(links):
        call = RecommendRequest((Customer("anna"),))
        request = DecisionRequest(recommend=call, options=Options(disabled_links=links))
        return orchestrator.decide(request).signals.plan_id

    assert standing([]) == standing(other) == whole.decision_id
    assert standing(off) == without.decision_id


def test_the_same_plan_twice_is_the_same_decision():
    """A plan that brings all its signals does not depend on the plan before it."""
    orchestrator = fake_orchestrator()

    assert orchestrator.decide(everything()) == orchestrator.decide(everything())


def test_the_siloed_objective_is_that_of_the_siloed_request():
    """Disabling every link gives the plan that coordinated ones are compared with."""
    coordinated = fake_orchestrator().decide(everything())

    siloed = fake_orchestrator().decide(everything(disabled_links=list(Link)))

    assert siloed.signals.objective == coordinated.signals.siloed_objective


def test_live_stock_overrides_the_record():
    """What the request says is on hand is what the stages see."""
    seen = []

    @attrs.define(eq=False)
    class Looking:
        @hookimpl
        def replenish(self, state):
            seen.append(state.on_hand.copy())

    request = DecisionRequest(replenish=ReplenishRequest(), live=Live(stock=StockLevels(("bread",), ("shop",), [7.0])))
    fake_orchestrator(fake_chains(inventory=Looking())).decide(request)

    assert seen[0][1, 2] == 7.0
    assert seen[0][1, 1] == small_state().on_hand[1, 1]


def test_validate_only_decides_nothing():
    """A request can be checked without any stage being run."""
    chains = fake_chains()

    decision = fake_orchestrator(chains).decide(everything(validate_only=True))

    assert decision.as_of == AS_OF
    assert not any(chain[0].plugin.seen for chain in chains.values())
    assert {report.state for report in decision.stages} == {StageState.SKIPPED}


def test_every_violation_is_named_at_once():
    """A request with many faults is refused with all of them, by field path."""
    request = DecisionRequest(
        recommend=RecommendRequest((Customer("anna"),), slate_size=0),
        forecast=ForecastRequest(item_ids=("appel",), horizon_days=0, quantiles=(0.5, float("nan"))),
        replenish=ReplenishRequest(budget=-1.0),
    )

    with pytest.raises(InvalidRequestError) as caught:
        fake_orchestrator().decide(request)

    assert {violation.field for violation in caught.value.violations} == {
        "recommend.slate_size",
        "forecast.item_ids[0]",
        "forecast.horizon_days",
        "forecast.quantiles[1]",
        "replenish.budget",
    }
    assert "did you mean 'apple'" in str(caught.value)


def test_unknown_ids_alone_are_their_own_error():
    """A request that only names ids which are not on record is told apart from a malformed one."""
    with pytest.raises(UnknownIdError):
        fake_orchestrator().decide(DecisionRequest(forecast=ForecastRequest(item_ids=("zebra",))))


def test_a_chain_without_an_answer_is_an_error():
    """A stage that nobody answers for fails; it is never an empty list."""

    @attrs.define(eq=False)
    class Shy:
        @hookimpl
        def forecast(self):
            return None

    chains = fake_chains()
    chains[Stage.FORECASTER] = (Member(Stage.FORECASTER, "shy", "1", Shy()),)

    with pytest.raises(StageFailedError, match="shy: left it to the next"):
        fake_orchestrator(chains).decide(DecisionRequest(forecast=ForecastRequest()))


def test_wrappers_see_every_member_of_a_chain():
    """An extension that wraps a stage changes the answer, whichever member gives it."""

    @attrs.define(eq=False)
    class OnlyApples:
        @hookimpl(wrapper=True)
        def recommend(self):
            answer = yield
            slates = tuple(
                attrs.evolve(slate, items=[item for item in slate.items if item.item_id == "apple"])
                for slate in answer.slates
            )
            return attrs.evolve(answer, slates=slates)

    extensions = (Member("extension", "rule", "1", OnlyApples()),)

    decision = fake_orchestrator(extensions=extensions).decide(
        DecisionRequest(recommend=RecommendRequest((Customer("anna"),)))
    )

    assert [item.item_id for item in decision.recommendations[0].items] == ["apple"]


def test_observers_are_told_and_cannot_break_a_decision():
    """What an observer raises goes no further."""
    told = []

    @attrs.define(eq=False)
    class Nosy:
        @hookimpl
        def decided(self, request, decision):
            told.append((request, decision))
            raise RuntimeError("not your business")

    request = DecisionRequest(forecast=ForecastRequest())
    decision = fake_orchestrator(extensions=(Member("extension", "nosy", "1", Nosy()),)).decide(request)

    assert told == [(request, decision)]
