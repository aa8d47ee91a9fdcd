"""An SMS as a marketer wrote it → an SMS that can be sent, or a refusal that says what to change."""

from leadwell.consent.permission import CONFIRMATION
from leadwell.errors import Broken, Refused
from leadwell.messaging.rendering.asking import check_asks_only
from leadwell.messaging.rendering.compile_email import check_syntax, read_settings
from leadwell.messaging.rendering.context import least
from leadwell.messaging.rendering.models import WITHOUT_UNSUBSCRIBE, CompiledSms, SmsSource
from leadwell.messaging.rendering.render_sms import render_sms
from leadwell.messaging.rendering.samples import check_sample, sample
from leadwell.messaging.rendering.sandbox import TEXT
from leadwell.messaging.rendering.settings import SmsSettings
from leadwell.messaging.rendering.showing import check_shows, possible


def compile_sms(source: SmsSource) -> CompiledSms:
    """Checks and tries every language of an SMS.

    Raises Refused for broken YAML or Jinja, for a merge field that may be absent and has no fallback, and for a text
    of a marketing message that does not tell how to stop.
    """
    file = f"{source.name}.yaml"
    settings = read_settings(SmsSettings, source.text, file)
    check_shows(settings.show, {f"{file}, texts.{locale}": text for locale, text in settings.texts.items()}, file)
    sms = CompiledSms(
        name=source.name,
        purpose=settings.purpose,
        topic=settings.topic or "",
        requires=settings.requires,
        locales=settings.texts,
        show=settings.show,
        title=settings.title.model_dump() if settings.title else {},
    )
    check_sample(settings.sample, settings.texts, file)
    for locale, text in sms.locales.items():
        where = f"{file}, texts.{locale}"
        check_syntax(TEXT, text, where)
        full = sample(settings.sample, locale)
        try:
            certain = least(full, settings.requires)
        except KeyError as error:
            message = f"{error.args[0]} is required but not in the sample; add a value under sample:"
            raise Refused(message, f"{file}, requires") from error
        for context in ({**known, "show": show} for known in (full, certain) for show in possible(settings.show)):
            try:
                rendered = render_sms(sms, locale, context)
            except Broken as error:
                raise Refused(str(error), where) from error
            if rendered.missing:
                name = rendered.missing[0]
                message = (
                    f"{name} may be absent; write {{{{ {name} | default('…') }}}} or add it to requires: and sample:"
                )
                raise Refused(message, where)
            if sms.purpose == CONFIRMATION:
                check_asks_only(rendered.text, text, full, where)
            if sms.purpose not in WITHOUT_UNSUBSCRIBE and not (
                "STOP" in rendered.text or full["links"]["unsubscribe"] in rendered.text
            ):
                raise Refused("say how to stop: “Reply STOP” or {{ links.unsubscribe }}", where)
    return sms
