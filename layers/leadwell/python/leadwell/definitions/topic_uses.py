"""What names a topic: in the way of its end, or left pointing at nothing by it."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from leadwell.consent.withdrawals import topic as topic_of
from leadwell.definitions.documents import parse
from leadwell.definitions.library import LIVE, Library
from leadwell.definitions.text import Text
from leadwell.errors import Refused
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.program import compile_journey
from leadwell.messaging.policy import PolicyDefinition

_TEMPLATES = ("email", "sms")


@dataclass(frozen=True, slots=True)
class Use:
    """``topic`` is one by a channel (``events/email``), ``kind`` and ``name`` are the definition that uses it, ``step``
    where in a journey. ``said_by`` is the definition that names it: the journey's own, or that of its template."""

    topic: str
    kind: str
    name: str
    said_by: tuple[str, str]
    step: str = ""
    is_live: bool = True

    @property
    def place(self) -> str:
        """``form sign-up``, ``journey invite/invitation``: short, and the same in every language but for the kind."""
        return f"{self.kind} {self.name}" + (f"/{self.step}" if self.step else "")


def topics_of(policy: PolicyDefinition | None) -> frozenset[str]:
    """Each by each of its channels: ``events/email``."""
    named = policy.topics if policy is not None else ()
    return frozenset(topic_of(one.name, channel) for one in named for channel in one.channels)


def live_policy(library: Library) -> PolicyDefinition | None:
    """As it is published; None where there is none."""
    library.look()
    policy = library.policy()
    return policy.definition if policy is not None else None


def titles_of_topics(library: Library) -> dict[str, Text]:
    """By name, of those that the policy names."""
    policy = live_policy(library)
    return {one.name: one.title for one in policy.topics} if policy is not None else {}


def uses_of_topics(library: Library) -> Iterator[Use]:
    """By everything that is published, whether the policy names the topic or not."""
    entries = library.entries()
    present = {(one.kind, one.name): one.version for one in entries}
    for entry in entries:
        itself = (entry.kind, entry.name)
        if entry.kind in _TEMPLATES:
            document = library.version(*itself, entry.version).document
            if named := str(document.get("topic") or ""):
                yield Use(topic_of(named, entry.kind), *itself, itself)
        elif entry.kind in ("form", "preferences"):
            document = library.version(*itself, entry.version).document
            for box in (*document.get("consents", ()), *document.get("topics", ())):
                about = topic_of(str(box.get("purpose", "")), str(box.get("channel", "email")))
                yield Use(about, *itself, itself, is_live=entry.status == LIVE)
        elif entry.kind == "journey":
            yield from _of_journey(library, entry.name, entry.version, present, entry.status == LIVE)


def _of_journey(
    library: Library, name: str, version: int, present: dict[tuple[str, str], int], is_live: bool
) -> Iterator[Use]:
    with suppress(Refused):
        definition = parse(library.version("journey", name, version).document)
        assert isinstance(definition, JourneyDefinition)
        for node in compile_journey(definition).nodes.values():
            for one in node.step.sends():
                template = (one.channel, one.template)
                its = ""
                if template in present:
                    its = str(library.version(*template, present[template]).document.get("topic") or "")
                if one.topic or its:
                    said_by = ("journey", name) if one.topic else template
                    about = topic_of(one.topic or its, one.channel)
                    yield Use(about, "journey", name, said_by, node.id, is_live)
