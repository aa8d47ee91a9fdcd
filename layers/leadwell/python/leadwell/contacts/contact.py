"""The contact: everything that decisions are made from, in one item."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from leadwell.calendar import zone_or
from leadwell.clock import Moment
from leadwell.due.buckets import due_attributes
from leadwell.ids import is_company
from leadwell.scoring.earned import Points
from leadwell.store import keys
from leadwell.store.table import Item
from leadwell.tracking.events import Identity

KIND = "CONTACT"

LIVE = "live"
RESTRICTED = "restricted"
"""Kept as it was, and nothing is done with it (Article 18 GDPR) until somebody lifts the restriction."""
MERGED = "merged"
LOGGED_STAGES = 50
"""Changes of stage that a contact keeps itself; all of them are noted in its history."""
ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Consent:
    """What a contact allowed for one topic. ``state`` is requested, granted or withdrawn; ``confirmed``: by a click in
    a message of ours."""

    state: str
    at: Moment
    source: str = ""
    wording: str = ""
    event: str = ""
    confirmed: bool = False

    def to_map(self) -> dict[str, Any]:
        stored = {"state": self.state, "at": self.at, "source": self.source, "wording": self.wording}
        return stored | {"event": self.event} | ({"confirmed": True} if self.confirmed else {})


@dataclass(slots=True, kw_only=True)
class Contact:
    """Mutable only inside ``folding.py``, which works on a copy of its own.

    ``rev`` is the stored revision (0: nothing is stored yet), ``clock`` the moment up to which the state is worked
    out, ``last`` the order of the newest applied event. ``memory`` holds what conditions need of the past
    (``conditions.remembering``), ``points`` what was earned under each scoring model, ``score`` the main one's value.
    ``stages`` says when each stage was reached last, ``stage_log`` the newest fifty changes as (when, from, to), the
    newest last; all of them are noted in the history. ``crossed`` has, of segments of which conditions ask it, when
    each was entered and left last (0: never).
    ``journeys`` knows what became of the contact in the journeys that conditions ask about, ``company`` the attributes
    of the company it belongs to, ``belonging`` since when, and the company's segments and stage as of which version.
    ``turns`` are the conditions that journeys wait for and that hold, and since when; ``silent`` those that came true
    only because definitions changed, which is no news. No event says so: a recount keeps what is stored.
    ``untils`` are the moments at which a membership or stage may flip by itself. ``plan`` names what the definitions
    wanted remembered when it was built, ``passed`` what companies asked for when it was passed on, ``plan_rev`` the
    catalog's revision then.

    A company is kept as one of these, too, and told by its id. Its traits are its attributes, ``members`` counts its
    members by stage, ``courses`` has their scores by model and member, and ``told`` says how far they have been told
    what became of it (``companies.telling``). A contact keeps in ``courses`` what its company knows of its own scores,
    by model, and ``at`` which moment it was told (``companies.worth``).
    """

    id: str
    rev: int = 0
    status: str = LIVE
    merged_into: str = ""
    traits: dict[str, Any] = field(default_factory=dict)
    identities: tuple[Identity, ...] = ()
    claims: dict[str, str] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)
    points: dict[str, Points] = field(default_factory=dict)
    score: float = 0.0
    stage: str = "visitor"
    stages: dict[str, Moment] = field(default_factory=dict)
    stage_log: tuple[tuple[Moment, str, str], ...] = ()
    segments: dict[str, Moment] = field(default_factory=dict)
    crossed: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, Moment] = field(default_factory=dict)
    interests: dict[str, Any] = field(default_factory=dict)
    journeys: dict[str, Any] = field(default_factory=dict)
    company: dict[str, Any] = field(default_factory=dict)
    belonging: dict[str, Any] = field(default_factory=dict)
    members: dict[str, int] = field(default_factory=dict)
    courses: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    turns: dict[str, Moment] = field(default_factory=dict)
    silent: frozenset[str] = field(default=frozenset(), compare=False)
    untils: dict[str, Moment] = field(default_factory=dict)
    clock: Moment = 0
    last: tuple[Moment, str] = (0, "")
    first_seen: Moment = 0
    events: int = 0
    plan: str = ""
    passed: str = ""
    plan_rev: int = 0
    due_at: Moment | None = None

    @property
    def is_company(self) -> bool:
        return is_company(self.id)

    @property
    def is_known(self) -> bool:
        """Somebody proved who this is."""
        return any(identity.kind != "anonymous_id" for identity in self.identities)

    @property
    def locale(self) -> str:
        return str(self.traits.get("locale") or "")

    @property
    def timezone(self) -> str:
        return str(self.traits.get("timezone") or "")

    def zone(self, default: str) -> str:
        """Where the contact's clock hangs."""
        return zone_or(self.timezone, default)

    def granted(self) -> frozenset[str]:
        """The topics that may be written about."""
        return frozenset(topic for topic, consent in self.consents.items() if consent.state == "granted")

    def address(self, channel: str) -> str:
        """Where messages of a channel go; empty if there is none."""
        return str(self.traits.get({"email": "email", "sms": "phone"}[channel]) or "")

    def copied(self) -> "Contact":
        """A copy that can be changed; what its mappings hold is shared, and replaced rather than changed."""
        return replace(
            self,
            traits=dict(self.traits),
            claims=dict(self.claims),
            memory=dict(self.memory),
            points=dict(self.points),
            stages=dict(self.stages),
            segments=dict(self.segments),
            crossed=dict(self.crossed),
            lists=dict(self.lists),
            journeys=dict(self.journeys),
            consents=dict(self.consents),
            turns=dict(self.turns),
            untils=dict(self.untils),
        )

    def to_item(self, change: Mapping[str, Any] | None = None) -> Item:
        """``change`` says what the write changed; whoever reads the stream needs no second read."""
        key = keys.contact(self.id)
        item: Item = {
            "pk": key.pk,
            "sk": key.sk,
            "kind": KIND,
            "rev": self.rev + 1,
            "status": self.status,
            "score": self.score,
            "stage": self.stage,
            "clock": self.clock,
            "last": list(self.last),
            "first_seen": self.first_seen,
            "events": self.events,
            "plan": self.plan,
            "plan_rev": self.plan_rev,
        }
        optional: dict[str, Any] = {
            "merged_into": self.merged_into,
            "traits": self.traits,
            "identities": [list(identity) for identity in self.identities],
            "claims": self.claims,
            "memory": self.memory,
            "earned": {model: points.to_list() for model, points in self.points.items()},
            "stages": self.stages,
            "stage_log": [list(change) for change in self.stage_log],
            "segments": self.segments,
            "crossed": self.crossed,
            "lists": self.lists,
            "interests": self.interests,
            "journeys": self.journeys,
            "company": self.company,
            "belonging": self.belonging,
            "members": self.members,
            "courses": self.courses,
            "told": self.told,
            "passed": self.passed,
            "consents": {topic: consent.to_map() for topic, consent in self.consents.items()},
            "turns": self.turns,
            "silent": sorted(self.silent),
            "untils": self.untils,
            "change": dict(change) if change else None,
        }
        item |= {name: value for name, value in optional.items() if value}
        if change or self.status != LIVE:
            # The stream's filter lets only such images through to the journeys.
            item["news"] = "yes"
        if self.due_at is not None:
            item |= due_attributes(key.pk, self.due_at)
            item["due"] = self.due_at
        return item

    @classmethod
    def from_item(cls, item: Item) -> "Contact":
        at, event_id = item["last"]
        return cls(
            id=keys.contact_of(item["pk"]),
            rev=item["rev"],
            status=item["status"],
            merged_into=item.get("merged_into", ""),
            traits=item.get("traits", {}),
            identities=tuple(Identity(kind, value) for kind, value in item.get("identities", ())),
            claims=item.get("claims", {}),
            memory=item.get("memory", {}),
            points={model: Points.from_list(earned) for model, earned in item.get("earned", {}).items()},
            score=float(item["score"]),
            stage=item["stage"],
            stages=item.get("stages", {}),
            stage_log=tuple((at, before, after) for at, before, after in item.get("stage_log", ())),
            segments=item.get("segments", {}),
            crossed=item.get("crossed", {}),
            lists=item.get("lists", {}),
            interests=item.get("interests", {}),
            journeys=item.get("journeys", {}),
            company=item.get("company", {}),
            belonging=item.get("belonging", {}),
            members=item.get("members", {}),
            courses=item.get("courses", {}),
            told=item.get("told", {}),
            consents={topic: Consent(**consent) for topic, consent in item.get("consents", {}).items()},
            turns=item.get("turns", {}),
            silent=frozenset(item.get("silent", ())),
            untils=item.get("untils", {}),
            clock=item["clock"],
            last=(at, event_id),
            first_seen=item["first_seen"],
            events=item["events"],
            plan=item["plan"],
            passed=item.get("passed", ""),
            plan_rev=item.get("plan_rev", 0),
            due_at=item.get("due"),
        )

    @classmethod
    def merged(cls, contact_id: str, into: str, *, rev: int, now: Moment, copied: bool = False) -> "Contact":
        """What stays of a contact that turned out to be another: a signpost, due until its history has been moved."""
        return cls(id=contact_id, rev=rev, status=MERGED, merged_into=into, clock=now, due_at=None if copied else now)
