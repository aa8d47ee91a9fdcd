"""Consents and what proves them."""

from typing import Literal

from pydantic import Field

from leadwell.clock import Moment
from leadwell.consent.proving import Change, Mail
from leadwell.consent.standing import Record, Standing
from leadwell.console.api.shapes.basics import Instant, Shape, instant

Basis = Literal["consent", "contract", "legal_obligation", "legitimate_interest"]


class MailProof(Shape):
    """The message that asked for confirmation."""

    message: str
    channel: str
    template: str
    template_version: int
    content_hash: str = Field(
        description="SHA-256 of what left: subject, text and HTML in UTF-8, each with its length in four bytes before."
    )
    requested_at: Instant | None
    sent_at: Instant | None
    delivered_at: Instant | None


class ConsentChange(Shape):
    """What is not known is empty."""

    id: str = Field(description="The event that says so.")
    at: Instant
    state: Literal["requested", "granted", "withdrawn", "paused", "resumed"]
    purpose: str
    channel: str
    basis: Basis | Literal[""]
    how: Literal["link", "claim", "record"] = Field(
        description="A click in our own message; a visitor's word, without proof; or recorded by `reporter`."
    )
    reporter: str
    address: str
    source: str
    wording: str
    wording_version: str
    wording_hash: str = Field(description="SHA-256 of the wording.")
    form: str
    form_version: str
    page: str
    locale: str
    agent: str
    ip: str
    mail: MailProof | None
    until: Instant | None = Field(description="When the pause is over that was asked for.")


class ConsentStanding(Shape):
    purpose: str
    channel: str
    state: Literal["requested", "lapsed", "granted", "withdrawn", "not needed"]
    basis: Basis | Literal[""]
    since: Instant | None
    change: str = Field(description="The id of the change that led here.")
    allowed: bool = Field(description="Whether a message may leave now, all considered.")
    reason: str = Field(description="Why not.")


class ConsentRecord(Shape):
    contact: str
    as_of: Instant
    paused_until: Instant | None = Field(description="The contact asked for a pause: no marketing until then.")
    standing: list[ConsentStanding]
    history: list[ConsentChange] = Field(description="The newest first.")


def consent_record(contact: str, record: Record, now: Moment) -> ConsentRecord:
    return ConsentRecord(
        contact=contact,
        as_of=instant(now) or "",
        paused_until=instant(record.paused_until),
        standing=[_standing(one) for one in record.standings],
        history=[change_shape(one) for one in record.changes],
    )


def change_shape(one: Change) -> ConsentChange:
    known = {name: getattr(one, name) for name in ConsentChange.model_fields if name not in ("at", "mail", "until")}
    mail = _mail(one.mail) if one.mail else None
    return ConsentChange(**known, at=instant(one.at) or "", mail=mail, until=instant(one.until))


def _standing(one: Standing) -> ConsentStanding:
    return ConsentStanding(
        purpose=one.purpose,
        channel=one.channel,
        state=one.state,
        basis=one.basis,
        since=instant(one.since),
        change=one.change,
        allowed=one.verdict.allowed,
        reason=one.verdict.reason,
    )


def _mail(mail: Mail) -> MailProof:
    return MailProof(
        message=mail.message,
        channel=mail.channel,
        template=mail.template,
        template_version=mail.template_version,
        content_hash=mail.content_hash,
        requested_at=instant(mail.requested_at),
        sent_at=instant(mail.sent_at),
        delivered_at=instant(mail.delivered_at),
    )
