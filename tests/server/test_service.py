"""Decide over a real socket: answered, cancelled, late, failing, refused, repeated."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2
from serving_fakes import LONG, FakeOrchestrator, decision_for, plan, storefront

from shelfwise.errors import DeadlineExceededError, InvalidRequestError, StageFailedError, UnknownIdError, Violation
from shelfwise.types import (
    Customer,
    DecisionRequest,
    ForecastRequest,
    Live,
    Promotion,
    RecommendRequest,
    ReplenishRequest,
)
from shelfwise.v1 import decision_pb2, decision_pb2_grpc
from shelfwise.wire import decision_from_proto, request_to_proto


def stub_of(channel):
    """Return the stub of the decision service."""
    return decision_pb2_grpc.DecisionServiceStub(channel)


def details_of(failure):
    """Return the google.rpc details of a failed call by their type's name."""
    found = {}
    for key, value in failure.trailing_metadata():
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                kind = getattr(error_details_pb2, detail.type_url.rsplit(".", 1)[-1])
                message = kind.FromString(detail.value)
                found.setdefault(kind.__name__, []).append(message)
    return found


def failure_of(call, *arguments, **options):
    """Return how a call fails."""
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments, **options)
    return caught.value


def raising(error):
    """Return an orchestrator that raises."""

    def answer(request):
        raise error

    return FakeOrchestrator(answer)


class TestAnswered:
    """What a caller gets."""

    def test_decision(self, stub, fake):
        """The answer on the wire is the orchestrator's decision, for the request that was sent."""
        response = stub.Decide(request_to_proto(storefront("r1")), timeout=LONG)

        assert decision_from_proto(response) == decision_for(storefront("r1"))
        assert fake.requests == [storefront("r1")]

    def test_request_without_an_id_gets_one(self, stub, fake):
        """The server names a request that has no name, anew each time, and decides it as it came."""
        first, second = (stub.Decide(request_to_proto(storefront()), timeout=LONG) for _ in range(2))

        assert first.request_id
        assert first.request_id != second.request_id
        assert first.decision_id == second.decision_id
        assert fake.requests == [storefront(), storefront()]

    def test_unicode(self, stub):
        """Ids may hold any text."""
        response = stub.Decide(request_to_proto(storefront("ключ-🛒", "Ænna")), timeout=LONG)

        assert response.request_id == "ключ-🛒"
        assert response.recommendations[0].customer_id == "Ænna"

    def test_many_at_once(self, serving, connect):
        """Calls of many threads each get their own answer."""
        address = serving(FakeOrchestrator(), maximum_concurrent=4, maximum_queued=1000)
        stub = stub_of(connect(address))
        requests = [storefront(f"r{n}", f"c{n}") for n in range(200)]

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda r: stub.Decide(request_to_proto(r), timeout=LONG), requests))

        assert [decision_from_proto(answer) for answer in answers] == [decision_for(r) for r in requests]


class TestDeadline:
    """How much time the orchestrator is given."""

    def test_is_that_of_the_call(self, stub, fake):
        """The orchestrator gets the caller's deadline less a reserve, though grpc sends it rounded up."""
        for seconds in (20.001, 1000):
            stub.Decide(request_to_proto(storefront()), timeout=seconds)

            assert 0.9 * seconds < fake.deadlines[-1].remaining() < seconds

    def test_is_left_to_the_orchestrator(self, stub, fake):
        """A caller that sets no deadline leaves the time to the request's own budget."""
        stub.Decide(request_to_proto(storefront()))

        assert fake.deadlines == [None]

    def test_passes_while_deciding(self, held, serving, connect):
        """A caller whose time is over is told so, while the thread goes on and gives its place back when it is done."""
        stub = stub_of(connect(serving(held, maximum_concurrent=1)))

        failure = failure_of(stub.Decide, request_to_proto(storefront()), timeout=0.2)
        held.release()

        assert failure.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        assert stub.Decide(request_to_proto(storefront("next")), timeout=LONG).request_id == "next"

    def test_passes_while_queued(self, held, serving, connect):
        """A call whose deadline passes while it waits is never started."""
        stub = stub_of(connect(serving(held, maximum_concurrent=1)))
        running = stub.Decide.future(request_to_proto(storefront("running")), timeout=LONG)
        held.wait_for()

        failure = failure_of(stub.Decide, request_to_proto(storefront("queued")), timeout=0.2)
        held.release()
        running.result()
        stub.Decide(request_to_proto(storefront("last")), timeout=LONG)

        assert failure.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        assert [request.request_id for request in held.requests] == ["running", "last"]


