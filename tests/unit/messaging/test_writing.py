"""From a requested message to the words that leave."""

from dataclasses import replace
from typing import Any

import pytest

from leadwell.clock import from_iso
from leadwell.contacts.contact import Contact
from leadwell.errors import Broken
from leadwell.messaging.message import Message
from leadwell.messaging.outgoing import Outgoing
from leadwell.messaging.writing import Sender, write_out
from leadwell.pages.tokens import Purpose, Token, read

NOW = from_iso("2026-03-02T08:00:20Z")
ANN = "ann@example.com"
SECRET = b"0123456789abcdef0123456789abcdef"
SENDER = Sender("Möbelhaus & Söhne", "Example Street 1", "https://go.example.com/", SECRET, "en")
LINK = "{{ links.unsubscribe | default('') }}{{ links.confirm | default('') }}"


def locale(greeting: str, **more: str) -> dict[str, str]:
    html = f"<p>{greeting} {{{{ contact.firstName | default('you') }}}}</p><a href=\"{LINK}\">link</a>"
    return {
        "subject": f"{greeting} {{{{ contact.firstName | default('you') }}}}",
        "preheader": "",
        "html": html + "{{ event.name | default('') }}{{ journey.code | default('') }} {{ sender.name }}",
        **more,
    }


def email(purpose: str = "marketing", **locales: Any) -> dict[str, Any]:
    both = {"en": locale("Hello"), "de": locale("Hallo")}
    return {"name": "hello", "purpose": purpose, "requires": [], "locales": {**both, **locales}}


SMS = {
    "name": "hello",
    "purpose": "marketing",
    "requires": [],
    "locales": {"en": "Hello {{ contact.phone }}: {{ journey.code }}", "de": "Hallo {{ contact.phone }}"},
}
MESSAGE = Message(
    id="m1",
    contact="c1",
    channel="email",
    template="hello",
    template_version=1,
    purpose="marketing",
    requested_at=NOW,
    journey="welcome",
    step="hello",
    data={"event": {"name": "Sofa <b>"}, "journey": {"code": "X"}, "key": ""},
)
CONTACT = Contact(id="c1", traits={"firstName": "Ann", "email": "old@example.com"})


def written(message: Message = MESSAGE, template: dict[str, Any] | None = None, **changes: Any) -> Outgoing:
    contact = replace(CONTACT, **changes)
    return write_out(message, template or email(), contact, ANN, SENDER, NOW)


def token(url: str, purpose: Purpose) -> Token:
    return read(SECRET, purpose, url.rpartition("/")[2], NOW)


def test_a_mail() -> None:
    mail = written()
    assert (mail.to, mail.subject, mail.transactional) == (ANN, "Hello Ann", False)
    assert "Sofa &lt;b&gt;X" in mail.html, "what a website sent is text, never markup"
    assert "Möbelhaus &amp; Söhne" in mail.html
    assert "Hello Ann" in mail.text
    assert "<p>" not in mail.text, "there is always a text part"


@pytest.mark.parametrize(
    ("wanted", "subject"),
    [("de-DE", "Hallo Ann"), ("de", "Hallo Ann"), ("en", "Hello Ann"), ("fr", "Hello Ann"), ("", "Hello Ann")],
)
def test_it_speaks_the_contact_s_language(wanted: str, subject: str) -> None:
    assert written(traits={"firstName": "Ann", "locale": wanted}).subject == subject


def test_one_click_unsubscribes() -> None:
    """RFC 8058: both headers, an HTTPS address, and the same link in the mail."""
    mail = written()
    assert set(mail.headers) == {"List-Unsubscribe", "List-Unsubscribe-Post"}
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = mail.headers["List-Unsubscribe"].strip("<>")
    assert url.startswith("https://go.example.com/p/u/")
    assert url in mail.html
    preferences = mail.untracked[1]
    assert mail.untracked == (url, preferences)
    assert preferences.startswith("https://go.example.com/p/s/")
    found = token(url, Purpose.UNSUBSCRIBE)
    assert (found.contact, found.message, found.topic) == ("c1", "m1", "marketing/email")


def test_a_receipt_is_nothing_to_unsubscribe_from_by_a_mail_program() -> None:
    """Whoever presses its button means the newsletter, and would miss the confirmation of an order."""
    assert written(replace(MESSAGE, purpose="transactional"), email("transactional")).headers == {}


def test_the_link_is_the_same_in_every_attempt_of_a_minute() -> None:
    assert written().html == written().html


def test_a_confirmation_has_its_link_and_nothing_to_unsubscribe_from() -> None:
    message = replace(MESSAGE, purpose="confirmation")
    mail = written(message, email("confirmation"))
    assert mail.headers == {}
    (url,) = mail.untracked
    assert url in mail.html
    assert url.startswith("https://go.example.com/p/c/")
    assert token(url, Purpose.CONFIRM).message == "m1"


def test_a_transactional_mail() -> None:
    mail = written(replace(MESSAGE, purpose="transactional"), email("transactional"))
    assert mail.transactional


def test_tags_say_what_a_report_is_about() -> None:
    assert written().tags == {
        "leadwell_message": "m1",
        "leadwell_contact": "c1",
        "leadwell_journey": "welcome",
        "leadwell_step": "hello",
    }
    bare = written(replace(MESSAGE, journey="", step=""))
    assert (bare.tags["leadwell_journey"], bare.tags["leadwell_step"]) == ("none", "none"), "SES takes no empty value"


def test_the_template_knows_the_address_that_is_written_to() -> None:
    """Which may be a claimed one, not that of the profile."""
    template = email(en=locale("Hello", html="{{ contact.email }} {{ contact.id }} {{ links.unsubscribe }}"))
    assert written(template=template).html.startswith(f"{ANN} c1 ")


def test_traits_cannot_pass_for_the_contact_s_id() -> None:
    template = email(en=locale("Hello", html="{{ contact.id }} {{ links.unsubscribe }}"))
    assert written(template=template, traits={"id": "c2"}).html.startswith("c1 ")


def test_no_name_starts_another_header() -> None:
    mail = written(traits={"firstName": "Ann\r\nBcc: bob@example.com"})
    assert mail.subject == "Hello Ann Bcc: bob@example.com"


def test_an_sms() -> None:
    sms = write_out(replace(MESSAGE, channel="sms"), SMS, CONTACT, "+12025550143", SENDER, NOW)
    assert (sms.to, sms.text, sms.subject, sms.html) == ("+12025550143", "Hello +12025550143: X", "", "")
    assert sms.tags["leadwell_message"] == "m1"


@pytest.mark.parametrize("html", ["{{ 1 / 0 }}", "{{ contact.firstName + 1 }}", "{{ 'x' * 10 ** 9 }}"])
def test_a_template_that_fails_on_the_data_is_broken(html: str) -> None:
    with pytest.raises(Broken):
        written(template=email(en=locale("Hello", html=html + LINK)))


@pytest.mark.parametrize("odd", [None, 5, ["x"], {"a": {"b": 1}}, True, "{{ links.unsubscribe }}", "x" * 5000])
def test_no_trait_that_a_website_sends_makes_a_mail_fail(odd: Any) -> None:
    mail = written(traits={"firstName": odd, "locale": odd if isinstance(odd, str) else ""})
    assert mail.subject.startswith("Hello")
    assert "{{" not in mail.html or odd == "{{ links.unsubscribe }}"
