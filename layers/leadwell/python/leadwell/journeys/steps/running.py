"""What a step is given when it runs and what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Protocol

from pydantic import Field

from leadwell.clock import Moment
from leadwell.conditions.base import ConditionModel
from leadwell.conditions.compiling import Compiled
from leadwell.conditions.facts import Facts
from leadwell.conditions.models import Model, StartedWhere
from leadwell.conditions.needs import Needs
from leadwell.contacts.change import Happening
from leadwell.contacts.contact import Contact
from leadwell.errors import Broken, Refused
from leadwell.ids import fingerprint
from leadwell.journeys.enrollment import Enrollment, Trial
from leadwell.products.product import Product
from leadwell.sales.task import TaskKind
from leadwell.tracking.events import Event

if TYPE_CHECKING:
    from leadwell.journeys.foreseeing import Foresight
    from leadwell.journeys.program import Program
    from leadwell.messaging.pacing import Policy


@dataclass(frozen=True, slots=True)
class Way:
    """One of several lists of steps that a step may lead to; an empty one leads to what follows the step. ``path`` is
    where it stands inside the step."""

    path: str
    steps: "tuple[StepModel, ...]"
    when: ConditionModel | None = None


@dataclass(frozen=True, slots=True)
class Arm:
    """A way compiled: its condition, and the id of its first step (None: the end of the journey)."""

    first: str | None
    when: Compiled | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """A message that a step may ask for."""

    channel: str
    template: str
    purpose: str
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Caused:
    """An event of the contact that a step makes happen, with no person's doing. ``properties`` are those that are known
    beforehand; where it is ``complete`` it has no others."""

    name: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    complete: bool = False
    traits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contest:
    """Arms that are compared: which has the largest share of contacts for whom one of the events ``names`` comes
    ``within`` so many milliseconds. ``by_message``: only where it is about a message sent in the arm.

    ``id`` is the same as long as the arms and the question are. It is decided when every arm has had ``each``.
    """

    id: str
    arms: tuple[str, ...]
    names: frozenset[str]
    where: StartedWhere
    by_message: bool
    within: int
    each: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Node:
    """A step in its place: where it leads, and what was compiled for it."""

    id: str
    step: "StepModel"
    next: str | None
    arms: Sequence[Arm] = ()
    compiled: Any = None


class StepModel(Model):
    """Every step may carry an ``id``; it should, where its place in the file may change between versions.

    It travels with each mail as a tag, and SES takes no other characters in one (API reference, MessageTag).
    """

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]*$", max_length=100)] = ""

    waits: ClassVar[bool] = False
    """Whether who wakes up here goes on; elsewhere the step runs (again)."""

    loops: ClassVar[bool] = False
    """Whether the steps inside lead back here."""

    def ways(self) -> Sequence[Way]:
        """The steps inside."""
        return ()

    def compiled(self) -> Any:
        """What is made once, when the journey is compiled."""
        return None

    def awaited(self) -> frozenset[str]:
        """Names of the events it reacts to."""
        return frozenset()

    def turns(self) -> Sequence[ConditionModel]:
        """Conditions whose coming true it reacts to."""
        return ()

    def dates(self) -> frozenset[str]:
        """The traits whose dates it waits for."""
        return frozenset()

    def needs(self, needs: Needs) -> None:
        """Adds what it wants remembered of a contact's past."""

    def sends(self) -> Sequence[Sending]:
        return ()

    def requests(self, step: str) -> Sequence[Sending]:
        """All that it asks to be sent, also what has no template: that goes under the id of the step."""
        return self.sends()

    def starts(self) -> str:
        """The other journey that it starts; empty if it starts none."""
        return ""

    def causes(self, journey: str, step: str) -> Sequence[Caused]:
        """The events of the contact that follow from it, under the id it has in that journey. What a person does about
        it (reads a mail, is done with a task) is none of them."""
        return ()

    def takes_from(self) -> str:
        """The voucher pool that it takes codes from; empty if it takes none."""
        return ""

    def asks_about(self) -> frozenset[str]:
        """The steps whose messages it waits to be opened, clicked, replied to or bounced."""
        return frozenset()

    def unfit_for_companies(self) -> str:
        """Why it cannot stand in a journey about companies; empty if it can."""
        (word,) = (name for name in type(self).model_fields if name != "id")
        return f"{word} goes to people, not to a company"

    @property
    def looks_back(self) -> bool:
        """Whether it reacts to what happened before it was reached, too."""
        return False

    @property
    def keeps_the_hour(self) -> bool:
        """Whether the time of day is the point of waiting here: who comes much too late waits for the next one."""
        return False

    def contest(self) -> Contest | None:
        """What its ways are compared by, in the order of ``ways``."""
        return None

    def always(self, arm: str) -> "StepModel":
        """The same, where chance leads into this arm only. Raises ``Refused``."""
        raise Refused(f"{self.id or 'it'} is no split")

    def run(self, run: "StepRun") -> "Next":
        raise NotImplementedError

    def waited(self, node: Node) -> "Go | Leave":
        """What follows when the wait is over by itself."""
        return Go(node.next, "waited")

    def woken(self, run: "StepRun") -> "Next | None":
        """What follows, instead of ``waited``, where the wait is over but not as it was planned. ``run.at`` is when
        the wait began; the step moves it on to when the wait was over."""
        return None

    def rescheduled(self, run: "StepRun") -> "Next | None":
        """What follows where one of its ``dates`` was changed while somebody waits; None: nothing yet. ``run.at`` is
        when the wait began."""
        return None

    def caught_up(self, node: Node, situation: "Situation") -> "Go | None":
        """What follows where that which is waited for holds when the wait is over, though its news is not here."""
        return None

    def reacted(self, node: Node, enrollment: Enrollment, happening: Happening, facts: Facts) -> "Go | None":
        """What a happening does to who waits here; None when it does nothing."""
        return None


