"""What becomes of a contact, noted in its own history: segments entered and left, every change of stage.

Notes are written with the contact, so they cost nothing where nothing changes. They are there to be read, by people and
exports: the contact itself knows where it stands, so nothing listens to them, and a recount leaves them out. What a
recount finds otherwise than it was stored is noted as of then; what was noted before stays as it was.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from leadwell.clock import Moment
from leadwell.contacts.change import Happening
from leadwell.contacts.contact import Contact
from leadwell.store.table import Change, Put
from leadwell.tracking.events import ITSELF, Event, Noted, Standing

_NAMES = {"entered": Noted.SEGMENT_ENTERED, "left": Noted.SEGMENT_LEFT, "stage": Noted.STAGE_CHANGED}

_LAST = "~"
"""Behind every other id of the same moment: what becomes of something stands after it."""


def notes(
    stored: Contact, contact: Contact, happened: Iterable[Happening], now: Moment, *, recounted: bool, redefined: bool
) -> list[Change]:
    """``happened`` is all that was met on the way to ``contact``; of a recount that is the whole past."""
    found = [one for one in happened if one.kind in _NAMES and (not recounted or one.at > stored.clock)]
    if recounted:
        found += _found_otherwise(stored, contact, found, now)
    return [Put(_event(contact.id, one, redefined).to_item()) for one in found]


def _found_otherwise(stored: Contact, contact: Contact, told: Iterable[Happening], now: Moment) -> Iterator[Happening]:
    """What is not as it was stored, and was not told already."""
    known = {(one.kind, one.name) for one in told}
    entered = contact.segments.keys() - stored.segments.keys()
    left = stored.segments.keys() - contact.segments.keys()
    for kind, names in (("entered", entered), ("left", left)):
        for segment in sorted(names):
            if (kind, segment) not in known:
                at = contact.segments.get(segment, now)
                yield Happening(kind, f"{kind}:{segment}@{at}", segment, at, {})
    if contact.stage != stored.stage and ("stage", contact.stage) not in known:
        at = contact.stages.get(contact.stage, now)
        yield Happening("stage", f"stage:{contact.stage}@{at}", contact.stage, at, {"from": stored.stage})


def _event(contact: str, one: Happening, redefined: bool) -> Event:
    said: dict[str, Any] = {"segment": one.name}
    if one.kind == "stage":
        said = {"from": one.properties["from"], "to": one.name}
    return Event(
        contact=contact,
        id=f"{_LAST}{one.id}",
        at=one.at,
        type="track",
        name=_NAMES[one.kind],
        standing=Standing.PROVEN,
        properties=said | ({"redefined": True} if redefined else {}),
        source=ITSELF,
    )
