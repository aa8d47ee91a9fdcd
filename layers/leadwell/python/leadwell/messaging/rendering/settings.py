"""The settings beside a template, as a marketer writes them. Only publishing reads them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from leadwell.consent.permission import CONFIRMATION, MARKETING
from leadwell.definitions.text import Text
from leadwell.messaging.topics import TopicName

Title = Annotated[
    Text | None,
    Field(description="What marketers call it, in pictures and lists; without one, an e-mail has its subject."),
]
Description = Annotated[Text | str, Field(description="When it is sent and what it says, for those who look for one.")]
Sample = Annotated[
    dict[str, JsonValue],
    Field(
        default_factory=dict,
        description="Values to try and show it with. Wherever a value stands, there may be one for each of the "
        "template's languages instead: {en: Cushion, de: Kissen}.",
    ),
]
Shows = dict[Annotated[str, Field(pattern=r"^[a-z]\w*$", max_length=40)], JsonValue]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Purposeful(_Frozen):
    purpose: str = MARKETING
    topic: TopicName | None = None
    """Of those that the policy names: whoever gets it has agreed to that; of a confirmation, what it asks about."""

    @model_validator(mode="after")
    def _is_subscribed_to(self) -> "_Purposeful":
        if self.topic and self.purpose not in (MARKETING, CONFIRMATION):
            raise ValueError(f"a message of the purpose {self.purpose} has no topic: leave topic out")
        return self


class EmailSettings(_Purposeful):
    """``email.yaml``: what the languages of an e-mail have in common."""

    title: Title = None
    description: Description = ""
    layout: str = "layout.mjml"
    requires: tuple[str, ...] = ()
    """Merge fields that the sender promises to supply, as ``journey.voucher_code``; others need a fallback."""
    sample: Sample
    """A context to try the e-mail with, laid over the house's (``samples``)."""
    show: Shows = Field(default_factory=dict, max_length=20)
    """Conditions by name, which decide about parts of the mail (``showing``)."""
    files: tuple[Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=60)], ...] = Field(default=(), max_length=10)
    """Downloads that come with it as links (``files``)."""


class SmsSettings(_Purposeful):
    """``<name>.yaml`` of an SMS; ``texts`` is locale → text."""

    show: Shows = Field(default_factory=dict, max_length=20)
    """As of a mail."""

    title: Title = None
    description: Description = ""
    requires: tuple[str, ...] = ()
    sample: Sample
    texts: dict[str, str] = Field(min_length=1)
