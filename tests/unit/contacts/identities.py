"""A house where people come on devices and sign in: events as they are tracked, and what must hold afterwards."""

from typing import Any

from leadwell.clock import DAY, MINUTE, from_iso
from leadwell.contacts.contact import MERGED, Contact
from leadwell.contacts.folding import recount
from leadwell.contacts.linking import PREVIOUS
from leadwell.ids import contact_id
from leadwell.store import keys
from leadwell.tracking.events import Event, Identity, Name, Standing
from tests.unit.conditions.naive import Definitions
from tests.unit.conditions.strategies import catalog_of
from tests.unit.contacts.feed import ZONE, Feed

NOW = from_iso("2026-03-02T08:00:00Z")
CATALOG = catalog_of(
    Definitions(
        segments={"base": {"event": "Viewed", "at_least": 3, "within": 7 * DAY}},
        rules=[{"id": "v", "event": "Viewed", "points": 2}],
        half_life=30 * DAY,
        stages=[("lead", {"trait": "email", "exists": True})],
    )
)
ANN, BOB = "ann@example.com", "bob@example.com"


def anonymous(value: str) -> str:
    return contact_id("anonymous_id", value)


def user(value: str) -> str:
    return contact_id("user_id", value)


class House(Feed):
    """Events as ``track_events`` writes them: for the contact that owns the identity at that moment."""

    def __init__(self) -> None:
        super().__init__(CATALOG, NOW)
        self.number = 0

    def happens(self, name: str, kind: str, value: str, **more: Any) -> Event:
        self.now += MINUTE
        self.number += 1
        pointer = self.table.get(keys.identity(kind, value))
        return Event(
            contact=more.pop("contact", None) or (pointer["contact"] if pointer else contact_id(kind, value)),
            id=f"e{self.number:03d}",
            at=more.pop("at", self.now),
            type="identify" if name == Name.IDENTIFIED else "track",
            name=name,
            standing=more.pop("standing", Standing.PROVEN),
            identities=tuple(Identity(*one) for one in ((kind, value), *more.pop("identities", ()))),
            **more,
        )

    def views(self, device: str, **more: Any) -> Event:
        return self.happens("Viewed", "anonymous_id", device, standing=Standing.ANONYMOUS, **more)

    def signs_in(self, who: str, device: str = "", email: str = "", **more: Any) -> Event:
        identities = [("anonymous_id", device)] if device else []
        identities += [("email", email)] if email else []
        return self.happens(Name.IDENTIFIED, "user_id", who, identities=identities, **more)

    def says(self, device: str, email: str = "", who: str = "", **more: Any) -> Event:
        """An identify that nobody signed."""
        identities = [("user_id", who)] if who else []
        identities += [("email", email)] if email else []
        return self.happens(
            Name.IDENTIFIED, "anonymous_id", device, standing=Standing.CLAIMED, identities=identities, **more
        )

    def clicks(self, device: str, email: str) -> Event:
        """A link from our own mail, opened by a visitor: proof of the address."""
        return self.happens("Link Clicked", "anonymous_id", device, identities=[("email", email)])

    def alias(self, who: str, previous: str) -> Event:
        return self.happens(Name.ALIASED, "user_id", who, identities=[(PREVIOUS, previous)])

    def withdraws(self, contact: str) -> Event:
        self.now += MINUTE
        self.number += 1
        return Event(
            contact=contact,
            id=f"e{self.number:03d}",
            at=self.now,
            type="track",
            name=Name.CONSENT_WITHDRAWN,
            standing=Standing.PROVEN,
            properties={"purpose": "marketing", "channel": "email"},
        )

    def owner(self, kind: str, value: str) -> str:
        """Who an identity leads to, through all signposts."""
        pointer = self.table.get(keys.identity(kind, value))
        here = pointer["contact"] if pointer else contact_id(kind, value)
        for _ in range(50):
            contact = self.contact(here)
            if contact.status != MERGED:
                return here
            here = contact.merged_into
        raise AssertionError("signposts in a circle")

    def whole(self, contact: str) -> Contact:
        """The contact, after a look that nothing is missing in it and nothing is left to be done."""
        found = self.contact(contact)
        expected = recount(contact, self.history(contact), self.catalog, ZONE, self.now).settle(self.now)
        expected.rev = found.rev
        assert found == expected
        for item in self.table.items("CONTACT"):
            one = Contact.from_item(item)
            assert one.status != MERGED or one.due_at is None, "a history was not moved"
        return found
