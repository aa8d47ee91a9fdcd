"""Every mail and SMS of a folder of templates, rendered with its sample as a recipient would get it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from leadwell.definitions.yaml_text import load
from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.compile_sms import compile_sms
from leadwell.messaging.rendering.context import sample
from leadwell.messaging.rendering.models import CompiledEmail, RenderedEmail, RenderedSms
from leadwell.messaging.rendering.read_sources import email_names, read_email, read_sms, sms_names
from leadwell.messaging.rendering.render_email import render_email
from leadwell.messaging.rendering.render_sms import render_sms

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
LOCALES = ("en", "de")


@dataclass(frozen=True)
class About:
    """A template in one language, as its file describes it."""

    name: str
    locale: str
    purpose: str
    description: str


@dataclass(frozen=True)
class Shown(About):
    """``message`` is the mail or the SMS as it would leave."""

    message: RenderedEmail | RenderedSms


def abouts(templates: Path = TEMPLATES) -> Iterator[About]:
    """Of the mails, without rendering any: that takes a tenth of a second each."""
    for name in email_names(templates / "emails"):
        settings = _settings(templates, name)
        for path in sorted((templates / "emails" / name).glob("*.mjml"), reverse=True):
            yield About(name, path.stem, settings.get("purpose", "marketing"), settings.get("description", ""))


def mail(name: str, locale: str, templates: Path = TEMPLATES) -> RenderedEmail:
    """Raises ``Refused`` or ``OSError`` where there is none."""
    return render_email(_compiled(templates, name), locale, sample(_settings(templates, name).get("sample")))


def mails(templates: Path = TEMPLATES, only: Iterable[str] = ()) -> Iterator[Shown]:
    wanted = set(only)
    for one in abouts(templates):
        if not wanted or one.name in wanted:
            yield Shown(one.name, one.locale, one.purpose, one.description, mail(one.name, one.locale, templates))


def texts(templates: Path = TEMPLATES, only: Iterable[str] = ()) -> Iterator[Shown]:
    wanted = set(only)
    for name in sms_names(templates / "sms"):
        if wanted and name not in wanted:
            continue
        source = read_sms(templates / "sms", name)
        settings = load(source.text)
        sms = compile_sms(source)
        context = sample(settings.get("sample"))
        for locale in sms.locales:
            text = render_sms(sms, locale, context)
            yield Shown(name, locale, sms.purpose, settings.get("description", ""), text)


def _settings(templates: Path, name: str) -> dict[str, Any]:
    text = (templates / "emails" / name / "email.yaml").read_text("utf-8")
    found: dict[str, Any] = load(text) or {}
    return found


@cache
def _compiled(templates: Path, name: str) -> CompiledEmail:
    return compile_email(read_email(templates / "emails", name))