@dataclass(frozen=True, slots=True)
class Requested:
    """A message a step asks for; ``about`` is what it may say of the contact besides its traits. An internal one is not
    for the contact but for the ``recipient`` (an address, empty where nobody is in charge). ``last``: the steps right
    behind it end the journey. ``planned_at`` is the moment it is meant for, ``late_then`` what becomes of it where it
    leaves more than ``late_after`` milliseconds later (``messaging.overdue``; empty: it is sent)."""

    channel: str
    template: str
    purpose: str
    step: str
    visit: int = 1
    recipient: str = ""
    last: bool = False
    about: Mapping[str, Any] = field(default_factory=dict)
    planned_at: Moment | None = None
    late_after: int | None = None
    late_then: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event of the contact that a step makes happen. ``part`` tells several of one step apart, ``place`` is the
    step's among those of one move that make something happen: of two that contradict each other the later counts."""

    name: str
    step: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    traits: Mapping[str, Any] = field(default_factory=dict)
    part: str = ""
    place: int = 0
    visit: int = 1

    @property
    def caused(self) -> Caused:
        return Caused(self.name, self.properties, complete=True, traits=self.traits)


@dataclass(frozen=True, slots=True)
class Assigned:
    """A task that a step gives to a person (``owner``, an e-mail address, empty: to nobody yet)."""

    kind: TaskKind
    title: Mapping[str, str]
    owner: str
    deadline: Moment
    step: str
    visit: int = 1


Effect = Requested | Recorded | Assigned
"""``visit`` says in which round; the engine puts it in."""


@dataclass(frozen=True, slots=True)
class Asker:
    """An enrollment at a step, on a visit: who asks the stock for something. ``enrollment_key`` is its sort key,
    ``rev`` the revision that is stored (0: nothing is yet)."""

    contact: str
    enrollment: str
    enrollment_key: str
    journey: str
    step: str
    visit: int
    rev: int = 0

    @property
    def claim(self) -> str:
        """Names it. Whoever asks under the same name gets the same."""
        return fingerprint("claim", self.enrollment, self.step, str(self.visit))


@dataclass(frozen=True, slots=True)
class Handed:
    """A voucher code, and when it was handed out."""

    code: str
    at: Moment


LONGEST_HISTORY = 500
LONGEST_RANKING = 100


