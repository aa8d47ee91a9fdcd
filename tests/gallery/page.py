"""One page that shows the whole library; it needs no server."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from leadwell.messaging.rendering.models import RenderedEmail, RenderedSms
from tests.gallery.mails import Shown

_PAGE = Path(__file__).with_name("page.html")


def write_page(mails: Sequence[Shown], texts: Sequence[Shown], folder: Path) -> Path:
    """Writes ``index.html`` and one file per mail and language beside it; answers the path of the first."""
    (folder / "mails").mkdir(parents=True, exist_ok=True)
    for one in mails:
        assert isinstance(one.message, RenderedEmail)
        (folder / "mails" / f"{one.name}.{one.locale}.html").write_text(one.message.html, "utf-8")
        (folder / "mails" / f"{one.name}.{one.locale}.txt").write_text(one.message.text, "utf-8")
    shown = "\n".join([*map(_mail, mails), *map(_text, texts)])
    index = folder / "index.html"
    index.write_text(_PAGE.read_text("utf-8").replace("<!-- templates -->", shown), "utf-8")
    return index


def _mail(one: Shown) -> str:
    assert isinstance(one.message, RenderedEmail)
    address = f"mails/{one.name}.{one.locale}"
    return f"""<article lang="{one.locale}" data-locale="{one.locale}">
{_head(one, f'<a href="{address}.html">HTML</a> · <a href="{address}.txt">Text</a>')}
<p class="subject"><strong>{escape(one.message.subject)}</strong> {escape(one.message.preheader)}</p>
<iframe loading="lazy" src="{address}.html" title="{escape(one.message.subject)}"></iframe>
</article>"""


def _text(one: Shown) -> str:
    assert isinstance(one.message, RenderedSms)
    size = f"SMS · {len(one.message.text)} · {one.message.encoding} × {one.message.segments}"
    return f"""<article lang="{one.locale}" data-locale="{one.locale}">
{_head(one, size)}
<p class="bubble">{escape(one.message.text)}</p>
</article>"""


def _head(one: Shown, more: str) -> str:
    return f"""<h2>{escape(one.name)}</h2>
<p class="about" lang="en">{escape(one.purpose)} · {more}<br>{escape(one.description)}</p>"""
