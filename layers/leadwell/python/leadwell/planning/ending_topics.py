"""What it means that a policy names a topic no more: who agreed to it, and what still points at it."""

from collections import Counter
from collections.abc import Collection, Iterator

from leadwell.contacts.membership import EVERYONE
from leadwell.definitions.library import Library
from leadwell.definitions.topic_uses import live_policy, topics_of, uses_of_topics
from leadwell.messaging.policy import PolicyDefinition
from leadwell.planning.differences import TOPIC_GONE, Difference
from leadwell.planning.plan import SAMPLE
from leadwell.planning.sampling import MOST_COUNTED, sample_of
from leadwell.segments.listing import count_members
from leadwell.store.table import Table


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
    contacts, complete = sample_of(table, EVERYONE, sample)
    agreed = Counter(topic for one in contacts for topic in one.granted() & frozenset(topics))
    if complete:
        return agreed, 1.0
    return agreed, max(count_members(table, EVERYONE, most=MOST_COUNTED).count / len(contacts), 1.0)
