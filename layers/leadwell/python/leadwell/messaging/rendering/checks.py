"""What is looked at in a mail before it is published, beyond what compiling refuses: errors stand in the way, warnings
do not.

Compiling refuses broken texts, merge fields without fallback, a missing unsubscribe link and more than 102 KB. Here a
mail is read as its readers get it: rendered with the sample, and with nothing but what is certain.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from leadwell.errors import Broken, Refused
from leadwell.messaging.rendering.compile_email import MAX_HTML
from leadwell.messaging.rendering.context import least
from leadwell.messaging.rendering.looking import Looked, look
from leadwell.messaging.rendering.models import CompiledEmail, RenderedEmail
from leadwell.messaging.rendering.render_email import render_email
from leadwell.messaging.rendering.samples import sample
from leadwell.messaging.rendering.showing import possible

ERROR, WARNING = "error", "warning"

LARGE = int(0.8 * MAX_HTML)
"""A cart of more products than the sample's makes a mail grow."""
LONG_SUBJECT = 70
"""Characters; phones show some 40 of them, desktops about 70."""
MOST_EXCLAIMED = 1
LOUD = 0.6
"""Share of capitals from which a subject shouts."""
_FEWEST_LETTERS = 8
CONTRAST, CONTRAST_LARGE = 4.5, 3.0
"""WCAG 2.2, 1.4.3 (AA): of text on its background, and of text from 24 px, or 18.66 px bold, on."""

_PLACEHOLDERS = re.compile(r"\{\{|\}\}|\{%|%\}|\*\|\w+\|\*|%%\w+%%|\[\[\w+\]\]|\{\w+\}|<%=?")
_PUNCTUATION = re.compile(r"[!?]{2,}|[$€£]{2,}")
_IMPRINT_FREE = frozenset({"internal"})


@dataclass(frozen=True, slots=True)
class Finding:
    """``locale`` is the language it was found in; ``de`` and ``en`` say what is wrong and what to do."""

    level: str
    locale: str
    en: str
    de: str


Rule = Callable[[RenderedEmail, Looked, CompiledEmail], Iterator[tuple[str, str, str]]]


def check_email(email: CompiledEmail) -> list[Finding]:
    """In the order of languages; each finding once. Raises nothing: what cannot be rendered is a finding."""
    found: dict[Finding, None] = {}
    for locale in email.locales:
        full = sample(email.sample, locale)
        for known in (full, least(full, email.requires)):
            for show in possible(email.show):
                try:
                    mail = render_email(email, locale, {**known, "show": show})
                except Broken as error:
                    found[Finding(ERROR, locale, str(error), f"Lässt sich nicht darstellen: {error}")] = None
                    continue
                looked = look(mail.html)
                for rule in RULES:
                    for level, en, de in rule(mail, looked, email):
                        found[Finding(level, locale, en, de)] = None
    return list(found)


def refuse_errors(email: CompiledEmail) -> None:
    """Raises Refused with the first error; warnings stand in nobody's way."""
    for one in check_email(email):
        if one.level == ERROR:
            raise Refused(one.en, f"{email.name}/{one.locale}.mjml")


def links_of(email: CompiledEmail) -> list[str]:
    """The addresses on the web that its samples lead to: what can be tried."""
    mails = [
        render_email(email, locale, {**sample(email.sample, locale), "show": show})
        for locale in email.locales
        for show in possible(email.show)
    ]
    links = {href for mail in mails for href, _ in look(mail.html).links}
    return sorted(href for href in links if urlsplit(href).scheme in ("http", "https"))


def _alternatives(mail: RenderedEmail, looked: Looked, email: CompiledEmail) -> Iterator[tuple[str, str, str]]:
    for source, alt, linked in looked.images:
        if alt is None:
            yield (
                ERROR,
                f'the picture {source} has no alternative text; write alt="…", or alt="" for decoration',
                f'Dem Bild {source} fehlt der Alternativtext; schreiben Sie alt="…", bei reiner Zierde alt=""',
            )
        elif linked and not alt.strip():
            yield (
                ERROR,
                f"the picture {source} is a link and says nothing: give it an alternative text",
                f"Das Bild {source} ist ein Link und sagt nichts: Geben Sie ihm einen Alternativtext",
            )


def _links(mail: RenderedEmail, looked: Looked, email: CompiledEmail) -> Iterator[tuple[str, str, str]]:
    for href, words in looked.links:
        if wrong := _wrong_with(href):
            yield (
                ERROR,
                f"the link {words or href or 'without words'!r} leads nowhere: {wrong[0]}",
                f"Der Link {words or href or 'ohne Text'!r} führt nirgendwohin: {wrong[1]}",
            )


