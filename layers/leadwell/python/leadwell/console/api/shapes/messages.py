"""Messages as people see them."""

from pydantic import Field

from leadwell.clock import to_iso
from leadwell.console.api.shapes.basics import Instant, Shape, instant
from leadwell.messaging.message import Message


class MessageShape(Shape):
    id: str
    channel: str
    template: str
    template_version: int
    purpose: str
    topic: str = Field(description="The topic whose consent it needs; empty for marketing as a whole.")
    status: str = Field(
        description="requested, claimed, skipped, parked, unknown, sent, failed, rejected, undelivered, delivered, "
        "bounced or complained"
    )
    reason: str = Field(description="Why it was not sent, or what is to be done.")
    journey: str
    journey_version: int
    step: str
    to: str
    requested_at: Instant
    due_at: Instant | None
    sent_at: Instant | None
    delivered_at: Instant | None
    first_opened_at: Instant | None
    first_clicked_at: Instant | None
    finished_at: Instant | None


class MessageList(Shape):
    messages: list[MessageShape]
    more: bool = Field(description="Whether there are older ones than were listed.")


def message_shape(message: Message) -> MessageShape:
    return MessageShape(
        id=message.id,
        channel=message.channel,
        template=message.template,
        template_version=message.template_version,
        purpose=message.purpose,
        topic=message.topic,
        status=message.status.value,
        reason=message.reason,
        journey=message.journey,
        journey_version=message.journey_version,
        step=message.step,
        to=message.to,
        requested_at=to_iso(message.requested_at),
        due_at=instant(message.due_at),
        sent_at=instant(message.sent_at),
        delivered_at=instant(message.delivered_at),
        first_opened_at=instant(message.first_opened_at),
        first_clicked_at=instant(message.first_clicked_at),
        finished_at=instant(message.finished_at),
    )
