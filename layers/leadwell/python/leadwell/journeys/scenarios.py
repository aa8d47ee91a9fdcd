"""Scenarios: what is to happen to one contact in a journey. They stand in the journey's own file, are read by those who
publish and rehearse, and are no part of what is published."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, JsonValue, Tag, ValidationError, model_validator

from leadwell.calendar import at_local_time
from leadwell.clock import Moment
from leadwell.conditions.models import Condition, Model
from leadwell.contacts.membership import EVERYONE, list_key
from leadwell.definitions.documents import refusal
from leadwell.definitions.parameters import Value
from leadwell.definitions.text import Text
from leadwell.errors import Refused
from leadwell.messaging.policy import PolicyDefinition
from leadwell.products.given import GivenProduct

FIRST_DAY = "2026-03-02"
"""Day 1 where a scenario does not say: a Monday."""

_DAY = r"day -?\d{1,4}|\d{4}-\d{2}-\d{2}"
_TIME = r"([01]\d|2[0-3]):[0-5]\d"


def _a_real_day(text: str) -> str:
    if not text.startswith("day "):
        date.fromisoformat(text[:10])
    return text


When = Annotated[
    str,
    Field(pattern=f"^({_DAY}) {_TIME}$", examples=["day 1 09:00", "2026-06-15 09:00"]),
    BeforeValidator(lambda given: _a_real_day(given) if isinstance(given, str) else given),
]
"""A day and a time on the contact's own clock: ``day 4 09:00``, where day 1 is the first, or ``2026-06-15 09:00``."""

Topic = Annotated[str, Field(pattern=r"^[^/]+/(email|sms|\*)$", examples=["marketing/email"])]

Values = dict[str, JsonValue]
WriteKey = Literal["server", "public"]


class Tracked(Model):
    """An event that a server reports, or with ``key: public`` a browser. ``happened`` is when it was, where that is
    reported late."""

    at: When
    happened: When | None = None
    event: Annotated[str, Field(min_length=1)]
    properties: Values = Field(default_factory=dict)
    context: Values = Field(default_factory=dict)
    key: WriteKey = "server"


class Identified(Model):
    """Traits that became known. With ``key: public`` they are a claim of an unknown visitor."""

    at: When
    traits: Annotated[Values, Field(min_length=1)]
    key: WriteKey = "server"


class Consented(Model):
    at: When
    consent: Topic


class Withdrew(Model):
    at: When
    withdrawn: Topic


class Joined(Model):
    """The contact belongs to a company from now on; ``traits`` are the company's."""

    at: When
    company: Annotated[str, Field(min_length=1)]
    traits: Values = Field(default_factory=dict)


class Opened(Model):
    """``opened``, like the words below, names a step or a template; the newest message of it is meant."""

    at: When
    opened: str


class Clicked(Model):
    at: When
    clicked: str
    link: str = "https://shop.example.com/"


class Replied(Model):
    """A person answered the mail. ``text``: what they wrote; words such as STOP ask for silence."""

    at: When
    replied: str
    text: str = "Thank you for your mail."


class Bounced(Model):
    at: When
    bounced: str


class Complained(Model):
    at: When
    complained: str


class Confirmed(Model):
    """The button behind the link of a confirmation mail was pressed."""

    at: When
    confirmed: str


class Unsubscribed(Model):
    """The button behind the unsubscribe link was pressed."""

    at: When
    unsubscribed: str


class Audience(Model):
    """Who is called: all of a ``segment``, of a ``list``, or ``everyone``."""

    segment: str = ""
    list: str = ""
    everyone: bool = False

    @model_validator(mode="after")
    def _somebody(self) -> "Audience":
        if sum(map(bool, (self.segment, self.list, self.everyone))) != 1:
            raise ValueError("for whom? give one of segment, list, everyone: true")
        return self

    @property
    def members_of(self) -> str:
        """The member list that is called."""
        return self.segment or (list_key(self.list) if self.list else EVERYONE)


class Broadcast(Model):
    """Somebody calls an audience into the journey, or into another one that runs with it. Whether the contact is among
    them is for the segment to say. ``key`` tells entries apart where people may enter again."""

    at: When
    broadcast: Audience
    journey: str = ""
    key: str = ""


