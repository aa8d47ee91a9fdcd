"""axe-core looks at every public page, in both languages, light and dark, on a phone and at a desk, and at what follows
a mistake or a press of the button: nothing serious.

The mouse is not needed either, and everything works with scripts switched off.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import chromium
from tests.browser.pages_stage import BASE, PagesStage
from tests.clients import modules

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SERIOUS = ("serious", "critical")
WEBSITE = "https://shop.example.com/"


@pytest.fixture(scope="module")
def axe() -> str:
    return (modules() / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def stage() -> PagesStage:
    return PagesStage()


def visitor(browser: Browser, stage: PagesStage, **options: Any) -> BrowserContext:
    context = browser.new_context(**options)
    stage.attach(context)
    return context


def complaints(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", list(RULES))
    return [
        f"{page.url.removeprefix(BASE)[:20]} {one['id']}: {node['html'][:120]}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


LOOKS = [("de-DE", "light", 360), ("en-GB", "dark", 1200)]


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS)
def test_every_page(browser: Browser, stage: PagesStage, axe: str, locale: str, scheme: Any, width: int) -> None:
    context = visitor(
        browser, stage, locale=locale, color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True
    )
    page = context.new_page()
    found: list[str] = []
    for name, address in stage.addresses().items():
        page.goto(address)
        assert page.get_attribute("html", "lang") == locale[:2], name
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is wider than the screen"
        found += complaints(page, axe)
        if name in ("unsubscribe", "confirm", "preferences"):
            page.locator("form button").first.click()
            found += complaints(page, axe)
        if name.startswith("form"):
            # Without the browser's own checks, as those who send forms in other ways.
            page.evaluate("document.querySelector('form').noValidate = true")
            page.locator("form button").click()
            expect(page.get_by_role("alert")).to_be_visible()
            found += complaints(page, axe)
    context.close()
    assert found == []


def test_axe_would_complain(browser: Browser, axe: str) -> None:
    page = browser.new_page()
    page.set_content("<html lang=en><title>x</title><main><h1>x</h1><input><p style='color:#ccc'>pale</p></main>")
    assert {one.split(" ")[1] for one in complaints(page, axe)} >= {"label:", "color-contrast:"}
    page.close()


def test_what_stands_on_a_website(browser: Browser, stage: PagesStage, axe: str) -> None:
    """A pop-in and an embedded form, on a website whose own policy forbids inline styles and scripts."""
    html = f"""<!doctype html><html lang="de"><head><title>Laden</title></head><body><main><h1>Laden</h1>
        <div data-leadwell="newsletter"></div><script async src="{BASE}/p/e/contact.js"></script></main>
        <script src="{BASE}/p/w.js"></script></body></html>"""
    policy = f"default-src 'none'; script-src {BASE}; connect-src {BASE}"
    headers = {"content-type": "text/html", "content-security-policy": policy}
    for scheme in ("light", "dark"):
        context = visitor(browser, stage, locale="de-DE", color_scheme=scheme)
        context.route(WEBSITE, lambda route: route.fulfill(body=html, headers=headers))
        page = context.new_page()
        page.clock.install()
        page.goto(WEBSITE)
        expect(page.get_by_role("heading", name="Bleiben Sie auf dem Laufenden")).to_be_visible()
        expect(page.get_by_label("Was können wir für Sie tun?")).to_be_visible()
        page.clock.run_for(21_000)
        dialog = page.get_by_role("dialog", name="Suchen Sie ein Sofa?")
        expect(dialog).to_be_visible()
        assert complaints(page, axe) == []
        # The keyboard stays in the dialog, and Escape leads back.
        for _ in range(8):
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.hasAttribute('data-leadwell-popin')")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        page.reload()
        expect(page.get_by_label("Was können wir für Sie tun?")).to_be_visible()
        context.close()


def test_everything_works_without_scripts_and_without_a_mouse(browser: Browser, stage: PagesStage) -> None:
    context = visitor(browser, stage, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto(stage.addresses()["landing"])
    stage.world.clock.moment += 5_000
    page.keyboard.press("Tab")
    page.keyboard.type("nora@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type("Nora")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.goto(stage.addresses()["preferences"])
    page.get_by_role("button", name="Unsubscribe from all of it").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("You no longer receive news and offers")
    assert not page.get_by_role("checkbox").first.is_checked()
    context.close()
