"""The starter templates, read and compiled once for all tests of this folder."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.compile_sms import compile_sms
from leadwell.messaging.rendering.context import least
from leadwell.messaging.rendering.models import CompiledEmail, CompiledSms, EmailSource
from leadwell.messaging.rendering.read_sources import email_names, read_email, read_sms, sms_names
from leadwell.messaging.rendering.samples import sample

TEMPLATES = Path(__file__).resolve().parents[4] / "templates"
EMAILS = email_names(TEMPLATES / "emails")
SMS = sms_names(TEMPLATES / "sms")
PURPOSES = {
    name: yaml.safe_load((TEMPLATES / "emails" / name / "email.yaml").read_text("utf-8"))["purpose"] for name in EMAILS
}
MARKETING = [name for name in EMAILS if PURPOSES[name] == "marketing"]
CONFIRMATION = [name for name in EMAILS if PURPOSES[name] == "confirmation"]
TRANSACTIONAL = [name for name in EMAILS if PURPOSES[name] == "transactional"]
LAYOUT = """---
texts: {en: {unsubscribe: Unsubscribe}}
colors: {ink: "#222222"}
styles: {p: "margin:0"}
---
<mjml lang="{{ locale }}"><mj-head><mj-title>{{ subject }}</mj-title><mj-preview>{{ preheader }}</mj-preview></mj-head>
<mj-body><mj-include path="body" />
<mj-section><mj-column><mj-text><a href="{{ links.unsubscribe }}">{{ texts.unsubscribe }}</a></mj-text></mj-column>
</mj-section></mj-body></mjml>
"""


@cache
def email(name: str) -> CompiledEmail:
    return compile_email(read_email(TEMPLATES / "emails", name))


@cache
def sms(name: str) -> CompiledSms:
    return compile_sms(read_sms(TEMPLATES / "sms", name))


def full_context(kind: str, name: str, locale: str = "en") -> dict[str, Any]:
    """``kind`` is ``emails`` or ``sms``."""
    path = TEMPLATES / kind / name
    path = path / "email.yaml" if kind == "emails" else path.with_suffix(".yaml")
    return sample(yaml.safe_load(path.read_text("utf-8")).get("sample"), locale)


def least_context(kind: str, name: str, locale: str = "en") -> dict[str, Any]:
    compiled = email(name) if kind == "emails" else sms(name)
    return least(full_context(kind, name, locale), compiled.requires)


def source(
    body: str, *, subject: str = "Hello", layout: str = LAYOUT, settings: str = "{}", **files: str
) -> EmailSource:
    """A small English e-mail around a body; further files by name, ``/`` written as ``__``."""
    named = {name.replace("__", "/") + ".mjml": text for name, text in files.items()}
    front = f"---\nsubject: {subject!r}\npreheader: 'A word before'\n---\n"
    return EmailSource(
        name="trial", files={"email.yaml": settings, "en.mjml": front + body, "layout.mjml": layout, **named}
    )


def text_block(inner: str) -> str:
    return f"<mj-text>{inner}</mj-text>"
