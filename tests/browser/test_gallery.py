"""Mails in a real Chromium, on a phone and on a desk, on light and on dark screens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from infra.local.gallery.journeys import journeys
from infra.local.gallery.mails import mails, texts
from infra.local.gallery.page import write_page
from tests.browser.chromium import chromium
from tests.gallery.pictures import photographed

# Between them they use every block.
SHOWN = (
    *("abandoned-cart", "birthday", "cross-sell", "event-invitation", "nps-question"),
    *("trial-win-back", "hot-lead-alert", "browse-advice"),
)
SMALL_TARGETS = """() => [...document.querySelectorAll("a")]
    .filter((one) => getComputedStyle(one).display === "inline-block" || getComputedStyle(one).display === "block")
    .map((one) => [one.textContent.trim(), one.getBoundingClientRect().height])
    .filter(([, height]) => height && height < 30)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def test_nothing_stands_out_and_everything_can_be_photographed(browser: Browser, tmp_path: Path) -> None:
    pictures = list(photographed(browser, list(mails(only=SHOWN)), tmp_path))
    assert {(one.width, one.scheme) for one in pictures} == {(w, s) for w in (360, 700) for s in ("light", "dark")}
    assert len(pictures) == len(SHOWN) * 2 * 4
    assert [(one.path.name, one.too_wide) for one in pictures if one.too_wide] == []
    assert all(one.path.stat().st_size > 5_000 for one in pictures)


def test_fingers_find_what_they_aim_at(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 640})
    page.route("**/*", lambda route: route.abort())
    for one in mails(only=SHOWN):
        page.set_content(one.message.html)
        assert page.evaluate(SMALL_TARGETS) == [], one.name
    page.close()


def test_the_gallery_shows_both_languages_and_finds(browser: Browser, tmp_path: Path) -> None:
    index = write_page(list(mails(only=SHOWN)), list(texts()), list(journeys()), tmp_path)
    page = browser.new_page()
    page.goto(index.as_uri())
    expect(page.get_by_text("Happy birthday, Robin! A present from us")).to_be_visible()
    expect(page.get_by_text("Alles Gute zum Geburtstag, Robin! Ein Geschenk von uns")).to_be_hidden()
    page.get_by_label("Deutsch").check()
    expect(page.get_by_text("Alles Gute zum Geburtstag, Robin! Ein Geschenk von uns")).to_be_visible()
    page.get_by_label("Find").fill("hot-lead")
    expect(page.locator("article:visible")).to_have_count(2)
    expect(page.get_by_role("img", name="Heißer Lead")).to_be_visible()
    page.get_by_label("Kind").select_option("mail")
    expect(page.locator("article:visible")).to_have_count(1)
    page.close()
