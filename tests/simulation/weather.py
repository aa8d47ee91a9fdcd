"""What may go wrong in a story, as a list of parts; times gather where something happens or falls due."""

from random import Random
from typing import Any

from leadwell.clock import HOUR, MINUTE, SECOND
from tests.simulation.faults import CLASSES

Mishap = tuple[int, str, dict[str, Any]]

_FUNCTIONS = (
    ("track_events", 3),
    ("score_and_segment", 6),
    ("run_journeys", 6),
    ("wake_due", 3),
    ("send_messages", 8),
    ("record_feedback", 3),
    ("serve_pages", 2),
    ("rebuild_audience", 1),
    ("", 3),
)
_KINDS = (
    ("crash", 6),
    ("crash after", 7),
    ("hold", 5),
    ("hold after", 6),
    ("lost", 3),
    ("lost for good", 4),
    ("timeout", 1),
    ("throttle", 3),
    ("conflict", 3),
    ("part", 3),
)
_AT_PROVIDER = (
    ("throttle", 3),
    ("refused", 1),
    ("lost", 4),
    ("timeout", 3),
    ("unreachable", 2),
    ("hold", 2),
    ("crash after", 3),
)
_HOLDS = (100, SECOND, 3 * SECOND, 10 * SECOND, 40 * SECOND, 2 * MINUTE)
_LATE = (SECOND, 20 * SECOND, 3 * MINUTE, 20 * MINUTE, 3 * HOUR)


def mishaps(random: Random, length: int, moments: list[int]) -> list[Mishap]:
    """Calm stories, some trouble, and storms."""
    number = random.choice((0, 3, 6, 9, 12, 16, 24))
    return [_mishap(random, length, moments) for _ in range(number)]


def _mishap(random: Random, length: int, moments: list[int]) -> Mishap:
    at = random.choice(moments) if random.random() < 0.9 else random.randrange(length)
    at = max(0, at - random.choice((0, 0, 0, 10, SECOND, MINUTE)))
    dice = random.random()
    if dice < 0.2:
        return _slow(random, at)
    if dice < 0.52:
        return at, "fault", _request_fault(random)
    if dice < 0.62:
        return at, "fault", _provider_fault(random)
    if dice < 0.88:
        return at, "odd", _oddity(random)
    return at, *_weather(random)


def _slow(random: Random, at: int) -> Mishap:
    """A worker is slow while something else happens: most races need no more."""
    function = random.choice(
        ("score_and_segment", "score_and_segment", "run_journeys", "send_messages", "send_messages", "track_events")
    )
    fault = {
        "function": function,
        "requests": "",
        "kind": random.choice(("hold", "hold after")),
        "skip": random.choice((0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8)),
    }
    fault["amount"] = random.choice((SECOND, 5 * SECOND, 20 * SECOND, 50 * SECOND))
    return at, "fault", fault


def _request_fault(random: Random) -> dict[str, Any]:
    function = _weighted(random, _FUNCTIONS)
    kind = _weighted(random, _KINDS)
    requests = random.choice(("", "", "read", "write", "write", "transaction", "put", "queue", "start"))
    if kind == "part":
        requests = random.choice(("batch", "batch write", "batch write"))
    elif kind == "conflict":
        requests = ""
    fault: dict[str, Any] = {"function": function, "requests": requests, "kind": kind}
    fault["skip"] = random.choice((0, 0, 1, 2, 3, 5, 8, 13) if not requests else (0, 0, 0, 1, 2, 4))
    if kind.startswith("hold"):
        fault["amount"] = random.choice(_HOLDS)
    return fault


def _provider_fault(random: Random) -> dict[str, Any]:
    kind = _weighted(random, _AT_PROVIDER)
    fault = {"function": "send_messages", "requests": "provider", "skip": random.choice((0, 0, 0, 1)), "kind": kind}
    if kind == "hold":
        fault["amount"] = random.choice(_HOLDS)
    return fault


def _oddity(random: Random) -> dict[str, Any]:
    queue = random.choice(("messages", "messages", "transactional", "enrollments", "contacts", "feedback"))
    reader = random.choice(("score_and_segment", "run_journeys"))
    late = random.choice(_LATE)
    return random.choice(
        (
            {"place": f"queue:{queue}", "kind": "double", "amount": late},
            {"place": f"queue:{queue}", "kind": "late", "amount": late},
            {"place": f"batch:{queue}", "kind": "overlap", "amount": _overlap(random)},
            {"place": f"batch:{queue}", "kind": "overlap", "amount": _overlap(random)},
            {"place": f"again:{reader}", "kind": "again", "amount": random.choice((10, SECOND, MINUTE, HOUR))},
            {"place": f"again:{reader}", "kind": "again", "amount": random.choice((10, SECOND, MINUTE, HOUR))},
            {"place": f"stream:{reader}", "kind": "disorder", "amount": 0},
            {"place": "executions", "kind": "never", "amount": 0},
            {"place": "executions", "kind": random.choice(("late", "twice")), "amount": late},
            {"place": "reports", "kind": random.choice(("lost", "disorder")), "amount": 0},
            {
                "place": "reports",
                "kind": random.choice(("late", "double")),
                "amount": random.choice((*_LATE, 20 * HOUR)),
            },
        )
    )


def _overlap(random: Random) -> int:
    """At which of its requests a worker is held, and for how long: the other comes in the middle of it."""
    return random.choice((200, 2 * SECOND, 30 * SECOND)) * 100 + random.choice((1, 2, 3, 4, 5, 6, 7, 8, 10, 12))


def _weather(random: Random) -> tuple[str, dict[str, Any]]:
    lasts = random.choice((10 * SECOND, 2 * MINUTE, 30 * MINUTE, 5 * HOUR))
    reader = random.choice(("score_and_segment", "run_journeys"))
    function = random.choice(("score_and_segment", "run_journeys", "wake_due", "send_messages", "record_feedback"))
    return random.choice(
        (
            ("lag", {"function": reader, "amount": random.choice((2 * SECOND, MINUTE, 10 * MINUTE)), "lasts": lasts}),
            ("lag", {"function": reader, "amount": random.choice((2 * SECOND, MINUTE, 10 * MINUTE)), "lasts": lasts}),
            ("index lag", {"amount": random.choice((SECOND, 10 * SECOND, 90 * SECOND)), "lasts": lasts}),
            ("hot shard", {"shard": random.randrange(4), "lasts": min(lasts, 30 * MINUTE)}),
            (
                "skew",
                {
                    "function": function,
                    "amount": random.choice((-3 * SECOND, -SECOND, 2 * MINUTE, 5 * MINUTE)),
                    "lasts": lasts,
                },
            ),
            ("outage", {"lasts": random.choice((MINUTE, HOUR, 6 * HOUR))}),
            ("deploy", {}),
            ("deploy", {}),
            ("publish", {"path": random.choice(("segments/keen-2.yaml", "journeys/trial-2.yaml"))}),
            ("publish", {"path": random.choice(("segments/keen-2.yaml", "journeys/trial-2.yaml"))}),
            ("poison", {"queue": random.choice(("messages", "contacts", "enrollments", "feedback"))}),
        )
    )


def _weighted(random: Random, choices: tuple[tuple[str, int], ...]) -> str:
    names = [name for name, weight in choices for _ in range(weight)]
    return random.choice(names)


assert set(CLASSES) >= {"read", "write", "transaction", "put", "queue", "start", "provider"}
