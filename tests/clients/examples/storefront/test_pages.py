"""What a shopper sees and does, in a real browser."""

from storefront_shop import catalogue

from shelfwise.types import EventKind

CARDS = ".shelf .card"


def agree(browser, account=""):
    """Let what is done choose what is shown, as a visitor or as a customer on record."""
    browser.check("input[name=consent]")
    browser.fill("input[name=account]", account)
    browser.click("footer button")


def test_the_first_page_shows_a_slate_with_promises(opened, watched, browser):
    """Each item of the slate stands on the shelf in its order, with the day that can be promised."""
    url = opened(watched)

    assert browser.goto(url) == 200

    [slate] = watched.decisions[-1].recommendations
    assert browser.attributes(".shelf", "data-source") == ["slate"]
    assert browser.attributes(".shelf input[name=item]", "value") == [item.item_id for item in slate.items]
    assert browser.texts(f"{CARDS} .promise") == ["With you by Mon, 7 July"] * 6
    assert browser.texts(f"{CARDS} .note") == ["popular now"] * 6
    assert slate.impersonal


def test_nothing_is_kept_of_who_has_not_agreed(opened, watched, browser):
    """Without consent no event is sent, and the slate is impersonal."""
    url = opened(watched)

    browser.goto(f"{url}/item/item-001")
    browser.goto(url)

    assert watched.requests[-1].live.events == ()
    assert watched.requests[-1].recommend.customers[0].consent is False


def test_what_a_shopper_does_is_sent_back_with_the_slate_that_led_to_it(opened, watched, browser):
    """Views, carts and purchases come along in the live events of later requests, oldest first."""
    url = opened(watched)
    browser.goto(url)
    agree(browser)
    [slate] = watched.decisions[-1].recommendations

    browser.click(f"{CARDS} a")
    browser.fill("input[name=quantity]", "3")
    browser.click("text=Add to cart")
    browser.goto(f"{url}/item/item-001?slate={slate.token}")
    browser.click("text=Add to cart")
    browser.goto(f"{url}/cart")
    browser.click("text=Buy now")

    first = slate.items[0].item_id
    sent = watched.requests[-1]
    assert slate.token
    assert [(event.kind, event.item_id, event.quantity, event.token) for event in sent.live.events] == [
        (EventKind.VIEW, first, 1, slate.token),
        (EventKind.CART, first, 3, slate.token),
        (EventKind.VIEW, "item-001", 1, ""),  # the slate never showed it
        (EventKind.CART, "item-001", 1, ""),
        (EventKind.PURCHASE, first, 3, slate.token),
        (EventKind.PURCHASE, "item-001", 1, ""),
    ]
    assert {event.customer_id for event in sent.live.events} == {sent.recommend.customers[0].customer_id}
    assert browser.title() == "Thank you - Larder"
    assert browser.texts(".count") == ["0"]


def test_the_cart_shows_what_goes_with_it(opened, watched, browser):
    """The server is told what lies in the cart, and none of that is shown again."""
    url = opened(watched)
    browser.goto(url)
    agree(browser)
    browser.goto(f"{url}/item/item-001")
    browser.fill("input[name=quantity]", "2")

    browser.click("text=Add to cart")

    sent = watched.requests[-1].recommend
    assert sent.placement == "cart"
    assert [(line.item_id, line.quantity) for line in sent.customers[0].cart] == [("item-001", 2)]
    [item] = [item for item in catalogue() if item["id"] == "item-001"]
    assert browser.texts(".cart tbody :is(th, td)") == [item["name"], "2", f"€{2 * item['price']:.2f}", "Remove"]
    assert browser.texts(".count") == ["2"]
    shown = browser.attributes(".shelf input[name=item]", "value")
    assert len(shown) == 4
    assert "item-001" not in shown
    assert all(f"goes with {item['name']}" in why for why in browser.texts(f"{CARDS} .note"))
    browser.click(".cart tbody button")
    assert browser.texts(".cart") == []


def test_a_customer_on_record_is_served_as_one(opened, watched, browser):
    """Who says so is asked for by that id, and starts anew."""
    url = opened(watched)
    browser.goto(url)
    agree(browser, "customer-001")

    assert watched.requests[-1].recommend.customers[0].customer_id == "customer-001"
    assert not watched.decisions[-1].recommendations[0].impersonal
    assert "bought before" in browser.texts(f"{CARDS} .note")


def test_whatever_is_typed_stays_text(opened, watched, browser):
    """Markup in a customer's id is shown as it is, and is no markup."""
    url = opened(watched)
    typed = """"><script>alert('x')</script>&amp;"""
    browser.goto(url)
    browser.fill("input[name=account]", typed)
    browser.click("footer button")

    assert browser.attributes("input[name=account]", "value") == [typed]
    assert browser.texts("script") == []


def test_the_shop_can_be_used_without_eyes_and_without_a_mouse(opened, watched, browser):
    """Landmarks, headings and names are there; the first stop of the keyboard skips to the content."""
    url = opened(watched)
    browser.goto(url)

    tree = browser.aria("body")

    for part in ("banner", "main", "contentinfo", 'heading "Recommended for you" [level=2]', 'navigation "Categories"'):
        assert part in tree
    assert f'button "Add {catalogue()[0]["name"]} to cart"' in tree
    browser.press("Tab")
    browser.press("Enter")
    assert browser.url().endswith("#content")


def test_a_narrow_screen_is_wide_enough(opened, browser):
    """Nothing has to be scrolled sideways on a telephone."""
    url = opened(None)
    browser.resize(340, 700)

    for path in ("/", "/item/item-001", "/cart"):
        browser.goto(url + path)
        assert browser.width() == 340
