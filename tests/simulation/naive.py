"""What a contact must look like, worked out the slow way: from its events as they lie in the table and the definitions
as they stand in YAML. Shares no code with the package; reads wire-form items itself.

Every question is answered by going through the whole history again. ``naive_behavior.py`` judges what somebody did,
``naive_words.py`` compares.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import yaml

from tests.simulation.naive_behavior import did, ends, in_order, means
from tests.simulation.naive_words import compares, flips, milliseconds

Condition = Mapping[str, Any]
Event = Mapping[str, Any]

STAGES = ["visitor", "lead", "mql", "sql", "opportunity", "customer", "evangelist"]
_ZONES = available_timezones()


def plain(attribute: Mapping[str, Any]) -> Any:
    """A typed attribute as a plain value."""
    ((kind, value),) = attribute.items()
    match kind:
        case "M":
            return {name: plain(inner) for name, inner in value.items()}
        case "L":
            return [plain(inner) for inner in value]
        case "N":
            return float(value) if set(value) & set(".eE") else int(value)
        case "NULL":
            return None
    return value


def plain_item(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(attribute) for name, attribute in item.items()}


def by_time(events: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(events, key=lambda event: (event["at"], event["id"]))


@dataclass(frozen=True)
class Definitions:
    """Documents as written, by name; parameters are filled in. ``companies`` are those about companies."""

    segments: Mapping[str, Any] = field(default_factory=dict)
    stages: Sequence[Mapping[str, Any]] = ()
    rules: Sequence[Mapping[str, Any]] = ()
    half_life: int | None = None
    journeys: Mapping[str, Any] = field(default_factory=dict)
    dates: Sequence[Mapping[str, Any]] = ()
    returns: Sequence[Mapping[str, Any]] = ()
    turns: Sequence[Condition] = ()
    caps: Sequence[Mapping[str, Any]] = ()
    companies: "Definitions | None" = None
    rolled_up: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """Of scores of companies, by name, the rules about members' scores."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Definitions":
        """Later ones take the place of earlier ones of the same kind and name."""
        found: dict[tuple[str, str], Any] = {}
        versions: list[Any] = []
        for text in texts:
            document = yaml.load(text, Loader=yaml.CSafeLoader)
            values = {name: one["default"] for name, one in document.pop("parameters", {}).items()}
            document = _filled(document, values)
            found[document["kind"], document["name"]] = document
            versions.append(document)
        theirs = cls._made([one for one in found.values() if one.get("about") == "companies"], [])
        return replace(cls._made([one for one in found.values() if "about" not in one], versions), companies=theirs)

    @classmethod
    def _made(cls, documents: Sequence[Any], versions: Sequence[Any]) -> "Definitions":
        by_kind = {
            kind: {one["name"]: one for one in documents if one["kind"] == kind}
            for kind in ("segment", "lifecycle", "scoring", "journey")
        }
        scoring = next(iter(by_kind["scoring"].values()), {})
        lifecycle = next(iter(by_kind["lifecycle"].values()), {})
        return cls(
            segments={name: one["when"] for name, one in by_kind["segment"].items()},
            stages=lifecycle.get("stages", ()),
            returns=lifecycle.get("returns", ()),
            rules=scoring.get("rules", ()),
            rolled_up={
                name: [rule for rule in one["rules"] if "members" in rule] for name, one in by_kind["scoring"].items()
            },
            half_life=milliseconds(scoring["half_life"]) if "half_life" in scoring else None,
            journeys=by_kind["journey"],
            dates=[one["trigger"] for one in versions if one["kind"] == "journey" and "date" in one["trigger"]],
            turns=[one["trigger"]["becomes"] for one in by_kind["journey"].values() if "becomes" in one["trigger"]],
            caps=[cap for one in documents if one["kind"] == "policy" for cap in one["caps"]],
        )


