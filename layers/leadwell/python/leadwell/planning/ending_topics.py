"""What it means that a policy names a topic no more: who agreed to it, and what still points at it."""

from collections import Counter
from collections.abc import Collection, Iterator

from leadwell.contacts.contact import LIVE, Contact
from leadwell.contacts.membership import EVERYONE
from leadwell.definitions.library import Library
from leadwell.definitions.topic_uses import live_policy, topics_of, uses_of_topics
from leadwell.messaging.policy import PolicyDefinition
from leadwell.planning.differences import TOPIC_GONE, Difference
from leadwell.planning.plan import SAMPLE
from leadwell.segments.listing import count_members, list_members
from leadwell.store import keys
from leadwell.store.table import Table

_MOST_COUNTED = 2_000_000
_PAGE = 200


def endings(table: Table, live: Library, policy: PolicyDefinition, sample: int = SAMPLE) -> Iterator[Difference]:
    """One for each topic and channel that ends: how many contacts agreed to it (``~`` before an estimate), and what
    still names it. ``live`` is the library before ``policy`` is published."""
    gone = sorted(topics_of(live_policy(live)) - topics_of(policy))
    if not gone:
        return
    agreed, factor = _agreed(table, gone, sample)
    named: dict[str, dict[str, None]] = {}
    for use in uses_of_topics(live):
        named.setdefault(use.topic, {})[use.place] = None
    for one in gone:
        count = f"~{round(agreed[one] * factor)}" if factor > 1 else str(agreed[one])
        yield Difference(TOPIC_GONE, one, count, ", ".join(named.get(one, ())))


def _agreed(table: Table, topics: Collection[str], sample: int) -> tuple[Counter[str], float]:
    """How many of those looked at, and by what that is to be multiplied."""
    agreed: Counter[str] = Counter()
    looked_at, place = 0, None
    while looked_at < sample:
        page = list_members(table, EVERYONE, limit=min(_PAGE, sample - looked_at), cursor=place)
        found = table.get_many(keys.contact(member.contact) for member in page.members)
        for contact in map(Contact.from_item, found.values()):
            if contact.status == LIVE:
                looked_at += 1
                agreed.update(contact.granted() & frozenset(topics))
        place = page.cursor
        if place is None:
            return agreed, 1.0
    return agreed, max(count_members(table, EVERYONE, most=_MOST_COUNTED).count / looked_at, 1.0)
