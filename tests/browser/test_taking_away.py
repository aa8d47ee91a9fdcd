"""The record of consent, saved from the console and opened as an authority would: it reads and prints well."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from leadwell.clock import MINUTE
from leadwell.ids import contact_id
from tests.browser.chromium import chromium
from tests.browser.console_server import ConsoleServer
from tests.fakes.world import World
from tests.loop.doors import request, with_keys
from tests.loop.test_permission import link_in, sign_up

ANN = contact_id("anonymous_id", "visitor-1")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    world = with_keys(World())
    sign_up(world)
    world.clock.moment += MINUTE
    request(world, "serve_pages", "POST", link_in(world.outbox.sent[0][1], "/p/c/"))
    with ConsoleServer(world) as running:
        yield running


@pytest.mark.parametrize(
    ("locale", "button", "title"),
    [
        ("en", "Save the record of consent", "Record of consent"),
        ("de", "Nachweis der Einwilligung speichern", "Nachweis der Einwilligung"),
        ("de", "Alles Gespeicherte über diese Person sichern", "Alles, was wir über Sie gespeichert haben"),
    ],
)
def test_a_page_is_saved_and_prints(
    browser: Browser, server: ConsoleServer, tmp_path: Path, locale: str, button: str, title: str
) -> None:
    context = browser.new_context(locale=locale, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{server.url}/console/contacts/{ANN}")
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    file = tmp_path / "saved.html"
    download.value.save_as(file)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(file.as_uri())
    expect(page.locator("h1")).to_have_text(title)
    assert page.locator("html").get_attribute("lang") == locale
    assert asked == [file.as_uri()], "nothing is loaded from elsewhere"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF") and len(pdf) > 10_000
    context.close()


def test_who_may_not_take_everything_is_not_offered_it(browser: Browser, server: ConsoleServer) -> None:
    server.role = "sales"
    page = browser.new_page(locale="en")
    page.goto(f"{server.url}/console/contacts/{ANN}")
    expect(page.get_by_role("button", name="Save the record of consent")).to_be_visible()
    assert page.get_by_role("button", name="Save everything").count() == 0
    page.close()
    server.role = "admin"
