"""Comparing one value, whatever a website sends."""

from collections.abc import Mapping
from typing import Any

import pytest

from leadwell.conditions.filters import compile_where
from leadwell.conditions.matchers import MATCHERS, unfit
from leadwell.conditions.paths import lookup

NO_TRIGGER: Mapping[str, Any] = {}
ODD_VALUES = (
    None,
    "",
    "x",
    0,
    -1,
    10**400,
    1.5,
    float("nan"),
    float("inf"),
    True,
    False,
    [],
    [None],
    {},
    {"a": 1},
    "ß",
    b"x",
)


@pytest.mark.parametrize(
    ("word", "expected", "matching", "other"),
    [
        ("equals", "pro", ["pro"], ["Pro", "pro ", "", None, 1, True, ["pro"]]),
        ("equals", 5, [5, 5.0, "5", " 5", "5.0"], [6, "five", None, True, [5]]),
        ("equals", 1, [1, "1"], [True, "true"]),
        ("equals", True, [True], [1, "true", "True", None, False]),
        ("equals", False, [False], [0, "", None]),
        ("differs", "pro", ["free", None, 1, "", []], ["pro"]),
        ("in", ["a", 2], ["a", 2, "2", 2.0], ["b", None, ["a"], True]),
        ("contains", "so", ["sofa", "SOFA", ["so", "x"]], ["fa", None, 5, ["sofa"], {"so": 1}]),
        ("contains", "STRASSE", ["Hauptstraße 1"], ["Allee"]),
        ("contains", 5, [[5, 6], ["5"], "15"], [[6], 5, 15]),
        ("starts_with", "so", ["sofa"], ["asofa", "SOFA", None, 5, ["so"]]),
        ("ends_with", ".de", ["a@example.de"], ["a@example.com", None, 5]),
        ("at_least", 3, [3, 3.5, "3", "4.2", 10**400, "inf"], [2.999, "2", None, "", "many", True, [3], float("nan")]),
        ("at_most", 3, [3, -1, "2.5", -(10**400)], [3.001, None, "", "few", False, float("nan")]),
        ("more_than", 3, [3.001, "4"], [3, "3", None, True]),
        ("less_than", 3, [2.999, "2"], [3, "3", None, False]),
        (
            "at_least",
            "2026-03-01",
            ["2026-03-01", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00+14:00"],
            ["2026-02-28T23:59:59Z", "2026-03-01T00:00:00+14:00", "1. März"],
        ),
        ("less_than", "2026-03-01", ["0001-01-01T00:00:00+14:00", "2026-02-28"], ["9999-12-31T23:59:59-14:00"]),
        ("exists", True, [0, False, "x", [], {}, 0.0], [None, ""]),
        ("exists", False, [None, ""], [0, False, "x", []]),
        ("not_in", ["a", 1], [None, "b", 2, []], ["a", 1, "1", 1.0]),
        ("not_contains", "so", [None, "tables", 5, ["sofas"]], ["Sofas", ["so"]]),
        ("has_any", ["a", 1], ["a", 1, ["x", "a"], [1.0]], [None, "b", [], ["b"], {}]),
        ("has_all", ["a", 1], [["a", 1], [1, "b", "a"]], [None, "a", ["a"], []]),
        ("has_none", ["a", 1], [None, "b", [], ["b"]], ["a", ["x", "a"]]),
        ("some_contain", "so", ["Sofa", ["tables", "Sofas"]], [None, 5, ["tables"], [5]]),
        ("some", {"k": "a", "n": {"more_than": 2}}, [[{"k": "x"}, {"k": "a", "n": 3}], {"k": "a", "n": "4"}],
         [None, [], "a", ["a"], {}, [{"k": "a", "n": 2}], [{"k": "a"}, {"n": 3}], [[{"k": "a", "n": 3}]]]),
        ("some", {"k": ["a", "b"], "of": {"some": {"n": 1}}}, [[{"k": "b", "of": [{"n": 2}, {"n": 1}]}]],
         [[{"k": "b", "of": [{"n": 2}]}], [{"k": "c", "of": {"n": 1}}]]),
        ("some", {"a.b": {"exists": False}}, [[{}], {"a": 1}], [{"a": {"b": 1}}, None, []]),
        ("matches", "^so+fa", ["sofa", "soofa blue"], [None, 5, "a sofa", ["sofa"]]),
        ("between", [10, 20], [10, 20, "15", 12.5], [None, 9.9, 21, "x", [15]]),
        ("between", ["2026-03-01", "2026-03-31"], ["2026-03-01", "2026-03-31"], ["2026-04-01", "2026-02-28", 5]),
        ("length", {"at_least": 2, "less_than": 4}, ["ab", ["a", "b", "c"]], [None, "a", "abcd", 5, []]),
        ("empty", True, [None, "", [], {}], [0, False, "x", [None]]),
        ("empty", False, [0, False, "x", [1]], [None, "", [], {}]),
    ],
)  # fmt: skip
def test_what_matches_and_what_does_not(word: str, expected: Any, matching: list[Any], other: list[Any]) -> None:
    check = MATCHERS[word].check(expected)
    assert [value for value in matching if not check(value, NO_TRIGGER)] == []
    assert [value for value in other if check(value, NO_TRIGGER)] == []


@pytest.mark.parametrize(
    ("word", "value", "trigger", "truth"),
    [
        ("same_as", "c1", {"cart_id": "c1"}, True),
        ("same_as", "c2", {"cart_id": "c1"}, False),
        ("same_as", 7, {"cart_id": "7"}, True),
        ("same_as", None, {"cart_id": "c1"}, False),
        ("same_as", "c1", {}, False),
        ("same_as", None, {"cart_id": None}, False),
        ("same_as", None, {}, False),
        ("same_as_or_missing", None, {"cart_id": "c1"}, True),
        ("same_as_or_missing", None, {}, True),
        ("same_as_or_missing", "c1", {"cart_id": "c1"}, True),
        ("same_as_or_missing", "c2", {"cart_id": "c1"}, False),
        ("same_as_or_missing", "c1", {}, False),
    ],
)
def test_comparing_with_what_started_the_journey(word: str, value: Any, trigger: dict[str, Any], truth: bool) -> None:
    assert MATCHERS[word].check("cart_id")(value, trigger) is truth


_EXPECTED = ["x", "2026-01-01", 5, 1.5, True, ["x", 1], [1, 2], {"at_least": 1}]


@pytest.mark.parametrize(
    ("word", "expected"), [(word, one) for word in MATCHERS for one in _EXPECTED if not unfit(word, one)]
)
def test_no_value_makes_a_comparison_fail(word: str, expected: Any) -> None:
    check = MATCHERS[word].check(expected)
    for value in ODD_VALUES:
        assert check(value, {"x": value}) in (True, False)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("plan", "pro"),
        ("address.city", "Köln"),
        ("address.geo.lat", 50.9),
        ("a.b", "the name that has a dot"),
        ("address.a.b", 3),
        ("address.street", None),
        ("plan.city", None),
        ("nothing", None),
        ("address.", None),
        ("", None),
    ],
)
def test_lookup(path: str, found: Any) -> None:
    values = {
        "plan": "pro",
        "address": {"city": "Köln", "geo": {"lat": 50.9}, "a.b": 3},
        "a.b": "the name that has a dot",
        "a": {"b": "hidden"},
    }
    assert lookup(values, path) == found


def test_all_comparisons_of_a_where_must_hold() -> None:
    matches = compile_where({"category": {"equals": "sofas"}, "price": {"at_least": 100, "less_than": 200}})
    assert matches({"category": "sofas", "price": 100}, {})
    assert not matches({"category": "sofas", "price": 200}, {})
    assert not matches({"category": "chairs", "price": 100}, {})
    assert not matches({}, {})
    assert compile_where({})({}, {})
