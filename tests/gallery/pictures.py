"""Photographs of mails: on a phone and on a desk, on a light and on a dark screen."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, Route

from infra.local.gallery.mails import Shown
from infra.local.gallery.painting import painted
from leadwell.messaging.rendering.models import RenderedEmail

WIDTHS = (360, 700)
SCHEMES = ("light", "dark")
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1)
    .map((one) => `${one.tagName}: ${one.textContent.trim().slice(0, 60)}`)"""


@dataclass(frozen=True)
class Picture:
    shown: Shown
    width: int
    scheme: str
    too_wide: list[str]
    """What stands out at the right or left: nothing, in a good mail."""
    path: Path


def photographed(browser: Browser, shown: list[Shown], folder: Path) -> Iterator[Picture]:
    """One PNG per mail, width and scheme. Nothing is loaded from anywhere: sample pictures are painted."""
    folder.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        for scheme in SCHEMES:
            context = browser.new_context(viewport={"width": width, "height": 600}, color_scheme=scheme)
            page = context.new_page()
            page.route("**/*", _painted)
            for one in shown:
                page.set_content(_html(one))
                path = folder / f"{one.name}.{one.locale}.{width}.{scheme}.png"
                page.screenshot(path=path, full_page=True)
                yield Picture(one, width, scheme, page.evaluate(TOO_WIDE), path)
            context.close()


def contact_sheet(browser: Browser, pictures: list[Path], target: Path, across: int = 6) -> None:
    """Several pictures beside each other, each under its name."""
    page = browser.new_page(viewport={"width": across * 330 + 20, "height": 600})
    figures = "".join(
        f'<figure><figcaption>{escape(one.stem)}</figcaption><img src="{one.resolve().as_uri()}"></figure>'
        for one in pictures
    )
    target.with_suffix(".html").write_text(
        "<style>body{margin:10px;display:flex;flex-wrap:wrap;gap:10px;font:13px sans-serif;align-items:flex-start}"
        f"figure{{margin:0}}img{{width:320px;border:1px solid #999}}</style>{figures}",
        "utf-8",
    )
    page.goto(target.with_suffix(".html").resolve().as_uri())
    page.screenshot(path=target, full_page=True)
    page.close()
    target.with_suffix(".html").unlink()


def _html(one: Shown) -> str:
    assert isinstance(one.message, RenderedEmail)
    return one.message.html


def _painted(route: Route) -> None:
    route.fulfill(content_type="image/svg+xml", body=painted(route.request.url))
