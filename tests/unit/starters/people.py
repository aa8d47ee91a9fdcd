"""People who do not exist, and what the starters make of them.

Moments are written ``03-02 10:00`` (in 2026) or ``2025-12-24 10:00``, always UTC; the people live in Berlin.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from leadwell.clock import Moment, from_iso
from leadwell.contacts.folding import Folding, recount
from leadwell.definitions.catalog import Catalog
from leadwell.definitions.files import publish_files, read_files
from leadwell.definitions.library import Library
from leadwell.definitions.publishing import Publisher
from leadwell.definitions.starters import publish_folder
from leadwell.ids import fingerprint
from leadwell.tracking.events import Event, Identity, Name, Standing
from tests.fakes.memory_table import MemoryTable
from tests.fakes.world import TEMPLATES

ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class Sample:
    """Somebody who is in a segment ``at`` a moment, and somebody similar who is not.

    ``begins`` and ``ends`` are the moments at which the one who is in comes in or leaves although nothing happens then;
    without ``ends`` the membership lasts until something happens.
    """

    at: str
    inside: Sequence[Event]
    outside: Sequence[Event]
    begins: str = ""
    ends: str = ""


def moment(text: str) -> Moment:
    return from_iso(text if text.startswith("20") else f"2026-{text}")


def did(when: str, event: str, context: dict[str, Any] | None = None, /, **properties: Any) -> Event:
    """Something the person did, or that was reported about them."""
    return _event(when, "track", event, properties=properties, context=context or {})


def often(times: int, when: str, event: str, /, **properties: Any) -> list[Event]:
    """The same on so many days in a row, the first time at ``when``."""
    first, day = moment(when), 24 * 3600 * 1000
    return [_event(first + n * day, "track", event, properties=properties) for n in range(times)]


def known(when: str, email: str = "ann@example.com", **traits: Any) -> Event:
    """Becomes known by a proven identify call; without an address where ``email`` is empty."""
    traits = {**({"email": email} if email else {}), **traits}
    addresses = tuple(Identity(kind, traits[kind]) for kind in ("email", "phone") if kind in traits)
    return _event(when, "identify", Name.IDENTIFIED, traits=traits, identities=(Identity("user_id", "u1"), *addresses))


def agreed(when: str, channel: str = "email") -> Event:
    return did(when, Name.CONSENT_GRANTED, purpose="marketing", channel=channel)


def works_at(when: str, **attributes: Any) -> Event:
    return _event(when, "group", Name.GROUPED, properties={"group_id": "acme"}, traits=attributes)


def _event(when: str | Moment, kind: str, name: str, **more: Any) -> Event:
    at = moment(when) if isinstance(when, str) else when
    return Event(
        contact="c1",
        id=fingerprint(name, str(at), repr(more)),
        at=at,
        type=kind,
        name=name,
        standing=Standing.PROVEN,
        source="sample",
        **more,
    )


@cache
def installed(*sets: str) -> Catalog:
    """All starters live with their defaults; on top of them the sets of ``templates/scoring/`` that are named."""
    library = Library(MemoryTable())
    publish_folder(library, TEMPLATES, 0, "starters")
    for one in sets:
        files = read_files(sorted((TEMPLATES / "scoring" / one).glob("*.yaml")))
        publish_files(Publisher(library, 0, "somebody"), files)
    return library.catalog()


def judged(history: Iterable[Event], at: Moment, catalog: Catalog) -> Folding:
    """What is known about the person at that moment, from nothing but the events up to then."""
    return recount("c1", [event for event in history if event.at <= at], catalog, ZONE, at)


def is_in(segment: str, history: Iterable[Event], at: Moment, catalog: Catalog) -> bool:
    return segment in judged(history, at, catalog).contact.segments
