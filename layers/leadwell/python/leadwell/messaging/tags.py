"""What comes back with every report of a provider, and says what it is about."""

from leadwell.messaging.message import Message


def tags_of(message: Message) -> dict[str, str]:
    return {
        "leadwell_message": message.id,
        "leadwell_contact": message.contact,
        "leadwell_journey": message.journey or "none",
        "leadwell_step": message.step or "none",
    }
