"""Every mail and SMS of a folder of templates, rendered with its sample as a recipient would get it."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from leadwell.definitions.text import in_words
from leadwell.messaging.rendering.compile_email import compile_email, read_settings
from leadwell.messaging.rendering.compile_sms import compile_sms
from leadwell.messaging.rendering.models import CompiledEmail, RenderedEmail, RenderedSms
from leadwell.messaging.rendering.read_sources import email_names, read_email, read_sms, sms_names
from leadwell.messaging.rendering.render_email import render_email
from leadwell.messaging.rendering.render_sms import render_sms
from leadwell.messaging.rendering.samples import sample
from leadwell.messaging.rendering.settings import EmailSettings, SmsSettings

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
LOCALES = ("en", "de")


@dataclass(frozen=True)
class About:
    """A template in one language, as its file describes it."""

    name: str
    locale: str
    purpose: str
    title: str
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
            yield _about(name, path.stem, settings)


def mail(name: str, locale: str, templates: Path = TEMPLATES) -> RenderedEmail:
    """Raises ``Refused`` or ``OSError`` where there is none."""
    return render_email(_compiled(templates, name), locale, sample(_settings(templates, name).sample, locale))


def mails(templates: Path = TEMPLATES, only: Iterable[str] = ()) -> Iterator[Shown]:
    wanted = set(only)
    for one in abouts(templates):
        if not wanted or one.name in wanted:
            yield Shown(**asdict(one), message=mail(one.name, one.locale, templates))


def texts(templates: Path = TEMPLATES, only: Iterable[str] = ()) -> Iterator[Shown]:
    wanted = set(only)
    for name in sms_names(templates / "sms"):
        if wanted and name not in wanted:
            continue
        source = read_sms(templates / "sms", name)
        settings = read_settings(SmsSettings, source.text, f"{name}.yaml")
        sms = compile_sms(source)
        for locale in sms.locales:
            text = render_sms(sms, locale, sample(settings.sample, locale))
            yield Shown(**asdict(_about(name, locale, settings)), message=text)


def _settings(templates: Path, name: str) -> EmailSettings:
    path = templates / "emails" / name / "email.yaml"
    return read_settings(EmailSettings, path.read_text("utf-8"), path.name)


def _about(name: str, locale: str, settings: EmailSettings | SmsSettings) -> About:
    title = settings.title.in_locale(locale) if settings.title else name
    return About(name, locale, settings.purpose, title, in_words(settings.description, locale))


@cache
def _compiled(templates: Path, name: str) -> CompiledEmail:
    return compile_email(read_email(templates / "emails", name))
