"""From what somebody wrote to a version that is live, with every check on the way."""

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from leadwell.clock import Moment
from leadwell.companies.asking import paths_in
from leadwell.conditions.models import Model
from leadwell.consent.permission import INTERNAL
from leadwell.consent.withdrawals import ANY, is_topic
from leadwell.definitions.circling import check_circles
from leadwell.definitions.documents import parse
from leadwell.definitions.event_names import FAMILIAR, near
from leadwell.definitions.library import JUDGMENTS, LIVE, Entry, Library, Published
from leadwell.definitions.naming import EVENT, STEP, Known, Mentioned, check_names, doubted
from leadwell.definitions.openings import doubts_about_openings
from leadwell.definitions.reading import Written, located, read_definition
from leadwell.definitions.resting import check_judgment, check_needs
from leadwell.definitions.topic_uses import live_policy, topics_of, uses_of_topics
from leadwell.errors import Refused
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.program import Program, compile_journey
from leadwell.journeys.steps.running import StepModel
from leadwell.journeys.turnovers import InFlight
from leadwell.messaging.policy import PolicyDefinition
from leadwell.messaging.rendering.checks import refuse_errors
from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.compile_sms import compile_sms
from leadwell.messaging.rendering.models import EmailSource, SmsSource
from leadwell.messaging.topics import check_topic
from leadwell.pages import models as pages

_log = logging.getLogger(__name__)


@contextmanager
def _noted(what: str) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        _log.warning("%s was refused in %s", what, refused.field)
        raise


