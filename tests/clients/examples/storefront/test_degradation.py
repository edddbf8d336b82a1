"""The shop sells whatever becomes of the server."""

import contextlib
import re
import time
import urllib.error
import urllib.request

import pytest
from serving_fakes import LONG, config
from storefront_shop import catalogue, running_shop

from shelfwise_server import running

BEST = [item["id"] for item in catalogue()[:6]]


def sees_best_sellers(browser):
    """Tell whether the page shows the best sellers, and says so."""
    return (
        browser.attributes(".shelf", "data-source") == ["static"]
        and browser.texts(".shelf p.note") == ["Our best sellers, for now."]
        and browser.attributes(".shelf input[name=item]", "value")[:4] == BEST[:4]
    )


def test_a_server_that_is_away(opened, browser):
    """Best sellers stand where the slate would; looking, buying and thanks work."""
    url = opened(None)

    browser.goto(url)

    assert sees_best_sellers(browser)
    assert browser.attributes(".shelf input[name=item]", "value") == BEST
    browser.click(".shelf .card a")
    assert sees_best_sellers(browser)
    browser.click("text=Add to cart")
    assert browser.texts(".count") == ["1"]
    assert browser.attributes(".shelf input[name=item]", "value") == BEST[1:5]
    browser.click("text=Buy now")
    assert browser.title() == "Thank you - Larder"


def test_a_server_that_is_slow(opened, held, browser):
    """The page waits for the budget and no longer, though the server does not answer at all."""
    url = opened(held, "--budget-ms", "150")

    until = time.monotonic() + LONG
    while not held.requests and time.monotonic() < until:  # a call can miss its time before it is sent
        assert browser.goto(url) == 200
        assert sees_best_sellers(browser)
    assert held.requests


def test_a_server_that_goes_and_comes_back(watched, browser):
    """Slates come back with it, and what lies in the cart has lasted."""
    with contextlib.ExitStack() as stack:
        with running(watched, config()) as target:
            url = stack.enter_context(running_shop(target, "--budget-ms", "30000"))
            browser.goto(f"{url}/item/item-001")
            browser.click("text=Add to cart")
            assert browser.attributes(".shelf", "data-source") == ["slate"]
        browser.goto(url)
        assert browser.attributes(".shelf", "data-source") == ["static"]
        with running(watched, config(address=target)):
            until = time.monotonic() + LONG
            while browser.attributes(".shelf", "data-source") == ["static"] and time.monotonic() < until:
                browser.goto(url)
            assert browser.attributes(".shelf", "data-source") == ["slate"]
            assert browser.texts(".count") == ["1"]


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/nowhere", None, 404),
        ("/item/no-such-item", None, 404),
        ("/item/%ff", None, 400),
        ("/?category=%3Cscript%3E", None, 404),
        ("/cart", "item=no-such-item", 404),
        ("/cart", "item=item-001&quantity=0", 400),
        ("/cart", "item=item-001&quantity=1e9", 400),
        ("/cart", "item=item-001&note=" + "x" * 10_000, 413),
    ],
)
def test_what_is_not_there_or_makes_no_sense_has_its_status(opened, path, form, status):
    """A page says so, and the shop goes on."""
    url = opened(None)

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url + path, data=form and form.encode(), timeout=LONG)

    assert refused.value.code == status
    assert re.search("<h1>.+</h1>", refused.value.read().decode())
    with urllib.request.urlopen(url, timeout=LONG) as page:
        assert page.status == 200


def test_pages_forbid_all_but_their_own_style(opened):
    """No script runs, wherever it comes from, and the cookie is for the shop alone."""
    with urllib.request.urlopen(opened(None), timeout=LONG) as page:
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "HttpOnly; SameSite=Lax" in page.headers["Set-Cookie"]
        assert "<script" not in page.read().decode()


def test_the_catalogue_is_that_of_the_sample_retailer():
    """Ids and prices are those that the models are trained on, best sellers first."""
    from shelfwise.twin.sample import sample_tables

    tables = sample_tables()
    sold = tables["events"].query("kind == 'purchase'").groupby("item_id")["quantity"].sum()
    items = tables["items"].set_index("item_id")

    listed = [item["id"] for item in catalogue()]
    assert sorted(listed) == sorted(items.index)
    assert sold.reindex(listed, fill_value=0).is_monotonic_decreasing
    for item in catalogue():
        assert (item["name"], item["category"], item["price"]) == tuple(
            items.loc[item["id"], ["description", "category", "price"]]
        )
