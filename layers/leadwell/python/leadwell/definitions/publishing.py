"""From what somebody wrote to a version that is live, with every check on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.clock import Moment
from leadwell.conditions.compiling import Needs, compile_condition
from leadwell.definitions.documents import parse, read_yaml
from leadwell.definitions.library import Library, Published
from leadwell.definitions.parameters import choose, fill_in, read_parameters
from leadwell.errors import Refused
from leadwell.journeys.models import JourneyDefinition, SegmentTrigger
from leadwell.journeys.program import Program, compile_journey
from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.compile_sms import compile_sms
from leadwell.messaging.rendering.models import EmailSource, SmsSource
from leadwell.segments.models import SegmentDefinition


@dataclass(frozen=True, slots=True)
class Publisher:
    """``by`` is who publishes, for the record."""

    library: Library
    now: Moment
    by: str

    def check(self, text: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The complete document, or ``Refused`` with the place and the remedy; publishes nothing."""
        return self._complete(text, parameters or {})[0]

    def publish(self, text: str, parameters: Mapping[str, Any] | None = None) -> Published:
        """Publishes a journey, segment, scoring model or lifecycle written in YAML."""
        document, values = self._complete(text, parameters or {})
        return self.library.publish(
            document["kind"],
            document["name"],
            document,
            now=self.now,
            by=self.by,
            source=text,
            parameters=values,
        )

    def publish_email(self, source: EmailSource) -> Published:
        compiled = compile_email(source)
        return self.library.publish("email", source.name, compiled.model_dump(mode="json"), now=self.now, by=self.by)

    def publish_sms(self, source: SmsSource) -> Published:
        compiled = compile_sms(source)
        return self.library.publish(
            "sms", source.name, compiled.model_dump(mode="json"), now=self.now, by=self.by, source=source.text
        )

    def _complete(self, text: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        written = read_yaml(text)
        values = choose(read_parameters(written), given)
        document = fill_in({key: value for key, value in written.items() if key != "parameters"}, values)
        definition = parse(document)
        if isinstance(definition, JourneyDefinition):
            self._check_journey(compile_journey(definition))
        elif isinstance(definition, SegmentDefinition):
            self._check_segment(definition)
        return document, values

    def _check_journey(self, program: Program) -> None:
        published = {(entry.kind, entry.name): entry.version for entry in self.library.entries()}
        for kind, name, purpose in sorted(program.templates()):
            if (kind, name) not in published:
                raise Refused(f"there is no {kind} template {name}; publish it first", field="steps")
            meant_for = self.library.version(kind, name, published[kind, name]).document.get("purpose", purpose)
            if meant_for != purpose:
                # The purpose decides whose permission is needed: nobody gets advertising by a slip of the pen.
                wrong = f"{kind} {name} is {meant_for}, and would be sent as {purpose}; say purpose: {meant_for}"
                raise Refused(wrong, field="steps")
        needs = Needs()
        for node in program.nodes.values():
            for condition, _ in node.arms:
                if condition:
                    needs.merge(condition.needs)
        wanted = set(needs.segments)
        if isinstance(program.trigger, SegmentTrigger):
            wanted.add(program.trigger.segment)
        for name in sorted(wanted):
            if ("segment", name) not in published:
                raise Refused(f"there is no segment {name}; publish it first", field="trigger")

    def _check_segment(self, definition: SegmentDefinition) -> None:
        """Segments may rest on others, but not on each other in a circle."""
        published = {entry.name: entry for entry in self.library.entries() if entry.kind == "segment"}
        pending, seen = set(compile_condition(definition.when).needs.segments), set[str]()
        while pending:
            name = pending.pop()
            if name == definition.name:
                raise Refused("rests on itself; leave out the segment that leads back here", field="when")
            if name not in published:
                raise Refused(f"there is no segment {name}; publish it first", field="when")
            if name not in seen:
                seen.add(name)
                stored = self.library.version("segment", name, published[name].version)
                inner = parse(stored.document)
                if isinstance(inner, SegmentDefinition):
                    pending |= compile_condition(inner.when).needs.segments
