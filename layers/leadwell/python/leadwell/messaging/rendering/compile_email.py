"""An e-mail as a marketer wrote it → an e-mail that can be sent, or a refusal that says what to change.

Publishing is the moment for strictness: whoever publishes can mend a template, a recipient cannot.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import yaml
from jinja2.exceptions import TemplateSyntaxError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from leadwell.consent.permission import CONFIRMATION
from leadwell.definitions.yaml_text import load
from leadwell.errors import Broken, Refused
from leadwell.messaging.rendering.asking import check_asks_only
from leadwell.messaging.rendering.context import least, sample
from leadwell.messaging.rendering.files import sample_files
from leadwell.messaging.rendering.locales import choose_locale
from leadwell.messaging.rendering.mjml_source import check_tags, html_from, masked
from leadwell.messaging.rendering.models import (
    WITHOUT_UNSUBSCRIBE,
    CompiledEmail,
    CompiledEmailLocale,
    EmailSource,
    RenderedEmail,
)
from leadwell.messaging.rendering.plain_text import plain_text
from leadwell.messaging.rendering.render_email import render_email
from leadwell.messaging.rendering.sandbox import HTML, TEXT, TemplateEnvironment
from leadwell.messaging.rendering.settings import EmailSettings
from leadwell.messaging.rendering.showing import check_shows, possible
from leadwell.messaging.rendering.text_outline import outline_template

MAX_HTML = 102 * 1024
"""Gmail shows no more of a mail than this many bytes and hides the rest, the unsubscribe link included."""

_FRONT = re.compile(r"\A---\n(.*?)^---[ \t]*\n", re.DOTALL | re.MULTILINE)
_INCLUDE = re.compile(r"""<mj-include\s+path=["']([^"']+)["']\s*(?:/>|>\s*</mj-include>)""")
_PUBLISHED = re.compile(r"\{\{-?\s*(texts|colors)\.(\w+)\s*-?\}\}")
_SECTION = re.compile(r"<mj-(section|wrapper|hero)\b")
_BODY = "body"

_Settings = TypeVar("_Settings", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class _Part:
    """A file of a template, parted from its front matter; ``first_line`` is where its text begins."""

    file: str
    front: str
    text: str
    first_line: int = 1


class _LocaleFront(BaseModel):
    """The front matter of ``<locale>.mjml``; further lines become ``texts.<name>`` in layout and blocks."""

    model_config = ConfigDict(frozen=True, extra="allow")
    subject: str = Field(min_length=1)
    preheader: str = Field(min_length=1)


class _LayoutFront(BaseModel):
    """The front matter of ``layout.mjml``: ``texts`` by locale, ``colors`` by name, inline ``styles`` by tag."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    texts: dict[str, dict[str, str]] = Field(default_factory=dict)
    colors: dict[str, str] = Field(default_factory=dict)
    styles: dict[str, str] = Field(default_factory=dict)


def compile_email(source: EmailSource) -> CompiledEmail:
    """Compiles and tries every language of an e-mail.

    Raises Refused, with file and line in ``field``, for: broken YAML, Jinja or MJML; a merge field that may be absent
    and has no fallback; a marketing mail without an unsubscribe link; HTML above 102 KB.
    """
    settings = read_settings(EmailSettings, source.files.get("email.yaml", "{}"), "email.yaml")
    names = sorted(file.removesuffix(".mjml") for file in source.files if re.fullmatch(r"[a-z]{2}(-\w+)?\.mjml", file))
    if not names:
        raise Refused("there is no text yet; add en.mjml or de.mjml", source.name)
    check_shows(settings.show, {**source.files, "email.yaml": ""}, "email.yaml")
    email = CompiledEmail(
        name=source.name,
        purpose=settings.purpose,
        topic=settings.topic or "",
        requires=settings.requires,
        show=settings.show,
        sample=settings.sample,
        files=settings.files,
        locales={locale: _compile_locale(source, settings, locale) for locale in names},
    )
    agreeing = dict(email.locales)
    for locale in names:
        mails = _try_out(email, locale, settings, source)
        if any(mail.text != plain_text(mail.html) for mail in mails) and agreeing[locale].text is None:
            agreeing[locale] = replace(agreeing[locale], outline=None)  # slower, and never wrong
    return replace(email, locales=agreeing)