class Received(Model):
    """The contact got a marketing message from elsewhere, which counts against the policy's caps."""

    at: When
    received: Literal["email", "sms"]


HEADS: Mapping[str, type[Model]] = {
    "event": Tracked,
    "broadcast": Broadcast,
    "received": Received,
    "consent": Consented,
    "withdrawn": Withdrew,
    "company": Joined,
    "opened": Opened,
    "clicked": Clicked,
    "replied": Replied,
    "bounced": Bounced,
    "complained": Complained,
    "confirmed": Confirmed,
    "unsubscribed": Unsubscribed,
    "traits": Identified,
}
"""What can happen, by its head word; an entry with several of them is what comes first here."""


def _head(given: Any) -> str | None:
    if isinstance(given, dict):
        return next((head for head in HEADS if head in given), None)
    return next((head for head, model in HEADS.items() if isinstance(given, model)), None)


Happens = Annotated[
    Annotated[Tracked, Tag("event")]
    | Annotated[Broadcast, Tag("broadcast")]
    | Annotated[Received, Tag("received")]
    | Annotated[Consented, Tag("consent")]
    | Annotated[Withdrew, Tag("withdrawn")]
    | Annotated[Joined, Tag("company")]
    | Annotated[Opened, Tag("opened")]
    | Annotated[Clicked, Tag("clicked")]
    | Annotated[Replied, Tag("replied")]
    | Annotated[Bounced, Tag("bounced")]
    | Annotated[Complained, Tag("complained")]
    | Annotated[Confirmed, Tag("confirmed")]
    | Annotated[Unsubscribed, Tag("unsubscribed")]
    | Annotated[Identified, Tag("traits")],
    Discriminator(
        _head,
        custom_error_type="unknown_happening",
        custom_error_message="what happens needs one of the words " + ", ".join(HEADS),
    ),
]


class Given(Model):
    """The contact as it is when the first day begins; nothing of this starts a journey. ``lists`` are those it is on.
    ``vouchers`` are the codes in a pool; one that is not named never runs dry. ``products`` are the whole catalog."""

    traits: Values = Field(default_factory=dict)
    consents: tuple[Topic, ...] = ()
    lists: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    vouchers: dict[str, tuple[Annotated[str, Field(min_length=1, max_length=64)], ...]] = Field(default_factory=dict)
    products: tuple[GivenProduct, ...] = ()


class Expected(Model):
    """A message that leaves, or a task that somebody gets, to the minute. ``subject`` and every text of ``contains``
    must be found in it; of a task, in its title. ``to`` is the address, where that is not the contact's own. A webhook
    is named by its step's id, as a task is; its text is the JSON that is sent. ``journey`` is whose it is, where that
    is another one of those that run ``together``."""

    at: When
    email: str = ""
    sms: str = ""
    webhook: str = ""
    task: str = ""
    to: str = ""
    subject: str = ""
    contains: tuple[str, ...] = ()
    journey: str = ""

    @model_validator(mode="after")
    def _one_channel(self) -> "Expected":
        if sum(map(bool, (self.email, self.sms, self.webhook, self.task))) != 1:
            raise ValueError(
                "say what leaves: email or sms with the name of its template, or webhook or task with that of its step"
            )
        if self.task and self.subject:
            raise ValueError("a task has no subject: what its title says is checked by contains")
        return self

    @property
    def channel(self) -> str:
        return next(channel for channel in ("email", "sms", "webhook", TASK) if getattr(self, channel))

    @property
    def template(self) -> str:
        """Of a webhook or a task it is the step."""
        return self.email or self.sms or self.webhook or self.task


TASK = "task"
NOT_ENTERED = "not entered"
HELD_OUT = "held out"
KEPT_OUT = "kept out"
_WORDS = ("goal", "finished", "exited", "parked", HELD_OUT, KEPT_OUT)
_WITH_MORE = ("exited", "waits", KEPT_OUT)


def _outcomes(given: Any) -> Any:
    if given is None:
        return None
    if isinstance(given, (str, Mapping)):
        given = [given]
    return tuple(_outcome(one) for one in given if one != NOT_ENTERED)


