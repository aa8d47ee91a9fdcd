"""What a message is written out with: the template that is live, and what it asks the definitions for."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from leadwell.clock import Moment
from leadwell.contacts.contact import Contact
from leadwell.definitions.library import LIVE, Library
from leadwell.errors import Broken
from leadwell.messaging.message import Message
from leadwell.messaging.outgoing import Outgoing
from leadwell.messaging.writing import Sender, write_out

if TYPE_CHECKING:
    from leadwell.definitions.text import Text
    from leadwell.store.mails import Mails


def worded(
    message: Message, contact: Contact, to: str, now: Moment, library: Library, sender: Sender, zone: str
) -> Outgoing:
    """``zone`` is the installation's. Raises Broken where something that the message needs is not published."""
    template = library.live(message.channel, message.template)
    if template is None:
        raise Broken(f"there is no {message.channel} template {message.template}; publish it and release the message")
    learned = library.interests() if contact.interests else None
    about = {"interest": learned.top(contact.interests)} if learned else {}
    shown = _shown(message, template.document, contact, now, library, zone)
    downloads = [_download(library, name) for name in template.document.get("files", ())]
    title = topic_title(library, message.topic) if message.topic else None
    return write_out(message, template.document, contact, to, sender, now, about, shown, downloads, title)


def topic_title(library: Library, name: str) -> "Text | None":
    """What people call a topic; None where the policy names none of this name (any more)."""
    policy = library.policy()
    return next((one.title for one in policy.definition.topics if one.name == name), None) if policy else None


def passed_on(message: Message, sender: Sender, mails: "Callable[[], Mails] | None") -> Outgoing:
    """A reply, on its way to the person in charge."""
    from leadwell.messaging.forwarding import pass_on

    if mails is None:
        raise Broken("this installation has no reply domain any more, and so no bucket of replies")
    return pass_on(message, mails(), sender)


def _download(library: Library, name: str) -> Mapping[str, Any]:
    published = library.live("download", name)
    if published is None or library.status("download", name) != LIVE:
        raise Broken(f"there is no download {name}, which the mail brings; publish it and release the message")
    return published.document


def _shown(
    message: Message, template: Mapping[str, Any], contact: Contact, now: Moment, library: Library, zone: str
) -> Mapping[str, bool]:
    """Which parts the contact gets; only templates that ask need the definitions."""
    if not template.get("show"):
        return {}
    from leadwell.contacts.folding import facts_of
    from leadwell.messaging.rendering.showing import shown

    facts = facts_of(contact, library.catalog().for_(contact.id), zone)
    return shown(template["show"], replace(facts, trigger=message.data.get("event", {})), now)
