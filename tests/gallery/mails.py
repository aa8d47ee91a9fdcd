"""Every starter mail and SMS, rendered with its sample as a recipient would get it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.compile_sms import compile_sms
from leadwell.messaging.rendering.context import sample
from leadwell.messaging.rendering.models import RenderedEmail, RenderedSms
from leadwell.messaging.rendering.read_sources import email_names, read_email, read_sms, sms_names
from leadwell.messaging.rendering.render_email import render_email
from leadwell.messaging.rendering.render_sms import render_sms

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@dataclass(frozen=True)
class Shown:
    """A template in one language. ``message`` is the mail or the SMS as it would leave."""

    name: str
    locale: str
    purpose: str
    description: str
    message: RenderedEmail | RenderedSms


def mails(templates: Path = TEMPLATES, only: Iterable[str] = ()) -> Iterator[Shown]:
    wanted = set(only)
    for name in email_names(templates / "emails"):
        if wanted and name not in wanted:
            continue
        source = read_email(templates / "emails", name)
        settings = yaml.safe_load(source.files["email.yaml"])
        email = compile_email(source)
        context = sample(settings.get("sample"))
        for locale in email.locales:
            mail = render_email(email, locale, context)
            yield Shown(name, locale, email.purpose, settings.get("description", ""), mail)


def texts(templates: Path = TEMPLATES, only: Iterable[str] = ()) -> Iterator[Shown]:
    wanted = set(only)
    for name in sms_names(templates / "sms"):
        if wanted and name not in wanted:
            continue
        source = read_sms(templates / "sms", name)
        settings = yaml.safe_load(source.text)
        sms = compile_sms(source)
        context = sample(settings.get("sample"))
        for locale in sms.locales:
            text = render_sms(sms, locale, context)
            yield Shown(name, locale, sms.purpose, settings.get("description", ""), text)
