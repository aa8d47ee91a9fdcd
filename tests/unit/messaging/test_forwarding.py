"""The mail that the person in charge gets."""

from dataclasses import replace
from typing import Any

import pytest

from leadwell.clock import from_iso
from leadwell.feedback.from_mail import LOOP_HEADER, written
from leadwell.messaging import forwarding
from leadwell.messaging.forwarding import MAILBOX, pass_on
from leadwell.messaging.message import Message
from leadwell.messaging.outgoing import Outgoing
from leadwell.messaging.writing import Sender
from tests.functions.arriving_mail import Bucket, arrived_of, mail

NOW = from_iso("2026-11-22T12:00:00Z")
SENDER = Sender("Example Shop", "Example Street 1", "https://go.example.com", b"s" * 32, "en")
GERMAN = replace(SENDER, default_locale="de-AT")
ASKED = Message(
    id="f1",
    contact="c1",
    channel="email",
    template="reply",
    template_version=0,
    purpose="internal",
    recipient="sam@example.com",
    requested_at=NOW,
    data={"reply": {"key": "replies/1"}},
)


def passed_on(content: bytes, sender: Sender = SENDER, contact: str = "c1", **about: Any) -> Outgoing:
    bucket = Bucket()
    bucket.kept["replies/1"] = content
    message = replace(ASKED, contact=contact, data={"reply": {"key": "replies/1", **about}})
    return pass_on(message, bucket, sender)


def test_who_answers_it_writes_to_the_contact() -> None:
    mail_ = passed_on(mail("person"))
    assert (mail_.to, mail_.reply_to) == ("sam@example.com", "robin@example.com")
    assert mail_.subject == "Re: Ihr Warenkorb wärmt"
    assert "ist das grüne Sofa auch in 2,20 m lieferbar?" in mail_.text
    assert "https://go.example.com/console/contacts/c1" in mail_.text
    assert mail_.attached[0].content == mail("person")
    assert mail_.internal and not mail_.transactional


def test_no_program_answers_it_and_it_is_known_again() -> None:
    headers = passed_on(mail("person")).headers
    assert headers["Auto-Submitted"] == "auto-generated"
    back = b"".join(f"{name}: {value}\r\n".encode() for name, value in headers.items()) + b"\r\nHello"
    assert LOOP_HEADER in headers and written(back, arrived_of(back)).ours


def test_nobody_is_told_to_answer_a_program() -> None:
    mail_ = passed_on(mail("absence"), contact=MAILBOX, auto=True, why="not ours")
    assert mail_.reply_to == ""
    assert "It was written by a program." in mail_.text and "console" not in mail_.text
    assert "its address is not one that we gave out" in mail_.text


def test_in_german() -> None:
    text = passed_on(mail("no"), GERMAN, stop=True).text
    assert "robin@example.com hat geantwortet:" in text
    assert "Die Einwilligung ist widerrufen." in text
    assert "Wenn Sie auf diese Mail antworten, schreiben Sie direkt an robin@example.com." in text


def test_a_virus_stays_where_it_is() -> None:
    mail_ = passed_on(mail("person"), virus=True)
    assert mail_.attached == ()
    assert "found a virus" in mail_.text and "replies/1" in mail_.text


def test_what_is_too_large_stays_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarding, "MOST", 900)
    mail_ = passed_on(mail("person"))
    assert mail_.attached == ()
    assert "too large" in mail_.text


def test_spam_is_called_so() -> None:
    assert passed_on(mail("person"), spam=True).subject.startswith("[Spam?] ")


def test_nothing_written_in_it_becomes_a_header() -> None:
    folded = mail("person").replace(
        b"Subject: =?utf-8?q?Re=3A_Ihr_Warenkorb_w=C3=A4rmt?=", b"Subject: =?utf-8?q?Hi=0D=0ABcc:_x@example.net?="
    )
    assert passed_on(folded).subject == "Hi Bcc: x@example.net"


def test_both_languages_say_the_same() -> None:
    english, german = (set(forwarding._WORDS[language]) for language in ("en", "de"))
    assert english == german
