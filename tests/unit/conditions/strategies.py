"""Random histories, conditions and definitions for tests of something else than the conditions: few and simple, so that
they collide often. ``operators.py`` has every kind."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from pydantic import TypeAdapter

from leadwell.clock import DAY, HOUR, MINUTE, from_iso
from leadwell.conditions.models import Condition
from leadwell.definitions.catalog import Catalog, Judgments, compile_catalog
from leadwell.definitions.documents import parse
from leadwell.journeys.program import Program
from leadwell.tracking.events import Event, Identity, Name, Standing
from tests.unit.conditions.naive import Definitions

START = from_iso("2026-03-02T08:00:00Z")
SPAN = 5 * DAY
TITLE = {"en": "A title", "de": "Ein Titel"}
LENGTHS = [HOUR, 7 * HOUR, DAY, 2 * DAY]

moments = st.one_of(
    st.integers(0, SPAN // HOUR).map(lambda hours: START + hours * HOUR),
    st.integers(0, SPAN).map(lambda after: START + after),
)


def _event(contact: str, number: int, at: int, what: tuple[str, dict[str, Any], dict[str, Any]]) -> Event:
    name, properties, traits = what
    return Event(
        contact=contact,
        id=f"e{number:03d}",
        at=at,
        type="identify" if traits else "track",
        name=name,
        standing=Standing.PROVEN,
        properties=properties,
        traits=traits,
        identities=(Identity("user_id", "u1"),),
    )


_tracked = st.tuples(st.sampled_from(["A", "B"]), st.sampled_from([{"k": "x"}, {"k": "y"}, {}]), st.just({}))
_identified = st.tuples(
    st.just(Name.IDENTIFIED),
    st.just({}),
    st.sampled_from([{"t": 1}, {"t": 2}, {"t": None}, {"u": "v"}, {"u": "w", "t": 3}, {"birthday": "1990-03-04"}]),
)
_consented = st.tuples(
    st.sampled_from([Name.CONSENT_GRANTED, Name.CONSENT_WITHDRAWN]),
    st.just({"purpose": "marketing", "channel": "email"}),
    st.just({}),
)
_happenings = st.one_of(_tracked, _tracked, _tracked, _identified, _consented)


def histories(contact: str = "c1", most: int = 12) -> st.SearchStrategy[list[Event]]:
    return st.lists(st.tuples(moments, _happenings), min_size=1, max_size=most).map(
        lambda drawn: [_event(contact, number, at, what) for number, (at, what) in enumerate(drawn)]
    )


behaviors = st.fixed_dictionaries(
    {"event": st.sampled_from(["A", "B"])},
    optional={
        "where": st.sampled_from([{"k": "x"}, {"k": "y"}]),
        "at_least": st.integers(1, 3),
        "at_most": st.integers(0, 3),
        "within": st.sampled_from(LENGTHS),
    },
)
traits = st.one_of(
    st.fixed_dictionaries({"trait": st.just("t")}, optional={}).flatmap(
        lambda base: st.sampled_from([{**base, "equals": 1}, {**base, "at_least": 2}, {**base, "exists": True}])
    ),
    st.sampled_from([{"trait": "u", "equals": "v"}, {"trait": "u", "exists": False}]),
)
consents = st.just({"consent": "marketing/email"})
scores = st.one_of(
    st.integers(-6, 12).map(lambda limit: {"score": {"at_least": limit}}),
    st.integers(-6, 12).map(lambda limit: {"score": {"less_than": limit}}),
    st.tuples(st.integers(-6, 4), st.integers(1, 6)).map(
        lambda bounds: {"score": {"at_least": bounds[0], "less_than": sum(bounds)}}
    ),
)
stages = st.sampled_from([{"stage": {"at_least": "lead"}}, {"stage": {"is": "lead"}}, {"stage": {"is": "customer"}}])
segments = st.just({"segment": "base"})


def nested(*leaves: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.recursive(
        st.one_of(*leaves),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
            inner.map(lambda part: {"not": part}),
        ),
        max_leaves=5,
    )


_event_rules = st.fixed_dictionaries(
    {"event": st.sampled_from(["A", "B"]), "points": st.sampled_from([1, 2, 5, 0.5, -1, -4])},
    optional={
        "where": st.just({"k": "x"}),
        "max_times": st.integers(1, 3),
        "decays": st.booleans(),
    },
)


def _rules(*leaves: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    by_condition = st.fixed_dictionaries({"when": nested(*leaves), "points": st.sampled_from([3, -2, 7])})
    drawn = st.lists(st.one_of(_event_rules, by_condition), max_size=4)
    return drawn.map(lambda found: [{"id": f"r{number}", **rule} for number, rule in enumerate(found)])


timeless = nested(
    traits, consents, behaviors.map(lambda given: {name: value for name, value in given.items() if name != "within"})
)
"""What only an event can change."""

half_lives = st.sampled_from([None, DAY, 3 * DAY + 7 * MINUTE])


# Made once: a recursive strategy costs more to make than to draw from.
definitions = st.builds(
    lambda base, lead, customer, rules, half_life: Definitions(
        segments={"base": base}, stages=[("lead", lead), ("customer", customer)], rules=rules, half_life=half_life
    ),
    nested(behaviors, traits, consents),
    timeless,
    timeless,
    _rules(behaviors, traits, consents, segments, segments, stages),
    half_lives,
)
"""A segment ``base``, two stages and a scoring model; the score may rest on the segment."""

_CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)


def catalog_of(given: Definitions, *programs: Program) -> Catalog:
    """Through the documents, as a marketer's file would go."""
    documents: list[dict[str, Any]] = []
    models = {**given.models, "shop": {"rules": list(given.rules), "half_life": given.half_life}}
    documents += [
        {"kind": "scoring", "name": name, "main": name == given.main, **model} for name, model in models.items()
    ]
    stages = [{"stage": stage, "when": when} for stage, when in given.stages]
    documents.append({"kind": "lifecycle", "stages": stages, "returns": list(given.returns)})
    documents += [{"kind": "persona", "name": name, **persona} for name, persona in given.personas.items()]
    if given.grade is not None:
        documents.append({"kind": "grade", **given.grade})
    if given.interests is not None:
        documents.append({"kind": "interests", **given.interests})
    found = [
        parse({"title": TITLE, **{name: value for name, value in document.items() if value is not None}})
        for document in documents
    ]
    segments = [_segment(name, when) for name, when in given.segments.items()]
    return compile_catalog(Judgments.among([*segments, *found]), programs=programs)


def _segment(name: str, when: Mapping[str, Any]) -> object:
    """Also with words that a branch may use and a segment may not."""
    written = {"title": TITLE, "kind": "segment", "name": name}
    if "same_as" not in repr(when):
        return parse({**written, "when": when})
    anybody = parse({**written, "when": {"everyone": True}})
    return anybody.model_copy(update={"when": _CONDITION.validate_python(when)})
