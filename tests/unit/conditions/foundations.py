"""What random conditions rest on: random definitions, and what must happen so that a condition can hold at all."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

from leadwell.clock import DAY, MINUTE
from tests.unit.conditions import happenings, operators
from tests.unit.conditions.naive import HEADS, Definitions, head_of
from tests.unit.conditions.operators import LEAVES, Drawn, nested

behaviors = st.one_of(operators.EVENTS, operators.sequences)
traits, consents = LEAVES["trait"], LEAVES["consent"]

timeless = nested(
    st.sampled_from(
        [
            {"trait": "t", "equals": 1},
            {"trait": "t", "exists": True},
            {"trait": "u", "in": ["v", "w"]},
            {"trait": "a.b", "at_least": 1},
        ]
    ),
    consents,
    operators.events(timeless=True),
    operators.timeless_sequences,
)
"""What only an event can change."""
timely = nested(behaviors, behaviors, traits, consents, LEAVES["list"], LEAVES["company"]).filter(
    lambda condition: "same_as" not in repr(condition)
)
"""What time may change too, and that rests on no other definition, nor on what started a journey."""

GROUPS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(HEADS, ("behaved",)),
    "trait": (),
    "near": ("placed", "placed"),
    "consent": ("agreed",),
    "permitted": ("agreed",),
    "reachable": ("agreed", "addressed", "messaged"),
    "working": ("addressed", "messaged"),
    "list": ("listed",),
    "journey": ("travelled", "travelled"),
    "company": ("grouped", "grouped"),
    **dict.fromkeys(("language", "country", "region", "city"), ("placed", "placed")),
    **dict.fromkeys(("device", "utm", "referrer"), ("visited", "visited")),
    "engaged": ("messaged", "messaged"),
    "downloaded": ("downloaded",),
}
"""What must happen so that a kind of condition can hold."""


def _all(condition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield condition
    for part in (*condition.get("all", ()), *condition.get("any", ()), *condition.get("of", ())):
        yield from _all(part)
    if "not" in condition:
        yield from _all(condition["not"])


def groups_of(known: Definitions, conditions: Iterable[Mapping[str, Any]]) -> list[str]:
    """What may happen in a history for these conditions and definitions."""
    rest = [*known.segments.values(), *(condition for _, condition in known.stages)]
    rest += [rule["when"] for model in (known.models or {}) for rule in known.scoring(model)["rules"] if "when" in rule]
    rest += [rule["when"] for rule in known.rules if "when" in rule]
    rest += [one["when"] for persona in known.personas.values() for one in persona["profile"]]
    parts = [part for condition in (*conditions, *rest) for part in _all(condition)]
    heads = {head_of(part) for part in parts}
    found = [group for head in sorted(heads) for group in GROUPS[head]]
    for name in sorted({part["trait"] for part in parts if head_of(part) == "trait"}):
        found += [f"trait {one}" for one in happenings.TRAITS if one in (name, name.partition(".")[0])] * 2
        if name in ("day", "birthday"):
            found.append("trait timezone")
    return found or ["behaved"]


# Definitions

half_lives = st.sampled_from([None, DAY, 3 * DAY + 7 * MINUTE])
_event_rules = st.fixed_dictionaries(
    {"event": st.sampled_from(["A", "A", "B"]), "points": st.sampled_from([1, 2, 5, 0.5, -1, -4])},
    optional={
        "where": st.sampled_from([{"k": "x"}, {"n": {"at_least": 2}}]),
        "max_times": st.integers(1, 3),
        "decays": st.booleans(),
        "expires": st.sampled_from(operators.LENGTHS),
    },
)


def rules(*leaves: Drawn) -> st.SearchStrategy[list[dict[str, Any]]]:
    by_condition = st.fixed_dictionaries({"when": nested(*leaves), "points": st.sampled_from([3, -2, 7])})
    drawn = st.lists(st.one_of(_event_rules, _event_rules, by_condition), min_size=1, max_size=4)
    return drawn.map(lambda found: [{"id": f"r{number}", **rule} for number, rule in enumerate(found)])


_axes = st.sampled_from([(8, 4, 1), (5, 2.7, -1), (3, 1, 0.5)])
_weights = st.sampled_from([1, 2, 3])
_lessons = st.fixed_dictionaries(
    {
        "event": st.sampled_from(["A", "B"]),
        "category": st.sampled_from(["k", "k", "tags", "things.k", "things.more.k"]),
    },
    optional={"where": st.just({"k": "x"}), "weight": st.sampled_from([1, 2, 0.5])},
)


def _personas(of: Drawn) -> st.SearchStrategy[dict[str, Any]]:
    profile = st.lists(
        st.builds(lambda when, weight: {"when": when, "weight": weight}, of, _weights), min_size=1, max_size=3
    )
    persona = st.builds(
        lambda found, least: {"profile": found, **least}, profile, st.sampled_from([{}, {"at_least": 30}])
    )
    return st.fixed_dictionaries({"young": persona, "old": persona})


_returns = st.builds(
    lambda event, stages, to: {"event": event, "from": stages, "to": to},
    st.sampled_from(["B", "C"]),
    st.sampled_from([["customer"], ["mql", "customer"]]),
    st.sampled_from(["visitor", "lead"]),
)
_interests = st.fixed_dictionaries(
    {"half_life": st.sampled_from(["P1D", "PT50H"]), "learn": st.lists(_lessons, min_size=1, max_size=3)}
)


@st.composite
def definitions_for(draw: st.DrawFn, conditions: list[dict[str, Any]], *, leaves: Drawn, base: Drawn) -> Definitions:
    """Those that the conditions rest on. ``base`` is what the segment of that name may be, ``leaves`` what scores and
    personas may rest on."""
    parts = [part for condition in conditions for part in _all(condition)]
    heads = {head_of(part) for part in parts}
    found: dict[str, Any] = {}
    if heads & {"score", "grade"}:
        found |= {"rules": draw(rules(leaves)), "half_life": draw(half_lives)}
        model = {"rules": draw(rules(leaves)), "half_life": draw(half_lives)}
        found |= {"models": {"fit": model}, "main": draw(st.sampled_from(["", "shop"]))}
    if "grade" in heads:
        fit, interest = ({"model": name, "thresholds": list(draw(_axes))} for name in ("fit", "shop"))
        found["grade"] = {"fit": fit, "interest": interest}
    if "persona" in heads:
        found["personas"] = draw(_personas(leaves))
    if "interest" in heads:
        found["interests"] = draw(_interests)
    on = {head_of(part) for rest in _resting(found) for part in _all(rest)} | heads
    if "segment" in on:
        found["segments"] = {"base": draw(base)}
    if "stage" in on or any(
        head_of(part) == "stage" for part in _all(found.get("segments", {}).get("base", {"everyone": 1}))
    ):
        names = draw(st.sampled_from([["lead", "customer"], ["lead", "mql", "customer"], ["customer"]]))
        found |= {"stages": [(name, draw(timeless)) for name in names], "returns": draw(st.lists(_returns, max_size=2))}
    return Definitions(**found)


def _resting(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    models = [{"rules": found.get("rules", ())}, *found.get("models", {}).values()]
    conditions = [rule["when"] for model in models for rule in model["rules"] if "when" in rule]
    return conditions + [one["when"] for persona in found.get("personas", {}).values() for one in persona["profile"]]
