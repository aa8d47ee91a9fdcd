"""Journeys that start each other by the conditions that their updates make true."""

from typing import Any

import pytest

from leadwell.conditions.compiling import compile_condition
from leadwell.contacts.lifecycle import LifecycleDefinition
from leadwell.definitions.catalog import Judgments
from leadwell.definitions.circling import check_circles, check_closes_no_circle
from leadwell.definitions.swaying import Sway, sway
from leadwell.errors import Refused
from leadwell.journeys.program import Program
from leadwell.journeys.triggers.becoming import BecomesTrigger
from leadwell.segments.models import SegmentDefinition
from tests.unit.journeys.house import TITLE, program

UP, DOWN, NOTHING, EITHER = Sway(begins=True), Sway(ends=True), Sway(), Sway(True, True)
VIP = {"trait": "vip", "equals": True}


def segment(name: str, when: dict[str, Any]) -> SegmentDefinition:
    return SegmentDefinition.model_validate({"name": name, "title": TITLE, "when": when})


JUDGMENTS = Judgments(
    segments=[
        segment("tagged-a", {"trait": "tags", "contains": "a"}),
        segment("tagged-b", {"trait": "tags", "contains": "b"}),
        segment("vips", VIP),
        segment("others", {"not": {"segment": "vips"}}),
    ],
    lifecycle=LifecycleDefinition.model_validate(
        {"name": "l", "title": TITLE, "stages": [{"stage": "mql", "when": {"score": {"at_least": 50}}}]}
    ),
)


def swayed(condition: dict[str, Any], update: dict[str, Any]) -> Sway:
    trigger = BecomesTrigger.model_validate({"becomes": condition})
    compile_condition(trigger.becomes)
    of = program({"id": "it", "update": update}, name="other")
    found = Sway()
    for step, caused in of.causes():
        if step:
            found |= sway(trigger.becomes, caused, JUDGMENTS)
    return found


@pytest.mark.parametrize(
    ("condition", "update", "found"),
    [
        (VIP, {"traits": {"vip": True}}, UP),
        (VIP, {"traits": {"vip": False}}, DOWN),
        (VIP, {"traits": {"city": "Kiel"}}, NOTHING),
        ({"not": VIP}, {"traits": {"vip": True}}, DOWN),
        ({"all": [VIP, {"list": "news"}]}, {"lists": {"add": ["news"]}}, UP),
        ({"list": "news"}, {"lists": {"remove": ["news"]}}, DOWN),
        ({"list": "news"}, {"lists": {"add": ["others"]}}, NOTHING),
        ({"trait": "tags", "contains": "a"}, {"tags": {"add": ["a"]}}, UP),
        ({"trait": "tags", "contains": "a"}, {"tags": {"remove": ["a"]}}, DOWN),
        ({"trait": "tags", "contains": "a"}, {"tags": {"add": ["b"], "remove": ["c"]}}, NOTHING),
        ({"score": {"at_least": 50}}, {"score": 5}, UP),
        ({"score": {"at_least": 50}}, {"score": -5}, DOWN),
        ({"score": {"less_than": 50}}, {"score": -5}, UP),
        ({"score": {"at_least": 50}}, {"score": {"points": 5, "model": "fit"}}, NOTHING),
        ({"score": {"gained": 5, "within": "P1D"}}, {"score": 5}, UP),
        ({"stage": {"at_least": "mql"}}, {"score": 5}, UP),
        ({"stage": {"is": "lead"}}, {"score": 5}, DOWN),
        ({"stage": {"is": "customer"}}, {"stage": "customer"}, UP),
        ({"stage": {"is": "lead", "for": "P9D"}}, {"stage": "customer"}, DOWN),
        ({"interest": "sofas"}, {"interests": {"sofas": 2}}, UP),
        ({"interest": "sofas"}, {"interests": {"beds": 2}}, NOTHING),
        ({"consent": "marketing/email"}, {"withdraw": "marketing/email"}, DOWN),
        ({"consent": "marketing/email", "state": "withdrawn"}, {"withdraw": "marketing/email"}, UP),
        ({"permitted": "email"}, {"withdraw": "marketing/email"}, DOWN),
        ({"segment": "vips"}, {"traits": {"vip": True}}, UP),
        ({"segment": "others"}, {"traits": {"vip": True}}, DOWN),
        ({"grade": {"at_least": "B2"}}, {"score": 5}, EITHER),
        ({"persona": "buyer"}, {"traits": {"role": "buyer"}}, EITHER),
        ({"event": "Tagged"}, {"tags": {"add": ["x"]}}, UP),
        ({"event": "Tagged", "at_most": 3}, {"tags": {"add": ["x"]}}, EITHER),
        ({"event": "Stage Set", "where": {"stage": "lead"}}, {"stage": "customer"}, NOTHING),
        ({"not": {"active": "P30D"}}, {"tags": {"add": ["x"]}}, NOTHING),
        ({"bucket": {"salt": "x", "to": 50}}, {"score": 5}, NOTHING),
    ],
)
def test_which_way_an_update_sways_a_condition(condition: dict[str, Any], update: dict[str, Any], found: Sway) -> None:
    assert swayed(condition, update) == found


