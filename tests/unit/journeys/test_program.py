"""Journeys as they are written down: what is refused and where, and how they are laid out."""

from typing import Any

import pytest

from leadwell.errors import Refused
from leadwell.journeys.program import compile_journey
from leadwell.journeys.steps.running import Sending
from tests.unit.journeys.house import document, program

WAIT = {"wait": "PT1H"}


@pytest.mark.parametrize(
    ("steps", "more", "field"),
    [
        ([], {}, "steps"),
        ([{}], {}, "steps[0]"),
        ([{"email": "a"}, {"nap": 3}], {}, "steps[1]"),
        ([{"wait": "soon"}], {}, "steps[0].wait"),
        ([{"wait": "P0D"}], {}, "steps[0].wait"),
        ([{"wait": "P999999D"}], {}, "steps[0].wait"),
        ([{"wait_until": "9:00"}], {}, "steps[0].wait_until.time"),
        ([{"wait_until": "24:00"}], {}, "steps[0].wait_until.time"),
        ([{"wait_for": {"event": "X"}}], {}, "steps[0].wait_for.timeout"),
        ([{"wait_for": {"event": "X", "timeout": "P1D", "on_timeout": "explode"}}], {}, "steps[0].wait_for.on_timeout"),
        ([{"email": {"template": "a", "purpose": "spam"}}], {}, "steps[0].email.purpose"),
        ([{"branch": []}], {}, "steps[0].branch"),
        ([{"branch": [{"steps": [WAIT]}, {"when": {"event": "X"}}]}], {}, "steps[0].branch"),
        ([{"branch": [{"when": {"event": "X"}, "steps": [{"wait": 0}]}]}], {}, "steps[0].branch[0].steps[0].wait"),
        ([{"branch": [{"when": {"evnt": "X"}}]}], {}, "steps[0].branch[0].when"),
        ([{"branch": [{"when": {"event": "X"}}] * 27}], {}, "steps[0].branch"),
        ([{"update": {"traits": {}}}], {}, "steps[0].update"),
        ([{"update": {"traits": {"email": "x@example.com"}}}], {}, "steps[0].update.traits"),
        (
            [{"branch": [{"when": {"not": {"all": [{"trait": "a", "like": 1}]}}}]}],
            {},
            "steps[0].branch[0].when.not.all[0]",
        ),
        (
            [{"branch": [{"when": {"any": [{"event": "X", "withn": "P1D"}]}}]}],
            {},
            "steps[0].branch[0].when.any[0].withn",
        ),
        ([{"branch": [{"when": {"score": {"at_least": "x"}}}]}], {}, "steps[0].branch[0].when.score.at_least"),
        ([{"exit": ""}], {}, "steps[0].exit"),
        ([{"id": "Erinnerung 1", "wait": "PT1H"}], {}, "steps[0].id"),
        ([{"id": "a.b", "wait": "PT1H"}], {}, "steps[0].id"),
        ([WAIT], {"trigger": {}}, "trigger"),
        ([WAIT], {"trigger": {"date": "birthday", "at": "25:00"}}, "trigger.at"),
        ([WAIT], {"trigger": {"event": "X", "max_age": "never"}}, "trigger.max_age"),
        ([WAIT], {"reentry": "sometimes"}, "reentry.allow"),
        ([WAIT], {"goal": {"where": {}}}, "goal"),
        ([WAIT], {"goal": {"event": "X", "where": {"a": {"is": 1}}}}, "goal.where.a"),
        ([WAIT], {"name": "My Journey"}, "name"),
        ([WAIT], {"title": {"en": "Only English"}}, "title.de"),
        ([WAIT], {"colour": "red"}, "colour"),
    ],
)
def test_errors_name_the_place(steps: list[Any], more: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as caught:
        program(*steps, **more)
    assert caught.value.field == field
    assert caught.value.message


@pytest.mark.parametrize(
    "steps",
    [
        [{"id": "a", **WAIT}, {"id": "a", **WAIT}],
        [{"id": "2", **WAIT}, WAIT],
        [{"branch": [{"when": {"event": "X"}, "steps": [{"id": "a", **WAIT}]}]}, {"id": "a", **WAIT}],
        [{"branch": [{"when": {"event": "X"}, "steps": [WAIT]}]}, {"id": "1-a1", **WAIT}],
    ],
)
def test_every_step_has_an_id_of_its_own(steps: list[Any]) -> None:
    with pytest.raises(Refused, match="used twice"):
        program(*steps)


def test_where_each_step_leads() -> None:
    of = program(
        {"id": "start", "wait": "PT1H"},
        {
            "branch": [
                {"when": {"event": "X"}, "steps": [WAIT, {"branch": [{"when": {"event": "Y"}, "steps": [WAIT]}, {}]}]},
                {"steps": [{"id": "else", "wait": "PT1H"}]},
            ]
        },
        {"id": "end", "email": "hello"},
    )
    assert of.first == "start"
    assert {name: node.next for name, node in of.nodes.items()} == {
        "start": "2",
        "2": "end",
        "2-a1": "2-a2",
        "2-a2": "end",
        "2-a2-a1": "end",
        "else": "end",
        "end": None,
    }
    assert [arm.first for arm in of.nodes["2"].arms] == ["2-a1", "else"]
    assert [arm.first for arm in of.nodes["2-a2"].arms] == ["2-a2-a1", "end"]


def test_step_ids_are_fit_for_the_tags_of_a_mail() -> None:
    """SES takes letters, digits, underscores and dashes (API reference, MessageTag)."""
    of = program(
        {"branch": [{"when": {"event": "X"}, "steps": [{"branch": [{"steps": [WAIT]}]}]}]}, {"id": "A_b-9", **WAIT}
    )
    for name in of.nodes:
        assert name.replace("-", "").replace("_", "").isalnum()
        assert name.isascii()


def test_what_a_journey_waits_for_and_sends() -> None:
    of = program(
        {"wait_for": {"event": "Answered", "timeout": "P1D"}},
        {"branch": [{"when": {"event": "X"}, "steps": [{"sms": "text"}]}]},
        {"email": "mail"},
        goal={"event": "Ordered"},
    )
    assert of.awaited() == {"Started", "Answered", "Ordered"}
    assert of.sends() == {Sending("email", "mail", "marketing"), Sending("sms", "text", "marketing")}
    assert program(WAIT, trigger={"segment": "s"}).awaited() == set()


def test_a_journey_may_say_its_reentry_in_one_word() -> None:
    assert program(WAIT, reentry="always").definition.reentry.allow == "always"
    assert program(WAIT).definition.reentry.allow == "never"


def test_a_compiled_journey_keeps_its_version_and_parameters() -> None:
    of = compile_journey(program(WAIT).definition, 3, {"code": "X"})
    assert (of.name, of.version, of.parameters) == ("j", 3, {"code": "X"})
    assert document(WAIT)["name"] == of.name
