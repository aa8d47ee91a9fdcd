"""The shapes that templates take on their way from a marketer's file to a message."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from leadwell.consent.permission import CONFIRMATION, INTERNAL, TRANSACTIONAL

WITHOUT_UNSUBSCRIBE = frozenset({CONFIRMATION, TRANSACTIONAL, INTERNAL})
"""The purposes of messages that need no unsubscribe link: a double opt-in mail, a receipt, a note to a colleague."""


_LEFT_OUT = frozenset({"title", "show", "sample", "files", "topic"})
"""What a document does not have where it is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailSource:
    """One e-mail as edited: file name → text.

    ``files`` holds ``email.yaml``, one ``<locale>.mjml`` per language, optionally ``<locale>.txt``, and what the
    e-mail shares with others: ``layout.mjml`` and ``blocks/<name>.mjml``.
    """

    name: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsSource:
    """One SMS as edited: the text of ``<name>.yaml``."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledEmailLocale:
    """One language, ready to be rendered: every field is a Jinja template.

    ``html`` is a whole document whose MJML is compiled. ``text`` is None when the text part follows the HTML; then
    ``outline`` is what it is laid out from, and without that it is made from the HTML of each mail.
    """

    subject: str
    preheader: str
    html: str
    text: str | None = None
    outline: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledEmail:
    """A published e-mail. Immutable and JSON-serializable, some 20 KB per language. ``show`` holds the conditions of
    dynamic content as they were written, ``sample`` what it was tried with, ``files`` the downloads it brings,
    ``title`` what it is called in each language."""

    name: str
    purpose: str
    requires: tuple[str, ...]
    locales: dict[str, CompiledEmailLocale]
    show: Mapping[str, Any] = field(default_factory=dict)
    sample: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    topic: str = ""
    title: Mapping[str, str] = field(default_factory=dict)

    def to_document(self) -> dict[str, Any]:
        document = {**asdict(self), "requires": list(self.requires), "files": list(self.files)}
        return {name: value for name, value in document.items() if value or name not in _LEFT_OUT}

    @classmethod
    def from_document(cls, given: Mapping[str, Any]) -> "CompiledEmail":
        locales = {locale: CompiledEmailLocale(**one) for locale, one in given["locales"].items()}
        return cls(
            name=given["name"],
            purpose=given["purpose"],
            requires=tuple(given["requires"]),
            locales=locales,
            show=given.get("show", {}),
            sample=given.get("sample", {}),
            files=tuple(given.get("files", ())),
            topic=given.get("topic", ""),
            title=given.get("title", {}),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledSms:
    """A published SMS: locale → Jinja template; ``show`` as of a mail."""

    name: str
    purpose: str
    requires: tuple[str, ...]
    locales: dict[str, str]
    show: Mapping[str, Any] = field(default_factory=dict)
    topic: str = ""
    title: Mapping[str, str] = field(default_factory=dict)

    def to_document(self) -> dict[str, Any]:
        document = {**asdict(self), "requires": list(self.requires)}
        return {name: value for name, value in document.items() if value or name not in _LEFT_OUT}

    @classmethod
    def from_document(cls, given: Mapping[str, Any]) -> "CompiledSms":
        return cls(
            name=given["name"],
            purpose=given["purpose"],
            requires=tuple(given["requires"]),
            locales=dict(given["locales"]),
            show=given.get("show", {}),
            topic=given.get("topic", ""),
            title=given.get("title", {}),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedEmail:
    """What one recipient gets. ``missing`` names the merge fields that had neither value nor fallback."""

    locale: str
    subject: str
    preheader: str
    html: str
    text: str
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedSms:
    """What one recipient gets, and what it costs: ``segments`` is the number of messages that are billed."""

    locale: str
    text: str
    encoding: Literal["GSM-7", "UCS-2"]
    segments: int
    missing: tuple[str, ...] = ()
