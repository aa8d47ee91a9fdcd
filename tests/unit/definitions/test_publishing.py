"""From what somebody wrote to what is live: every mistake is named with its place."""

from typing import Any

import pytest

from leadwell.definitions.documents import parse, read_yaml
from leadwell.definitions.library import Library
from leadwell.definitions.parameters import Parameter, choose, fill_in, read_parameters
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from tests.fakes.memory_table import MemoryTable
from tests.fakes.world import TEMPLATES, World

NOW = 1_795_338_000_000
JOURNEY = """
kind: journey
name: hello
title: {en: Hello, de: Hallo}
description: {en: Says hello, de: Grüßt}
parameters:
  after: {type: duration, default: PT1H, min: PT10M, max: P7D, title: {en: After, de: Nach}}
  code: {type: text, default: HELLO, max_length: 10, title: {en: Code, de: Code}}
  at: {type: time, default: "09:00", title: {en: At, de: Um}}
trigger: {event: Signed Up}
steps:
  - wait: ${after}
  - wait_until: ${at}
  - exit: "with ${code} after ${after}"
"""
SEGMENT = "kind: segment\nname: {name}\ntitle: {{en: A, de: A}}\nwhen: {when}\n"


def publisher() -> Publisher:
    return Publisher(Library(MemoryTable()), NOW, "ann")