class TestCancelled:
    """Callers who give up."""

    def test_while_deciding(self, held, serving, connect):
        """The place of a cancelled call is taken until its thread is done, and free then."""
        stub = stub_of(connect(serving(held, maximum_concurrent=1, maximum_queued=0)))
        call = stub.Decide.future(request_to_proto(storefront("gone")), timeout=LONG)
        held.wait_for()

        call.cancel()
        refused = failure_of(stub.Decide, request_to_proto(storefront("early")), timeout=LONG)
        held.release()
        answer = retried(lambda: stub.Decide(request_to_proto(storefront("late")), timeout=LONG))

        assert call.cancelled()
        assert refused.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert answer.request_id == "late"

    def test_answer_is_kept_for_who_comes_back(self, held, serving, connect):
        """Who was cut off and asks again under the same id gets the decision that was being made."""
        stub = stub_of(connect(serving(held)))
        call = stub.Decide.future(request_to_proto(storefront("r1")), timeout=LONG)
        held.wait_for()

        call.cancel()
        again = stub.Decide.future(request_to_proto(storefront("r1")), timeout=LONG)
        held.release()

        assert again.result().decision_id == "decision of r1"
        assert len(held.requests) == 1


def retried(call):
    """Call until there is a place."""
    while True:
        try:
            return call()
        except grpc.RpcError as failure:
            if failure.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
                raise


class TestLimits:
    """What a busy server refuses."""

    def test_overload(self, held, serving, connect):
        """A call beyond places and queue is refused with the time to retry after, and health still answers."""
        stub = stub_of(connect(serving(held, maximum_concurrent=1, maximum_queued=1)))
        calls = [stub.Decide.future(request_to_proto(storefront(f"r{n}")), timeout=LONG) for n in range(3)]
        held.wait_for()

        refused = next(call for call in calls if waits_for_failure(call))
        held.release()

        details = details_of(refused.exception())
        assert details["ErrorInfo"][0].reason == "OVERLOADED"
        assert details["RetryInfo"][0].retry_delay.ToNanoseconds() > 0
        assert sum(call.exception() is None for call in calls) == 2

    def test_plans_do_not_starve_the_storefront(self, held, serving, connect):
        """With plans in all the places they may have, a storefront call is still started."""
        stub = stub_of(connect(serving(held, maximum_concurrent=2)))
        plans = [stub.Decide.future(request_to_proto(plan(f"p{n}")), timeout=LONG) for n in range(3)]
        held.wait_for(1)

        call = stub.Decide.future(request_to_proto(storefront("s")), timeout=LONG)
        held.wait_for(1)
        started = [request.request_id for request in held.requests]
        held.release()

        assert "s" in started
        assert len(started) == 2
        assert all(each.result() for each in [*plans, call])

    def test_message_above_the_limit(self, serving, connect, fake):
        """A message above the limit is refused by the transport with both sizes."""
        stub = stub_of(connect(serving(fake, maximum_message_mb=1), ("grpc.max_send_message_length", -1)))
        request = decision_pb2.DecideRequest(request_id="x" * (2 * 1024 * 1024))

        failure = failure_of(stub.Decide, request, timeout=LONG)

        assert failure.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert "larger than max" in failure.details()
        assert fake.requests == []

    def test_large_message_below_the_limit(self, stub, fake):
        """A request of megabytes is answered; its decoding is done in a thread."""
        request = RecommendRequest(customers=(Customer("a"),), exclude_item_ids=[f"item-{n}" for n in range(200_000)])

        stub.Decide(request_to_proto(DecisionRequest("big", recommend=request)), timeout=LONG)

        assert fake.requests[0].recommend == request