def test_a_journey_sways_what_asks_about_it() -> None:
    of = program({"wait": "P1D"}, name="other")
    asks = {
        "in": EITHER, "entered": UP, "finished": UP, "reached_goal": UP, "never": DOWN,
    }  # fmt: skip
    for state, expected in asks.items():
        trigger = BecomesTrigger.model_validate({"becomes": {"journey": "other", "state": state}})
        found = Sway()
        for _, caused in of.causes():
            found |= sway(trigger.becomes, caused, JUDGMENTS)
        assert found == expected, state


def tagger(name: str, on: str, add: str, remove: str = "", *before: dict[str, Any], **more: Any) -> Program:
    tags = {"add": [add], "remove": [remove] if remove else []}
    steps = [*before, {"id": "tag", "update": {"tags": tags}}]
    return program(*steps, name=name, trigger={"segment": f"tagged-{on}"}, **{"reentry": "always", **more})


def check(one: Program, *others: Program) -> None:
    check_circles(one, {other.name: other for other in others}, JUDGMENTS)


def refused(one: Program, *others: Program) -> str:
    with pytest.raises(Refused) as caught:
        check(one, *others)
    assert caught.value.field == "steps"
    return caught.value.message


def test_two_that_bring_each_other_about_are_refused_with_the_way() -> None:
    there, back = tagger("there", "a", "b", "a"), tagger("back", "b", "a", "b")
    assert refused(there, back) == (
        "'Tagged', which the step 'tag' makes happen, starts 'back' by its condition, and so on until 'Tagged', which "
        "the step 'tag' makes happen, of 'back' starts this journey again by its condition, without end, by way of "
        "back: say `reentry: never` or `{after: P30D}`, without a key that is another one each time in one of them"
    )
    assert "'there'" in refused(back, there)


def test_also_where_they_wait_and_where_others_stand_between() -> None:
    there, back = tagger("there", "a", "b", "a", {"wait": "P1D"}), tagger("back", "b", "a", "b", {"wait": "P9D"})
    refused(there, back)
    handing = program({"start": "last"}, name="middle", trigger={"segment": "tagged-b"}, reentry="always")
    last = program(
        {"update": {"tags": {"add": ["a"], "remove": ["b"]}}}, name="last", trigger={"manual": True}, reentry="always"
    )
    assert "by way of middle and last" in refused(there, handing, last)


@pytest.mark.parametrize("rule", ["never", {"after": "P30D"}])
def test_a_rule_of_re_entry_bounds_it(rule: Any) -> None:
    check(tagger("there", "a", "b", "a"), tagger("back", "b", "a", "b", reentry=rule))
    check(tagger("there", "a", "b", "a", reentry=rule), tagger("back", "b", "a", "b"))


def test_what_stays_true_does_not_come_true_again() -> None:
    check(tagger("there", "a", "b"), tagger("back", "b", "a"))
    check(tagger("there", "a", "b", "a"), tagger("back", "b", "a"))