def read_settings(model: type[_Settings], text: str, file: str, first_line: int = 1) -> _Settings:
    """YAML → model; raises Refused that names the file, the field and, for broken YAML, the line."""
    try:
        return model.model_validate(load(text) or {})
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + first_line if error.problem_mark else first_line
        message = f"this is no valid YAML: {error.problem}; put a text that contains a colon in quotes"
        raise Refused(message, f"{file}, line {line}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise Refused(first["msg"], f"{file}, {'.'.join(map(str, first['loc'])) or 'top level'}") from error


def check_syntax(environment: TemplateEnvironment, text: str, file: str, first_line: int = 1) -> None:
    """Raises Refused, with the line, when the Jinja in a text is broken or uses what templates may not use."""
    try:
        environment.parse(text)
    except TemplateSyntaxError as error:
        raise Refused(error.message or "broken template", f"{file}, line {first_line + error.lineno - 1}") from error


def _compile_locale(source: EmailSource, settings: EmailSettings, locale: str) -> CompiledEmailLocale:
    body = _part(source, f"{locale}.mjml")
    layout = _part(source, settings.layout)
    front = read_settings(_LocaleFront, body.front, body.file, 2)
    layout_front = read_settings(_LayoutFront, layout.front, layout.file, 2)
    for name in ("subject", "preheader"):
        check_syntax(TEXT, getattr(front, name), f"{body.file}, {name}")

    has_sections = _SECTION.search(masked(body.text)) is not None
    for part, around in ((layout, ""), (body, "mj-body" if has_sections else "mj-column")):
        _check(part, around)

    whole = _with_blocks(body, source)
    if not has_sections:
        whole = f"<mj-section><mj-column>{whole}</mj-column></mj-section>"
    document = _include(layout.text, {_BODY: whole}, layout.file)
    published = {
        "texts": {**_texts_for(locale, layout_front, layout.file), **_further_lines(front)},
        "colors": layout_front.colors,
    }
    document = _publish(document, published, f"{body.file} with {layout.file}")
    styles = {tag: _publish(style, published, layout.file) for tag, style in layout_front.styles.items()}
    own_text = source.files.get(f"{locale}.txt")
    if own_text is not None:
        check_syntax(TEXT, own_text, f"{locale}.txt")
    html = html_from(document, styles, body.file)
    return CompiledEmailLocale(
        subject=front.subject,
        preheader=front.preheader,
        html=html,
        text=own_text,
        outline=outline_template(html) if own_text is None else None,
    )


def _part(source: EmailSource, file: str) -> _Part:
    if file not in source.files:
        raise Refused(f"there is no such file; available: {', '.join(sorted(source.files))}", file)
    text = source.files[file].replace("\r\n", "\n")
    front = _FRONT.match(text)
    if front is None:
        return _Part(file, "", text)
    return _Part(file, front[1], text[front.end() :], 1 + front.group().count("\n"))


def _check(part: _Part, around: str) -> None:
    check_tags(part.text, part.file, part.first_line, around)
    check_syntax(HTML, part.text, part.file, part.first_line)


def _with_blocks(body: _Part, source: EmailSource) -> str:
    blocks = {}
    for file in _INCLUDE.findall(body.text):
        block = _part(source, file)
        _check(block, "mj-column")
        blocks[file] = block.text
    return _include(body.text, blocks, body.file)


def _include(text: str, parts: Mapping[str, str], file: str) -> str:
    def included(found: re.Match[str]) -> str:
        if found[1] not in parts:
            raise Refused(f"cannot include {found[1]!r} here; available: {', '.join(parts) or 'nothing'}", file)
        return parts[found[1]].strip()

    return _INCLUDE.sub(included, text)


def _texts_for(locale: str, layout: _LayoutFront, file: str) -> dict[str, str]:
    if not layout.texts:
        return {}
    chosen = choose_locale(layout.texts, locale, locale)
    if chosen.split("-")[0].lower() != locale.split("-")[0].lower():
        raise Refused(
            f"the layout does not speak {locale!r} yet; add its texts beside those of {chosen!r}", f"{file}, texts"
        )
    return layout.texts[chosen]


def _publish(text: str, published: Mapping[str, Mapping[str, str]], file: str) -> str:
    """Puts texts and colors in; texts may contain merge fields, which stay for the time of sending."""

    def value(found: re.Match[str]) -> str:
        group, name = found.groups()
        if name not in published[group]:
            known = ", ".join(sorted(published[group]))
            raise Refused(f"there is no {group}.{name}; add a line {name!r} to the front matter, or use: {known}", file)
        return published[group][name]

    return _PUBLISHED.sub(value, text)


def _try_out(email: CompiledEmail, locale: str, settings: EmailSettings, source: EmailSource) -> list[RenderedEmail]:
    """Renders with everything the sample knows, then with nothing but what is certain to be there."""
    mails: list[RenderedEmail] = []
    full = sample(settings.sample)
    file = f"{locale}.mjml"
    try:
        certain = least(full, settings.requires)
    except KeyError as error:
        message = f"{error.args[0]} is required but not in the sample; add a value under sample:"
        raise Refused(message, "email.yaml, requires") from error
    files = sample_files(settings.files)
    trials = [{**known, "files": files, "show": show} for known in (full, certain) for show in possible(settings.show)]
    for context in trials:
        try:
            mail = render_email(email, locale, context)
        except Broken as error:
            raise Refused(str(error), file) from error
        if mail.missing:
            name = mail.missing[0]
            remedy = (
                f"write {{{{ {name} | default('…') }}}}, ask with {{% if {name} %}}, or add it to requires: and sample:"
            )
            is_known = context in trials[len(trials) // 2 :]
            reason = "may be absent when the mail is sent" if is_known else "is no known merge field"
            raise Refused(f"{name} {reason}; {remedy}", _place_of(name, file, settings.layout, source))
        _check_limits(mail, email, str(full["links"].get("unsubscribe")), file)
        for one in files:
            if one["url"] not in mail.html or one["url"] not in mail.text:
                remedy = 'write <mj-include path="blocks/files.mjml" />, or {{ file.url }} in a loop over files'
                raise Refused(f"{one['name']} is named under files: and not linked; {remedy}", file)
        if email.purpose == CONFIRMATION:
            asked = email.locales[locale]
            check_asks_only(mail.html, asked.html + asked.subject + asked.preheader, full, file)
            check_asks_only(mail.text, asked.text or "", full, file)
        mails.append(mail)
    return mails


def _check_limits(mail: RenderedEmail, email: CompiledEmail, unsubscribe: str, file: str) -> None:
    size = len(mail.html.encode())
    if size > MAX_HTML:
        raise Refused(f"the mail takes {size // 1024} KB; Gmail cuts after {MAX_HTML // 1024} KB: shorten it", file)
    if email.purpose not in WITHOUT_UNSUBSCRIBE and (unsubscribe not in mail.html or unsubscribe not in mail.text):
        others = "confirmation, transactional and internal mails"
        message = f"HTML and text need {{{{ links.unsubscribe }}}}; only {others} may go without"
        raise Refused(message, file)


def _place_of(name: str, file: str, layout: str, source: EmailSource) -> str:
    """Where a merge field stands: in the text itself or in a file that it includes."""
    wanted = name.rsplit(".", 1)[-1]
    for candidate in (file, *(other for other in sorted(source.files) if "/" in other), layout):
        for number, line in enumerate(source.files[candidate].splitlines(), 1):
            if re.search(rf"\{{[{{%].*\b{re.escape(wanted)}\b", line):
                return f"{candidate}, line {number}"
    return file


def _further_lines(front: _LocaleFront) -> dict[str, str]:
    return {name: str(value) for name, value in (front.model_extra or {}).items()}
