"""From what somebody wrote to a version that is live, with every check on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.clock import Moment
from leadwell.consent.permission import INTERNAL
from leadwell.definitions.library import Library, Published
from leadwell.definitions.reading import Written, located, read_definition
from leadwell.definitions.resting import check_judgment, check_needs
from leadwell.errors import Refused
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.program import Program, compile_journey
from leadwell.messaging.policy import PolicyDefinition
from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.compile_sms import compile_sms
from leadwell.messaging.rendering.models import EmailSource, SmsSource


@dataclass(frozen=True, slots=True)
class Publisher:
    """``by`` is who publishes, for the record. ``announced``: those whom a segment takes in or drops because of this
    are news to journeys; otherwise only what people do from now on is."""

    library: Library
    now: Moment
    by: str
    announced: bool = False

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
        )

    def publish_email(self, source: EmailSource) -> Published:
        compiled = compile_email(source)
        return self.library.publish("email", source.name, compiled.model_dump(mode="json"), now=self.now, by=self.by)

    def publish_sms(self, source: SmsSource) -> Published:
        compiled = compile_sms(source)
        return self.library.publish(
            "sms", source.name, compiled.model_dump(mode="json"), now=self.now, by=self.by, source=source.text
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
        elif not isinstance(written.definition, PolicyDefinition):
            check_judgment(written.definition, self.library.judgments())

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
        about = program.definition.about
        check_needs(program.needs(), self.library.judgments(), "trigger", about)
