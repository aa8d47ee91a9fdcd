"""Tell another system about the contact: ``webhook: https://crm.example.com/leads``, or with what it is to be told.

webhook: {url: https://crm.example.com/leads, traits: [email, firstName], values: {list: newsletter}}

It is signed, and sent until the receiver has it: at least once, in no particular order, under an id that stays the same
(``messaging/webhook.py`` describes headers and body). The journey goes on at once; ``wait_for: {event: Webhook Sent,
where: {step: tell-crm}, timeout: PT1H}`` waits for it, and ``Webhook Failed`` says that it was given up and parked.
Like a mail to a colleague it is no message to the contact: it needs no consent and keeps no quiet hours. In scenarios
it appears like a message, under the step's id: ``{at: day 1 09:00, webhook: tell-crm}``.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue

from leadwell.clock import to_iso
from leadwell.conditions.models import Model
from leadwell.consent.permission import INTERNAL
from leadwell.journeys.steps.holding import Late, held, planned
from leadwell.journeys.steps.running import Caused, Go, Next, Requested, Sending, StepModel, StepRun
from leadwell.messaging.message import WEBHOOK
from leadwell.messaging.targets import LONGEST, target_of
from leadwell.tracking.events import Name

_MOST_TRAITS = 50
_MOST_VALUES = 50


def _sound(url: str) -> str:
    target_of(url)
    return url


class Told(Model):
    """``traits`` of the contact travel along, as they are when it leaves; without any only its ids and its stage do.
    ``values`` are added as they stand here. ``late`` overrides the journey's own."""

    url: Annotated[str, Field(min_length=1, max_length=LONGEST), AfterValidator(_sound)]
    traits: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=_MOST_TRAITS)
    ] = ()
    values: Annotated[dict[str, JsonValue], Field(max_length=_MOST_VALUES)] = Field(default_factory=dict)
    late: Late | None = None


def _short(given: Any) -> Any:
    return {"url": given} if isinstance(given, str) else given


class Webhook(StepModel):
    webhook: Annotated[Told, BeforeValidator(_short, json_schema_input_type=str | Told)]

    def requests(self, step: str) -> Sequence[Sending]:
        return [Sending(WEBHOOK, step, INTERNAL)]

    def causes(self, journey: str, step: str) -> Sequence[Caused]:
        about = {"journey": journey, "step": step}
        return [Caused(Name.WEBHOOK_SENT, about), Caused(Name.WEBHOOK_FAILED, about)]

    def run(self, run: StepRun) -> Next:
        told = self.webhook
        held_back = held(run, WEBHOOK, INTERNAL, told.late)
        if held_back is not None:
            return held_back
        cause = run.enrollment.cause
        about: dict[str, Any] = {"event": {"id": cause.id, "name": cause.name, "timestamp": to_iso(cause.at)}}
        if told.traits:
            about["traits"] = list(told.traits)
        if told.values:
            about["values"] = dict(told.values)
        asked = Requested(WEBHOOK, run.node.id, INTERNAL, run.node.id, recipient=told.url, about=about)
        run.effects.append(planned(run, asked, told.late))
        return Go(run.node.next)
