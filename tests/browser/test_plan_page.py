"""A marketer changes a journey's settings, sees what that would do, and does exactly that, or is told what moved."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import chromium
from tests.browser.console_server import ConsoleServer
from tests.browser.test_accessible import complaints
from tests.clients import modules
from tests.fakes.world import World

LOOKS = [("de-DE", "light", 360), ("en-GB", "dark", 1200)]
WORDS = {
    "de": ("Zeigen, was geschehen würde", "Genau das ausführen", "Was geschehen würde"),
    "en": ("Show what would happen", "Do exactly this", "What would happen"),
}
BERLINERS = """
kind: segment
name: berliners
title: {en: Berliners, de: Berlinerinnen und Berliner}
when: {trait: city, equals: Berlin}
"""


@pytest.fixture(scope="module")
def axe() -> str:
    return (modules() / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def server() -> Iterator[ConsoleServer]:
    """Twelve people have left a cart an hour ago."""
    world = World()
    for number in range(12):
        leave_a_cart(world, f"u{number}")
    world.advance(3_600_000)
    with ConsoleServer(world, "marketer") as running:
        yield running


def leave_a_cart(world: World, user: str) -> None:
    known = world.identify(user, email=f"{user}@example.com", city="Berlin" if user < "u2" else "Kiel")
    world.post(known, world.consent(user), world.event(user, "Product Added", {"cart_id": user, "name": "Sofa Lund"}))


def opened(browser: Browser, locale: str, scheme: Any = "light", width: int = 1200) -> Page:
    context = browser.new_context(
        locale=locale, color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True
    )
    return context.new_page()


def settings(page: Page, server: ConsoleServer, language: str) -> None:
    """The reminder comes after five hours, for those inside as well; the plan is shown."""
    page.goto(f"{server.url}/console/journeys/abandoned-cart/settings")
    page.locator("#setting-remind_after").fill("5")
    page.locator("#in-flight").select_option("migrate")
    page.get_by_role("button", name=WORDS[language][0]).click()
    expect(page.get_by_role("heading", name=WORDS[language][2])).to_be_visible()


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS)
def test_it_is_seen_and_then_done(
    browser: Browser, server: ConsoleServer, axe: str, locale: str, scheme: str, width: int
) -> None:
    page, language = opened(browser, locale, scheme, width), locale[:2]
    settings(page, server, language)
    said = page.locator(".result")
    inside = {"de": "„Verlassener Warenkorb“: 12 unterwegs", "en": "“Abandoned cart”: 12 inside"}[language]
    expect(said).to_contain_text(inside)
    expect(said).to_contain_text({"de": "12 E-Mails", "en": "12 e-mails"}[language])
    expect(said).to_contain_text({"de": "3 Stunden → 5 Stunden", "en": "3 hours → 5 hours"}[language])
    assert complaints(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.get_by_role("button", name=WORDS[language][1]).click()
    expect(said).to_contain_text({"de": "Die Änderung ist jetzt wirksam", "en": "it is live now"}[language])
    assert complaints(page, axe) == []
    assert server.calls[-1] == ("POST", "/api/plans/apply", 200)
    page.get_by_role("link", name={"de": "Verlassener Warenkorb", "en": "Abandoned cart"}[language]).click()
    page.locator("a", has_text={"de": "Einstellungen ändern", "en": "Change the settings"}[language]).click()
    expect(page.locator("#setting-remind_after")).to_have_value("5")
    page.context.close()


@pytest.mark.parametrize("locale", ["de-DE", "en-GB"])
def test_nothing_is_done_when_the_world_has_moved(
    browser: Browser, server: ConsoleServer, axe: str, locale: str
) -> None:
    page, language = opened(browser, locale, "dark", 360), locale[:2]
    settings(page, server, language)
    for number in range(20, 40):
        leave_a_cart(server.world, f"u{number}")
    page.get_by_role("button", name=WORDS[language][1]).click()
    moved = {
        "de": "„Verlassener Warenkorb“: 32 sind unterwegs, vorher 12.",
        "en": "“Abandoned cart”: 32 are inside, and were 12.",
    }
    expect(page.get_by_role("alert")).to_contain_text(moved[language])
    assert complaints(page, axe) == []
    expect(page.locator(".result")).to_contain_text({"de": "32 unterwegs", "en": "32 inside"}[language])
    page.get_by_role("button", name=WORDS[language][1]).click()
    expect(page.locator(".result")).to_contain_text({"de": "jetzt wirksam", "en": "live now"}[language])
    page.context.close()


def test_files_are_planned_and_mistakes_named(
    browser: Browser, server: ConsoleServer, axe: str, tmp_path: Path
) -> None:
    page = opened(browser, "de-DE", width=360)
    page.goto(f"{server.url}/console")
    page.get_by_role("link", name="Änderung planen").click()
    file = tmp_path / "berliners.yaml"
    file.write_text(BERLINERS)
    page.get_by_label("Dateien").set_input_files(file)
    page.get_by_role("button", name="Zeigen, was geschehen würde").click()
    expect(page.locator(".result")).to_contain_text("„Berlinerinnen und Berliner“: 4 kämen hinein, 0 fielen heraus")
    assert complaints(page, axe) == []
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(BERLINERS.replace("equals", "equal"))
    page.get_by_label("Dateien").set_input_files([file, wrong])
    page.get_by_role("button", name="Zeigen, was geschehen würde").click()
    expect(page.get_by_role("alert")).to_contain_text("wrong.yaml")
    page.context.close()


def test_who_may_not_publish_may_look(browser: Browser, server: ConsoleServer) -> None:
    server.role = "sales"
    page = opened(browser, "de-DE")
    settings(page, server, "de")
    expect(page.locator(".result")).to_contain_text("Veröffentlichen darf nur, wer die Rolle Marketing hat")
    expect(page.get_by_role("button", name="Genau das ausführen")).to_have_count(0)
    page.context.close()
