"""A new domain is met slowly, in order, and what waits is looked at once."""

from dataclasses import replace

from leadwell.clock import DAY, HOUR, from_iso
from leadwell.definitions.library import Library
from leadwell.messaging.message import Message, Status
from leadwell.messaging.policy import WARM_UP, PolicyDefinition, WarmUp
from leadwell.messaging.warming import Warming
from leadwell.store.table import Put
from tests.fakes.memory_table import MemoryTable
from tests.unit.messaging.sending_house import NOW, REQUESTED, House

START = from_iso("2026-03-02T00:00:00Z")


def warming(*per_day: int, table: MemoryTable | None = None) -> Warming:
    return Warming(table or MemoryTable(), WarmUp(starts="2026-03-02", per_day=per_day))


def test_so_many_a_day_first_come_first_served() -> None:
    one = warming(2, 3)
    turns = [one.turn(f"m{n}", NOW) for n in range(8)]
    assert turns[:2] == [NOW, NOW]
    assert turns[2:5] == [START + DAY, START + DAY + 8 * HOUR, START + DAY + 16 * HOUR]
    assert turns[5:] == [START + 2 * DAY] * 3, "afterwards there is no limit"


def test_each_keeps_its_turn() -> None:
    one = warming(1, 1)
    first = [one.turn(f"m{n}", NOW) for n in range(3)]
    assert [one.turn(f"m{n}", NOW) for n in range(3)] == first
    assert one.turn("m1", first[1] + 5) == first[1] + 5, "and may leave when it has come"


def test_places_of_days_that_are_over_are_not_made_up_for() -> None:
    one = warming(5, 2, 2)
    later = START + DAY + HOUR
    assert [one.turn(f"m{n}", later) for n in range(3)] == [later, later, START + 2 * DAY]


def test_before_it_starts_everything_waits_and_after_it_ends_nothing_does() -> None:
    assert warming(1).turn("m1", START - 5 * DAY) == START
    table = MemoryTable()
    assert warming(1, table=table).turn("m1", START + DAY) == START + DAY
    assert not table.items("GUARD"), "nor is anything written"


def test_the_usual_plan_grows_every_day() -> None:
    assert list(WARM_UP) == sorted(set(WARM_UP))


def house(*purposes: str) -> tuple[House, list[Message]]:
    messages = [replace(REQUESTED, id=f"m{n}", purpose=purpose) for n, purpose in enumerate(purposes)]
    made = House(*messages)
    plan = {"starts": "2026-03-02", "per_day": [2, 10]}
    rules = PolicyDefinition.model_validate({"title": {"en": "P", "de": "P"}, "warm_up": plan})
    Library(made.table).publish("policy", "policy", rules.model_dump(mode="json"), now=NOW, by="ann")
    return made, messages


def test_what_is_too_much_waits_and_leaves_once() -> None:
    made, messages = house(*["marketing"] * 4)
    made.send(*messages)
    assert len(made.provider.taken) == 2
    waiting = [made.message(one) for one in messages[2:]]
    assert {one.reason for one in waiting} == {"the domain is being warmed up"}
    for one in waiting:
        assert one.due_at is not None
        made.send(one, now=one.due_at)
    assert [made.message(one).status for one in messages] == [Status.SENT] * 4
    assert len(made.provider.taken) == 4


def test_who_died_after_taking_a_turn_takes_no_second_one() -> None:
    made, messages = house(*["marketing"] * 3)
    for number in range(1, 12):
        made.dying_at(number, lambda: made.send(messages[0]))
    made.send(messages[1], messages[2])
    assert made.message(messages[1]).status is Status.SENT
    assert made.message(messages[2]).status is Status.REQUESTED


def test_receipts_never_wait() -> None:
    made, messages = house("marketing", "marketing", "transactional", "transactional")
    made.send(*messages)
    assert len(made.provider.taken) == 4


def test_what_the_provider_did_not_take_keeps_its_turn() -> None:
    made, messages = house("marketing", "marketing")
    made.send(messages[0])
    taken = made.message(messages[0])
    made.table.write(Put(replace(taken, status=Status.REQUESTED, due_at=NOW).to_item(), taken.rev))
    made.send(*messages)
    assert len(made.provider.taken) == 3
