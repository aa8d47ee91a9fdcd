"""Who posts what: short lives of people in a shop, as their website and its server report them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

PUBLIC, SERVER = "local-public", "local-secret"
"""Write keys of the local run."""

OPENED = "Round Opened"
STEPS = ("hello", "guide")
"""Of ``journey.yaml``: what every opened round is answered with, if the clock goes on by an hour."""

_CATEGORIES = ("sofas", "lamps", "tables", "beds")


@dataclass(frozen=True, slots=True)
class Call:
    """One tracking call. ``round`` is set where it opens one. ``timed``: the client says when it happened."""

    id: str
    type: str
    content: dict[str, Any]
    timed: bool = True
    round: str = ""


@dataclass(frozen=True, slots=True)
class Posting:
    """What is posted in one request, under one write key."""

    key: str
    calls: tuple[Call, ...]


@dataclass(slots=True)
class Person:
    """Somebody with a number, who has a name in the run; ``chance`` is their own, so a story depends on nothing else.

    Three in ten come as visitors first, one of these never says who they are.
    """

    run: str
    number: int
    seed: int
    _posted: int = 0
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(f"{self.seed}/{self.number}")

    @property
    def user(self) -> str:
        return f"{self.run}-{self.number}"

    @property
    def visitor(self) -> str:
        return f"{self.run}-v{self.number}"

    def story(self) -> Iterator[Posting]:
        chance = self._chance
        visits = chance.random() < 0.3
        if visits:
            for _ in range(chance.randint(1, 4)):
                yield Posting(PUBLIC, (self._call("page", {"anonymousId": self.visitor, "name": "Home"}),))
            if chance.random() < 0.3:
                return
        yield Posting(SERVER, (self._identify(visits), self._consent()))
        yield Posting(SERVER, (self._open("1"),))
        for _ in range(chance.randint(2, 6)):
            # SDKs send what has gathered since the last time.
            yield Posting(SERVER, tuple(self._view() for _ in range(chance.choice((1, 1, 1, 2, 4)))))
        if chance.random() < 0.1:
            yield Posting(SERVER, (self._open("2"), self._view()))

    def _identify(self, visited: bool) -> Call:
        traits = {"email": f"{self.user}@example.com", "firstName": "Ann", "locale": self._chance.choice(("en", "de"))}
        who = {"userId": self.user, **({"anonymousId": self.visitor} if visited else {})}
        return self._call("identify", {**who, "traits": traits})

    def _consent(self) -> Call:
        properties = {"purpose": "marketing", "channel": "email", "source": "checkout", "wording": "Yes, please."}
        return self._track("Consent Granted", properties)

    def _open(self, number: str) -> Call:
        return self._track(OPENED, {"round": number}, round=number)

    def _view(self) -> Call:
        product = self._chance.randint(1, 500)
        properties = {"product_id": f"p-{product}", "category": _CATEGORIES[product % 4], "price": product}
        return self._track("Product Viewed", properties, timed=self._chance.random() < 0.9)

    def _track(self, event: str, properties: dict[str, Any], *, timed: bool = True, round: str = "") -> Call:
        content = {"userId": self.user, "event": event, "properties": properties}
        return self._call("track", content, timed=timed, round=round)

    def _call(self, kind: str, content: dict[str, Any], *, timed: bool = True, round: str = "") -> Call:
        self._posted += 1
        return Call(f"{self.user}-{self._posted}", kind, content, timed, round)
