"""A published SMS and what is known about one contact → the text that this contact gets."""

from collections.abc import Mapping

from jinja2 import BytecodeCache

from leadwell.messaging.rendering.context import plain
from leadwell.messaging.rendering.locales import choose_locale
from leadwell.messaging.rendering.missing import rendering
from leadwell.messaging.rendering.models import CompiledSms, RenderedSms
from leadwell.messaging.rendering.sandbox import TEXT, render
from leadwell.messaging.rendering.sms_segments import count_segments, plainer


def render_sms(
    sms: CompiledSms,
    locale: str | None,
    context: Mapping[str, object],
    *,
    default_locale: str = "en",
    bytecode: BytecodeCache | None = None,
) -> RenderedSms:
    """Renders for one recipient; ``context``, missing values and errors as in ``render_email``."""
    chosen = choose_locale(sms.locales, locale, default_locale)
    values = {**plain(context), "locale": chosen, "purpose": sms.purpose}
    with rendering() as state:
        rendered = render(TEXT, sms.locales[chosen], values, f"SMS {sms.name} ({chosen})", bytecode)
    text = plainer(rendered).strip()
    encoding, segments = count_segments(text)
    return RenderedSms(locale=chosen, text=text, encoding=encoding, segments=segments, missing=tuple(state.missing))
