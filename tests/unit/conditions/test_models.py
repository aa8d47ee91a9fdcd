"""Conditions as they are written down: what is refused, and whether the error says where."""

import re
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from leadwell.clock import DAY, HOUR, MINUTE, SECOND
from leadwell.conditions.compiling import compile_condition
from leadwell.conditions.matchers import MATCHERS
from leadwell.conditions.models import START_WORDS, Condition, parse_duration
from leadwell.segments.models import SegmentDefinition

CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("PT3H", 3 * HOUR),
        ("P7D", 7 * DAY),
        ("P2W", 14 * DAY),
        ("P1DT12H", DAY + 12 * HOUR),
        ("PT1H30M", 90 * MINUTE),
        ("PT90S", 90 * SECOND),
        ("P1W2DT3H4M5S", 9 * DAY + 3 * HOUR + 4 * MINUTE + 5 * SECOND),
        ("P0D", 0),
        (5000, 5000),
    ],
)
def test_durations(text: Any, length: int) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1M", "P1Y", "3 hours", "PT3", "P-1D", "P1.5D", "p7d", None, True, 1.5, []]
)
def test_what_is_no_duration_says_how_to_write_one(text: Any) -> None:
    with pytest.raises(ValueError, match="PT3H"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("given", "place", "says"),
    [
        ({}, (), "one of the words"),
        ({"evnt": "X"}, (), "one of the words"),
        ("text", (), "one of the words"),
        (None, (), "one of the words"),
        ({"all": []}, ("all", "all"), "at least 1"),
        ({"all": [{"event": "X"}, {"nonsense": 1}]}, ("all", "all", 1), "one of the words"),
        ({"any": [{"not": {"event": "X", "at_leest": 2}}]}, ("any", "any", 0, "not", "not", "event"), "Extra"),
        ({"event": "X", "at_least": 0}, ("event",), "at_most: 0"),
        ({"event": "X", "at_least": 101}, ("event",), "whole number from 0 to 100"),
        ({"event": "X", "at_most": -1}, ("event",), "whole number from 0 to 100"),
        ({"event": "X", "within": "soon"}, ("event", "within"), "PT3H"),
        ({"event": "X", "within": "P0D"}, ("event", "within"), "greater than 0"),
        ({"event": "X", "within": "P9999999999D"}, ("event", "within"), "less than or equal to"),
        ({"event": "X", "where": {"price": {"atleast": 3}}}, ("event", "where", "price"), "unknown comparison"),
        ({"event": "X", "where": {"price": {}}}, ("event", "where", "price"), "empty comparison"),
        ({"event": "X", "where": {"price": None}}, ("event", "where", "price"), ""),
        ({"trait": "plan"}, ("trait", "matcher"), "empty comparison"),
        ({"trait": "plan", "eqals": 3}, ("trait", "matcher"), "unknown comparison 'eqals'"),
        ({"score": {}}, ("score", "score"), "at_least or less_than"),
        ({"score": {"at_least": "many"}}, ("score", "score", "at_least"), "number"),
        ({"score": {"at_least": float("inf")}}, ("score", "score", "at_least"), "finite"),
        ({"stage": {"at_least": "boss"}}, ("stage", "stage"), ""),
        ({"stage": {"is": "boss"}}, ("stage", "stage"), ""),
        ({"stage": {}}, ("stage", "stage"), ""),
        ({"consent": "email"}, ("consent", "consent"), "pattern"),
        ({"consent": "marketing/fax"}, ("consent", "consent"), "pattern"),
    ],
)  # fmt: skip
def test_an_error_names_the_place(given: Any, place: tuple[Any, ...], says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        CONDITION.validate_python(given)
    first = caught.value.errors()[0]
    assert first["loc"][: len(place)] == place
    assert says in first["msg"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("in", "sofas"),
        ("in", 5),
        ("in", [["a"]]),
        ("starts_with", 5),
        ("ends_with", None),
        ("same_as", 5),
        ("same_as_or_missing", True),
        ("exists", "yes"),
        ("equals", [1, 2]),
        ("equals", None),
        ("differs", {"a": 1}),
        ("contains", None),
        ("at_least", "many"),
        ("at_most", None),
        ("more_than", True),
        ("less_than", [3]),
        ("in", []),
        ("has_all", "a"),
        ("matches", "("),
        ("matches", "(?=a)"),
        ("matches", "a" * 201),
        ("between", [2, 1]),
        ("between", [1]),
        ("between", ["a", "b"]),
        ("length", 3),
        ("length", {"at_leest": 3}),
        ("empty", "yes"),
        ("some", "sofas"),
        ("some", {}),
        ("some", {"price": {}}),
        ("some", {"price": None}),
        ("some", {"price": {"at_leest": 3}}),
        ("some", {"price": {"at_least": "many"}}),
        ("some", {"end": {"on": "today"}}),
        ("some", {"lines": {"some": 3}}),
    ],
)
def test_a_comparison_with_something_that_cannot_be_compared_is_refused(word: str, expected: Any) -> None:
    """It would fail, or silently never match, on every contact."""
    with pytest.raises(ValidationError, match=word):
        CONDITION.validate_python({"trait": "plan", word: expected})
    with pytest.raises(ValidationError, match=word):
        CONDITION.validate_python({"event": "X", "where": {"plan": {word: expected}}})