def waits_for_failure(call):
    """Tell whether a call fails; one that is held has no outcome yet."""
    try:
        return call.exception(timeout=0.5) is not None
    except grpc.FutureTimeoutError:
        return False


class TestRepeated:
    """Requests that are sent twice."""

    def test_after_the_answer(self, stub, fake):
        """A request sent again gets the same decision without another one being made."""
        first, second = (stub.Decide(request_to_proto(storefront("r1")), timeout=LONG) for _ in range(2))

        assert first == second
        assert len(fake.requests) == 1

    def test_while_under_way(self, held, serving, connect):
        """Equal requests at the same time share one decision."""
        stub = stub_of(connect(serving(held)))
        calls = [stub.Decide.future(request_to_proto(storefront("r1")), timeout=LONG) for _ in range(3)]
        held.wait_for()

        held.release()

        assert {call.result().decision_id for call in calls} == {"decision of r1"}
        assert len(held.requests) == 1

    def test_other_content(self, stub):
        """An id that was used for another request is refused by name."""
        stub.Decide(request_to_proto(storefront("r1", "anna")), timeout=LONG)

        failure = failure_of(stub.Decide, request_to_proto(storefront("r1", "ben")), timeout=LONG)

        details = details_of(failure)
        assert failure.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert details["ErrorInfo"][0].reason == "REQUEST_ID_REUSED"
        assert details["BadRequest"][0].field_violations[0].field == "request_id"

    def test_after_a_failure(self, serving, connect, fake):
        """A request that failed may be sent again under its id."""
        answers = [StageFailedError("router", "no fuel"), None]

        def answer(request):
            if error := answers.pop(0):
                raise error
            return decision_for(request)

        stub = stub_of(connect(serving(FakeOrchestrator(answer))))

        failure_of(stub.Decide, request_to_proto(storefront("r1")), timeout=LONG)

        assert stub.Decide(request_to_proto(storefront("r1")), timeout=LONG).request_id == "r1"

    def test_who_waits_outlives_who_gave_up(self, held, serving, connect):
        """When the first caller leaves the queue, the second one takes over and is answered."""
        stub = stub_of(connect(serving(held, maximum_concurrent=1)))
        running = stub.Decide.future(request_to_proto(storefront("running")), timeout=LONG)
        held.wait_for()
        first = stub.Decide.future(request_to_proto(storefront("twice")), timeout=0.3)
        second = stub.Decide.future(request_to_proto(storefront("twice")), timeout=LONG)

        late = first.exception()
        held.release()

        assert late.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        assert running.result()
        assert second.result().request_id == "twice"


