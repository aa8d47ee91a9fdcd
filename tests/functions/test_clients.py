"""Other people's clients, unmodified, send to the tracking function; every call arrives as the right event."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from functions.track_events.handler import handler
from leadwell.clock import MINUTE, SystemClock
from leadwell.errors import Throttled
from leadwell.ids import contact_id
from leadwell.tracking.events import Event, Identity, Standing
from tests import clients
from tests.functions.http_front import HttpFront
from tests.functions.tracking_door import PUBLIC, SERVER, Door

CALLS = {"identify", "track", "page", "screen", "alias", "group"}


@pytest.fixture
def door() -> Iterator[Door]:
    with Door(clock=SystemClock()) as made:
        yield made


@pytest.fixture
def front(door: Door) -> Iterator[HttpFront]:
    with HttpFront(handler) as made:
        yield made


def arrived(door: Door) -> dict[str, Event]:
    events = {event.type: event for event in door.events()}
    assert set(events) == CALLS
    assert len(door.events()) == len(CALLS), "each call is one event"
    return events


def check_contents(events: dict[str, Event]) -> None:
    """What every client says, whichever way it says it."""
    assert events["identify"].name == "Identified"
    assert events["identify"].traits == {"email": "ann@example.com", "name": "Ann"}
    assert events["track"].name == "Order Completed"
    assert events["track"].properties == {"revenue": 9.5, "product": "Söfa"}
    assert events["page"].name == "Page Viewed"
    assert (events["page"].properties["category"], events["page"].properties["name"]) == ("Docs", "Start")
    assert events["screen"].name == "Screen Viewed"
    assert events["screen"].properties["name"] == "Cart"
    assert events["alias"].name == "Aliased"
    assert (events["group"].name, events["group"].properties) == ("Grouped", {"group_id": "g1"})
    assert events["group"].traits == {"plan": "pro"}
    now = SystemClock().now()
    assert all(now - MINUTE < event.at <= now for event in events.values())


def check_proven(events: dict[str, Event]) -> None:
    user = Identity("user_id", "ann")
    assert {event.contact for event in events.values()} == {contact_id("user_id", "ann")}
    assert {event.standing for event in events.values()} == {Standing.PROVEN}
    assert events["identify"].identities[:2] == (user, Identity("email", "ann@example.com"))
    assert events["alias"].identities == (user, Identity("previous_id", "visitor-1"))
    assert events["page"].properties["url"] == "https://shop.example.com/docs"
    assert events["screen"].properties["category"] == "Shop"


@pytest.mark.parametrize("packed", [False, True])
def test_segment_for_python(door: Door, front: HttpFront, packed: bool) -> None:
    clients.run_python_client(front.url, SERVER, "ann", packed=packed)
    events = arrived(door)
    check_contents(events)
    check_proven(events)
    assert events["track"].context["library"] == "analytics-python"


@pytest.mark.parametrize(
    ("script", "library"), [("segment_node.mjs", "@segment/analytics-node"), ("rudder_node.cjs", "analytics-node")]
)
def test_clients_for_node(door: Door, front: HttpFront, script: str, library: str) -> None:
    clients.run_node_client(script, front.url, SERVER, "ann")
    events = arrived(door)
    check_contents(events)
    check_proven(events)
    assert events["track"].context["library"] == library


@pytest.mark.parametrize("script", ["python", "segment_node.mjs", "rudder_node.cjs"])
def test_a_throttled_client_comes_again_and_nothing_is_lost_or_doubled(
    door: Door, front: HttpFront, script: str
) -> None:
    throttled = 0

    def throttle_once(called: str) -> None:
        nonlocal throttled
        if called == "after put_many" and not throttled:
            throttled += 1
            raise Throttled("slow down")

    door.memory.on_request = throttle_once
    if script == "python":
        clients.run_python_client(front.url, SERVER, "ann")
    else:
        clients.run_node_client(script, front.url, SERVER, "ann")
    assert throttled == 1
    check_contents(arrived(door))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # No route() for this: playwright answers CORS preflights itself then.
    offline = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=clients.chromium(), args=["--no-sandbox", offline])
        yield browser
        browser.close()


class Shop:
    """A page on another origin than the API."""

    def __init__(self, page: Page, front: HttpFront) -> None:
        front.files["/shop.html"] = ("text/html", clients.BROWSER_PAGE)
        front.files["/umd/index.js"] = (
            "text/javascript",
            clients.modules() / "@segment/analytics-next/dist/umd/index.js",
        )
        self.page = page
        self.url = front.url.replace("127.0.0.1", "localhost") + "/shop.html"
        self._api = front.url
        self.asked: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))

    def visit(self, *, batching: bool = False) -> None:
        query = f"api={self._api}&key={PUBLIC}&user=ann&utm_source=news&utm_campaign=fall" + (
            "&batching=1" if batching else ""
        )
        self.page.goto(f"{self.url}?{query}")

    def foreign(self) -> list[str]:
        return [url for url in self.asked if not url.startswith((self._api, self.url.removesuffix("/shop.html")))]


@pytest.fixture
def shop(chromium: Browser, front: HttpFront) -> Iterator[Shop]:
    with chromium.new_context() as context:
        yield Shop(context.new_page(), front)


def check_browser(events: dict[str, Event], shop: Shop) -> None:
    check_contents(events)
    visitor = Identity("anonymous_id", "visitor-1")
    assert {event.contact for event in events.values()} == {contact_id(*visitor)}
    assert events["identify"].standing is Standing.CLAIMED
    assert events["identify"].identities == (
        Identity("user_id", "ann"),
        visitor,
        Identity("email", "ann@example.com"),
    )
    assert {e.standing for e in events.values() if e.type != "identify"} == {Standing.ANONYMOUS}
    assert events["page"].properties["path"] == "/shop.html"
    assert events["page"].properties["title"] == "Demo shop"
    assert events["track"].context["page"]["url"].startswith(shop.url)
    assert events["track"].context["campaign"] == {"source": "news", "name": "fall"}
    assert events["track"].context["library"] == "analytics.js"
    assert "timezone" in events["track"].context


@pytest.mark.parametrize("batching", [False, True])
def test_segment_in_the_browser(door: Door, front: HttpFront, shop: Shop, batching: bool) -> None:
    """It finds the address of the API in the settings that we serve; nothing goes anywhere else."""
    shop.visit(batching=batching)
    if batching:
        with shop.page.expect_response(lambda answer: answer.url.endswith("/v1/b") and answer.status == 200):
            shop.page.evaluate("makeCalls()")
    else:
        shop.page.evaluate("makeCalls()")
    check_browser(arrived(door), shop)
    assert f"GET /v1/projects/{PUBLIC}/settings" in front.seen
    assert any(seen.startswith("OPTIONS /v1/") for seen in front.seen), "the browser asked before it sent"
    assert shop.foreign() == []


def test_a_throttled_browser_comes_again(door: Door, front: HttpFront, shop: Shop) -> None:
    """Its retries carry X-Retry-Count, which CORS must allow."""
    throttled = 0

    def throttle_once(called: str) -> None:
        nonlocal throttled
        if called == "after put_many" and not throttled:
            throttled += 1
            raise Throttled("slow down")

    shop.visit(batching=True)
    door.memory.on_request = throttle_once
    with shop.page.expect_response(lambda answer: answer.url.endswith("/v1/b") and answer.status == 200):
        shop.page.evaluate("makeCalls()")
    assert throttled == 1
    check_browser(arrived(door), shop)
