"""What a story is made of: parts, each at its moment, and the moments where faults hurt most."""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from leadwell.clock import DAY, HOUR, MINUTE, SECOND


@dataclass(frozen=True)
class Part:
    """``at``: milliseconds after the story's start."""

    at: int
    kind: str
    arguments: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"+{self.at / HOUR:.4f} h {self.kind} {json.dumps(self.arguments)}"


@dataclass(frozen=True)
class Story:
    seed: int
    start: str
    length: int
    sweep: bool
    parts: tuple[Part, ...]

    def only(self, kept: list[int]) -> "Story":
        return Story(self.seed, self.start, self.length, self.sweep, tuple(self.parts[n] for n in kept))


@dataclass(eq=False)
class Plot:
    random: Random
    length: int
    start: str
    parts: list[Part] = field(default_factory=list)
    moments: list[int] = field(default_factory=list)
    """When something happens or falls due: where faults hurt most."""
    calls: int = 0

    def add(self, at: float, kind: str, /, **arguments: Any) -> None:
        moment = max(0, min(int(at), self.length))
        self.moments.append(moment)
        self.parts.append(Part(moment, kind, arguments))

    def post(self, at: float, *calls: dict[str, Any], key: str = "server") -> None:
        random = self.random
        more: dict[str, Any] = {}
        for call in calls:
            self.calls += 1
            call["messageId"] = f"e{self.calls}"
            if random.random() < 0.07:
                call["happened"] = int(at) - random.choice((0, SECOND, 10 * MINUTE, 3 * HOUR, 20 * HOUR, 3 * DAY))
        if random.random() < 0.05:
            more["skew"] = random.choice((-20 * SECOND, 3 * MINUTE, -2 * HOUR, 400 * DAY))
        if random.random() < 0.06:
            more["lost"] = True
        if random.random() < 0.03:
            calls = (*calls, {"type": "track", "messageId": f"bad{self.calls}", "anonymousId": "dx"})
        self.add(at, "post", calls=list(calls), key=key, **more)
        if random.random() < 0.05:
            self.add(at + random.choice((SECOND, HOUR, 2 * DAY)), "post", calls=list(calls), key=key, **more)

    def expect(self, *due: float) -> None:
        """Something will be due then: a good moment for a mishap is when its minute comes."""
        wakes = [(int(moment) // MINUTE + 1) * MINUTE for moment in due]
        self.moments += [wake - 2 * SECOND for wake in wakes for _ in range(2) if wake < self.length]

    def soon(self) -> int:
        return int(self.random.choice((0, 20, 60, 120, 200, SECOND, 5 * SECOND, 40 * SECOND, 3 * MINUTE, 30 * MINUTE)))

    def woken(self, due: float) -> float:
        """When the minute comes in which something is due: then its worker runs, and a race can be lost. Often the
        worker is slow at one of its requests, and what happens comes right then; or it comes right before, and the
        stream brings it too late."""
        random = self.random
        wake = (int(due) // MINUTE + 1) * MINUTE
        dice = random.random()
        if dice < 0.4 or wake > self.length:
            return wake + random.choice((-SECOND, 60, 110, 160, SECOND, 3 * SECOND, 10 * SECOND))
        if dice < 0.65:
            self.add(wake - 2 * SECOND, "lag", function="score_and_segment", amount=MINUTE, lasts=5 * SECOND)
            return wake - random.choice((100, SECOND))
        fault = {"function": random.choice(("send_messages", "send_messages", "run_journeys")), "requests": ""}
        fault |= {"skip": random.randrange(6), "kind": random.choice(("hold", "hold after")), "amount": 20 * SECOND}
        self.add(wake - SECOND, "fault", **fault)
        return wake + 6 * SECOND
