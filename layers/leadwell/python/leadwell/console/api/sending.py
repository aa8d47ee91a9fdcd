"""Messages that programs ask for: receipts and the like."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue, model_validator

from leadwell.console.api.access import LONGEST_ID, AskedByProgram, IdempotencyKey, Work, routes, with_server_key
from leadwell.console.api.messages import TAG
from leadwell.console.api.shapes.basics import Given
from leadwell.console.api.shapes.messages import MessageShape, message_shape
from leadwell.contacts.contact import Contact
from leadwell.contacts.reading import read_contact
from leadwell.errors import Refused
from leadwell.messaging.requesting import Desk, Wanted
from leadwell.tracking.calls import Call, parse_call
from leadwell.tracking.deliveries import store
from leadwell.tracking.identities import email_address, phone_number
from leadwell.tracking.keys import KeyKind, WriteKey
from leadwell.tracking.resolve import owners
from leadwell.tracking.standing import judge
from leadwell.tracking.times import Envelope
from leadwell.tracking.values import checked, mended

router = routes()

_CHANNELS = {"email": "email", "phone": "sms"}


class Recipient(Given):
    """One of them. A `contact` gets it at its own address; an `email` or `phone` that nobody is known under yet makes a
    contact, who is asked nothing and sent nothing else because of it."""

    contact: Annotated[str, Field(max_length=LONGEST_ID, examples=["c4t2gqp5mj470mkqvwfhp"])] = ""
    email: Annotated[str, Field(max_length=320, examples=[""])] = ""
    phone: Annotated[str, Field(max_length=40, examples=[""])] = ""

    @model_validator(mode="after")
    def _one(self) -> "Recipient":
        if sum(map(bool, (self.contact, self.email, self.phone))) != 1:
            raise ValueError("to whom? give one of contact, email, phone")
        return self


class MessageGiven(Given):
    """`data` is what the template calls `event`: `{{ event.order_id }}`."""

    channel: Literal["email", "sms"]
    template: Annotated[str, Field(min_length=1, max_length=100, examples=["receipt"])]
    to: Recipient
    data: Annotated[dict[str, JsonValue], Field(examples=[{"order_id": "7"}])] = Field(default_factory=dict)
    locale: Annotated[str | None, Field(max_length=35, description="Instead of the contact's.", examples=["de"])] = None


@router.post("/api/messages", **with_server_key(TAG, "send_message", "Send a transactional message", status=202))
def send(work: AskedByProgram, given: MessageGiven, idempotency_key: IdempotencyKey = None) -> MessageShape:
    """Sent at once, past campaigns, caps and quiet hours; never to whom refused it or whose address is suppressed. The
    same `Idempotency-Key` answers with the same message, and 409 if it is to be another."""
    address, contact_id, contact = _whom(work, given)
    wanted = Wanted(
        to=given.to.model_dump_json(),
        contact=contact_id,
        channel=given.channel,
        template=mended(given.template),
        request=work.derived_id("send message", idempotency_key),
        address=address,
        data=checked(dict(given.data), "data"),
        locale=given.locale,
    )
    services = work.given
    settings = services.settings
    desk = Desk(
        services.table, services.armory, services.queues, services.library, settings.from_name, settings.imprint
    )
    message = desk.request(wanted, contact, work.now)
    if contact is None:
        _introduce(work, given.channel, address)
    return message_shape(message)


def _whom(work: Work, given: MessageGiven) -> tuple[str, str, Contact | None]:
    """(the address if one was given, the contact's id, the contact if there is one)."""
    table, to = work.given.table, given.to
    if to.contact:
        contact = read_contact(table, mended(to.contact))
        if contact is None:
            raise Refused("there is no such contact, or it was erased", "to.contact")
        return "", contact.id, contact
    kind = "email" if to.email else "phone"
    if _CHANNELS[kind] != given.channel:
        raise Refused(f"an {given.channel} goes to {'an email' if given.channel == 'email' else 'a phone'}", "to")
    address = email_address(to.email) if to.email else phone_number(to.phone)
    if address is None:
        remedy = "ann@example.com" if to.email else "+12025550143, with its country code"
        raise Refused(f"is no address that could be written to; write it like {remedy}", f"to.{kind}")
    statement = judge(_told(work, kind, address), _key(work), lambda: b"")
    contact_id = owners(table, [statement.subject])[statement.subject]
    contact = read_contact(table, contact_id)
    return address, contact.id if contact else contact_id, contact


def _introduce(work: Work, channel: str, address: str) -> None:
    """A receipt is the first that is heard of many a customer."""
    kind = "email" if channel == "email" else "phone"
    store(work.given.table, [judge(_told(work, kind, address), _key(work), lambda: b"")], _key(work).name, work.now)


def _told(work: Work, kind: str, address: str) -> Call:
    entry = {"type": "identify", "traits": {kind: address}, "messageId": work.derived_id(f"met {address}", "once")}
    return parse_call(entry, "identify", Envelope(work.now), (work.request, kind))


def _key(work: Work) -> WriteKey:
    return WriteKey(work.caller.id.removeprefix("key:"), KeyKind.SERVER)
