"""The rows ``render`` and ``broadcast``: from a requested message to the provider's door."""

from functools import cache
from typing import Any

import jinja2

from leadwell.clock import Moment
from leadwell.contacts.contact import Consent, Contact
from leadwell.ids import contact_id, message_id
from leadwell.messaging.message import Message
from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.filters import FILTERS
from leadwell.messaging.rendering.missing import Missing
from leadwell.messaging.rendering.models import CompiledEmail
from leadwell.messaging.rendering.read_sources import read_email
from leadwell.messaging.writing import Sender, write_out
from leadwell.store.attributes import to_attributes
from leadwell.store.queues import to_body
from leadwell.tracking.events import Identity
from tests.benchmarks.harness import Compared, Row, Size, compare, repeated
from tests.benchmarks.installation import SETTINGS, TEMPLATES, Installation
from tests.benchmarks.visits import user

_EMAIL = "abandoned-cart"
_CART = {
    "cart_id": "c-1",
    "currency": "EUR",
    "products": [
        {"name": "Sofa Nord", "price": 899, "quantity": 1, "url": "https://shop.example.com/sofa-nord"},
        {"name": "Lamp Måne", "price": 59.5, "quantity": 2, "url": "https://shop.example.com/lamp-mane"},
    ],
}
_JOURNEY = {"cart_url": "https://shop.example.com/cart"}
_SENDER = Sender("Example Shop", SETTINGS.imprint, SETTINGS.public_url, b"0" * 32, "en")


def render(size: Size) -> Row:
    """A mail with headers, signed links, subject and text part, against its HTML alone from plain Jinja2."""
    contact, message = a_contact(1), _message(1, 0)
    document = _email().to_document()
    ours = repeated(lambda: write_out(message, document, contact, contact.address("email"), _SENDER, 0), size.mails)
    theirs = repeated(lambda: _bare().render(_context(contact)), size.mails)
    found = compare(ours, theirs, size.rounds)
    return Row("render", found.ratio, 1.3, f"{found.ours:,.0f} µs against {found.theirs:,.0f} µs")


def broadcast(size: Size) -> Row:
    """Requested messages through ``send_messages``, against rendering with plain Jinja2 and one call of SES each."""
    found = _broadcast(size)
    return Row("broadcast", found.ratio, 1.3, f"{found.ours:,.0f} µs a message against {found.theirs:,.0f} µs")


def _broadcast(size: Size) -> Compared:
    installation = Installation()
    installation.switch_on()
    aws, now = installation.aws, installation.clock.moment
    portion = max(size.messages // (size.rounds + 1) // 10 * 10, 10)
    waiting = []
    for number in range(portion * (size.rounds + 1)):
        contact, message = a_contact(number), _message(number, now)
        aws.put(to_attributes(contact.to_item()))
        aws.put(to_attributes(message.to_item()))
        waiting.append(to_body(message.key))
    ses: Any = aws.session().create_client("sesv2")
    contact = a_contact(1)
    address = contact.address("email")

    def bare() -> None:
        html = _bare().render(_context(contact))
        body = {"Html": {"Data": html, "Charset": "UTF-8"}}
        content = {"Simple": {"Subject": {"Data": "Your cart"}, "Body": body}}
        ses.send_email(FromEmailAddress="a@example.com", Destination={"ToAddresses": [address]}, Content=content)

    def ours() -> None:
        bodies = [waiting.pop() for _ in range(portion)]
        installation.work("send_messages", bodies)

    once = repeated(ours, 1, lambda: aws.seconds)
    theirs = repeated(bare, size.calls, lambda: aws.seconds)
    found = compare(lambda: once() / portion, theirs, size.rounds)
    assert not waiting and aws.requests["SendEmail"] >= portion * (size.rounds + 1)
    return found


@cache
def _email() -> CompiledEmail:
    return compile_email(read_email(TEMPLATES / "emails", _EMAIL))


@cache
def _bare() -> jinja2.Template:
    environment = jinja2.Environment(autoescape=True, undefined=Missing)
    environment.filters |= FILTERS
    return environment.from_string(_email().locales["de"].html)


def a_contact(number: int) -> Contact:
    """One of many customers who may be written to."""
    who = user(number)
    address = f"{who}@example.com"
    return Contact(
        id=contact_id("user_id", who),
        traits={"email": address, "firstName": "Robin", "lastName": "Example", "locale": "de-DE", "country": "DE"},
        identities=(Identity("user_id", who), Identity("email", address)),
        consents={"marketing/email": Consent("granted", 1, "checkout", "", "e1")},
        segments={f"segment-{one}": 1 for one in range(10)},
        events=40,
    )


def _message(number: int, now: Moment) -> Message:
    contact = contact_id("user_id", user(number))
    return Message(
        id=message_id(f"{contact}/{_EMAIL}//1", "reminder", 1),
        contact=contact,
        channel="email",
        template=_EMAIL,
        template_version=1,
        purpose="marketing",
        requested_at=now,
        due_at=now,
        journey=_EMAIL,
        journey_version=1,
        enrollment=f"J#{_EMAIL}##000001",
        step="reminder",
        visit=1,
        data={"event": _CART, "journey": _JOURNEY, "key": "c-1"},
    )


def _context(contact: Contact) -> dict[str, object]:
    links = {"unsubscribe": "https://go.example.com/p/u/token"}
    sender = {"name": _SENDER.name, "imprint": _SENDER.imprint}
    given = {"contact": contact.traits, "event": _CART, "journey": _JOURNEY, "links": links, "sender": sender}
    return {**given, "locale": "de", "purpose": "marketing", "subject": "Ihr Warenkorb", "preheader": ""}
