"""Previews of mails in the console, in a real Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from leadwell.definitions.library import Library
from leadwell.messaging.policy import PolicyDefinition
from tests.browser.chromium import chromium
from tests.browser.console_server import ConsoleServer
from tests.fakes.world import World

BREAKOUT = "<img src=x onerror=\"parent.document.title='broken'\"><script>parent.document.title='broken'</script>"


@pytest.fixture(scope="module")
def server() -> Iterator[ConsoleServer]:
    world = World(start="2026-11-09T08:12:00Z")
    rules = PolicyDefinition.model_validate(
        {"title": {"en": "R", "de": "R"}, "test_addresses": ["team@example.com"], "tracking": "always"}
    )
    Library(world.table).publish("policy", "policy", rules.model_dump(mode="json"), now=0, by="ann")
    world.post(world.identify("ann", email="ann@example.com", firstName=f"Ann {BREAKOUT}", locale="de"))
    with ConsoleServer(world) as running:
        yield running


@pytest.fixture
def page(server: ConsoleServer) -> Iterator[Page]:
    complaints: list[str] = []
    with chromium() as browser:
        context = browser.new_context(locale="en-US", base_url=server.url, viewport={"width": 1200, "height": 1000})
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        context.close()
    assert complaints == []


def test_a_mail_with_any_contact_in_every_way(page: Page, server: ConsoleServer) -> None:
    page.goto("/console")
    page.get_by_role("link", name="Look at the e-mails").click()
    page.get_by_role("link", name="Welcome hello").click()
    expect(page.get_by_role("heading", name="Welcome hello")).to_be_visible()
    mail = page.frame_locator("iframe")
    expect(mail.locator("body")).to_contain_text("Unsubscribe")
    page.get_by_role("button", name="Deutsch").click()
    expect(mail.locator("body")).to_contain_text("Abmelden")
    assert mail.locator("body").evaluate("getComputedStyle(document.body).backgroundColor") != "rgba(0, 0, 0, 0)"

    page.get_by_label("E-mail address, phone or ID of a contact").fill("ann@example.com")
    page.get_by_role("button", name="Show").click()
    expect(mail.locator("body")).to_contain_text("Ann <img src=x")
    assert "broken" not in page.title(), "what a contact is called is text"

    page.get_by_role("button", name="Phone", exact=True).click()
    width = page.locator("iframe").bounding_box()
    assert width and width["width"] <= 375
    text = mail.locator(".card td").first
    light = text.evaluate("one => getComputedStyle(one).color")
    page.get_by_role("button", name="Dark").click()
    expect(text).not_to_have_css("color", light)
    page.get_by_role("button", name="Light").click()
    expect(text).to_have_css("color", light)
    page.get_by_role("button", name="Text only").click()
    expect(page.locator(".mail pre")).to_contain_text("Ann <img src=x")
    assert mail.locator("a[href]").count() == 0, "looking follows no link"


def test_a_test_goes_only_where_the_policy_says(page: Page, server: ConsoleServer) -> None:
    page.goto("/console/emails/welcome-hello")
    page.get_by_label("Test address").fill("team@example.com")
    page.get_by_role("button", name="Send test").click()
    expect(page.get_by_text("Choose a contact first")).to_be_visible()
    page.get_by_label("E-mail address, phone or ID of a contact").fill("ann@example.com")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("With the mail’s own sample data")).to_be_hidden()
    page.get_by_label("Test address").fill("else@example.com")
    page.get_by_role("button", name="Send test").click()
    expect(page.get_by_text("not among the test addresses")).to_be_visible()
    page.get_by_label("Test address").fill("team@example.com")
    page.get_by_role("button", name="Send test").click()
    expect(page.get_by_text("On its way.")).to_be_visible()
    server.world.run()
    (sent,) = [mail for _, mail in server.world.outbox.sent]
    assert sent.to == "team@example.com" and sent.subject.startswith("[Test] ")
