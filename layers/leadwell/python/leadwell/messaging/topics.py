"""The topics of an installation: what people subscribe to beside its advertising in general.

kind: policy
topics:
  - name: events
    title: {en: Invitations to our events, de: Einladungen zu unseren Veranstaltungen}
    description: {en: "Four times a year.", de: "Viermal im Jahr."}

A message of a topic is marketing in every respect but one: it needs the consent to its topic (``events/email``).
Whoever takes back the consent to marketing takes back those to topics, too (``consent.withdrawals``).
"""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, field_validator

from leadwell.conditions.written import Model
from leadwell.consent.withdrawals import is_topic
from leadwell.definitions.text import Text
from leadwell.errors import Refused

TopicName = Annotated[str, Field(pattern=r"^[a-z0-9_-]+$", max_length=60)]


class TopicDefinition(Model):
    """``name`` is the purpose of its consents: ``events`` for ``events/email``. People read ``title`` and
    ``description`` in the preference center, which offers it by its ``channels``."""

    name: TopicName
    title: Text
    description: Text | None = None
    channels: Annotated[tuple[Literal["email", "sms"], ...], Field(min_length=1)] = ("email",)

    @field_validator("name")
    @classmethod
    def _its_own(cls, name: str) -> str:
        if not is_topic(name):
            raise ValueError(f"{name} is a purpose of its own: give the topic another name")
        return name


def check_topic(name: str, channel: str, topics: Sequence[TopicDefinition], field: str) -> None:
    """Raises ``Refused`` for a topic that the policy does not name, or not for this channel."""
    known = {one.name: one for one in topics}
    if name in known:
        if channel in known[name].channels:
            return
        raise Refused(f"{name} is no topic by {channel}: add {channel} to its channels in the policy", field)
    if not is_topic(name):
        raise Refused(f"{name} is no topic: leave it out", field)
    if meant := _meant(name, sorted(known)):
        raise Refused(f"there is no topic {name!r}: did you mean {meant!r}?", field)
    those = f"; its topics: {', '.join(sorted(known))}" if known else ""
    raise Refused(f"there is no topic {name!r}: name it in the policy (topics: [{{name: {name}, …}}]){those}", field)


def _meant(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # only who publishes asks

    return next(iter(get_close_matches(name, known, 1, 0.75)), "")
