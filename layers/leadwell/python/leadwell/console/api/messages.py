"""A contact's messages."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from leadwell.console.api.access import LONGEST_ID, Asked, Work, least, routes
from leadwell.console.api.contacts import ContactId
from leadwell.console.api.shapes.messages import MessageList, MessageShape, message_shape
from leadwell.console.problems import NotThere
from leadwell.messaging.message import Message
from leadwell.messaging.reading import read_message, read_messages, release

router = routes()

TAG = "Messages"
MessageId = Annotated[str, Path(max_length=LONGEST_ID, description="The id of the message.")]


@router.get(
    "/api/contacts/<contact_id>/messages",
    **least("viewer", TAG, "list_messages", "What was sent, or why it was not, newest first"),
)
def list_all(work: Asked, contact_id: ContactId, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> MessageList:
    found = read_messages(work.given.table, work.contact(contact_id).id)
    return MessageList(messages=[message_shape(message) for message in found[:limit]], more=len(found) > limit)


@router.get("/api/contacts/<contact_id>/messages/<message_id>", **least("viewer", TAG, "read_message", "One message"))
def read(work: Asked, contact_id: ContactId, message_id: MessageId) -> MessageShape:
    return message_shape(_message(work, contact_id, message_id))


@router.post(
    "/api/contacts/<contact_id>/messages/<message_id>/release",
    **least("marketer", TAG, "release_message", "Try a parked message again", status=202),
)
def release_message(work: Asked, contact_id: ContactId, message_id: MessageId) -> MessageShape:
    message = _message(work, contact_id, message_id)
    work.note("message.released", message.id, contact=message.contact)
    given = work.given
    return message_shape(release(given.table, given.armory, given.queues, message, work.now))


def _message(work: Work, contact_id: str, message_id: str) -> Message:
    # Messages stay where they were asked for: a contact's that was joined later has them under its former id.
    message = read_message(work.given.table, contact_id, message_id)
    if message is None:
        message = read_message(work.given.table, work.contact(contact_id).id, message_id)
    if message is None:
        raise NotThere("this contact has no such message")
    return message
