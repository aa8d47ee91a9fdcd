"""SES and SNS: what is accepted has an id, what is refused was not sent, and nobody remembers what was sent before.

Sources: Amazon SES API v2 Reference, SendEmail, MessageTag, MessageHeader; Amazon SNS API Reference, Publish,
MessageAttributeValue; Developer Guide, "Publishing SMS messages".
"""

from dataclasses import replace
from typing import Any

import pytest

from leadwell.messaging.channels.email_ses import SesEmail
from leadwell.messaging.outgoing import CannotSend, Outgoing
from tests.contract.requests import Mail, Sms

TAGS = {
    "leadwell_message": "m0123456789abcdefghjk",
    "leadwell_contact": "c0123456789abcdefghjk",
    "leadwell_journey": "abandoned-cart",
    "leadwell_step": "2-b1",
}


def letter(to: str, **more: Any) -> Outgoing:
    mail = Outgoing(
        to=to,
        subject="Grüße aus Köln",
        html='<p>Hallo</p><a href="https://go.example.com/p/u/t">Abmelden</a>',
        text="Hallo\nhttps://go.example.com/p/u/t",
        headers={
            "List-Unsubscribe": "<https://go.example.com/p/u/t>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        tags=TAGS,
        untracked=("https://go.example.com/p/u/t",),
    )
    return replace(mail, **more)


def short(to: str, **more: Any) -> Outgoing:
    return replace(Outgoing(to=to, text="Hallo aus Köln 🛋", tags=TAGS, transactional=True), **more)


def test_an_accepted_mail_has_an_id(mail: Mail) -> None:
    assert mail.channel.send(letter(mail.to))


def test_the_same_mail_again_is_another_mail(mail: Mail) -> None:
    """There is no token to prevent it, so the claim has to."""
    assert mail.channel.send(letter(mail.to)) != mail.channel.send(letter(mail.to))


def test_an_accepted_sms_has_an_id(sms: Sms) -> None:
    assert sms.channel.send(short(sms.to))


def test_the_same_sms_again_is_another_sms(sms: Sms) -> None:
    assert sms.channel.send(short(sms.to)) != sms.channel.send(short(sms.to))


def test_a_sender_that_is_not_verified_cannot_send(ses: Mail) -> None:
    stranger = SesEmail(
        ses.client,
        from_address="stranger@unverified.example.net",
        from_name="Stranger",
        configuration_set=ses.configuration_set,
    )
    with pytest.raises(CannotSend):
        stranger.send(letter(ses.to))


def test_a_configuration_set_that_is_not_there_is_refused(ses: Mail) -> None:
    astray = SesEmail(ses.client, from_address=ses.sender, from_name="", configuration_set="leadwell-is-not-there")
    with pytest.raises(CannotSend):
        astray.send(letter(ses.to))


BAD_LETTERS: dict[str, dict[str, Any]] = {
    "no address": {"to": "not an address"},
    "a tag with a space": {"tags": {"leadwell_step": "the second"}},
    "an empty tag": {"tags": {"leadwell_step": ""}},
    "a tag of 257 characters": {"tags": {"leadwell_step": "x" * 257}},
    "a header of 996 characters": {"headers": {"X-Long": "x" * 996}},
    "a header that is not ASCII": {"headers": {"X-Name": "Köln"}},
}


@pytest.mark.parametrize("case", BAD_LETTERS)
def test_a_letter_that_breaks_a_rule_is_refused(ses: Mail, case: str) -> None:
    with pytest.raises(CannotSend):
        ses.channel.send(letter(**{"to": ses.to, **BAD_LETTERS[case]}))


BAD_SHORTS: dict[str, dict[str, Any]] = {
    "no number": {"to": "not a number"},
    "no text": {"text": ""},
    "1601 characters": {"text": "x" * 1601},
    "an empty tag": {"tags": {"leadwell_step": ""}},
}


@pytest.mark.parametrize("case", BAD_SHORTS)
def test_an_sms_that_breaks_a_rule_is_refused(sns: Sms, case: str) -> None:
    with pytest.raises(CannotSend):
        sns.channel.send(short(**{"to": sns.to, **BAD_SHORTS[case]}))
