"""The settings beside a template, as a marketer writes them. Only publishing reads them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from leadwell.consent.permission import CONFIRMATION, MARKETING
from leadwell.messaging.topics import TopicName

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

    description: str = ""
    layout: str = "layout.mjml"
    requires: tuple[str, ...] = ()
    """Merge fields that the sender promises to supply, as ``journey.voucher_code``; others need a fallback."""
    sample: dict[str, JsonValue] = Field(default_factory=dict)
    """A context to try the e-mail with, laid over the house sample of ``context.sample``."""
    show: Shows = Field(default_factory=dict, max_length=20)
    """Conditions by name, which decide about parts of the mail (``showing``)."""
    files: tuple[Annotated[str, Field(pattern=r"^[a-z0-9-]+$", max_length=60)], ...] = Field(default=(), max_length=10)
    """Downloads that come with it as links (``files``)."""


class SmsSettings(_Purposeful):
    """``<name>.yaml`` of an SMS; ``texts`` is locale → text."""

    show: Shows = Field(default_factory=dict, max_length=20)
    """As of a mail."""

    description: str = ""
    requires: tuple[str, ...] = ()
    sample: dict[str, JsonValue] = Field(default_factory=dict)
    texts: dict[str, str] = Field(min_length=1)