@dataclass(frozen=True, slots=True)
class Publisher:
    """``by`` is who publishes, for the record. ``announced``: those whom a segment takes in or drops because of this
    are news to journeys; otherwise only what people do from now on is. ``in_flight`` is what becomes of those inside a
    journey, where that is not what its file says. ``along`` are definitions (kind, name) that are published or paused
    together with these: they are looked at in their own turn."""

    library: Library
    now: Moment
    by: str
    announced: bool = False
    in_flight: InFlight | None = None
    along: frozenset[tuple[str, str]] = frozenset()

    def doubts(self, text: str, parameters: Mapping[str, Any] | None = None) -> tuple[str, ...]:
        """What is odd about a definition that can be published. Raises ``Refused`` as ``check`` does."""
        definition = self._complete(text, parameters or {}).definition
        unknown = doubted(definition, self._names_for(definition)) if _speaks_of_others(definition) else []
        if _speaks_of_others(definition):
            unknown += doubts_about_openings(definition, self._tracking())
        if not isinstance(definition, JourneyDefinition):
            return tuple(unknown)
        program = compile_journey(definition)
        missing = sorted(program.starts() - {entry.name for entry in self._entries("journey")})
        return (
            *unknown,
            *(f"there is no journey {name!r} to be started yet" for name in missing),
            *(f"there is no voucher pool {name!r} yet: upload codes" for name in self._missing_pools(program)),
        )

    def check(self, text: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The complete document, or ``Refused`` with the place and the remedy; publishes nothing."""
        return self._complete(text, parameters or {}).document

    def publish(self, text: str, parameters: Mapping[str, Any] | None = None) -> Published:
        """Publishes a definition written in YAML."""
        written = self._complete(text, parameters or {})
        return self.library.publish(
            written.document["kind"],
            written.document["name"],
            written.document,
            now=self.now,
            by=self.by,
            source=text,
            parameters=written.values,
            announced=self.announced,
            in_flight=self.in_flight,
        )

    def publish_email(self, source: EmailSource) -> Published:
        with _noted("an e-mail"):
            compiled = compile_email(source)
            refuse_errors(compiled)
        self._check_topic(compiled.topic, "email", "email.yaml, topic")
        published = {entry.name for entry in self._entries("download")} if compiled.files else frozenset()
        if missing := [name for name in compiled.files if name not in published]:
            raise Refused(f"there is no download {missing[0]}; publish it first", "email.yaml, files")
        return self.library.publish("email", source.name, compiled.to_document(), now=self.now, by=self.by)

    def publish_sms(self, source: SmsSource) -> Published:
        with _noted("an SMS"):
            compiled = compile_sms(source)
        self._check_topic(compiled.topic, "sms", f"{source.name}.yaml, topic")
        return self.library.publish(
            "sms", source.name, compiled.to_document(), now=self.now, by=self.by, source=source.text
        )

    def _complete(self, text: str, given: Mapping[str, Any]) -> Written:
        written = read_definition(text, given)
        try:
            self.check_complete(written)
        except Refused as refused:
            raise located(refused, text) from refused
        return written

    def check_complete(self, written: Written) -> None:
        """Raises ``Refused`` where it names what is not there, or contradicts it."""
        if isinstance(written.definition, JourneyDefinition):
            self._check_journey(compile_journey(written.definition))
        elif isinstance(written.definition, PolicyDefinition):
            self._check_policy(written.definition)
        elif written.document["kind"] in pages.KINDS:
            self._check_page(written)
        else:
            check_judgment(written.definition, self.library.judgments())
        if _speaks_of_others(written.definition):
            check_names(written.definition, self._names_for(written.definition))

    def _check_policy(self, policy: PolicyDefinition) -> None:
        for entry in self._entries("policy"):
            if entry.name != policy.name:
                raise Refused(f"there is one policy, and {entry.name} holds: give this one its name", "name")
        if gone := topics_of(live_policy(self.library)) - topics_of(policy):
            self._check_endings(gone)

    def _check_endings(self, gone: frozenset[str]) -> None:
        """Raises ``Refused`` where a journey that lets people in goes on writing to a topic that ends."""
        for use in uses_of_topics(self.library):
            if use.topic in gone and use.kind == "journey" and use.is_live and use.said_by not in self.along:
                remedy = (
                    f"keep the topic, publish the journey without it, or pause it (leadwell pause journey {use.name})"
                )
                raise Refused(
                    f"step {use.step} of the journey {use.name} still sends to {use.topic}: {remedy}", "topics"
                )

    def _check_page(self, written: Written) -> None:
        published = {(entry.kind, entry.name) for entry in self.library.entries()}
        for kind, name, field in pages.names_of_others(written.definition):
            if (kind, name) not in published:
                raise Refused(f"there is no {kind} {name}; publish it first", field)
        for box in getattr(written.definition, "consents", ()):
            if is_topic(box.purpose):
                self._check_topic(box.purpose, "email" if box.channel == ANY else box.channel, "consents")
        if written.document["kind"] == "preferences":
            for entry in self._entries("preferences"):
                if entry.name != written.document["name"]:
                    raise Refused(f"there is one preference center, and it is {entry.name}: give this its name", "name")

    def _check_journey(self, program: Program) -> None:
        published = {(entry.kind, entry.name): entry.version for entry in self.library.entries()}
        for one in sorted(program.sends(), key=lambda one: (one.channel, one.template)):
            kind, name, purpose = one.channel, one.template, one.purpose
            if (kind, name) not in published:
                raise Refused(f"there is no {kind} template {name}; publish it first", field="steps")
            meant_for = self.library.version(kind, name, published[kind, name]).document.get("purpose", purpose)
            if meant_for != purpose:
                # The purpose decides whose permission is needed: nobody gets advertising by a slip of the pen.
                remedy = f"say purpose: {meant_for}"
                if purpose == INTERNAL:
                    remedy = "notify takes templates of the purpose internal"
                elif meant_for == INTERNAL:
                    remedy = "it is for colleagues: use a step notify"
                raise Refused(f"{kind} {name} is {meant_for}, and would be sent as {purpose}; {remedy}", field="steps")
        self._check_topics("steps", program.definition.steps, published)
        check_needs(program.needs(), self.library.judgments(), "trigger", program.definition)
        self._check_circles(program)

    def _check_topics(self, path: str, steps: Sequence[StepModel], published: Mapping[tuple[str, str], int]) -> None:
        """Raises ``Refused`` where a message is of a topic that the policy does not name, or of another than its
        template says of itself."""
        for number, step in enumerate(steps):
            place = f"{path}[{number}]"
            for one in step.sends():
                field = f"{place}.{one.channel}.topic"
                version = published[one.channel, one.template]
                its = str(self.library.version(one.channel, one.template, version).document.get("topic") or "")
                if one.topic and its and one.topic != its:
                    remedy = f"say topic: {its}, or leave topic out"
                    raise Refused(f"{one.channel} {one.template} is of the topic {its}: {remedy}", field)
                self._check_topic(one.topic or its, one.channel, field)
            for way in step.ways():
                self._check_topics(f"{place}.{way.path}", way.steps, published)

    def _check_topic(self, name: str, channel: str, field: str) -> None:
        if not name:
            return
        self.library.look()
        policy = self.library.policy()
        check_topic(name, channel, policy.definition.topics if policy else (), field)

    def _check_circles(self, program: Program) -> None:
        """Raises ``Refused`` where a journey leads back to its own start without end, or starts a misspelled one."""
        about = program.definition.about
        others = {one.name: one for one in self._journeys() if one.name != program.name}
        for name in sorted(program.starts() - others.keys() - {program.name}):
            if meant := near(name, others.keys()):
                raise Refused(f"there is no journey {name!r}: did you mean {meant!r}?", "steps")
        alike = {name: compile_journey(one) for name, one in others.items() if one.about == about}
        check_circles(program, alike, self.library.judgments().about(about))

    def _journeys(self) -> Iterator[JourneyDefinition]:
        """As they are published."""
        for entry in self._entries("journey"):
            with suppress(Refused):
                definition = parse(self.library.version(entry.kind, entry.name, entry.version).document)
                if isinstance(definition, JourneyDefinition):
                    yield definition

    def _entries(self, kind: str) -> list[Entry]:
        return [entry for entry in self.library.entries() if entry.kind == kind]

    def _tracking(self) -> str:
        """Whose opens and clicks are counted by the policy that is live."""
        for entry in self._entries("policy"):
            policy = parse(self.library.version(entry.kind, entry.name, entry.version).document)
            if isinstance(policy, PolicyDefinition) and entry.status == LIVE:
                return policy.tracking
        return "with_consent"

    def _missing_pools(self, program: Program) -> list[str]:
        return self.library.missing_pools(program.takes_from())

    def _names_for(self, definition: Model) -> Known:
        """The names that are known, where this definition is not counted: it does not know them by itself."""
        name = str(getattr(definition, "name", ""))

        @cache
        def events() -> frozenset[str]:
            others = [one for one in self.library.judgments().all() if not _is_the_same(one, definition)]
            return FAMILIAR | self.library.seen_names() | paths_in(others).keys()

        @cache
        def entries() -> Sequence[Entry]:
            return self.library.entries()

        @cache
        def steps() -> Mapping[str, Collection[str]]:
            journeys = {one.name: one for one in self._journeys()}
            if isinstance(definition, JourneyDefinition):
                journeys[name] = definition
            return {one: [f"{one}/{step}" for step in compile_journey(what).nodes] for one, what in journeys.items()}

        def known(one: Mentioned) -> Collection[str] | None:
            if one.kind == EVENT:
                return FAMILIAR if one.name in FAMILIAR else events()
            if one.kind == STEP:
                # Of a journey that is not there it is doubted that it is, and no more.
                return steps().get(one.name.partition("/")[0])
            itself = {name} if one.kind == getattr(definition, "kind", "") else set[str]()
            return itself | {entry.name for entry in entries() if entry.kind == one.kind}

        return known


def _speaks_of_others(definition: Model) -> bool:
    return isinstance(definition, JourneyDefinition) or getattr(definition, "kind", "") in JUDGMENTS


def _is_the_same(one: Model, other: Model) -> bool:
    return all(getattr(one, word, "") == getattr(other, word, "") for word in ("kind", "name"))