class Stock(Protocol):
    """What steps may take out of the store, or look up in it, before their move is written.

    Taking is durable and idempotent: a move that is lost in a crash or a conflict is made again, and gets the same.
    """

    def voucher(self, pool: str, asker: Asker, now: Moment, *, wait: bool) -> Handed | None:
        """A code of a pool that nobody else ever gets; None when it is empty. ``wait``: then whoever asked is noted
        down, so that it goes on once there are codes."""

    def made_up(self, prefix: str, length: int, asker: Asker, now: Moment) -> Handed:
        """A code that cannot be guessed and that nobody else has: ``length`` characters after the prefix."""

    def history(self, contact: str) -> Sequence[Event]:
        """The newest events of a contact, the newest first; at most ``LONGEST_HISTORY``."""

    def products(self, ids: Sequence[str]) -> Mapping[str, Product]:
        """Those of the catalog that have these ids."""

    def best_sellers(self, category: str) -> Sequence[Product]:
        """Of a category, or with an empty one of all, by rank; at most ``LONGEST_RANKING``."""


class _Nothing:
    """The stock of an installation that has none."""

    def voucher(self, pool: str, asker: Asker, now: Moment, *, wait: bool) -> Handed | None:
        raise Broken("there is no stock to take a voucher from")

    def made_up(self, prefix: str, length: int, asker: Asker, now: Moment) -> Handed:
        raise Broken("there is no stock to make up a voucher")

    def history(self, contact: str) -> Sequence[Event]:
        return ()

    def products(self, ids: Sequence[str]) -> Mapping[str, Product]:
        return {}

    def best_sellers(self, category: str) -> Sequence[Product]:
        return ()


NOTHING: Stock = _Nothing()


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when an enrollment moves. ``facts`` are the contact's; ``zone`` is its time zone.

    ``exclusive`` are the journeys it is in that keep others away, with their priorities; ``winners`` the arms that were
    chosen, by the ids of plans. An empty one says that nobody needs to be counted any more. ``foresight`` knows what
    the contact will be once what its steps make happen is applied; ``changes`` counts those steps.
    """

    contact: Contact
    facts: Facts
    zone: str
    now: Moment
    policy: "Policy | None" = None
    exclusive: Mapping[str, int] = field(default_factory=dict)
    winners: Mapping[str, str] = field(default_factory=dict)
    stock: Stock = NOTHING
    foresight: "Foresight | None" = None
    changes: int = 0

    def after(self, enrollment: Enrollment, effects: "Sequence[Effect]") -> "Situation":
        """As it is for the steps behind those that asked for this."""
        recorded = [effect for effect in effects if isinstance(effect, Recorded)]
        if not recorded:
            return self
        ahead = self.foresight.after(self, enrollment, recorded) if self.foresight is not None else self
        return replace(ahead, changes=max(effect.place for effect in recorded) + 1)


@dataclass(slots=True)
class StepRun:
    """``at`` is the journey's own time: when the step was reached, or was to be. A step may move it on to ``now``.

    What a step puts into ``found`` stays with the enrollment, and templates can use it; ``rounds`` is set by a step
    that begins another round, ``trial`` by one that begins to count.
    """

    program: "Program"
    situation: Situation
    facts: Facts
    enrollment: Enrollment
    node: Node
    at: Moment
    effects: list[Effect] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)
    rounds: int | None = None
    trial: Trial | None = None

    @property
    def now(self) -> Moment:
        return self.situation.now

    @property
    def zone(self) -> str:
        return self.situation.zone

    @property
    def asker(self) -> Asker:
        one = self.enrollment
        return Asker(one.contact, one.id, one.item_key.sk, one.journey, self.node.id, one.visit, one.rev)


@dataclass(frozen=True, slots=True)
class Go:
    """On to another step; None is the end of the journey. ``note`` is for the record."""

    to: str | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sleep:
    """Stay here until a moment (or until something wakes it, where the step waits for that). ``zone`` is the one by
    whose clock the moment was worked out. ``anew``: what is done here is meant for that moment from now on."""

    until: Moment
    note: str = ""
    zone: str = ""
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """End the journey early, for a stated reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Park:
    """Stop here until somebody has seen to it; then the step is run again. ``pool`` is the one that has no codes."""

    reason: str
    pool: str = ""


Next = Go | Sleep | Leave | Park