def _outcome(given: Any) -> str:
    if isinstance(given, str) and given in _WORDS:
        return given
    if isinstance(given, Mapping) and len(given) == 1:
        ((word, more),) = given.items()
        if word in _WITH_MORE and isinstance(more, str) and more:
            return f"{word}: {more}"
    plain = ", ".join((*_WORDS, NOT_ENTERED))
    raise ValueError(f"an outcome is {plain}, {{exited: the reason}} or {{waits: the step where it stands}}")


_ONE_OUTCOME: dict[str, Any] = {
    "anyOf": [
        {"enum": [*_WORDS, NOT_ENTERED]},
        *(
            {
                "type": "object",
                "required": [word],
                "additionalProperties": False,
                "properties": {word: {"type": "string"}},
            }
            for word in _WITH_MORE
        ),
    ]
}
_OUTCOME_SCHEMA = {"anyOf": [_ONE_OUTCOME, {"type": "array", "items": _ONE_OUTCOME}]}


class ScenarioPolicy(PolicyDefinition):
    """Needs no title: nobody reads it anywhere else."""

    title: Text = Text(en="Policy of a scenario", de="Richtlinie eines Szenarios")


class Scenario(Model):
    """One contact, some weeks: what happens, and what follows from it.

    Every message that is not listed in ``expect`` is a difference. ``outcome`` is how the journey ends, for each time
    the contact enters it; ``holds`` a condition that is true of the contact in the end. What happens before ``starts``
    is history: it starts no journey. It is watched until it is through with the journey, at least until a day after
    the last moment that is named; with ``until``, until then. ``beside`` names journeys that run as well; what they
    send is not compared. What those under ``together`` send is: ``expect`` says whose it is. ``policy`` holds instead
    of the folder's: its caps, quiet hours and what else there is. ``arms`` says which arm chance chooses at a split,
    by its id.
    """

    name: Annotated[str, Field(min_length=1, max_length=200)]
    given: Given = Given()
    parameters: dict[str, Value] = Field(default_factory=dict)
    starts: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] = FIRST_DAY
    events: tuple[Happens, ...] = ()
    expect: tuple[Expected, ...]
    outcome: Annotated[tuple[str, ...] | None, BeforeValidator(_outcomes), Field(json_schema_extra=_OUTCOME_SCHEMA)] = (
        None
    )
    holds: Condition | None = None
    until: When | None = None
    beside: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    policy: ScenarioPolicy | None = None
    arms: dict[str, str] = Field(default_factory=dict)

    @property
    def others(self) -> tuple[str, ...]:
        """All journeys that run as well."""
        return (*self.beside, *self.together)

    @model_validator(mode="after")
    def _known_journeys(self) -> "Scenario":
        for one in self.expect:
            if one.journey and one.journey not in self.together:
                raise ValueError(f"expects something of {one.journey}, which does not run: name it under together")
        for happens in self.events:
            if isinstance(happens, Broadcast) and happens.journey and happens.journey not in self.others:
                raise ValueError(f"calls into {happens.journey}, which does not run: name it under together or beside")
        return self

    @model_validator(mode="after")
    def _a_real_first_day(self) -> "Scenario":
        date.fromisoformat(self.starts)
        return self

    def moment(self, when: str, zone: str) -> Moment:
        """The moment of a ``When`` for a contact in this zone."""
        day, _, clock_time = when.rpartition(" ")
        if day.startswith("day "):
            return at_local_time(self._day(int(day.removeprefix("day "))), clock_time, zone)
        return at_local_time(date.fromisoformat(day), clock_time, zone)

    def begins(self, zone: str) -> Moment:
        return at_local_time(date.fromisoformat(self.starts), "00:00", zone)

    def _day(self, number: int) -> date:
        return date.fromisoformat(self.starts) + timedelta(days=number - 1)


def read_scenarios(given: object) -> tuple[Scenario, ...]:
    """Raises ``Refused`` that names the field."""
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise Refused("must be a list of scenarios", field="scenarios")
    found: dict[str, Scenario] = {}
    for number, one in enumerate(given):
        try:
            scenario = Scenario.model_validate(one)
        except ValidationError as error:
            raise refusal(error, ("scenarios", number)) from error
        if scenario.name in found:
            raise Refused(f"two scenarios are called {scenario.name!r}", field=f"scenarios[{number}].name")
        found[scenario.name] = scenario
    return tuple(found.values())
