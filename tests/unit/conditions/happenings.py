"""What happens to people in random histories: few names and few values, so that they collide often.

In their days summer time begins in Havana, at midnight; it ends in Santiago at midnight and in Sydney soon after, and
in Havana midnight comes twice in autumn: dates that people have are around then, too.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from leadwell.clock import DAY, HOUR, from_iso, to_iso
from leadwell.tracking.events import Event, Identity, Name, Standing

START = from_iso("2026-03-06T08:00:00Z")
SPAN = 3 * DAY + 6 * HOUR
ZONES = ["Europe/Berlin", "America/Havana", "America/Santiago", "Australia/Sydney"]

moments = st.builds(
    lambda hours, more: START + hours * HOUR + more,
    st.integers(0, SPAN // HOUR),
    st.one_of(st.just(0), st.just(0), st.integers(0, HOUR - 1)),
)
"""Often on the hour, so that what happened at one and what ends there meet."""


def day(after: int) -> str:
    """A date so many days after the start."""
    return to_iso(START + after * DAY)[:10]


def moment(after: int) -> str:
    """A date-time so many hours after the start; some without an offset, some with another."""
    text = to_iso(START + after * HOUR)[:19]
    return text + ("Z", "", "+02:00", ".5Z")[after % 4]


Happening = Mapping[str, Any]
"""Fields of an event."""

PROPERTIES: list[dict[str, Any]] = [
    {},
    {"k": "x"},
    {"k": "y", "tags": ["a", "b"]},
    {"k": "x", "n": 1},
    {"k": "x", "n": 2.5},
    {"k": "y", "n": "10"},
    {"k": "x", "n": 4, "tags": ["x", "a"]},
    {"k": "Xy", "n": -3},
    {"k": 1, "n": 4},
    {"k": "1", "n": "many"},
    {"k": True, "n": True},
    {"k": ["a", "Bb"], "n": 0},
    {"k": {"in": "x"}, "n": 1},
    {"k": "x", "day": day(1), "n": 2},
    {"k": "y", "day": moment(30), "tags": ["a", "b"]},
    {"tags": "a", "day": "2025-12-31"},
    {"k": "x", "things": [{"k": "x"}, {"k": ["y", "a"]}, "x", {"k": 1, "more": {"k": "y"}}, {"more.k": "a"}]},
    {"k": "y", "things": {"k": "x", "more": [{"k": "x"}, {"k": "a"}, [{"k": "y"}]]}},
    {"k": "y", "items": [{"k": "x", "n": 1}, {"k": "y", "n": 4}, "x"]},
    {"k": "x", "items": {"k": 1, "n": "3"}},
]
CONTEXTS: list[dict[str, Any]] = [
    {"page": {"url": "https://example.com/a", "referrer": "https://example.org/x"}},
    {"page": {"url": "https://example.com/b"}, "campaign": {"source": "news", "medium": "email"}},
    {"campaign": {"name": "spring", "source": "ads"}},
    {"campaign": {"source": "ads", "term": "sofa", "content": "c1"}},
    {"campaign": {}},
    {"device": {"type": "mobile", "manufacturer": "Acme", "model": "M1"}, "os": {"name": "Android"}},
    {"device": {"type": "desktop"}, "os": {"name": "Linux"}},
    {"device": {"type": "mobile"}, "os": {"name": "iOS"}},
]
TRAITS: dict[str, list[Any]] = {
    "t": [1, "2", 2.5, 3, None, True, "many", ""],
    "u": ["v", "v", "Vw", "w", "x", None, ["v", "w"], 1],
    "tags": [["a"], ["a", "Bb"], "a", [1, "x"], [], {"a": 1}, ["b"]],
    "a": [{"b": 2}, {"b": "v"}, "v"],
    "a.b": [1, "v", None],
    "items": [[{"k": "x", "n": 1}, {"k": 1, "n": 3}], {"k": "x", "b": 2}, [], None],
    "day": [
        *(day(after) for after in (-40, -3, -1, 0, 1, 2, 3, 4, 8)),
        *(moment(after) for after in (-70, 0, 13, 30, 47, 74, 96, 250)),
        "2026-03-08", "2026-04-05", "2026-11-01", "2026-11-01T04:30:00Z", "2026-12-31", "soon", 5, None,
    ],
    "birthday": [
        *(f"1990-{day(after)[5:]}" for after in (-3, 0, 1, 2, 5)),
        "1992-02-29", day(-370), day(3), f"1985-{moment(50)[5:]}", None,
    ],
    "timezone": [*ZONES, "Mars/Base", None],
    "address": [
        {"city": "Wien", "country": "AT", "state": "Tirol"}, {"city": "Köln", "region": "Bayern"}, {"city": 1}, None,
    ],
}  # fmt: skip
_PLACED: list[dict[str, Any]] = [
    {"country": "DE"}, {"country": "AT"}, {"country": None}, {"city": "Köln"}, {"region": "Bayern"},
    {"address": {"city": "Wien", "country": "AT", "state": "Tirol"}},
    {"address": {"city": "Köln", "region": "Bayern"}}, {"address": None},
    {"locale": "de"}, {"locale": "de-AT"}, {"locale": "de_CH"}, {"locale": "den"}, {"locale": "en"}, {"locale": None},
    {"latitude": 47.5, "longitude": 11}, {"latitude": "47.42", "longitude": "10.98"}, {"latitude": 95, "longitude": 0},
    {"latitude": None}, {"place": {"latitude": 52.5, "longitude": 13.4}}, {"place": "here"},
]  # fmt: skip
_GROUPED: list[tuple[str, dict[str, Any]]] = [
    ("acme", {"industry": "retail"}),
    ("acme", {"size": 50, "founded": day(2)}),
    ("acme", {"industry": None, "id": "other"}),
    ("bolt", {"industry": "food"}),
    ("bolt", {}),
]
_REPORTS = [
    "Email Sent", "Email Sent", "Email Delivered", "Email Opened", "Email Link Clicked", "Email Opened by Machine",
    "Email Bounced", "Email Marked as Spam", "SMS Sent", "SMS Delivered", "SMS Received", "SMS Undelivered",
    "Email Replied", "SMS Link Clicked",
]  # fmt: skip
_LIFTED = st.builds(
    lambda said: {"name": Name.SUPPRESSION_LIFTED, "properties": said},
    st.sampled_from(
        [
            {"channel": "email", "address": "a@example.com"},
            {"channel": "email", "address": "b@example.com"},
            {"channel": "sms", "address": "+12025550100"},
        ]
    ),
)


def _identify(traits: Mapping[str, Any]) -> Happening:
    return {"type": "identify", "name": Name.IDENTIFIED, "traits": traits}


def _tracked(names: list[str], properties: list[dict[str, Any]]) -> st.SearchStrategy[Happening]:
    return st.builds(
        lambda name, said: {"name": name, "properties": said}, st.sampled_from(names), st.sampled_from(properties)
    )


_behaved = _tracked(["A", "A", "A", "B", "C"], [*PROPERTIES, *PROPERTIES[:7]])
_visited = st.builds(
    lambda name, said, context: {"name": name, "properties": said, "context": context},
    st.sampled_from(["A", Name.PAGE_VIEWED, Name.EMAIL_SENT]),
    st.sampled_from([{}, {"k": "x"}, {"referrer": "https://example.org/y"}]),
    st.sampled_from(CONTEXTS),
)
_told_by_clients = st.sampled_from(
    [{"locale": "de-DE"}, {"locale": "en-US", "timezone": "America/Havana"}, {"timezone": "Australia/Sydney"}]
).map(lambda context: {"name": "A", "context": context})
_agreed = st.builds(
    lambda word, said: {"name": f"Consent {word}", "properties": said},
    st.sampled_from(["Granted", "Granted", "Requested", "Withdrawn"]),
    st.sampled_from(
        [
            {"purpose": "marketing", "channel": "email"},
            {"purpose": "marketing", "channel": "*"},
            {"purpose": "news", "channel": "sms"},
        ]
    ),
) | st.sampled_from([{"channel": "email"}, {}, {"purpose": "news"}]).map(
    lambda said: {"name": Name.CONSENT_WITHDRAWN, "properties": said}
)
_addressed = st.sampled_from([("email", "a@example.com"), ("email", "b@example.com"), ("phone", "+12025550100")]).map(
    lambda address: {**_identify({}), "identities": (Identity(*address),)}
)
_listed = _tracked(
    [Name.ADDED_TO_LIST, Name.ADDED_TO_LIST, Name.REMOVED_FROM_LIST], [{"list": "fair"}, {"list": "vip"}]
)
_grouped = st.builds(
    lambda name, one: {"type": "group", "name": name, "properties": {"group_id": one[0]}, "traits": one[1]},
    st.sampled_from([Name.GROUPED, Name.GROUPED, Name.COMPANY_UPDATED]),
    st.sampled_from(_GROUPED),
)
_travelled = st.builds(
    lambda name, run, step, outcome, source: {
        "name": name,
        "properties": {"journey": "j", "run": run, "step": step, "outcome": outcome},
        "source": source,
    },
    st.sampled_from([Name.JOURNEY_ENTERED, Name.JOURNEY_ENTERED, Name.JOURNEY_STEP_REACHED, Name.JOURNEY_ENDED]),
    st.sampled_from(["r1", "r1", "r2"]),
    st.sampled_from(["one", "two"]),
    st.sampled_from(["finished", "goal", "exited"]),
    st.sampled_from(["journey:j", "journey:j", "journey:j", "server", "journey:other"]),
)
_reported = st.builds(
    lambda name, said, permanent, address: {"name": name, "properties": {**said, **permanent, **address}},
    st.sampled_from(_REPORTS),
    st.sampled_from([{"template": "hello", "journey": "j"}, {"template": "hello"}, {"template": "other"}, {}]),
    st.sampled_from([{}, {"permanent": True}, {"permanent": False}]),
    st.sampled_from([{}, {"address": "a@example.com"}, {"address": "b@example.com"}, {"address": "+12025550100"}]),
)
_messaged = st.one_of(_reported, _reported, _reported, _LIFTED)

GROUPS: dict[str, st.SearchStrategy[Happening]] = {
    "behaved": _behaved,
    "visited": _visited,
    **{
        f"trait {name}": st.sampled_from(values).map(lambda value, name=name: _identify({name: value}))  # type: ignore[misc]
        for name, values in TRAITS.items()
    },
    "placed": st.one_of(st.sampled_from(_PLACED).map(_identify), _told_by_clients),
    "agreed": _agreed,
    "addressed": _addressed,
    "listed": _listed,
    "grouped": _grouped,
    "travelled": _travelled,
    "messaged": _messaged,
    "downloaded": _tracked(["Asset Downloaded"], [{"asset": "paper"}, {"asset": "film"}, {}]),
}


def event(contact: str, number: int, at: int, fields: Happening) -> Event:
    known: dict[str, Any] = {"type": "track", "identities": (Identity("user_id", "u1"),), **fields}
    return Event(contact=contact, id=f"e{number:03d}", at=at, standing=Standing.PROVEN, **known)


def histories(groups: Sequence[str]) -> st.SearchStrategy[list[Event]]:
    happening = st.one_of(*(GROUPS[name] for name in groups))
    drawn = st.lists(st.tuples(moments, happening), min_size=4, max_size=14)
    return drawn.map(lambda found: [event("c1", number, at, what) for number, (at, what) in enumerate(found)])
