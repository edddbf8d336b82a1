"""``shelfwise decide``: in process and on a server."""

import json

import pytest

from shelfwise.orchestrator import Orchestrator
from shelfwise.report.formats import money
from shelfwise.wire import decision_from_json

STOREFRONT = {"request_id": "r-1", "recommend": {"customers": [{"customer_id": "customer-001"}], "slate_size": 3}}


@pytest.fixture
def request_file(tmp_path):
    """Return a function that writes a request and gives its file."""

    def write(content):
        path = tmp_path / "request.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


def test_summary_is_printed(run, models, request_file):
    """Without --json the answer is told in words."""
    result = run("decide", "--models", models, "--request", request_file(STOREFRONT))

    assert result.exit_code == 0, result.stderr
    assert "1 slate with 3 items" in result.stdout
    assert "recommender" in result.stdout


def test_a_few_slates_are_told_item_by_item(run, models, request_file, tmp_path):
    """Rank, item, price and reason stand in a line each; one stage alone is compared with nothing."""
    result = run("decide", "--models", models, "--request", request_file(STOREFRONT), "--json", tmp_path / "d.json")

    told = [" ".join(line.split()) for line in result.stdout.splitlines()]
    decision = decision_from_json((tmp_path / "d.json").read_text(encoding="utf-8"))
    (slate,) = decision.recommendations
    start = told.index(f"Slate for {slate.customer_id or 'an unknown customer'}") + 1
    for line, item in zip(told[start : start + 3], slate.items, strict=True):
        assert line.startswith(f"{item.rank} {item.item_id} ")
        assert item.reasons[0].text in line
    assert "link" not in result.stdout
    assert "siloed" not in result.stdout


def test_an_empty_slate_says_why(run, models, request_file):
    """With everything excluded, nothing is shown, for the reason of the first item that is withheld."""
    state = Orchestrator.open(models).state
    request = {"recommend": {"customers": [{}], "exclude_item_ids": list(state.items.index)}}

    result = run("decide", "--models", models, "--request", request_file(request))

    told = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert told[told.index("Slate for an unknown customer") + 1] == "- nothing excluded by the request"


def test_orders_say_what_skipping_them_costs(run, models, request_file, tmp_path):
    """Units, cost, and the expected cost of placing none of the orders."""
    result = run(
        "decide", "--models", models, "--request", request_file({"replenish": {}}), "--json", tmp_path / "d.json"
    )

    decision = decision_from_json((tmp_path / "d.json").read_text(encoding="utf-8"))
    skipped = sum(order.lines.cost_if_skipped.sum() for order in decision.orders)
    assert skipped > 0
    assert f"skipping them costs {money(skipped, decision.currency)}" in " ".join(result.stdout.split())


def test_many_slates_are_counted_and_a_plan_is_compared(run, models, request_file):
    """Four slates are no longer told one by one; what the links changed and what the plan is worth are."""
    request = {"recommend": {"customers": [{"customer_id": f"c{row}"} for row in range(4)]}, "forecast": {}}

    result = run("decide", "--models", models, "--request", request_file(request))

    assert "4 slates with" in result.stdout
    assert "Slate for" not in result.stdout
    assert "What each link changed" in result.stdout
    assert "Expected contribution" in result.stdout


def test_json_is_written(run, models, request_file, tmp_path):
    """With --json FILE the whole answer is in the file."""
    result = run("decide", "--models", models, "--request", request_file(STOREFRONT), "--json", tmp_path / "d.json")

    decision = decision_from_json((tmp_path / "d.json").read_text(encoding="utf-8"))
    assert result.exit_code == 0, result.stderr
    assert decision.request_id == "r-1"
    assert len(decision.recommendations[0].items) == 3


def test_json_on_standard_output_is_nothing_but_json(run, models, request_file):
    """With --json - the output can be piped into a program."""
    result = run("decide", "--models", models, "--request", request_file(STOREFRONT), "--json", "-")

    assert json.loads(result.stdout)["request_id"] == "r-1"


def test_report_is_written(run, models, request_file, tmp_path):
    """With --report FILE.html the answer is a page."""
    result = run("decide", "--models", models, "--request", request_file(STOREFRONT), "--report", tmp_path / "d.html")

    assert result.exit_code == 0, result.stderr
    assert '<h2 id="recommendations">' in (tmp_path / "d.html").read_text(encoding="utf-8")


def test_server_gives_the_same_answer(run, models, request_file, tmp_path):
    """A decision from a server equals the one made in process."""
    pytest.importorskip("shelfwise_client")
    server = pytest.importorskip("shelfwise_server")
    from shelfwise.serving_config import ServerConfig

    request = request_file(STOREFRONT)
    with server.running(Orchestrator.open(models), ServerConfig(address="127.0.0.1:0")) as address:
        remote = run("decide", "--target", address, "--request", request, "--json", tmp_path / "remote.json")
    local = run("decide", "--models", models, "--request", request, "--json", tmp_path / "local.json")

    assert (remote.exit_code, local.exit_code) == (0, 0)
    answers = [decision_from_json((tmp_path / f"{name}.json").read_text()) for name in ("remote", "local")]
    assert answers[0] == answers[1]


def test_every_violation_is_told(run, models, request_file):
    """A request with several faults exits with 2 and names each by its field."""
    wrong = {
        "recommend": {"customers": [{"cart": [{"item_id": "x", "quantity": -1}]}]},
        "forecast": {"horizon_days": 0},
    }

    result = run("decide", "--models", models, "--request", request_file(wrong))

    assert result.exit_code == 2
    assert "recommend.customers[0].cart[0].quantity" in result.stderr
    assert "forecast.horizon_days" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("content", ["{", "[]", '{"recomend": {}}'])
def test_request_that_is_no_request_is_wrong_use(run, models, request_file, content):
    """Broken JSON and unknown fields exit with 2."""
    result = run("decide", "--models", models, "--request", request_file(content))

    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")


def test_models_or_target_but_not_both(run, models, request_file):
    """Exactly one place to decide is named."""
    request = request_file(STOREFRONT)

    assert run("decide", "--request", request).exit_code == 2
    assert run("decide", "--request", request, "--models", models, "--target", "x:1").exit_code == 2


def test_certificate_goes_with_a_target(run, models, request_file):
    """A certificate for models in process is a misunderstanding."""
    request = request_file(STOREFRONT)

    result = run("decide", "--request", request, "--models", models, "--tls-certificate", request)

    assert result.exit_code == 2


def test_folder_without_models_is_a_failure(run, request_file, tmp_path):
    """Models that are not there are named with what to do."""
    result = run("decide", "--models", tmp_path, "--request", request_file(STOREFRONT))

    assert result.exit_code == 1
    assert "shelfwise train" in result.stderr


def test_unwritable_answer_is_refused_before_deciding(run, request_file, tmp_path, monkeypatch):
    """Nothing is decided when the answer could not be kept."""
    monkeypatch.setattr(Orchestrator, "open", lambda *_: pytest.fail("models were loaded"))

    result = run(
        "decide", "--models", tmp_path, "--request", request_file(STOREFRONT), "--json", tmp_path / "no" / "d.json"
    )

    assert result.exit_code == 2
    assert "there is no folder" in result.stderr


def test_absent_server_is_a_failure(run, request_file):
    """A server that is not there exits with 1 and says so."""
    pytest.importorskip("shelfwise_client")

    result = run("decide", "--target", "127.0.0.1:1", "--request", request_file(STOREFRONT))

    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
