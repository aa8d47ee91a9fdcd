"""The page of a contact of whom there is something to say under everything that can be defined."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from leadwell.ids import contact_id
from tests.browser.chromium import chromium
from tests.browser.console_server import ConsoleServer
from tests.browser.whole_contact import MIRA, whole_world

OPENED = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"
TOO_WIDE = """[...document.querySelectorAll(".card *, .person-head *")]
    .filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1 && !one.matches(".sr"))
    .map((one) => `${one.tagName}.${one.className}: ${one.textContent}`)"""

RAW = re.compile(r"undefined|null|NaN|\[object|\{|\b\w+_\w+\b|\bP(T?\d+[WDHMS])+\b")
"""Words for machines."""
FOREIGN = {
    "en": re.compile(r"\b(ist|seit|nicht|von|das)\b"),
    "de": re.compile(r"\b(is|the|at least|never|since|did not|of|points?)\b"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    with ConsoleServer(whole_world()) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser's console says of errors: nothing, at the end."""
    said: list[str] = []
    yield said
    assert said == []


@pytest.fixture
def page(browser: Browser, server: ConsoleServer, complaints: list[str]) -> Iterator[Page]:
    context = browser.new_context(locale="en", timezone_id="Europe/Berlin", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}/console/contacts/{MIRA}")
    expect(page.locator("#about")).to_be_visible()
    yield page
    context.close()


def test_where_the_contact_stands(page: Page) -> None:
    standing = page.locator(".standing")
    for words in ("Score84.3", "GradeA1", "StageSQL since 7 Nov 2026"):
        expect(standing).to_contain_text(words)

    score = page.locator("#score")
    expect(score).to_contain_text("Company: industry is known while it holds")
    other = score.locator(".scores > li")
    expect(other.locator("summary")).to_have_text("Fit for our furniture65")
    expect(other.locator(".bars")).to_be_hidden()
    other.locator("summary").click()
    expect(other.locator(".bars > li")).to_have_text(
        [
            "Company: industry is “hotels” or “retail” while it holds30",
            "Country: Germany or Austria while it holds20",
            "Job title has an entry with “head” in it while it holds15",
        ]
    )

    fit = page.locator("#fit")
    expect(fit.locator(".grade > strong")).to_have_text("A1")
    expect(fit.locator(".grade .here")).to_have_text(["A", "1"])
    expect(fit.locator(".grade")).to_contain_text("fits very well")
    expect(fit.locator(".grade")).to_contain_text("very interested")


def test_persona_and_interests(page: Page) -> None:
    fit = page.locator("#fit")
    best = fit.locator(".persona").first
    expect(best.locator("summary")).to_have_text("Furnishes a hotel100%")
    best.locator("summary").click()
    expect(best.locator(".shares > li > .number")).to_have_text(["50%", "33%", "17%"])
    expect(best).to_contain_text("at least 3 times with one and the same “product” in the last 30 days")
    expect(fit.get_by_text("Young family")).to_be_hidden()
    fit.get_by_text("Other personas (1)").click()
    expect(fit.locator(".persona").nth(1).locator("summary")).to_have_text("Young family0%")
    interests = fit.locator(".bars > li:visible")
    expect(interests).to_have_count(6)
    expect(interests.first).to_have_text("sofas7.4")
    fit.get_by_text("2 more").click()
    expect(interests).to_have_count(8)


def test_the_way_through_the_stages(page: Page) -> None:
    stage = page.locator("#stage")
    expect(stage.locator(".path > li")).to_have_text(
        [
            "From MQL to SQL Sat 7 Nov, 09:53",
            "Back from SQL to MQL Fri 6 Nov, 09:53",
            "From MQL to SQL Thu 5 Nov, 09:53",
            "From Lead to MQL Thu 5 Nov, 09:51",
            "From Visitor to Lead Mon 2 Nov, 09:12",
        ]
    )
    stage.get_by_text("Still ahead (1)").click()
    stage.get_by_text("Customer", exact=True).click()
    expect(stage).to_contain_text("“Order Completed”, at least 2 times · once, last Sat 7 Nov, 10:53")


def test_company_lists_and_who_it_is(page: Page) -> None:
    expect(page.locator("#segments")).to_contain_text("ListsTrade fair 2026since Mon 2 Nov, 09:12")
    about = page.locator("#about")
    expect(about).to_contain_text("CompanyIDalpenblickNameHotel AlpenblickIndustryhotelsNumber of employees1250")
    expect(about).to_contain_text(
        "Birthday3 Dec 1990Job titleHead of purchasingNewsletteryesNumber of children0CountryAustria"
    )
    expect(about).to_contain_text("Address › cityInnsbruckAddress › postal code6020")


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("en", 1280, "light"), ("en", 360, "dark"), ("de", 1280, "dark"), ("de", 360, "light")],
)
def test_everything_opened_is_readable(page: Page, language: str, width: int, scheme: Any) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.get_by_role("button", name=language.upper(), exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.wait_for_selector("#about")
    page.evaluate(OPENED)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(TOO_WIDE) == []
    text = page.locator("main").inner_text()
    raw = RAW.search(text)
    assert not raw, raw
    foreign = FOREIGN[language].search(text.replace("Head of purchasing", ""))
    assert not foreign, foreign


def test_what_this_console_does_not_know_yet_is_shown_as_it_is_written(page: Page, server: ConsoleServer) -> None:
    moon: dict[str, Any] = {
        "kind": "moon", "rule": {"moon": "full"}, "truth": True, "until": None, "found": {"moon": "new"}, "parts": []
    }  # fmt: skip

    def newer(route: Route) -> None:
        explained = route.fetch().json()
        for one in explained["segments"]:
            one["reason"] = moon
        explained["personas"][0]["parts"][0]["reason"] = moon
        explained["score"]["conditions"][0]["reason"] = moon
        route.fulfill(body=json.dumps(explained), content_type="application/json")

    page.route("**/explain", newer)
    page.reload()
    expect(page.locator("#score")).to_contain_text('moon: "full" while it holds')
    page.locator("#segments").get_by_text("Lives near the Alps").click()
    expect(page.locator("#segments .reason").first).to_contain_text('moon: "full"')
    expect(page.locator("#about")).to_be_visible()


def test_somebody_of_whom_little_is_known(page: Page, server: ConsoleServer) -> None:
    """Cards without content are left out, and nothing links to them."""
    world = server.world
    world.post(world.event("bo", "constructor", {"list": {"a": [1]}}))
    page.goto(f"{server.url}/console/contacts/{contact_id('user_id', 'bo')}")
    expect(page.locator("#timeline")).to_contain_text("constructor")
    expect(page.locator("#stage")).to_contain_text("VisitorStill ahead (4)")
    expect(page.locator("#fit")).to_contain_text("No persona fits well enough yet.")
    expect(page.locator("#fit")).not_to_contain_text("Interests")
    expect(page.locator("#segments")).not_to_contain_text("Lists")
    links = page.locator(".jumps a").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
    assert links == [f"#{card}" for card in page.locator(".card").evaluate_all("(all) => all.map((one) => one.id)")]
