"""A published e-mail and what is known about one contact → the mail that this contact gets."""

import logging
import re
from collections.abc import Mapping

from jinja2 import BytecodeCache

from leadwell.errors import Broken
from leadwell.messaging.rendering.context import plain
from leadwell.messaging.rendering.locales import choose_locale
from leadwell.messaging.rendering.missing import rendering
from leadwell.messaging.rendering.models import WITHOUT_UNSUBSCRIBE, CompiledEmail, RenderedEmail
from leadwell.messaging.rendering.plain_text import laid_out, plain_text
from leadwell.messaging.rendering.sandbox import HTML, OUTLINE, TEXT, render

_log = logging.getLogger(__name__)

MAX_SUBJECT = 200

# Everything that a mail program could take for a line break, and what turns the reading direction around.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


def render_email(
    email: CompiledEmail,
    locale: str | None,
    context: Mapping[str, object],
    *,
    default_locale: str = "en",
    bytecode: BytecodeCache | None = None,
) -> RenderedEmail:
    """Renders for one recipient. The shape of ``context`` stands in ``leadwell.messaging.rendering.context``.

    Values that are missing render as nothing and are reported in ``missing``. Raises Broken when the data make the
    template fail, when the result is larger than a mail may be, or when a mail that needs an unsubscribe link
    gets none.
    """
    chosen = choose_locale(email.locales, locale, default_locale)
    source = email.locales[chosen]
    values = {**plain(context), "locale": chosen, "purpose": email.purpose}
    where = f"e-mail {email.name} ({chosen})"
    if email.purpose not in WITHOUT_UNSUBSCRIBE and not _has_unsubscribe(values):
        raise Broken(f"{where}: links.unsubscribe is missing, and a mail of purpose {email.purpose} may not go without")
    with rendering() as state:
        subject = _subject(render(TEXT, source.subject, values, f"{where}, subject", bytecode), where)
        preheader = one_line(render(TEXT, source.preheader, values, f"{where}, preheader", bytecode))
        values |= {"subject": subject, "preheader": preheader}
        html = render(HTML, source.html, values, where, bytecode)
        if source.text is not None:
            text = render(TEXT, source.text, values, f"{where}, text", bytecode)
        elif source.outline is not None:
            state.iterations = 0  # the loops of the HTML once more
            text = laid_out(render(OUTLINE, source.outline, values, f"{where}, text", bytecode))
        else:
            text = plain_text(html)
    return RenderedEmail(
        locale=chosen, subject=subject, preheader=preheader, html=html, text=text, missing=tuple(state.missing)
    )


def _subject(rendered: str, where: str) -> str:
    if _CONTROL.search(rendered.strip()):
        _log.info("%s: what would end the line of a header was taken out of the subject", where)
    return one_line(rendered)


def one_line(text: str) -> str:
    """Text fit for a header field: no line break can start another header (RFC 5322, 2.2)."""
    line = " ".join(_DIRECTION.sub("", _CONTROL.sub(" ", text)).split())
    return line if len(line) <= MAX_SUBJECT else line[: MAX_SUBJECT - 1].rstrip() + "…"


def _has_unsubscribe(values: Mapping[str, object]) -> bool:
    links = values.get("links")
    return isinstance(links, Mapping) and bool(links.get("unsubscribe"))
