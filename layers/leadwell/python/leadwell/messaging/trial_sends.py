"""A published mail to one's own address, to see it in a real inbox.

It needs nobody's consent, so it goes only where the installation's policy says (``test_addresses``). It is marked in
its subject, its links lead nowhere, nothing of it is counted, and it is nothing that happened to the contact whose data
it shows. Otherwise it takes the way of every message.
"""

from collections.abc import Mapping
from typing import Any

from leadwell.clock import MINUTE, Moment
from leadwell.consent.permission import INTERNAL
from leadwell.consent.suppressions import normalized
from leadwell.contacts.contact import Contact
from leadwell.definitions.library import Library, Published
from leadwell.due.buckets import Armory
from leadwell.errors import Refused
from leadwell.ids import fingerprint
from leadwell.messaging.message import Message
from leadwell.messaging.rendering.locales import choose_locale
from leadwell.messaging.rendering.samples import in_language
from leadwell.store.queues import MESSAGES, Queues
from leadwell.store.table import ABSENT, Put, Table

_SAFETY = 2 * MINUTE
_GRID = 5 * MINUTE
TEST = "test"
"""In a message's data: what the mail is tried with."""


def check_test(library: Library, name: str, to: str) -> Published:
    """The mail to be tried. Raises Refused for one that is not published and for an address that the policy does not
    name."""
    library.look()
    published = library.live("email", name)
    if published is None:
        raise Refused("there is no e-mail of this name; publish it first", "name")
    policy = library.policy()
    allowed = {normalized("email", one) for one in (policy.definition.test_addresses if policy else ())}
    if normalized("email", to) not in allowed:
        raise Refused("goes only to addresses that the policy names under test_addresses: add it there", "to")
    return published


def request_test(
    table: Table,
    armory: Armory,
    queues: Queues,
    library: Library,
    *,
    name: str,
    to: str,
    contact: Contact,
    request: str,
    now: Moment,
    locale: str = "",
    default_locale: str = "en",
    event: Mapping[str, Any] | None = None,
    journey: Mapping[str, Any] | None = None,
) -> Message:
    """Durable on return; the same ``request`` again changes nothing. Raises Refused as ``check_test`` does."""
    published = check_test(library, name, to)
    due = now + _SAFETY
    due = due - due % _GRID + _GRID
    spoken = choose_locale(published.document["locales"], locale or contact.locale or None, default_locale)
    sample = in_language(published.document.get("sample", {}), spoken)
    message = Message(
        id="t" + fingerprint("test", request, name, to),
        contact=contact.id,
        channel="email",
        template=name,
        template_version=published.version,
        purpose=INTERNAL,
        recipient=to,
        requested_at=now,
        due_at=due,
        locale=locale or None,
        data={
            TEST: True,
            "event": dict(event if event is not None else sample.get("event", {})),
            "journey": dict(journey if journey is not None else sample.get("journey", {})),
        },
    )
    armory.arm([due], now)
    table.write(Put(message.to_item(), ABSENT))
    queues.send(MESSAGES, [message.key])
    return message
