"""Companies in the console: all of them, those of a segment, and one; in both languages, for everybody."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from leadwell.clock import DAY
from leadwell.definitions.publishing import Publisher
from leadwell.ids import company_id
from leadwell.tracking.events import Name
from tests.browser.chromium import chromium
from tests.browser.console_server import ConsoleServer
from tests.browser.test_accessible import complaints as axe_complaints
from tests.browser.test_contact_page import FOREIGN, OPENED, RAW
from tests.browser.whole_contact import MIRA, whole_world
from tests.clients import modules
from tests.fakes.world import World

ABOUT_COMPANIES = """
kind: scoring
name: account
about: companies
title: {en: Account score, de: Unternehmenswert}
half_life: P30D
rules:
  - {id: ordered, event: Order Completed, points: 25}
  - {id: product-viewed, event: Product Viewed, points: 2}
  - {id: large, when: {trait: employees, at_least: 500}, points: 20}
---
kind: segment
name: large-hotels
about: companies
title: {en: Large hotels, de: Große Hotels}
when: {all: [{trait: industry, equals: hotels}, {trait: employees, at_least: 500}, {members: {at_least: 1}}]}
---
kind: segment
name: busy-offices
about: companies
title: {en: Busy offices, de: Rege Büros}
when: {event: Product Viewed, at_least: 50, within: P7D}
---
kind: lifecycle
name: companies
about: companies
title: {en: Stages of companies, de: Stufen der Unternehmen}
stages:
  - {stage: lead, when: {event: Product Viewed}}
  - {stage: customer, when: {event: Order Completed}}
"""


def company_world() -> World:
    world = whole_world()
    for text in ABOUT_COMPANIES.split("\n---\n"):
        Publisher(world.services.library, world.clock.now(), "test").publish(text)
    for number in range(1, 30):
        user = f"guest-{number}"
        group = {"group_id": "alpenblick"}
        world.post(
            world.identify(user, email=f"{user}@example.com", firstName=f"Guest {number}"),
            world.event(user, Name.GROUPED, group, type="group", traits={}),
        )
    world.post(
        world.identify("lee", email="lee@example.com"),
        world.event("lee", Name.GROUPED, {"group_id": "quiet/office"}, type="group", traits={}),
    )
    world.post(world.event("mira", "Order Completed", {"total": 200}), world.event("mira", "Product Viewed", {}))
    world.advance(DAY)
    return world


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    with ConsoleServer(company_world()) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def axe() -> str:
    return (modules() / "axe-core" / "axe.min.js").read_text("utf-8")


HOTEL = f"/console/companies/{company_id('alpenblick')}"


def opened(browser: Browser, server: ConsoleServer, path: str, **options: Any) -> Page:
    context = browser.new_context(**{"locale": "en", "timezone_id": "Europe/Berlin", "bypass_csp": True, **options})
    page = context.new_page()
    page.goto(f"{server.url}{path}")
    expect(page.locator("h1")).to_be_visible()
    return page


def test_from_the_first_page_to_a_member(browser: Browser, server: ConsoleServer) -> None:
    page = opened(browser, server, "/console")
    page.get_by_role("link", name="Companies", exact=True).click()
    expect(page.get_by_role("heading", name="Companies")).to_be_visible()
    expect(page.locator(".person strong")).to_have_text(["quiet/office", "Hotel Alpenblick"])
    expect(page.locator(".person").last).to_contain_text("Members: 30")
    page.get_by_role("link", name="Hotel Alpenblick").click()
    members = page.locator("#members .people > li")
    expect(members).to_have_count(25)
    page.get_by_role("button", name="Show more").click()
    expect(members).to_have_count(30)
    page.get_by_role("link", name="Mira Okonedo-Lindqvist").click()
    page.get_by_role("link", name="Show the company").click()
    expect(page.get_by_role("heading", name="Hotel Alpenblick")).to_be_visible()
    page.context.close()


def test_where_a_company_stands_and_why(browser: Browser, server: ConsoleServer) -> None:
    page = opened(browser, server, HOTEL)
    expect(page.locator(".standing")).to_contain_text("StageCustomer")
    score = page.locator("#score")
    expect(score.locator(".bars > li")).to_have_count(3)
    expect(score).to_contain_text("Order Completed")
    segments = page.locator("#segments")
    expect(segments).to_contain_text("Large hotels")
    expect(page.locator("#aboutCompany")).to_contain_text("Number of employees1250")
    expect(page.locator("#stage .path")).to_contain_text("Customer")
    page.context.close()


def test_a_segment_of_companies(browser: Browser, server: ConsoleServer) -> None:
    page = opened(browser, server, "/console/segments/large-hotels")
    expect(page.locator(".person strong")).to_have_text(["Hotel Alpenblick"])
    page.goto(f"{server.url}/console/segments/busy-offices")
    expect(page.locator(".page")).to_contain_text("No company is in this segment at the moment.")
    page.context.close()


def test_a_group_id_leads_there_and_a_wrong_one_says_so(browser: Browser, server: ConsoleServer) -> None:
    page = opened(browser, server, "/console/companies/quiet%2Foffice")
    expect(page.get_by_role("heading", name="quiet/office")).to_be_visible()
    page.goto(f"{server.url}/console/companies/nobody")
    expect(page.get_by_role("alert")).to_contain_text("It does not exist")
    page.context.close()


@pytest.mark.parametrize(
    ("language", "scheme", "width"), [("de", "light", 360), ("en", "dark", 1280), ("de", "dark", 1280)]
)
def test_everybody_can_read_it(
    browser: Browser, server: ConsoleServer, axe: str, language: str, scheme: Any, width: int
) -> None:
    found: list[str] = []
    for name, path in (("companies", "/console/companies"), ("company", HOTEL)):
        size = {"width": width, "height": 900}
        page = opened(browser, server, path, locale=language, color_scheme=scheme, viewport=size)
        expect(page.get_by_role("alert")).to_have_count(0)
        page.evaluate(OPENED)
        text = page.locator("main").inner_text()
        assert not (raw := RAW.search(text)), raw
        assert not (foreign := FOREIGN[language].search(text)), foreign
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is wider than the screen"
        found += axe_complaints(page, axe)
        if folder := os.environ.get("LEADWELL_PICTURES"):
            page.screenshot(path=Path(folder, f"{name}-{language}-{scheme}.png"), full_page=True)
        page.context.close()
    assert found == []


def test_members_and_segments_are_asked_for_by_name(server: ConsoleServer) -> None:
    def asked(target: str) -> tuple[int, str]:
        answered = server.answer("GET", target, {"authorization": "Bearer signed-in"}, b"")
        return answered["statusCode"], answered["body"]

    status, body = asked(f"/api/contacts?company={company_id('alpenblick')}&limit=100")
    assert status == 200 and MIRA in body
    assert asked("/api/contacts?company=nobody")[0] == 404
    assert asked("/api/contacts?company=nobody&email=ann@example.com")[0] == 400
    assert asked("/api/contacts?company=nobody&segment=alps")[0] == 400
    assert asked("/api/companies?segment=alps")[0] == 400
    assert asked("/api/companies?segment=nothing")[0] == 404
    assert asked("/api/companies?segment=large-hotels&group_id=alpenblick")[0] == 400
    status, body = asked("/api/companies?segment=large-hotels")
    assert status == 200 and "alpenblick" in body
