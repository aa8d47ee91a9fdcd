"""Splits: who goes where, who is counted, and what is decided, also in spite of crashes and repetition."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from leadwell.clock import DAY, HOUR, MINUTE, Moment
from leadwell.contacts.contact import Contact
from leadwell.definitions.documents import parse
from leadwell.errors import Refused
from leadwell.ids import message_id
from leadwell.journeys.counting import NEWS_TAKE, Look, Referee, entries, read_verdict, standings, success
from leadwell.journeys.engine import enter, wake
from leadwell.journeys.enrollment import FINISHED, Enrollment, Trial
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.plans import Plan, successes
from leadwell.journeys.program import Program, compile_journey
from leadwell.journeys.reading import read_enrollments
from leadwell.journeys.statistics import Tally
from leadwell.rehearsal.repertoire import Repertoire
from leadwell.rehearsal.stage import Stage
from tests.fakes.memory_table import MemoryTable
from tests.unit.journeys.house import NOW, asked, document, happening, path, program, situation, stored
from tests.unit.journeys.test_running import House
from tests.unit.rehearsal.house import TEMPLATES

WINNER = {"event": "Ordered", "within": "P3D", "each": 20}
SHORT = {"name": "short", "share": 50, "steps": [{"id": "s", "email": "cart"}]}
LONG = {"name": "long", "share": 50, "steps": [{"id": "l", "email": "cart"}]}


def split(*arms: dict[str, Any], winner: dict[str, Any] | None = None) -> dict[str, Any]:
    rule = {} if winner is None else {"winner": winner}
    return {"id": "which", "split": {"arms": list(arms or (SHORT, LONG)), **rule}}


def plan(of: Program) -> Plan:
    return of.plans["which"]


def arm_of(of: Program, contact: str, key: str = "", winners: dict[str, str] | None = None) -> str:
    given = replace(situation(), contact=Contact(id=contact), winners=winners or {})
    arm: str = enter(of, key, 1, happening(), given).enrollment.found["arms"]["which"]
    return arm


@pytest.mark.parametrize(
    "wrong",
    [
        {"arms": [SHORT]},
        {"arms": [SHORT, SHORT]},
        {"arms": [SHORT, {**LONG, "share": 0}]},
        {"arms": [SHORT, {**LONG, "name": "a/b"}]},
        {"arms": [SHORT, LONG], "winner": {"within": "P3D"}},
        {"arms": [SHORT, LONG], "winner": {"within": "P3D", "event": "Ordered", "metric": "opened"}},
        {"arms": [SHORT, LONG], "winner": {"within": "P3D", "metric": "opened", "where": {"a": 1}}},
        {"arms": [SHORT, LONG], "winner": {"event": "Ordered"}},
        {"arms": [SHORT, LONG], "winner": {**WINNER, "each": 5}},
        {"arms": [SHORT, LONG], "winner": {**WINNER, "confidence": 100}},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        parse(document({"split": wrong}))


def test_shares_are_weights() -> None:
    arms = [{"name": "a", "share": 3}, {"name": "b", "share": 1}, {"name": "c", "share": 0.5}]
    of = program(split(*arms))
    found = Counter(arm_of(of, f"c{number}") for number in range(4_500))
    assert found["a"] == pytest.approx(3_000, rel=0.05)
    assert found["b"] == pytest.approx(1_000, rel=0.1)
    assert found["c"] == pytest.approx(500, rel=0.15)


def test_the_same_contact_gets_the_same_arm_under_the_same_key() -> None:
    of = program(split())
    for number in range(50):
        assert arm_of(of, f"c{number}", "k") == arm_of(of, f"c{number}", "k")
    assert len({arm_of(of, "c1", f"k{number}") for number in range(20)}) == 2


def test_the_way_through_an_arm_and_out_of_it() -> None:
    move = enter(program(split(), {"id": "after", "sms": "cart"}), "", 1, happening(), situation())
    arm = move.enrollment.found["arms"]["which"]
    assert asked(move) == [f"{arm[0]}:email/cart", "after:sms/cart"]
    assert path(stored(move))[0] == ("which", f"arm {arm}")
    assert move.enrollment.status == FINISHED
    assert not move.enrollment.trials, "nothing is compared without winner"


def test_an_empty_arm_leads_to_what_follows() -> None:
    of = program(split({"name": "none", "share": 1}, {"name": "nothing", "share": 1}), {"id": "after", "sms": "cart"})
    assert asked(enter(of, "", 1, happening(), situation())) == ["after:sms/cart"]


def test_who_comes_after_the_decision_goes_with_the_winner_and_is_not_counted() -> None:
    of = program(split(winner=WINNER))
    for name in ("short", "long"):
        move = enter(of, "", 1, happening(), replace(situation(), winners={plan(of).id: name}))
        assert path(move.enrollment)[0] == ("which", f"winner {name}")
        assert not move.enrollment.trials
    undecided = enter(of, "", 1, happening(), replace(situation(), winners={plan(of).id: ""}))
    assert path(undecided.enrollment)[0][1].startswith("arm ")
    assert not undecided.enrollment.trials


def test_who_is_in_an_arm_stays_there_whatever_is_decided() -> None:
    of = program({"repeat": {"times": 3, "steps": [split(winner=WINNER), {"id": "w", "wait": "P1D"}]}})
    first = enter(of, "", 1, happening(), situation())
    arm = first.enrollment.found["arms"]["which"]
    other = {"short": "long", "long": "short"}[arm]
    later = replace(situation(NOW + DAY), winners={plan(of).id: other})
    again = wake(of, stored(first), later)
    assert [what for step, what in path(again.enrollment) if step == "which"] == [f"arm {arm}"] * 2
    assert again.enrollment.trials == first.enrollment.trials


def test_counts_survive_a_version_with_the_same_arms_and_the_same_question_only() -> None:
    def id_of(step: dict[str, Any], **more: Any) -> str:
        return plan(program(step, **more)).id

    same = id_of(split(winner=WINNER))
    assert id_of(split(winner={**WINNER, "each": 900, "confidence": 99}), version=2, holdout=5) == same
    assert id_of(split({**SHORT, "share": 20}, LONG, winner=WINNER)) != same
    assert id_of(split({**SHORT, "steps": [{"id": "s", "email": "other"}]}, LONG, winner=WINNER)) != same
    assert id_of(split(winner={**WINNER, "within": "P4D"})) != same
    assert id_of(split(winner={**WINNER, "event": "Paid"})) != same


def test_what_counts_as_a_success() -> None:
    of = program(split(winner={**WINNER, "where": {"cart": {"same_as": "cart"}}}))
    entered = enter(of, "", 1, happening(cart="k1"), situation(NOW + MINUTE)).enrollment
    since = NOW + MINUTE

    def counts(name: str = "Ordered", at: Moment = since + HOUR, cart: str = "k1") -> bool:
        return bool(list(successes(of, entered, happening(name, at, cart=cart))))

    assert counts()
    assert counts(at=since + 3 * DAY)
    assert not counts(at=since + 3 * DAY + 1)
    assert not counts(at=since), "what came before the arm was not brought about by it"
    assert not counts("Paid")
    assert not counts(cart="k2")


def test_a_click_counts_where_the_mail_was_sent_in_the_arm() -> None:
    inner = {"branch": [{"when": {"everyone": True}, "steps": [{"id": "deep", "email": "cart"}]}]}
    arms = [{"name": name, "share": 1, "steps": [inner | {"id": f"b-{name}"}]} for name in ("a",)]
    arms.append({"name": "b", "share": 0.001, "steps": []})
    of = program(
        {"id": "before", "email": "cart"}, split(*arms, winner={"metric": "clicked", "within": "P1D", "each": 20})
    )
    entered = enter(of, "", 1, happening(), situation()).enrollment
    assert entered.found["arms"]["which"] == "a"

    def counts(step: str, name: str = "Email Link Clicked") -> bool:
        about = message_id(entered.id, step, 1)
        return bool(list(successes(of, entered, happening(name, NOW + HOUR, message=about))))

    assert counts("deep")
    assert not counts("before")
    assert not counts("deep", "Email Opened")


def counted_in(house: House) -> list[tuple[str, str]]:
    return sorted((item["pk"].split("/")[-1].partition("#")[0], item["sk"]) for item in house.table.items("TRIAL"))


def test_counting_survives_every_crash_and_every_repetition() -> None:
    def attempt(number: int) -> tuple[int, list[tuple[str, str]]]:
        house = House(document(split(winner=WINNER)))
        made = house.dying_at(number, lambda: house.told(happening()))
        house.told(happening())
        assert house.one().status == FINISHED
        house.now += HOUR
        ordered = happening("Ordered", house.now)
        made = max(made, house.dying_at(number, lambda: house.told(ordered)))
        house.told(ordered)
        return made, counted_in(house)

    requests, wanted = attempt(0)
    assert len(wanted) == 2, "once in, once succeeded, though the enrollment was over by then"
    for number in range(1, requests + 1):
        assert attempt(number)[1] == wanted


def test_the_lists_tell_nobody_who_was_counted() -> None:
    house = House(document(split(winner=WINNER)))
    house.told(happening())
    assert "c1" not in str(counted_in(house))


class Trialed:
    """A split with people in its arms, without anybody having gone through the journey."""

    def __init__(self, each: int = 20, **more: Any) -> None:
        self.table = MemoryTable()
        self.program = program(split(winner={**WINNER, "each": each, **more}))
        self.plan = plan(self.program)
        self.seen: dict[str, Look] = {}

    def put(self, arm: str, count: int, succeeded: int, since: Moment = NOW) -> None:
        for number in range(count):
            trial = Trial(arm, f"{arm}-{since}-{number}", since)
            enrollment = replace(
                enter(self.program, "", 1, happening(), situation()).enrollment, trials={"which": trial}
            )
            self.table.write(*entries(self.program, None, enrollment))
            if number < succeeded:
                self.table.write(success(self.plan, trial))

    def winners(self, now: Moment) -> dict[str, str]:
        return Referee(self.table, self.seen).winners(self.program, now)


def test_it_is_decided_when_all_arms_are_full_and_everybodys_time_is_over() -> None:
    trial = Trialed()
    trial.put("short", 40, 2)
    trial.put("long", 19, 15)
    assert trial.winners(NOW + 10 * DAY) == {}
    full = NOW + 10 * DAY + MINUTE
    trial.put("long", 1, 1, since=full)
    over = full + 3 * DAY + NEWS_TAKE
    assert trial.winners(full + 6 * HOUR) == {trial.plan.id: ""}, "nobody else needs to be counted"
    assert read_verdict(trial.table, trial.plan) is None
    assert trial.winners(over - MINUTE) == {trial.plan.id: ""}
    assert trial.winners(over) == {trial.plan.id: "long"}
    verdict = read_verdict(trial.table, trial.plan)
    assert verdict is not None
    assert verdict.tallies == (Tally("short", 40, 2), Tally("long", 20, 16))


def test_who_came_when_all_arms_were_full_is_not_looked_at() -> None:
    trial = Trialed()
    for arm in ("short", "long"):
        trial.put(arm, 20, 5)
    trial.put("long", 100, 100, since=NOW + DAY)
    assert trial.winners(NOW + 10 * DAY) == {trial.plan.id: ""}
    verdict = read_verdict(trial.table, trial.plan)
    assert verdict is not None and (verdict.winner, verdict.tallies[1]) == ("", Tally("long", 20, 5))


def test_a_decision_stands_whatever_comes_later_and_whoever_decides_at_the_same_time() -> None:
    trial = Trialed()
    trial.put("short", 20, 1)
    trial.put("long", 20, 15)
    other = Referee(trial.table, {})
    assert trial.winners(NOW + 4 * DAY) == {trial.plan.id: "long"}
    trial.put("short", 500, 500, since=NOW - DAY)
    assert other.winners(trial.program, NOW + 5 * DAY) == {trial.plan.id: "long"}


def test_looking_is_cheap() -> None:
    trial = Trialed()
    requests: list[str] = []
    trial.table.on_request = requests.append
    for minute in range(200):
        trial.winners(NOW + minute * MINUTE)
    assert len(requests) < 12 * 10, "not at every contact"
    trial.table.on_request = lambda operation: None
    trial.put("short", 20, 1)
    trial.put("long", 20, 15)
    trial.winners(NOW + 4 * DAY)
    trial.table.on_request = requests.append
    requests.clear()
    for day in range(200):
        assert trial.winners(NOW + (4 + day) * DAY) == {trial.plan.id: "long"}
    assert not requests, "what is decided is decided"


def test_standings_on_the_way() -> None:
    trial = Trialed(each=500)
    trial.put("short", 30, 3)
    trial.put("long", 20, 10)
    trial.put("long", 7, 7, since=NOW + 2 * DAY)
    found = standings(trial.table, trial.plan, NOW + 3 * DAY, most=1_000)
    assert (found.entered, found.part) == ({"short": 30, "long": 27}, 1)
    assert found.tallies == (Tally("short", 30, 3), Tally("long", 20, 10))
    some = standings(trial.table, trial.plan, NOW + 3 * DAY, most=20)
    assert 0 < some.part < 1


def stage(**winner: Any) -> tuple[Stage, Program]:
    tags = [{"id": name, "update": {"tags": {"add": [name]}}} for name in ("short", "long")]
    arms = [{"name": tag["id"], "share": 50, "steps": [tag]} for tag in tags]
    definition = parse(
        document(split(*arms, winner={"event": "Order Completed", "within": "P3D", "each": 100, **winner}))
    )
    assert isinstance(definition, JourneyDefinition)
    of = compile_journey(definition)
    return Stage(Repertoire(TEMPLATES).with_journeys([of]), NOW, words=False), of


def live_through(on: Stage, rates: dict[str, float], contacts: range, seed: int = 1) -> None:
    """They come one after the other, minutes apart; in each arm so many order a day later."""
    chances, orders = random.Random(seed), []

    def order_until(moment: Moment) -> None:
        while orders and orders[0][0] <= moment:
            at, user = orders.pop(0)
            on.advance(at)
            on.say({"type": "track", "userId": user, "event": "Order Completed", "properties": {"order_id": user}})

    start = on.now
    for number in contacts:
        at = start + (number - contacts.start) * 5 * MINUTE
        order_until(at)
        on.advance(at)
        user = f"user-{number}"
        on.say({"type": "track", "userId": user, "event": "Started"})
        contact = on.contact(user)
        assert contact is not None
        (mine,) = read_enrollments(on.table, contact.id, on.library.catalog())
        if chances.random() < rates[mine.found["arms"]["which"]]:
            orders.append((at + DAY, user))
    order_until(on.now + 2 * DAY)


def arms_of(on: Stage, wanted: Callable[[Enrollment], bool] = lambda one: True) -> list[str]:
    return [one.found["arms"]["which"] for one in on.enrollments() if wanted(one)]


def test_the_whole_way_through_the_loop() -> None:
    on, of = stage()
    live_through(on, {"short": 0.1, "long": 0.4}, range(300))
    before = on.now
    found = standings(on.table, plan(of), on.now + 4 * DAY, most=10_000)
    assert sum(found.entered.values()) < 300, "counting ended when it could"
    on.advance(on.now + 4 * DAY)
    live_through(on, {"short": 0, "long": 0}, range(300, 330))
    assert set(arms_of(on, lambda one: one.entered_at > before)) == {"long"}
    notes = {what for one in on.enrollments() if one.entered_at > before for _, _, what in one.path}
    assert "winner long" in notes
    verdict = read_verdict(on.table, plan(of))
    assert verdict is not None and verdict.winner == "long"
    assert all(tally.entered >= 100 for tally in verdict.tallies)
    assert Counter(arms_of(on, lambda one: one.entered_at <= before))["short"] > 100


def test_without_a_difference_the_split_goes_on() -> None:
    on, of = stage(each=50)
    live_through(on, {"short": 0.2, "long": 0.2}, range(130))
    on.advance(on.now + 4 * DAY)
    before = on.now
    live_through(on, {"short": 0, "long": 0}, range(130, 160))
    assert len(set(arms_of(on, lambda one: one.entered_at > before))) == 2
    verdict = read_verdict(on.table, plan(of))
    assert verdict is not None and verdict.winner == ""
