"""Send a message: ``email: welcome-hello`` or ``email: {template: receipt, purpose: transactional}``; likewise ``sms``.

Whether it may be sent is decided when it is sent, not here: permission can end in between.
"""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from leadwell.conditions.models import Model
from leadwell.journeys.steps.running import Go, Next, Requested, StepModel, StepRun


class Message(Model):
    """``confirmation`` is the one mail that asks for permission, and therefore needs none."""

    template: str
    purpose: Literal["marketing", "transactional", "confirmation"] = "marketing"


def _short(given: Any) -> Any:
    return {"template": given} if isinstance(given, str) else given


MessageOrName = Annotated[Message, BeforeValidator(_short, json_schema_input_type=str | Message)]


class SendEmail(StepModel):
    email: MessageOrName


class SendSms(StepModel):
    sms: MessageOrName


def run(step: SendEmail | SendSms, run: StepRun) -> Next:
    channel, message = ("email", step.email) if isinstance(step, SendEmail) else ("sms", step.sms)
    run.effects.append(Requested(channel, message.template, message.purpose, run.node.id))
    return Go(run.node.next)
