"""When a pop-in appears, to whom, how often, and where: each way in a real Chromium, on somebody else's website."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from leadwell.definitions.publishing import Publisher
from tests.browser.chromium import chromium
from tests.browser.pages_stage import BASE, PagesStage

WEBSITE = "https://shop.example.com/"
HTML = f"""<!doctype html><html lang="en"><head><title>Shop</title>
<script src="{BASE}/leadwell.js" data-key="wk" data-widgets></script></head>
<body><main style="height: 4000px"><h1>Shop</h1><p id="place"></p></main></body></html>"""
DAY = 86_400_000


def both(text: str) -> dict[str, str]:
    return {"en": text, "de": text}


def popin(name: str, **more: Any) -> dict[str, Any]:
    button = {"label": both("Go there"), "url": "https://www.example.com/offer"}
    return {
        "kind": "popin",
        "name": name,
        "title": both(f"The {name} one"),
        "button": button,
        "pages": [f"/{name}*"],
        **more,
    }


POPINS = [
    popin("delay", show={"after": "PT20S"}),
    popin("scroll", show={"scroll": 60}),
    popin("exit", show={"exit": True}),
    popin("rare", show={"after": "PT1S"}, every="P2D", most=2),
    popin("members", show={"after": "PT1S"}, segment="newsletter"),
    popin("others", show={"after": "PT1S"}, not_segment="newsletter"),
    popin("corner", show={"after": "PT1S"}, place="corner"),
    popin("bar", show={"after": "PT1S"}, place="bar", not_pages=["/bar/not-here"]),
    popin("paused", show={"after": "PT1S"}, form="contact", button=None),
    popin("call", inside="#place"),
    popin("void-call", inside="#place", form="contact", button=None),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def stage() -> PagesStage:
    made = PagesStage()
    world = made.world
    publisher = Publisher(world.services.library, world.clock.now(), "test")
    for name in ("guide", "newsletter-call"):
        world.services.library.set_status("popin", name, "paused")
    for one in POPINS:
        publisher.publish(json.dumps({name: value for name, value in one.items() if value is not None}))
    return made


@pytest.fixture
def told() -> "Told":
    return Told()


@pytest.fixture
def context(browser: Browser, stage: PagesStage, told: "Told") -> Iterator[BrowserContext]:
    made = browser.new_context(locale="en-GB", viewport={"width": 1000, "height": 700})
    stage.attach(made)
    made.route(f"{BASE}/v1/batch", told.take)
    # Beacons of a page that is left are not seen here; without them the next page sends what is waiting.
    made.add_init_script("Navigator.prototype.sendBeacon = undefined")
    made.route(f"{WEBSITE}**", lambda route: route.fulfill(body=HTML, content_type="text/html"))
    made.route("https://www.example.com/**", lambda route: route.fulfill(body="<title>Offer</title>"))
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.clock.install()
    return page


def comes_to(page: Page, path: str) -> Locator:
    """The visitor opens a page of the website; its pop-in, whether or not it is there yet."""
    with page.expect_response(f"{BASE}/p/w?**"):
        page.goto(WEBSITE + path)
    # What was answered has been read by the time the next answer has been.
    page.evaluate("address => fetch(address).then(answer => answer.json())", f"{BASE}/p/w?path=/nowhere")
    name = path.partition("/")[0]
    return page.get_by_role("dialog", name=f"The {name} one")


class Told:
    """The events that the browser has reported, each once, in order."""

    def __init__(self) -> None:
        self.events: dict[str, str] = {}

    def take(self, route: Route) -> None:
        for one in json.loads(route.request.post_data or "{}").get("batch", ()):
            if "event" in one:
                self.events[one["messageId"]] = one["event"]
        route.fulfill(json={"success": True}, headers={"access-control-allow-origin": "*"})

    def names(self, page: Page) -> list[str]:
        with page.expect_response(f"{BASE}/v1/batch"):
            page.evaluate("leadwell.track('Asked'); leadwell.flush()")
        return [name for name in self.events.values() if name != "Asked"]


def test_after_some_time_and_not_before(page: Page, told: Told) -> None:
    shown = comes_to(page, "delay")
    page.clock.run_for(19_000)
    expect(shown).to_be_hidden()
    page.clock.run_for(1_500)
    expect(shown).to_be_visible()
    assert told.names(page) == ["Popin Viewed"]


def test_when_enough_is_scrolled(page: Page) -> None:
    shown = comes_to(page, "scroll")
    page.evaluate("scrollTo(0, 0.5 * (document.documentElement.scrollHeight - innerHeight))")
    page.clock.run_for(60_000)
    expect(shown).to_be_hidden()
    page.mouse.wheel(0, 700)
    expect(shown).to_be_visible()


def test_when_the_mouse_leaves_by_the_top(page: Page) -> None:
    shown = comes_to(page, "exit")
    page.mouse.move(500, 300)
    page.mouse.move(-5, 300)
    page.clock.run_for(60_000)
    expect(shown).to_be_hidden()
    page.mouse.move(500, 300)
    page.mouse.move(500, -5)
    expect(shown).to_be_visible()


def test_so_often_and_with_so_much_time_between(page: Page, told: Told) -> None:
    shown = comes_to(page, "rare")
    page.clock.run_for(2_000)
    expect(shown).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(shown).to_be_hidden()
    for wait, comes in ((DAY, False), (DAY + 60_000, True), (10 * DAY, False)):
        page.clock.fast_forward(wait)
        shown = comes_to(page, "rare")
        page.clock.run_for(2_000)
        if comes:
            expect(shown).to_be_visible()
        else:
            expect(shown).to_be_hidden()
    assert told.names(page).count("Popin Viewed") == 2


def test_never_again_after_its_button_was_pressed(page: Page, told: Told) -> None:
    shown = comes_to(page, "delay")
    page.clock.run_for(21_000)
    shown.get_by_role("link", name="Go there").click()
    page.wait_for_url("https://www.example.com/offer")
    shown = comes_to(page, "delay")
    assert told.names(page) == ["Popin Viewed", "Popin Completed"]
    page.clock.fast_forward(30 * DAY)
    shown = comes_to(page, "delay")
    page.clock.run_for(21_000)
    expect(shown).to_be_hidden()


@pytest.mark.parametrize("is_member", [True, False])
def test_for_a_segment_or_for_all_others(
    page: Page, context: BrowserContext, stage: PagesStage, is_member: bool
) -> None:
    """Robin has agreed to the newsletter, and is known by this device."""
    device = "robin-device-1" if is_member else "nobodys-device-1"
    if is_member:
        from leadwell.tracking.events import Identity

        stage.world.post(stage.world.event("robin", "Product Viewed", identities=(Identity("anonymous_id", device),)))
    context.add_cookies([{"name": "lw_aid", "value": device, "url": WEBSITE}])
    for path, comes in (("members", is_member), ("others", not is_member)):
        shown = comes_to(page, path)
        page.clock.run_for(2_000)
        if comes:
            expect(shown).to_be_visible()
        else:
            expect(shown).to_be_hidden()


def test_on_its_pages_alone(page: Page) -> None:
    for path, comes in (("bar/sofas", True), ("bar/not-here", False), ("elsewhere", False)):
        page.goto("about:blank")
        comes_to(page, path)
        page.clock.run_for(2_000)
        found = page.get_by_role("dialog")
        if comes:
            expect(found).to_be_visible()
        else:
            expect(found).to_be_hidden()


@pytest.mark.parametrize("place", ["center", "corner", "bar"])
def test_where_it_stands(page: Page, place: str) -> None:
    """Only what stands in the middle keeps people from reading on."""
    shown = comes_to(page, "delay" if place == "center" else f"{place}/x")
    page.clock.run_for(21_000)
    expect(shown).to_be_visible()
    box = shown.bounding_box()
    assert box
    right, bottom = box["x"] + box["width"], box["y"] + box["height"]
    if place == "center":
        assert abs((box["x"] + right) / 2 - 500) < 10 and abs((box["y"] + bottom) / 2 - 350) < 10
    else:
        assert bottom >= 680 and right >= 980 - 16
        assert (box["x"] == 0) == (place == "bar")
    assert shown.get_attribute("aria-modal") == str(place == "center").lower()
    page.keyboard.press("Escape")
    expect(shown).to_be_hidden()


def test_a_call_to_action_stands_there_from_the_beginning(page: Page) -> None:
    comes_to(page, "call")
    expect(page.locator("#place").get_by_role("heading", name="The call one")).to_be_visible()
    assert page.get_by_role("dialog").count() == 0


def test_without_its_form_nothing_is_left_standing(page: Page, stage: PagesStage, told: Told) -> None:
    stage.world.services.library.set_status("form", "contact", "paused")
    try:
        shown = comes_to(page, "paused")
        with page.expect_response(f"{BASE}/p/f/contact?**"):
            page.clock.run_for(2_000)
        expect(shown).to_be_hidden()
        with page.expect_response(f"{BASE}/p/f/contact?**"):
            comes_to(page, "void-call")
        expect(page.locator("#place *")).to_have_count(0)
        assert "Popin Viewed" not in told.names(page)
    finally:
        stage.world.services.library.set_status("form", "contact", "live")
