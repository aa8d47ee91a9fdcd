"""Send a message: ``email: welcome-hello`` or ``email: {template: receipt, purpose: transactional}``; likewise ``sms``.

Whether it may be sent is decided when it is sent, not here: permission can end in between.
"""

from typing import Any, Literal

from pydantic import field_validator

from leadwell.conditions.models import Model
from leadwell.journeys.steps.running import Go, Next, Requested, StepModel, StepRun


class Message(Model):
    """``confirmation`` is the one mail that asks for permission, and therefore needs none."""

    template: str
    purpose: Literal["marketing", "transactional", "confirmation"] = "marketing"


def _short(given: Any) -> Any:
    return {"template": given} if isinstance(given, str) else given


class SendEmail(StepModel):
    email: Message

    _shorten = field_validator("email", mode="before")(_short)


class SendSms(StepModel):
    sms: Message

    _shorten = field_validator("sms", mode="before")(_short)


def run(step: SendEmail | SendSms, run: StepRun) -> Next:
    channel, message = ("email", step.email) if isinstance(step, SendEmail) else ("sms", step.sms)
    run.effects.append(Requested(channel, message.template, message.purpose, run.node.id))
    return Go(run.node.next)
