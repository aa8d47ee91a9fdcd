"""The shapes that templates take on their way from a marketer's file to a message."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from leadwell.consent.permission import CONFIRMATION, INTERNAL, MARKETING, TRANSACTIONAL

WITHOUT_UNSUBSCRIBE = frozenset({CONFIRMATION, TRANSACTIONAL, INTERNAL})
"""The purposes of messages that need no unsubscribe link: a double opt-in mail, a receipt, a note to a colleague."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EmailSource(_Frozen):
    """One e-mail as edited: file name → text.

    ``files`` holds ``email.yaml``, one ``<locale>.mjml`` per language, optionally ``<locale>.txt``, and what the
    e-mail shares with others: ``layout.mjml`` and ``blocks/<name>.mjml``.
    """

    name: str
    files: dict[str, str]


class SmsSource(_Frozen):
    """One SMS as edited: the text of ``<name>.yaml``."""

    name: str
    text: str


class EmailSettings(_Frozen):
    """``email.yaml``: what the languages of an e-mail have in common."""

    purpose: str = MARKETING
    description: str = ""
    layout: str = "layout.mjml"
    requires: tuple[str, ...] = ()
    """Merge fields that the sender promises to supply, as ``journey.voucher_code``; others need a fallback."""
    sample: dict[str, JsonValue] = Field(default_factory=dict)
    """A context to try the e-mail with, laid over the house sample of ``context.sample``."""


class SmsSettings(_Frozen):
    """``<name>.yaml`` of an SMS; ``texts`` is locale → text."""

    purpose: str = MARKETING
    description: str = ""
    requires: tuple[str, ...] = ()
    sample: dict[str, JsonValue] = Field(default_factory=dict)
    texts: dict[str, str] = Field(min_length=1)


class CompiledEmailLocale(_Frozen):
    """One language, ready to be rendered: every field is a Jinja template.

    ``html`` is a whole document whose MJML is compiled. ``text`` is None when the text part follows the HTML.
    """

    subject: str
    preheader: str
    html: str
    text: str | None = None


class CompiledEmail(_Frozen):
    """A published e-mail. Immutable and JSON-serializable, some 20 KB per language."""

    name: str
    purpose: str
    requires: tuple[str, ...]
    locales: dict[str, CompiledEmailLocale]


class CompiledSms(_Frozen):
    """A published SMS: locale → Jinja template."""

    name: str
    purpose: str
    requires: tuple[str, ...]
    locales: dict[str, str]


class RenderedEmail(_Frozen):
    """What one recipient gets. ``missing`` names the merge fields that had neither value nor fallback."""

    locale: str
    subject: str
    preheader: str
    html: str
    text: str
    missing: tuple[str, ...] = ()


class RenderedSms(_Frozen):
    """What one recipient gets, and what it costs: ``segments`` is the number of messages that are billed."""

    locale: str
    text: str
    encoding: Literal["GSM-7", "UCS-2"]
    segments: int
    missing: tuple[str, ...] = ()