def _wrong_with(href: str) -> tuple[str, str] | None:
    if not href or href == "#":
        return "it has no address", "er hat keine Adresse"
    if _PLACEHOLDERS.search(href):
        return "a placeholder is left in it", "er enthält noch einen Platzhalter"
    try:
        parts = urlsplit(href)
    except ValueError:
        return "this is no address", "das ist keine Adresse"
    if parts.scheme in ("mailto", "tel", "sms"):
        return None if parts.path else ("it has no address", "er hat keine Adresse")
    if parts.scheme not in ("http", "https"):
        return "it must begin with https://", "er muss mit https:// beginnen"
    if not parts.hostname or "." not in parts.hostname or " " in href:
        return "this is no address", "das ist keine Adresse"
    return None


def _placeholders(mail: RenderedEmail, looked: Looked, email: CompiledEmail) -> Iterator[tuple[str, str, str]]:
    for text in (mail.subject, mail.preheader, mail.text):
        for found in _PLACEHOLDERS.finditer(text):
            yield (
                ERROR,
                f"{found[0]!r} looks like a placeholder of another program; merge fields are written {{{{ … }}}}",
                f"{found[0]!r} sieht aus wie ein Platzhalter eines anderen Programms; Felder schreiben Sie {{{{ … }}}}",
            )


def _size(mail: RenderedEmail, looked: Looked, email: CompiledEmail) -> Iterator[tuple[str, str, str]]:
    size = len(mail.html.encode())
    if size > LARGE:
        kilobytes = f"{size // 1024} KB"
        yield (
            WARNING,
            f"the mail takes {kilobytes}; Gmail cuts it off at 102 KB",
            f"Die Mail ist {kilobytes} groß; Gmail schneidet sie bei 102 KB ab",
        )


def _contrast(mail: RenderedEmail, looked: Looked, email: CompiledEmail) -> Iterator[tuple[str, str, str]]:
    for words in looked.texts:
        least_ratio = CONTRAST_LARGE if words.large else CONTRAST
        if words.ratio < least_ratio:
            pair = f"{words.color} / {words.background}"
            yield (
                ERROR,
                f"{words.text!r} is hard to read: contrast {words.ratio:.1f} ({pair}), needed are {least_ratio}",
                f"{words.text!r} ist schwer zu lesen: Kontrast {words.ratio:.1f} ({pair}), nötig sind {least_ratio}",
            )


def _subject(mail: RenderedEmail, looked: Looked, email: CompiledEmail) -> Iterator[tuple[str, str, str]]:
    subject = mail.subject
    letters = [sign for sign in subject if sign.isalpha()]
    if len(subject) > LONG_SUBJECT:
        yield (
            WARNING,
            f"the subject has {len(subject)} characters; more than {LONG_SUBJECT} are cut off",
            f"Der Betreff hat {len(subject)} Zeichen; mehr als {LONG_SUBJECT} werden abgeschnitten",
        )
    if len(letters) >= _FEWEST_LETTERS and sum(sign.isupper() for sign in letters) > LOUD * len(letters):
        yield WARNING, "the subject shouts: write it in small letters", "Der Betreff schreit: Schreiben Sie ihn klein"
    if subject.count("!") > MOST_EXCLAIMED or _PUNCTUATION.search(subject):
        yield (
            WARNING,
            "the subject has too many exclamation marks or signs in a row, as spam has",
            "Der Betreff hat zu viele Ausrufezeichen oder Zeichen hintereinander, wie man es von Spam kennt",
        )
    if mail.preheader.strip().lower() == subject.strip().lower():
        yield (
            WARNING,
            "the preview text repeats the subject: say something more",
            "Die Vorschau wiederholt den Betreff: Sagen Sie dort etwas anderes",
        )


def _imprint(mail: RenderedEmail, looked: Looked, email: CompiledEmail) -> Iterator[tuple[str, str, str]]:
    imprint = _plain(str(sample(locale=mail.locale)["sender"]["imprint"]))
    shown = all(imprint in _plain(words) for words in (mail.text, looked.words))
    if email.purpose not in _IMPRINT_FREE and not shown:
        yield (
            ERROR,
            "the imprint is missing: HTML and text need {{ sender.imprint }} (in Germany by § 5 DDG)",
            "Das Impressum fehlt: HTML und Text brauchen {{ sender.imprint }} (§ 5 DDG)",
        )


def _plain(text: str) -> str:
    return " ".join(text.split())


RULES: tuple[Rule, ...] = (_alternatives, _links, _placeholders, _size, _contrast, _subject, _imprint)