def test_a_way_that_does_not_lead_back_is_none() -> None:
    check(tagger("there", "a", "b", "a"), tagger("on", "b", "c", "b"))


def test_one_that_makes_its_own_condition_true_and_ends_it() -> None:
    steps = [
        {"update": {"traits": {"vip": False}}},
        {"wait": "P1D"},
        {"id": "again", "update": {"traits": {"vip": True}}},
    ]
    for trigger in ({"becomes": VIP}, {"segment": "vips"}, {"left_segment": "others"}):
        again = program(*steps, trigger=trigger, reentry="always")
        assert "makes the condition true that starts this journey again" in refused(again)
        check(program(*steps, trigger=trigger))
    check(program(*steps[2:], trigger={"segment": "vips"}, reentry="always"))


def test_scores_and_stages() -> None:
    up = program({"update": {"score": 60}}, name="up", trigger={"score": {"less_than": 10}}, reentry="always")
    down = program({"update": {"score": -60}}, name="down", trigger={"stage": "mql"}, reentry="always")
    check(up, down)  # who has been at a stage stays there
    down = program({"update": {"score": -60}}, name="down", trigger={"score": {"at_least": 50}}, reentry="always")
    assert "'down'" in refused(up, down)


def test_a_circle_of_others_does_not_concern_this_one() -> None:
    check(program({"wait": "P1D"}, name="new"), tagger("there", "a", "b", "a"), tagger("back", "b", "a", "b"))


ON_TRAIT = {"trait": "wanted", "equals": True}


def asking(*segments: SegmentDefinition) -> Judgments:
    return Judgments(segments=[*JUDGMENTS.segments, *segments], lifecycle=JUDGMENTS.lifecycle)


def writer(**more: Any) -> Program:
    """Writes a trait on which nothing rests yet, and takes itself out of its own segment."""
    steps = ({"id": step, "update": {"traits": {"wanted": step == "set"}}} for step in ("set", "unset"))
    return program(*steps, name="writer", trigger={"segment": "wanted"}, **{"reentry": "always", **more})


def test_a_segment_that_is_published_later_and_closes_a_circle_is_refused_with_the_way() -> None:
    programs = {"writer": writer()}
    before, after = asking(segment("wanted", VIP)), asking(segment("wanted", ON_TRAIT))
    with pytest.raises(Refused) as caught:
        check_closes_no_circle(programs, before, after)
    assert caught.value.message == (
        "lets the journey 'writer' go round without end: 'Identified', which the step 'set' makes happen, makes the "
        "condition true that starts 'writer' again, and the journey ends it, too, so it never stops: say "
        "`reentry: never` or `{after: P30D}`, without a key that is another one each time; publish that first"
    )


def test_also_over_two_journeys_and_by_a_score() -> None:
    there, back = tagger("there", "a", "b", "a"), tagger("back", "b", "c", "b")
    before = asking()
    renamed = [segment("tagged-a", {"trait": "tags", "contains": "c"})]
    after = Judgments(segments=[*[one for one in JUDGMENTS.segments if one.name != "tagged-a"], *renamed])
    ended = {"there": tagger("there", "a", "b", "c"), "back": back}
    check_closes_no_circle({"there": there, "back": back}, before, after)  # nothing ends what 'back' brings about
    with pytest.raises(Refused, match=r"by way of (there|back)"):
        check_closes_no_circle(ended, before, after)


def test_a_circle_that_was_there_before_is_no_reproach_to_another_segment() -> None:
    programs = {"there": tagger("there", "a", "b", "a"), "back": tagger("back", "b", "a", "b")}
    check_closes_no_circle(programs, JUDGMENTS, asking(segment("more", VIP)))


@pytest.mark.parametrize("rule", ["never", {"after": "P30D"}])
def test_re_entry_bounds_it_whatever_is_published_later(rule: Any) -> None:
    check_closes_no_circle({"writer": writer(reentry=rule)}, asking(), asking(segment("wanted", ON_TRAIT)))