def _filled(document: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(document, dict):
        return {name: _filled(inner, values) for name, inner in document.items()}
    if isinstance(document, list):
        return [_filled(inner, values) for inner in document]
    if isinstance(document, str) and document.startswith("${"):
        return values[document[2:-1]]
    if isinstance(document, str):
        return re.sub(r"\$\{(\w+)\}", lambda found: str(values[found[1]]), document)
    return document


@dataclass(eq=False)
class Picture:
    """A contact by its events. ``moment`` arguments are milliseconds since 1970."""

    events: Sequence[Mapping[str, Any]]
    definitions: Definitions
    default_zone: str
    traits: dict[str, Any] = field(default_factory=dict)
    identities: list[tuple[str, str]] = field(default_factory=list)
    claims: dict[str, str] = field(default_factory=dict)
    consents: dict[str, tuple[str, int]] = field(default_factory=dict)
    stage: str = "visitor"
    told: tuple[set[str], str] | None = None
    """Segments and stage of the company that they belong to: nothing of it changes for them until they are told."""
    _everything: Sequence[Mapping[str, Any]] = ()
    _meant: dict[int, list[int]] = field(default_factory=dict)
    """By rule, the places of the events that it speaks of: a story asks for the score a thousand times."""

    def __post_init__(self) -> None:
        everything = self._everything = self.events = by_time(self.events)
        for count, event in enumerate(everything, 1):
            # Stages are kept once reached, so they are looked at after every single event.
            self.events = everything[:count]
            self._profile(event)
            self._consent(event)
            self._fall_back(event)
            self._stage(event["at"])
        self.events = everything

    # Who they are

    def _profile(self, event: Mapping[str, Any]) -> None:
        said = [(kind, value) for kind, value in event.get("identities", ())]
        proven = event["standing"] == "proven"
        known = any(kind != "anonymous_id" for kind, _ in self.identities)
        if event["type"] == "identify" and (proven or not known):
            for name, value in event.get("traits", {}).items():
                if name in ("email", "phone"):
                    continue
                if value is not None:
                    self.traits[name] = value
                elif proven:
                    self.traits.pop(name, None)
        for kind, value in said:
            if kind == "previous_id":
                continue
            if proven or kind == "anonymous_id":
                if (kind, value) not in self.identities:
                    self.identities.append((kind, value))
            elif not known:
                self.claims[kind] = value
            if proven:
                self.claims.pop(kind, None)
                if kind in ("email", "phone"):
                    self.traits[kind] = value
        for name in ("locale", "timezone"):
            if name not in self.traits and isinstance(event.get("context", {}).get(name), str):
                self.traits[name] = event["context"][name]

    def _consent(self, event: Mapping[str, Any]) -> None:
        said = event.get("properties", {})
        purpose, channel = said.get("purpose") or "*", said.get("channel") or "*"
        channels = ["email", "sms"] if channel == "*" else [channel]
        match event["name"]:
            case "Consent Withdrawn":
                for one in channels:
                    for topic in [*self.consents, *([f"{purpose}/{one}"] if purpose != "*" else [])]:
                        if topic.endswith(f"/{one}") and purpose in ("*", topic.split("/")[0]):
                            self.consents[topic] = ("withdrawn", event["at"])
            case "Consent Granted" if event["standing"] == "proven":
                for one in channels:
                    self.consents[f"{purpose}/{one}"] = ("granted", event["at"])
            case "Consent Granted" | "Consent Requested":
                for one in channels:
                    if self.consents.get(f"{purpose}/{one}", ("", 0))[0] != "granted":
                        self.consents[f"{purpose}/{one}"] = ("requested", event["at"])

    def withdrawals(self) -> dict[str, int]:
        """When each topic was last refused."""
        latest: dict[str, int] = {}
        for event in self.events:
            if event["name"] == "Consent Withdrawn":
                said = event.get("properties", {})
                latest[f"{said.get('purpose') or '*'}/{said.get('channel') or '*'}"] = event["at"]
        return latest

    # What they are worth, where they belong

    def score(self, moment: int) -> float:
        total = 0.0
        for rule in self.definitions.rules:
            if "when" in rule:
                total += rule["points"] if self.holds(rule["when"], moment) else 0
                continue
            for event in self._rewarded(rule):
                total += rule["points"] * self._left(rule, event, moment)
        return total

    def _rewarded(self, rule: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        meant = self._meant.get(id(rule))
        if meant is None:
            places = range(len(self._everything))
            meant = self._meant[id(rule)] = [place for place in places if means(rule, self._everything[place])]
        return [self.events[place] for place in meant if place < len(self.events)][: rule.get("max_times")]

    def _left(self, rule: Mapping[str, Any], event: Mapping[str, Any], moment: int) -> float:
        half_life = self.definitions.half_life
        if half_life is None or not rule.get("decays", True):
            return 1.0
        return 0.5 ** ((moment - event["at"]) / half_life)

    def _fall_back(self, event: Mapping[str, Any]) -> None:
        for way in self.definitions.returns:
            if self.stage in way["from"] and means(way, event):
                self.stage = way["to"]
                return

    def _stage(self, moment: int) -> None:
        for rule in self.definitions.stages:
            if STAGES.index(rule["stage"]) > STAGES.index(self.stage) and self.holds(rule["when"], moment):
                self.stage = rule["stage"]

    def segments(self, moment: int) -> set[str]:
        return {name for name, when in self.definitions.segments.items() if self.holds(when, moment)}

    def holds(self, condition: Condition, moment: int) -> bool:
        match condition:
            case {"all": parts}:
                return all(self.holds(part, moment) for part in parts)
            case {"any": parts}:
                return any(self.holds(part, moment) for part in parts)
            case {"not": inner}:
                return not self.holds(inner, moment)
            case {"at_least": needed, "of": parts}:
                return sum(self.holds(part, moment) for part in parts) >= needed
            case {"trait": name, **words}:
                return compares(words, self.traits.get(name), moment, self.zone)
            case {"event": _}:
                return did(self.events, condition, moment, self.zone)
            case {"active": within}:
                return did(self.events, {"event": "*", "within": within}, moment, self.zone)
            case {"sequence": _}:
                return in_order(self.events, condition, moment)
            case {"score": {"gained": points, "within": within}}:
                return self._gained(milliseconds(within), moment) >= points
            case {"score": bounds}:
                score = self.score(moment)
                return score >= bounds.get("at_least", -math.inf) and score < bounds.get("less_than", math.inf)
            case {"stage": {"is": stage}}:
                return self.stage == stage
            case {"stage": {"at_least": stage}}:
                return STAGES.index(self.stage) >= STAGES.index(stage)
            case {"consent": topic}:
                return self.consents.get(topic, ("", 0))[0] == "granted"
            case {"segment": name} if "for" not in condition:
                return self.holds(self.definitions.segments[name], moment)
            case {"company_segment": name}:
                return self.told is not None and name in self.told[0]
            case {"company_stage": {"at_least": stage}}:
                return self.told is not None and STAGES.index(self.told[1]) >= STAGES.index(stage)
        raise AssertionError(f"a condition that the naive recount does not know: {condition}")

    @property
    def zone(self) -> str:
        """Where the contact's calendar hangs."""
        zone = self.traits.get("timezone")
        return zone if zone in _ZONES else self.default_zone

    def _gained(self, within: int, moment: int) -> float:
        """What events gave so recently, before any of it faded."""
        return float(
            sum(
                rule["points"]
                for rule in self.definitions.rules
                if "event" in rule
                for event in self._rewarded(rule)
                if moment < event["at"] + within
            )
        )

    # When they are to be looked at again

    def candidates(self, now: int) -> list[int]:
        """Every moment after ``now`` at which something may flip by itself."""
        found: set[int] = set()
        for condition in self._conditions():
            match condition:
                case {"event": _} | {"sequence": _} | {"active": _}:
                    found |= set(ends(self.events, condition, self.zone))
                case {"trait": name, **words}:
                    found |= set(flips(words, self.traits.get(name), self.zone))
                case {"score": {"gained": _, "within": within}}:
                    found |= {event["at"] + milliseconds(within) for event in self.events}
                case {"score": bounds}:
                    for bound in bounds.values():
                        found |= set(self._crossings(bound, now))
        return sorted(moment for moment in found if moment > now)

    def _conditions(self) -> Iterator[Condition]:
        defined = self.definitions
        rules = (rule["when"] for rule in defined.stages)
        # A company that is told of a score has to be told when it changes by itself.
        given = (rule["when"] for rule in defined.rules if "when" in rule)
        yield from _leaves([*defined.segments.values(), *rules, *defined.turns, *given])

    def _crossings(self, bound: float, now: int) -> Iterator[int]:
        """The score falls towards what does not fade: searched by halving, not by a formula."""
        if self.definitions.half_life is None or (self.score(now) >= bound) == (
            self.score(now + 40 * 365 * 86_400_000) >= bound
        ):
            return
        low, high = now, now + 40 * 365 * 86_400_000
        before = self.score(now) >= bound
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if (self.score(middle) >= bound) == before else (low, middle)
        yield high

    def next_flip(self, now: int) -> int | None:
        """The first moment after ``now`` at which a segment is entered or left, or something that a journey waits for
        becomes true or untrue, although nothing happens."""
        present = self.segments(now), self._turns(now)
        for moment in self.candidates(now):
            if (self.segments(moment), self._turns(moment)) != present:
                return moment
        return None

    def _turns(self, moment: int) -> list[bool]:
        return [self.holds(turn, moment) for turn in self.definitions.turns]

    def next_dates(self, now: int) -> list[int]:
        """The next moment of every date that a journey starts on."""
        return [moment for trigger in self.definitions.dates for moment in self.anniversaries(trigger) if moment > now]

    def anniversaries(self, trigger: Mapping[str, Any]) -> Iterator[int]:
        try:
            born = date.fromisoformat(str(self.traits.get(trigger["date"]))[:10])
        except ValueError:
            return
        hour, minute = map(int, trigger.get("at", "09:00").split(":"))
        for year in range(max(born.year + 1, 2020), 2040):
            try:
                day = born.replace(year=year)
            except ValueError:
                day = date(year, 2, 28) + timedelta(days=trigger.get("leap_day") == "mar-1")
            local = datetime.combine(day, time(hour, minute), ZoneInfo(self.zone))
            yield round(local.astimezone(UTC).timestamp() * 1000)


def _leaves(conditions: Iterable[Condition]) -> Iterator[Condition]:
    for condition in conditions:
        match condition:
            case {"all": parts} | {"any": parts} | {"of": parts}:
                yield from _leaves(parts)
            case {"not": inner}:
                yield from _leaves([inner])
            case _:
                yield condition