class TestErrors:
    """What a caller is told when it goes wrong."""

    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (InvalidRequestError([Violation("forecast.horizon_days", "must be 1 or more")]), "INVALID_ARGUMENT"),
            (UnknownIdError([Violation("forecast.item_ids[0]", "'z' is no item")]), "NOT_FOUND"),
            (DeadlineExceededError("too late"), "DEADLINE_EXCEEDED"),
            (StageFailedError("router", "no fuel"), "ABORTED"),
        ],
    )
    def test_code_and_reason(self, error, code, serving, connect):
        """Every error of shelfwise has its code, and its reason in the details."""
        stub = stub_of(connect(serving(raising(error))))

        failure = failure_of(stub.Decide, request_to_proto(storefront("r1")), timeout=LONG)

        info = details_of(failure)["ErrorInfo"][0]
        assert failure.code().name == code
        assert (info.reason, info.domain, info.metadata["request_id"]) == (error.reason, "shelfwise", "r1")

    def test_all_violations(self, serving, connect):
        """A request with many faults is told all of them."""
        violations = [Violation(f"route.deliveries[{n}].quantity", "must be 0 or more") for n in range(20)]
        stub = stub_of(connect(serving(raising(InvalidRequestError(violations)))))

        failure = failure_of(stub.Decide, request_to_proto(storefront()), timeout=LONG)

        named = [(v.field, v.description) for v in details_of(failure)["BadRequest"][0].field_violations]
        assert named == [(v.field, v.description) for v in violations]
        assert failure.details() == "route.deliveries[0].quantity: must be 0 or more (and 19 more)"

    def test_more_violations_than_usual_clients_have_room_for(self, serving, connect):
        """Without a word from the client, details stay within the 8 KiB that every gRPC client takes."""
        violations = [Violation(f"route.deliveries[{n}].quantity", "must be 0 or more") for n in range(5000)]
        stub = stub_of(connect(serving(raising(InvalidRequestError(violations)))))

        failure = failure_of(stub.Decide, request_to_proto(storefront()), timeout=LONG)

        named = details_of(failure)["BadRequest"][0].field_violations
        assert failure.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert 50 < len(named) < 5000
        assert named[-1].description == f"{5000 - len(named) + 1} more violations, for which the answer had no room"

    def test_unknown_id_is_named(self, serving, connect):
        """An unknown id comes with what kind of thing it should have been."""
        error = UnknownIdError([Violation("live.promotions[1].item_id", "'z' is no item on record")])
        plans = [Promotion(item, date(2026, 3, 2), date(2026, 3, 8)) for item in ("a", "z")]
        request = DecisionRequest("r1", forecast=ForecastRequest(), live=Live(promotions=plans))
        stub = stub_of(connect(serving(raising(error))))

        failure = failure_of(stub.Decide, request_to_proto(request), timeout=LONG)

        resource = details_of(failure)["ResourceInfo"][0]
        assert (resource.resource_type, resource.resource_name) == ("item", "z")

    def test_wire_violations(self, stub):
        """What the wire format cannot mean is reported like any other violation, by its field."""
        request = request_to_proto(DecisionRequest("r1", recommend=RecommendRequest(customers=(Customer("a"),))))
        request.options.disabled_links.append(0)

        failure = failure_of(stub.Decide, request, timeout=LONG)

        assert failure.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert "options.disabled_links" in details_of(failure)["BadRequest"][0].field_violations[0].field

    def test_money_in_another_currency(self, stub):
        """Money has to be in the retailer's currency."""
        request = request_to_proto(DecisionRequest("r1", replenish=ReplenishRequest(budget=100.0)))
        request.replenish.budget.currency_code = "USD"

        failure = failure_of(stub.Decide, request, timeout=LONG)

        assert "replenish.budget" in details_of(failure)["BadRequest"][0].field_violations[0].field

    def test_bytes_that_are_no_request(self, serving, connect, fake):
        """Bytes that are no request are refused as such."""
        call = connect(serving(fake)).unary_unary("/shelfwise.v1.DecisionService/Decide")

        failure = failure_of(call, b"\xff\xff\xff", timeout=LONG)

        assert failure.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert details_of(failure)["BadRequest"][0].field_violations[0].field == "request"

    def test_fault_of_our_own(self, serving, connect):
        """An unexpected error tells the caller where to look and nothing of what was inside."""
        stub = stub_of(connect(serving(raising(RuntimeError("password is 1234")))))

        failure = failure_of(stub.Decide, request_to_proto(storefront("r1")), timeout=LONG)

        assert failure.code() is grpc.StatusCode.INTERNAL
        assert "'r1'" in failure.details()
        assert "1234" not in failure.details() + str(failure.trailing_metadata())

    def test_decision_that_cannot_be_encoded(self, serving, connect):
        """A decision that has no form on the wire is an internal error, and the server goes on."""
        orchestrator = FakeOrchestrator(
            lambda request: "no decision" if request.request_id == "bad" else decision_for(request)
        )
        stub = stub_of(connect(serving(orchestrator)))

        failure = failure_of(stub.Decide, request_to_proto(storefront("bad")), timeout=LONG)

        assert failure.code() is grpc.StatusCode.INTERNAL
        assert stub.Decide(request_to_proto(storefront("good")), timeout=LONG).request_id == "good"