def refused(text: str, parameters: dict[str, Any] | None = None, by: Publisher | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        (by or publisher()).publish(text, parameters)
    return caught.value


def test_parameters_are_filled_in_with_their_type() -> None:
    published = publisher().publish(JOURNEY, {"after": "PT2H"})
    assert published.document["steps"] == [
        {"wait": "PT2H"},
        {"wait_until": "09:00"},
        {"exit": "with HELLO after PT2H"},
    ]
    assert published.parameters == {"after": "PT2H", "code": "HELLO", "at": "09:00"}
    assert (published.version, published.source) == (1, JOURNEY)


def test_checking_publishes_nothing() -> None:
    by = publisher()
    assert by.check(JOURNEY)["name"] == "hello"
    assert by.library.entries() == []


@pytest.mark.parametrize(
    ("parameters", "field", "says"),
    [
        ({"after": "soon"}, "parameters.after", "duration"),
        ({"after": 7}, "parameters.after", "duration"),
        ({"after": "PT5M"}, "parameters.after", "at least PT10M"),
        ({"after": "P8D"}, "parameters.after", "at most P7D"),
        ({"code": "X" * 11}, "parameters.code", "at most 10 characters"),
        ({"code": 5}, "parameters.code", "text"),
        ({"at": "9:00"}, "parameters.at", "time of day"),
        ({"unknown": 1}, "parameters.unknown", "no such parameter; known are: after, code, at"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(parameters: dict[str, Any], field: str, says: str) -> None:
    error = refused(JOURNEY, parameters)
    assert error.field == field
    assert says in error.message


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("text", ["", "x"], [5, None, True, ["x"]]),
        ("number", [5, 1.5, -1], ["5", None, True]),
        ("duration", ["PT1H"], ["1h", 5, "P0D", None]),
        ("time", ["00:00", "23:59"], ["24:00", "9:00", 9, None]),
        ("date", ["2027-04-15"], ["15.04.2027", "2027-02-30", "2027-04-15T09:00", 5, None]),
        ("url", ["https://example.com/x?y=1"], ["example.com", "javascript:x", 'https://x" y', None]),
        ("flag", [True, False], [1, "true", None]),
    ],
)  # fmt: skip
def test_kinds_of_parameters(kind: str, good: list[Any], bad: list[Any]) -> None:
    parameter = Parameter.model_validate({"type": kind, "default": good[0], "title": {"en": "A", "de": "A"}})
    assert [value for value in good if parameter.problem(value)] == []
    assert [value for value in bad if not parameter.problem(value)] == []


@pytest.mark.parametrize(
    ("declared", "field"),
    [
        ({"type": "text", "default": 5}, "parameters.p"),
        ({"type": "number", "default": 5, "min": 6}, "parameters.p"),
        ({"type": "number", "default": 5, "min": "few"}, "parameters.p"),
        ({"type": "duration", "default": "PT1H", "max": "soon"}, "parameters.p"),
        ({"type": "colour", "default": "red"}, "parameters.p.type"),
        ({"type": "text"}, "parameters.p.default"),
        ({"type": "text", "default": "c", "choices": ["a", "b"]}, "parameters.p"),
        ("text", "parameters.p"),
    ],
)
def test_a_parameter_that_is_declared_wrongly_is_named(declared: Any, field: str) -> None:
    if isinstance(declared, dict):
        declared = {"title": {"en": "A", "de": "A"}, **declared}
    with pytest.raises(Refused) as caught:
        read_parameters({"parameters": {"p": declared}})
    assert caught.value.field == field


def test_choices() -> None:
    parameter = Parameter.model_validate(
        {"type": "text", "default": "a", "choices": ["a", "b"], "title": {"en": "A", "de": "A"}}
    )
    assert choose({"p": parameter}, {"p": "b"}) == {"p": "b"}
    with pytest.raises(Refused, match="one of a, b"):
        choose({"p": parameter}, {"p": "c"})


def test_filling_in() -> None:
    given = {"a": "${n}", "b": ["x ${n} y ${t}", {"c": "${t}"}], "d": "$n {n} ${}", "e": 5}
    assert fill_in(given, {"n": 3, "t": "z"}) == {"a": 3, "b": ["x 3 y z", {"c": "z"}], "d": "$n {n} ${}", "e": 5}
    with pytest.raises(Refused) as caught:
        fill_in({"steps": [{"exit": "${who}"}]}, {})
    assert caught.value.field == "steps[0].exit"


@pytest.mark.parametrize(
    ("text", "field", "says"),
    [
        ("kind: [journey", "", "line 1"),
        ("a: 1\nb: ][", "", "line 2, column 4"),
        ("just text", "", "mapping"),
        ("", "", "mapping"),
        ("kind: email", "kind", "one of journey, segment, list, scoring"),
        ("kind: [journey]", "kind", "one of"),
        ("kind: {a: b}", "kind", "one of"),
        ("name: x", "kind", "one of"),
        (JOURNEY.replace("${after}", "${affter}"), "steps[0].wait", "not declared"),
        (JOURNEY.replace("wait_until", "wait_untill"), "steps[1]", "one of the words"),
        (SEGMENT.format(name="s", when="{stage: {at_least: boss}}"), "when.stage.at_least", ""),
    ],
)
def test_mistakes_in_a_file(text: str, field: str, says: str) -> None:
    error = refused(text)
    assert error.field == field
    assert says in error.message


def test_a_source_is_named_before_the_place() -> None:
    with pytest.raises(Refused) as caught:
        read_yaml("a: [", "welcome.yaml")
    assert caught.value.field == "welcome.yaml"
    with pytest.raises(Refused) as caught:
        parse({"kind": "segment", "name": "s", "title": {"en": "A", "de": "A"}}, "s.yaml")
    assert caught.value.field == "s.yaml: when"


def test_a_journey_needs_its_templates_and_segments() -> None:
    by = publisher()
    assert "email template hello" in refused(JOURNEY + "  - email: hello\n", by=by).message
    by.library.publish("email", "hello", {}, now=NOW, by="ann")
    by.publish(JOURNEY + "  - email: hello\n")
    triggered = JOURNEY.replace("{event: Signed Up}", "{segment: sofas}")
    assert "segment sofas" in refused(triggered, by=by).message
    asking = JOURNEY + "  - branch: [{when: {segment: sofas}, steps: [{exit: x}]}]\n"
    assert "segment sofas" in refused(asking, by=by).message
    by.publish(SEGMENT.format(name="sofas", when="{event: A}"))
    by.publish(triggered)
    by.publish(asking)


def test_segments_must_not_rest_on_each_other_in_a_circle() -> None:
    by = publisher()
    assert "no segment a" in refused(SEGMENT.format(name="b", when="{segment: a}"), by=by).message
    by.publish(SEGMENT.format(name="a", when="{event: A}"))
    by.publish(SEGMENT.format(name="b", when="{segment: a}"))
    by.publish(SEGMENT.format(name="c", when="{not: {segment: b}}"))
    assert "rests on itself" in refused(SEGMENT.format(name="a", when="{segment: c}"), by=by).message
    assert refused(SEGMENT.format(name="new", when="{segment: new}"), by=by).field == "when"


def test_a_marketing_mail_cannot_be_sent_as_anything_else() -> None:
    world = World()
    text = (TEMPLATES / "journeys" / "birthday.yaml").read_text("utf-8")
    slip = text.replace("email: birthday\n", "email: {template: birthday, purpose: transactional}\n", 1)
    with pytest.raises(Refused, match="email birthday is marketing, and would be sent as transactional"):
        Publisher(world.services.library, world.clock.now(), "test").publish(slip)


CIRCLE = """
kind: journey
name: circle
title: {en: A circle, de: Ein Kreis}
description: {en: A circle, de: Ein Kreis}
trigger: {segment: wanted}
reentry: always
steps:
  - {id: set, update: {traits: {wanted: true}}}
  - {id: unset, update: {traits: {wanted: false}}}
"""


def test_a_segment_that_closes_a_circle_of_journeys_is_refused_when_it_is_published() -> None:
    by = publisher()
    by.publish(SEGMENT.format(name="wanted", when="{trait: vip, equals: true}"))
    by.publish(CIRCLE)
    closing = SEGMENT.format(name="wanted", when="{trait: wanted, equals: true}")
    said = refused(closing, by=by).message
    assert "lets the journey 'circle' go round without end" in said and "reentry: never" in said
    assert [entry.version for entry in by.library.entries() if entry.kind == "segment"] == [1]
    by.publish(CIRCLE.replace("reentry: always", "reentry: never"))
    by.publish(closing)
    assert "never stops" in refused(CIRCLE, by=by).message, "and the other way round"
