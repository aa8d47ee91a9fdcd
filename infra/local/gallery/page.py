"""One page that shows the whole library; as files it needs no server."""

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path

from infra.local.gallery.journeys import Drawn, journeys
from infra.local.gallery.mails import TEMPLATES, About, Shown, abouts, mail, texts
from infra.local.gallery.painting import with_pictures
from leadwell.messaging.rendering.models import RenderedEmail, RenderedSms

_PAGE = Path(__file__).with_name("page.html")


def write_page(mails: Sequence[Shown], texts: Sequence[Shown], drawn: Sequence[Drawn], folder: Path) -> Path:
    """Writes ``index.html``, one file per mail and language, and one per picture beside it; answers its path."""
    for name in ("mails", "journeys"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for one in mails:
        assert isinstance(one.message, RenderedEmail)
        (folder / "mails" / f"{one.name}.{one.locale}.html").write_text(with_pictures(one.message.html), "utf-8")
        (folder / "mails" / f"{one.name}.{one.locale}.txt").write_text(one.message.text, "utf-8")
    for picture in drawn:
        (folder / "journeys" / f"{picture.name}.{picture.locale}.svg").write_text(picture.svg, "utf-8")
    index = folder / "index.html"
    index.write_text(_page(mails, texts, drawn), "utf-8")
    return index


@cache
def page_on_demand() -> str:
    """The same page, whose mails are rendered as they are asked for."""
    return _page(abouts(), list(texts()), _drawn())


def part(path: str) -> tuple[str, bytes] | None:
    """What the page asks for: ``mails/welcome-hello.de.html`` → (its content type, the bytes); None: there is none."""
    folder, _, file = path.partition("/")
    name, _, rest = file.partition(".")
    locale, _, kind = rest.partition(".")
    if folder == "journeys" and kind == "svg":
        svg = next((one.svg for one in _drawn() if (one.name, one.locale) == (name, locale)), None)
        return ("image/svg+xml", svg.encode()) if svg is not None else None
    if folder == "mails" and any((one.name, one.locale) == (name, locale) for one in abouts()):
        shown = mail(name, locale)
        found = {"html": ("text/html", with_pictures(shown.html)), "txt": ("text/plain", shown.text)}.get(kind)
        return (f"{found[0]}; charset=utf-8", found[1].encode()) if found else None
    return None


@cache
def _drawn() -> tuple[Drawn, ...]:
    return tuple(journeys(TEMPLATES))


def _page(mails: Iterable[About], texts: Iterable[Shown], drawn: Iterable[Drawn]) -> str:
    shown = "\n".join([*map(_journey, drawn), *map(_mail, mails), *map(_text, texts)])
    return _PAGE.read_text("utf-8").replace("<!-- templates -->", shown)


def _journey(one: Drawn) -> str:
    address = f"journeys/{one.name}.{one.locale}.svg"
    about = f"{one.folder + ' · ' if one.folder else ''}{one.name}"
    return f"""<article class="journey" lang="{one.locale}" data-locale="{one.locale}">
<h2>{escape(one.title)}</h2>
<p class="about">{escape(about)}<br>{escape(one.description)}</p>
<a href="{address}"><img loading="lazy" src="{address}" alt="{escape(one.title)}"></a>
</article>"""


def _mail(one: About) -> str:
    address = f"mails/{one.name}.{one.locale}"
    # Where it is not rendered yet, the page takes the subject from what the frame has loaded.
    subject, preheader = "", ""
    if isinstance(one, Shown):
        assert isinstance(one.message, RenderedEmail)
        subject, preheader = one.message.subject, one.message.preheader
    return f"""<article class="mail" lang="{one.locale}" data-locale="{one.locale}">
{_head(one, f'<a href="{address}.html">HTML</a> · <a href="{address}.txt">Text</a>')}
<p class="subject"><strong>{escape(subject)}</strong> {escape(preheader)}</p>
<iframe loading="lazy" src="{address}.html" title="{escape(subject or one.title)}"></iframe>
</article>"""


def _text(one: Shown) -> str:
    assert isinstance(one.message, RenderedSms)
    size = f"SMS · {len(one.message.text)} · {one.message.encoding} × {one.message.segments}"
    return f"""<article class="sms" lang="{one.locale}" data-locale="{one.locale}">
{_head(one, size)}
<p class="bubble">{escape(one.message.text)}</p>
</article>"""


def _head(one: About, more: str) -> str:
    return f"""<h2>{escape(one.title)}</h2>
<p class="about">{escape(one.name)} · {escape(one.purpose)} · {more}<br>{escape(one.description)}</p>"""
