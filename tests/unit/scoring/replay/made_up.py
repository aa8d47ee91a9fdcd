"""Histories with a known truth: what each event adds to the chance that somebody converts."""

import math
import random
from collections.abc import Mapping
from typing import Any

from leadwell.clock import DAY, HOUR, Moment, from_iso
from leadwell.definitions.catalog import Judgments
from leadwell.definitions.documents import parse
from leadwell.scoring.models import ScoringDefinition
from leadwell.scoring.replay.comparing import Side
from leadwell.scoring.replay.moments import History, Question
from leadwell.scoring.replay.replaying import HandOver, replay
from leadwell.tracking.events import Event, Standing

START = from_iso("2025-01-01T00:00:00Z")
END = START + 400 * DAY
ZONE = "Europe/Berlin"
CONVERTED = "Order Completed"
TRUTH = {"Demo": 1.8, "Download": 0.9, "Visit": 0.3, "Noise": 0.0, "Complaint": -3.0}
"""What one event adds to the logarithm of the odds of converting. On average nothing: else even noise would tell, by
how much somebody has done already, how much is still to come."""

QUESTION = Question(converted=CONVERTED, horizon=90 * DAY, since=0, until=END)


def event(contact: str, name: str, at: Moment, properties: Mapping[str, Any] | None = None, **more: Any) -> Event:
    return Event(
        contact=contact,
        id=more.pop("id", f"{name}{at}"),
        at=at,
        type=more.pop("type", "track"),
        name=name,
        standing=Standing.PROVEN,
        properties=properties or {},
        **more,
    )


def history(contact: str, *happened: tuple[str, Moment]) -> History:
    return History.of(contact, [event(contact, name, at) for name, at in happened])


def crowd(number: int, seed: int = 1, truth: Mapping[str, float] = TRUTH, base: float = -0.5) -> list[History]:
    """So many contacts; each does something for some weeks and then converts, or does not."""
    chance = random.Random(seed)
    found = []
    for place in range(number):
        name, at, odds = f"c{place}", START + chance.randrange(100 * DAY), base
        events = []
        for _ in range(chance.randint(3, 9)):
            at += chance.randint(HOUR, 4 * DAY)
            kind = chance.choice(list(truth))
            odds += truth[kind]
            events.append(event(name, kind, at))
        if chance.random() < 1 / (1 + math.exp(-odds)):
            at += chance.randint(HOUR, 10 * DAY)
            events.append(event(name, CONVERTED, at))
            events.append(event(name, "Thanks Written", at + DAY))
        found.append(History.of(name, events))
    return found


def model(points: Mapping[str, float], name: str = "shop", **more: Any) -> ScoringDefinition:
    """Points per event; a rule's id is the event's name in small letters."""
    rules = [{"id": one.lower().replace(" ", "-"), "event": one, "points": worth} for one, worth in points.items()]
    return scoring({"name": name, "rules": rules, **more})


def scoring(document: Mapping[str, Any]) -> ScoringDefinition:
    parsed = parse({"kind": "scoring", "name": "shop", "title": {"en": "Shop", "de": "Shop"}, **document})
    assert isinstance(parsed, ScoringDefinition)
    return parsed


AT_20 = HandOver(score=20)


def side(definition: ScoringDefinition, hand_over: HandOver = AT_20, **others: Any) -> Side:
    judgments = Judgments(scoring=[definition], **others)
    player = replay(judgments, [definition.name], ZONE, hand_over.condition(definition.name))
    return Side(player, definition.name, hand_over.threshold(judgments, definition.name))