@pytest.mark.parametrize("word", START_WORDS)
def test_what_no_journey_surrounds_cannot_be_compared_with_its_start(word: str) -> None:
    with pytest.raises(ValidationError, match=f"{word} compares with the event that started a journey"):
        CONDITION.validate_python({"event": "X", "where": {"plan": {word: "plan"}}})
    within = {"any": [{"segment": "a"}, {"not": {"trait": "plan", word: "plan"}}]}
    CONDITION.validate_python(within)
    segment = {"kind": "segment", "name": "a", "title": {"en": "A", "de": "A"}, "when": within}
    with pytest.raises(ValidationError, match=f"{word} compares with the event that started a journey"):
        SegmentDefinition.model_validate(segment)


def test_every_comparison_word_takes_what_it_is_for() -> None:
    good = {
        "equals": "a", "differs": 5, "in": ["a", 1], "contains": "a", "starts_with": "a", "ends_with": "a",
        "at_least": "2026-01-01", "at_most": 5, "more_than": 1.5, "less_than": "3", "exists": False,
        "same_as": "cart_id", "same_as_or_missing": "cart_id", "not_in": ["a"], "not_contains": "a",
        "has_any": ["a"], "has_all": ["a", 1], "has_none": ["a"], "some_contain": "a", "matches": "^a+$",
        "between": [1, 2], "length": {"at_least": 1}, "empty": True, "some": {"category": "sofas", "size": [1, 2]},
    }  # fmt: skip
    assert good.keys() == MATCHERS.keys()
    for word, expected in good.items():
        compile_condition(CONDITION.validate_python({"trait": "plan", word: expected}))


@pytest.mark.parametrize("value", ["sofas", 5, 1.5, True])
def test_a_bare_value_means_equals(value: Any) -> None:
    assert CONDITION.validate_python({"event": "X", "where": {"a": value}}).where == {"a": {"equals": value}}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"trait": "t", "before": "soon"}, "needs a date"),
        ({"trait": "t", "before": 5}, "needs a date"),
        ({"trait": "t", "on": "now"}, "today"),
        ({"trait": "t", "on": "this_week + P1D"}, "only to today"),
        ({"trait": "t", "on": "today + PT3H"}, "only days"),
        ({"trait": "t", "within_next": "soon"}, "PT3H"),
        ({"trait": "t", "anniversary": {"on": "2026-03-01"}}, "only once"),
        ({"trait": "t", "anniversary": {"before": "today"}}, "within_next"),
        ({"trait": "t", "anniversary": {"within_next": "P400D"}}, "farther than a year"),
        ({"event": "X", "where": {"due": {"on": "today"}}}, "depends on today"),
        ({"event": "X", "where": {"due": {"within_next": "P7D"}}}, "depends on today"),
        ({"event": "X", "sum": "total"}, "needs a number"),
        ({"event": "X", "sum": "a", "average": "b", "at_least": 1}, "only one of"),
        ({"event": "X", "at_least": 1.5}, "whole number"),
        ({"event": "X", "last": {}}, "something to compare"),
        ({"event": "X", "last": {"at": {"within_last": "P7D"}}, "within": "P7D"}, "does not go with within"),
        ({"event": "X", "by": "id", "exactly": 2}, "goes with"),
        ({"event": "X", "from": "spring"}, "is no date"),
        ({"sequence": ["A"]}, "at least 2"),
        ({"at_least": 3, "of": [{"event": "A"}]}, "only 1 conditions"),
        ({"stage": {"at_least": "mql", "for": "P3D"}}, "goes with `is`"),
        ({"score": {"gained": 5}}, "needs within"),
        ({"grade": {"is": "E5"}}, "pattern"),
        ({"grade": {}}, "either is or at_least"),
        ({"bucket": {"salt": "a", "from": 50, "to": 50}}, "less than to"),
        ({"near": {"latitude": 91, "longitude": 0, "km": 5}}, "less than or equal to 90"),
        ({"journey": "w", "state": "finished", "at_step": "x"}, "state: in"),
        ({"engaged": {}}, "either did or did_not"),
        ({"engaged": {"channel": "sms", "did": "opened"}}, "there is no 'opened'"),
        ({"utm": {"first": "x"}}, "'name', 'campaign'"),
        ({"utm": {"source": "x"}, "first": True, "within": "P1D"}, "either first or within"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_remedy(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(says)):
        CONDITION.validate_python(given)


def test_a_bare_list_means_in() -> None:
    assert CONDITION.validate_python({"event": "X", "where": {"a": [1, "b"]}}).where == {"a": {"in": [1, "b"]}}


def test_definitions_are_frozen() -> None:
    condition = CONDITION.validate_python({"event": "X"})
    with pytest.raises(ValidationError):
        condition.event = "Y"


def test_a_condition_reads_back_from_its_json() -> None:
    given = {"all": [{"not": {"event": "X", "within": "P7D"}}, {"stage": {"is": "lead"}}, {"trait": "a", "equals": 1}]}
    condition = CONDITION.validate_python(given)
    assert CONDITION.validate_json(condition.model_dump_json(by_alias=True)) == condition
