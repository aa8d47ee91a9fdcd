"""Send a message: ``email: welcome-hello`` or ``email: {template: receipt, purpose: transactional}``; likewise ``sms``.

email: {template: offer, late: {after: PT6H, then: skip}}
email: {template: invitation, topic: events}

Whether it may be sent is decided when it is sent, not here: permission can end in between.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, model_validator

from leadwell.conditions.models import Model
from leadwell.journeys.steps.holding import Late, held, planned
from leadwell.journeys.steps.running import Caused, Go, Next, Requested, Sending, StepModel, StepRun
from leadwell.messaging.topics import TopicName
from leadwell.tracking.events import Name


class Message(Model):
    """``confirmation`` is the one mail that asks for permission, and therefore needs none. ``topic`` is one of the
    policy's: then it is the consent to that which is needed, or asked for. ``late`` overrides the journey's own."""

    template: str
    purpose: Literal["marketing", "transactional", "confirmation"] = "marketing"
    late: Late | None = None
    topic: TopicName | None = None

    @model_validator(mode="after")
    def _is_subscribed_to(self) -> "Message":
        if self.topic and self.purpose == "transactional":
            raise ValueError("a transactional message has no topic: nobody subscribes to it; leave topic out")
        return self


def _short(given: Any) -> Any:
    return {"template": given} if isinstance(given, str) else given


MessageOrName = Annotated[Message, BeforeValidator(_short, json_schema_input_type=str | Message)]


_FOLLOWING = {
    "email": (
        Name.EMAIL_SENT,
        Name.EMAIL_DELIVERED,
        Name.EMAIL_DELAYED,
        Name.EMAIL_BOUNCED,
        Name.EMAIL_REJECTED,
        Name.EMAIL_OPENED_BY_MACHINE,
        Name.EMAIL_LINK_CLICKED_BY_MACHINE,
    ),
    "sms": (Name.SMS_SENT, Name.SMS_DELIVERED, Name.SMS_UNDELIVERED, Name.SMS_REJECTED),
}
"""What becomes of a message with no person's doing, by channel."""


class _Send(StepModel):
    def message(self) -> tuple[str, Message]:
        """The channel, and what is sent."""
        raise NotImplementedError

    def sends(self) -> Sequence[Sending]:
        channel, message = self.message()
        return [Sending(channel, message.template, message.purpose, message.topic or "")]

    def causes(self, journey: str, step: str) -> Sequence[Caused]:
        channel, message = self.message()
        about = {"journey": journey, "step": step, "template": message.template, "purpose": message.purpose}
        return [Caused(name, about) for name in _FOLLOWING[channel]]

    def run(self, run: StepRun) -> Next:
        channel, message = self.message()
        held_back = held(run, channel, message.purpose, message.late)
        if held_back is not None:
            return held_back
        asked = Requested(channel, message.template, message.purpose, run.node.id, topic=message.topic or "")
        run.effects.append(planned(run, asked, message.late))
        return Go(run.node.next)


class SendEmail(_Send):
    email: MessageOrName

    def message(self) -> tuple[str, Message]:
        return "email", self.email


class SendSms(_Send):
    sms: MessageOrName

    def message(self) -> tuple[str, Message]:
        return "sms", self.sms
