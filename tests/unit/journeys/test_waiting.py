"""Waiting: for a time of day, a date, a window, the best hour; for something to happen. Around changes of the clock."""

from dataclasses import replace
from typing import Any

import pytest

from leadwell.clock import DAY, HOUR, MINUTE, from_iso, to_iso
from leadwell.contacts.change import Happening
from leadwell.errors import Refused
from leadwell.journeys.best_time import ENGAGEMENT
from leadwell.journeys.engine import Move, ending, enter, react, wake
from leadwell.journeys.enrollment import ACTIVE, EXITED, FINISHED, Enrollment
from leadwell.journeys.program import Program
from leadwell.journeys.turning import turn_id
from leadwell.tracking.events import Name
from tests.unit.journeys.house import NOW, asked, happening, path, program, situation, stored

HELLO = {"email": "hello"}


def begun(of: Program, at: int = NOW, now: int | None = None, zone: str = "Europe/Berlin", **facts: Any) -> Move:
    return enter(of, "", 1, happening(at=at), situation(at if now is None else now, zone, **facts))


def until(awaited: Any, at: str, zone: str = "Europe/Berlin", **facts: Any) -> str:
    """When somebody goes on who comes to this step then; or what became of them."""
    move = begun(program({"wait_until": awaited}, HELLO), from_iso(at), zone=zone, **facts)
    if move.enrollment.wake_at is not None:
        return to_iso(move.enrollment.wake_at)[:16]
    return move.enrollment.reason or path(move.enrollment)[0][1]


WEEK = ["mon", "tue", "wed", "thu", "fri"]


@pytest.mark.parametrize(
    ("awaited", "at", "zone", "expected"),
    [
        ("09:00", "2026-03-28T12:00", "Europe/Berlin", "2026-03-29T07:00"),
        ("02:30", "2026-03-28T12:00", "Europe/Berlin", "2026-03-29T01:30"),  # skipped: it is 03:30 then
        ("02:30", "2026-10-24T12:00", "Europe/Berlin", "2026-10-25T00:30"),  # twice: the first
        ("09:00", "2026-10-31T20:00", "America/New_York", "2026-11-01T14:00"),
        ("00:00", "2026-09-05T12:00", "America/Santiago", "2026-09-06T04:00"),  # midnight is skipped
        ({"time": "09:00", "weekdays": ["tue", "thu"]}, "2026-03-02T08:00", "Europe/Berlin", "2026-03-03T08:00"),
        ({"time": "09:00", "weekdays": ["sun"]}, "2026-03-22T08:01", "Europe/Berlin", "2026-03-29T07:00"),
        ({"time": "09:00", "weekdays": ["mon"]}, "2026-03-02T20:30", "Pacific/Auckland", "2026-03-08T20:00"),
        ({"from": "09:00", "to": "17:00"}, "2026-03-02T10:10", "Europe/Berlin", "2026-03-02T10:10"),
        ({"from": "09:00", "to": "17:00"}, "2026-03-02T16:00", "Europe/Berlin", "2026-03-03T08:00"),
        ({"from": "09:00", "to": "17:00", "weekdays": WEEK}, "2026-03-27T17:00", "Europe/Berlin", "2026-03-30T07:00"),
        ({"from": "22:00", "to": "02:00"}, "2026-03-02T00:30", "Europe/Berlin", "2026-03-02T00:30"),
        ({"from": "22:00", "to": "02:00"}, "2026-03-02T01:00", "Europe/Berlin", "2026-03-02T21:00"),
        ({"from": "22:00", "to": "02:00", "weekdays": ["fri"]}, "2026-03-07T00:30", "UTC", "2026-03-07T00:30"),
        ({"from": "22:00", "to": "02:00", "weekdays": ["sat"]}, "2026-03-07T00:30", "UTC", "2026-03-07T22:00"),
        ({"from": "01:00", "to": "04:00"}, "2026-03-29T01:30", "Europe/Berlin", "2026-03-29T01:30"),
        ({"from": "22:00", "to": "08:00"}, "2026-11-01T12:59", "America/New_York", "2026-11-01T12:59"),
        ({"from": "22:00", "to": "08:00"}, "2026-11-01T13:00", "America/New_York", "2026-11-02T03:00"),
    ],
)  # fmt: skip
def test_the_time_of_day(awaited: Any, at: str, zone: str, expected: str) -> None:
    assert until(awaited, at, zone) == expected


END = {"contract_end": "2026-04-15", "visit": "2026-03-29T10:00:00"}


@pytest.mark.parametrize(
    ("awaited", "at", "expected"),
    [
        ({"date": "contract_end", "time": "09:00"}, "2026-03-01T00:00", "2026-04-15T07:00"),
        ({"date": "contract_end", "offset": "-P30D", "time": "09:00"}, "2026-03-01T00:00", "2026-03-16T08:00"),
        ({"date": "contract_end", "offset": "P10D", "time": "09:00"}, "2026-03-01T00:00", "2026-04-25T07:00"),
        ({"date": "contract_end"}, "2026-03-01T00:00", "2026-04-14T22:00"),
        ({"date": "contract_end"}, "2026-04-15T10:00", "2026-04-15T10:00"),  # the day is not over
        ({"date": "contract_end"}, "2026-04-15T22:00", "contract_end is over"),
        ({"date": "contract_end", "from": "09:00", "to": "17:00"}, "2026-04-15T05:00", "2026-04-15T07:00"),
        ({"date": "contract_end", "from": "09:00", "to": "17:00"}, "2026-04-15T09:30", "2026-04-15T09:30"),
        ({"date": "contract_end", "time": "09:00", "weekdays": ["mon"]}, "2026-03-01T00:00", "2026-04-20T07:00"),
        ({"date": "visit", "offset": "-PT24H", "time": "own"}, "2026-03-01T00:00", "2026-03-28T08:00"),
        ({"date": "visit", "offset": "-PT2H", "time": "own"}, "2026-03-01T00:00", "2026-03-29T06:00"),
        ({"date": "contract_end", "time": "09:00"}, "2026-04-15T07:01", "contract_end is over"),
        ({"date": "contract_end", "time": "09:00", "without": "exit"}, "2026-04-16T00:00", "contract_end is over"),
        ({"date": "unknown", "time": "09:00", "without": "exit"}, "2026-03-01T00:00", "no unknown"),
        ({"date": "unknown", "time": "09:00"}, "2026-03-01T00:00", "no unknown"),
    ],
)
def test_a_date_of_the_contact(awaited: Any, at: str, expected: str) -> None:
    assert until(awaited, at, traits=END) == expected


@pytest.mark.parametrize(
    ("awaited", "expected"),
    [
        ({"date": "event.date", "time": "09:00"}, "2026-03-10T08:00"),
        ({"date": "event.slot.at", "offset": "-PT2H", "time": "own"}, "2026-03-10T12:30"),
        ({"date": "event.nothing", "time": "09:00", "without": "exit"}, "no event.nothing"),
        ({"date": "2026-03-12", "offset": "-P1D", "time": "09:00"}, "2026-03-11T08:00"),
        ({"date": "2026-03-01", "time": "09:00", "without": "exit"}, "2026-03-01 is over"),
    ],
)
def test_a_date_of_the_event_or_a_day_itself(awaited: Any, expected: str) -> None:
    started = happening(date="2026-03-10", slot={"at": "2026-03-10T15:30:00"})
    of = program({"wait_until": awaited}, HELLO)
    assert not of.needs().traits
    enrollment = enter(of, "", 1, started, situation(traits={"event": {"date": "2026-09-09"}})).enrollment
    assert enrollment.reason == expected or to_iso(enrollment.wake_at or 0)[:16] == expected


THEN = program(
    {"id": "before", "wait_until": {"date": "2026-03-04", "time": "09:00", "then": [{"id": "soon", "sms": "soon"}]}},
    HELLO,
)


def test_what_is_done_then_is_left_out_where_the_day_is_over() -> None:
    waits = begun(THEN)
    assert asked(waits) == [] and waits.enrollment.wake_at == from_iso("2026-03-04T08:00")
    assert asked(wake(THEN, stored(waits), situation(from_iso("2026-03-04T08:00")))) == [
        "soon:sms/soon",
        "2:email/hello",
    ]
    over = begun(THEN, from_iso("2026-03-04T08:01"))
    assert asked(over) == ["2:email/hello"]
    assert path(over.enrollment)[0] == ("before", "2026-03-04 is over")


def test_a_wait_of_whole_days_keeps_the_hour() -> None:
    of = program({"wait": "P7D"}, {"wait": "PT36H"}, HELLO)
    move = begun(of, from_iso("2026-03-26T08:30"))
    assert to_iso(move.enrollment.wake_at or 0)[:16] == "2026-04-02T07:30"
    move = wake(of, stored(move), situation(from_iso("2026-04-02T07:30")))
    assert to_iso(move.enrollment.wake_at or 0)[:16] == "2026-04-03T19:30"


def test_what_led_into_a_segment_is_not_what_its_journey_hopes_for() -> None:
    of = program({"wait": "P1D"}, trigger={"segment": "vip"}, goal={"event": "Bought"})
    entered = enter(of, "", 1, Happening("entered", "e", "vip", NOW, {}), situation()).enrollment
    assert react(of, entered, happening("Bought"), situation()) is None
    later = react(of, entered, happening("Bought", NOW + 1), situation(NOW + 1))
    assert later is not None and later.enrollment.reason == "goal"


def test_without_a_date_somebody_leaves_or_goes_on() -> None:
    for without, sent, status in (("exit", [], EXITED), ("continue", ["2:email/hello"], FINISHED)):
        move = begun(program({"wait_until": {"date": "end", "time": "09:00", "without": without}}, HELLO))
        assert (asked(move), move.enrollment.status) == (sent, status)


def memory(*times: str) -> dict[str, Any]:
    return {ENGAGEMENT.id: [from_iso(f"2026-02-{20 + n}T{time}") for n, time in enumerate(times)]}


@pytest.mark.parametrize(
    ("more", "times", "expected"),
    [
        ({}, ["18:10", "18:20", "18:30", "07:00", "18:40"], "2026-03-02T18:00"),  # 19 o'clock in Berlin
        ({}, ["18:10", "18:20"], "2026-03-03T08:00"),  # too few to know
        ({"time": "11:00"}, [], "2026-03-02T10:00"),
        ({"from": "07:00", "to": "18:00"}, ["18:10", "18:20", "18:30", "09:00", "18:40"], "2026-03-03T08:00"),
        ({"from": "19:00", "to": "21:00"}, [], "2026-03-02T18:00"),  # nine o'clock is outside
        ({"from": "22:00", "to": "02:00"}, ["22:30"] * 6, "2026-03-02T22:00"),
        ({"weekdays": ["wed"]}, ["18:10"] * 5, "2026-03-04T18:00"),
    ],
)
def test_the_best_time(more: dict[str, Any], times: list[str], expected: str) -> None:
    assert until({"best_time": True, **more}, "2026-03-02T08:01", memory=memory(*times)) == expected


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Chatham", "Australia/Lord_Howe"])
def test_who_slept_through_waits_for_the_hour_again(zone: str) -> None:
    """Six hours without service: a mail that belongs in the morning comes the next morning, not in the evening."""
    of = program({"wait_until": "09:00"}, HELLO, {"wait_until": "09:00"}, {"email": "second"})
    first = begun(of, zone=zone)
    assert first.enrollment.wake_at is not None
    late = wake(of, stored(first), situation(first.enrollment.wake_at + 6 * HOUR, zone))
    assert asked(late) == ["2:email/hello"]
    planned = late.enrollment.wake_at
    assert planned is not None and planned > first.enrollment.wake_at + 20 * HOUR
    twelve_hours_late = wake(of, replace(stored(late), wake_at=planned), situation(planned + 12 * HOUR, zone))
    assert asked(twelve_hours_late) == ["4:email/second"]


OFFER = {"id": "offer", "email": "offer"}
SENT = program(OFFER, {"wait": "P1D"}, {"wait_for": {"opened": "offer", "timeout": "P3D"}}, HELLO)


def opened(enrollment: Enrollment, at: int, name: str = Name.EMAIL_OPENED) -> Happening:
    return happening(name, at, message=enrollment.sent["offer"])


def test_an_earlier_mail_is_opened() -> None:
    waits = wake(SENT, stored(begun(SENT)), situation(NOW + DAY))
    assert waits.enrollment.step == "3"
    for name in (Name.EMAIL_OPENED, Name.EMAIL_LINK_CLICKED):
        for at in (NOW + HOUR, NOW + 2 * DAY):
            move = react(SENT, stored(waits), opened(waits.enrollment, at, name), situation(NOW + 2 * DAY))
            assert move is not None and asked(move) == ["4:email/hello"]
            assert path(move.enrollment)[-3] == ("3", "offer was opened")
    strangers = [happening(Name.EMAIL_OPENED, NOW + HOUR, message="m1"), happening(Name.EMAIL_OPENED, NOW + HOUR)]
    bounced = opened(waits.enrollment, NOW + HOUR, Name.EMAIL_BOUNCED)
    for other in (*strangers, bounced):
        assert react(SENT, stored(waits), other, situation(NOW + 2 * DAY)) is None


def test_it_is_the_same_mail_after_the_contact_became_part_of_another() -> None:
    waits = wake(SENT, stored(begun(SENT)), situation(NOW + DAY))
    moved = replace(stored(waits), contact="c2")
    assert react(SENT, moved, opened(waits.enrollment, NOW + 2 * DAY), situation(NOW + 2 * DAY)) is not None


def test_in_each_round_it_is_the_mail_of_that_round() -> None:
    of = program({"repeat": {"times": 2, "steps": [OFFER, {"wait_for": {"opened": "offer", "timeout": "P3D"}}]}}, HELLO)
    first = begun(of)
    again = react(of, stored(first), opened(first.enrollment, NOW + HOUR), situation(NOW + HOUR))
    assert again is not None and asked(again) == ["offer:email/offer"]
    old = opened(first.enrollment, NOW + 2 * HOUR)
    assert react(of, stored(again), old, situation(NOW + 2 * HOUR)) is None
    end = react(of, stored(again), opened(again.enrollment, NOW + 2 * HOUR), situation(NOW + 2 * HOUR))
    assert end is not None and asked(end) == ["2:email/hello"]


FIRST = program(
    OFFER,
    {
        "id": "either",
        "wait_for": {
            "first_of": [
                {"event": "Order Completed", "where": {"total": {"at_least": 10}}, "steps": [{"exit": "has ordered"}]},
                {"clicked": "offer", "steps": [{"sms": "clicked"}]},
                {"when": {"segment": "vip"}, "steps": [{"sms": "vip"}]},
            ],
            "timeout": "P3D",
            "otherwise": [{"sms": "silence"}],
        },
    },
    {"email": "bye"},
)
VIP = turn_id(next(iter(FIRST.turns())))


def test_the_first_of_several_decides() -> None:
    waits = begun(FIRST)

    def after(what: Happening) -> list[str] | None:
        move = react(FIRST, stored(waits), what, situation(what.at))
        return None if move is None else [*asked(move), move.enrollment.reason]

    later = NOW + HOUR
    assert after(happening("Order Completed", later, total=10)) == ["has ordered"]
    assert after(happening("Order Completed", later, total=9)) is None
    assert after(opened(waits.enrollment, later, Name.EMAIL_LINK_CLICKED)) == [
        "either-b1:sms/clicked",
        "3:email/bye",
        "",
    ]
    assert after(opened(waits.enrollment, later)) is None
    assert after(Happening("became", "b", VIP, later, {})) == ["either-c1:sms/vip", "3:email/bye", ""]
    assert after(Happening("became", "b", "other", later, {})) is None
    timed_out = wake(FIRST, stored(waits), situation(NOW + 3 * DAY))
    assert asked(timed_out) == ["either-d1:sms/silence", "3:email/bye"]


def test_what_is_true_already_is_not_waited_for() -> None:
    move = begun(FIRST, segments={"vip": NOW - DAY})
    assert asked(move) == ["offer:email/offer", "either-c1:sms/vip", "3:email/bye"]
    assert ("either", "was true already") in path(move.enrollment)


def test_what_has_become_true_counts_although_its_news_is_not_here() -> None:
    waits = begun(FIRST)
    move = wake(FIRST, stored(waits), situation(NOW + 3 * DAY, segments={"vip": NOW + DAY}))
    assert asked(move) == ["either-c1:sms/vip", "3:email/bye"]


def test_old_news_of_a_turn_neither_ends_a_wait_nor_a_journey() -> None:
    """A batch of news that comes twice has what came true before somebody entered, and is over."""
    waits = begun(FIRST)
    before = Happening("became", "b", VIP, NOW - 1, {})
    assert react(FIRST, stored(waits), before, situation()) is None
    of = program({"wait": "P1D"}, exits=[{"when": {"segment": "vip"}, "reason": "is a VIP"}])
    enrollment = stored(begun(of))
    assert ending(of, enrollment, before) is None
    ended = ending(of, enrollment, replace(before, at=NOW + 1))
    assert ended is not None and (ended.status, ended.reason) == (EXITED, "is a VIP")


def test_leaving_when_nothing_comes() -> None:
    of = program(OFFER, {"wait_for": {"bounced": "offer", "timeout": "P1D", "on_timeout": "exit"}}, HELLO)
    move = wake(of, stored(begun(of)), situation(NOW + DAY))
    assert (move.enrollment.status, move.enrollment.reason) == (EXITED, "offer was not bounced")
    bounced = react(of, stored(begun(of)), opened(begun(of).enrollment, NOW + 1, Name.EMAIL_BOUNCED), situation())
    assert bounced is not None and asked(bounced) == ["3:email/hello"]


@pytest.mark.parametrize(
    ("steps", "field", "remedy"),
    [
        ([{"wait_for": {"opened": "offre", "timeout": "P1D"}}], "steps[0]", "no step 'offre' sends a mail"),
        ([{"id": "s", "sms": "x"}, {"wait_for": {"opened": "s", "timeout": "P1D"}}], "steps[1]", "those that do: none"),
        ([{"wait_for": {"first_of": [{"event": "X"}, {}], "timeout": "P1D"}}], "steps[0].wait_for.first_of[1]", "one"),
        (
            [{"wait_for": {"first_of": [{"opened": "x", "where": {"a": 1}}], "timeout": "P1D"}}],
            "steps[0].wait_for.first_of[0]", "give event",
        ),
        (
            [{"wait_for": {"first_of": [{"event": "X", "steps": [{"wait": "soon"}]}], "timeout": "P1D"}}],
            "steps[0].wait_for.first_of[0].steps[0].wait", "",
        ),
        ([{"wait_for": {"event": "X", "opened": "y", "timeout": "P1D"}}], "steps[0].wait_for", "first_of"),
        ([{"wait_for": {"event": "X", "timeout": "P1D", "on_timeout": "exit", "otherwise": [{"exit": "x"}]}}],
         "steps[0].wait_for", "otherwise"),
        ([{"wait_for": {"when": {"trait": "a", "same_as": "b"}, "timeout": "P1D"}}], "wait_for", "wait_for: event"),
        ([{"wait_until": {"from": "09:00"}}], "steps[0].wait_until", "both"),
        ([{"wait_until": {"from": "09:00", "to": "09:00"}}], "steps[0].wait_until", "empty"),
        ([{"wait_until": {"offset": "-P3D", "time": "09:00"}}], "steps[0].wait_until", "need a date"),
        ([{"wait_until": {"date": "d", "offset": "-PT3H", "time": "09:00"}}], "steps[0].wait_until", "own"),
        ([{"wait_until": {"date": "d", "time": "own", "weekdays": ["mon"]}}], "steps[0].wait_until", "weekdays"),
        ([{"wait_until": {"weekdays": ["mon"]}}], "steps[0].wait_until", "says no time"),
        ([{"wait_until": {"time": "09:00", "weekdays": ["monday"]}}], "steps[0].wait_until.weekdays[0]", "mon"),
        ([{"repeat": {"times": 3, "steps": [HELLO]}}], "steps[0]", "let a step inside wait"),
        ([{"repeat": {"times": 61, "steps": [{"wait": "P1D"}]}}], "steps[0].repeat.times", "60"),
        ([{"repeat": {"times": 2, "until": {"evnt": "X"}, "steps": [{"wait": "P1D"}]}}], "steps[0].repeat.until", ""),
        ([{"wait_until": {"time": "09:00", "then": [HELLO]}}], "steps[0].wait_until", "then needs a date"),
        ([{"update": {"withdraw": "email"}}], "steps[0].update.withdraw[0]", "pattern"),
        ([{"update": {"withdraw": "*/email"}}], "steps[0].update.withdraw[0]", "pattern"),
        ([{"update": {"withdraw": []}}], "steps[0].update", "changes nothing"),
        ([{"update": {"stage": "boss"}}], "steps[0].update.stage", "stages are"),
        ([{"update": {"score": "many"}}], "steps[0].update.score", ""),
        ([{"update": {"tags": {"ad": ["x"]}}}], "steps[0].update.tags.ad", "did you mean add"),
        ([{"email": {"template": "a", "late": {"then": "burn"}}}], "steps[0].email.late.then", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(steps: list[Any], field: str, remedy: str) -> None:
    with pytest.raises(Refused) as caught:
        program(*steps)
    assert caught.value.field == field
    assert remedy in caught.value.message


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"exits": [{"event": "X"}, {"reason": "y"}]}, "exits[1]"),
        ({"exits": [{"when": {"trait": "a", "same_as": "b"}}]}, "exits[0].when"),
        ({"exits": [{"when": {"trat": "a"}}]}, "exits[0].when"),
        ({"throttle": {"at_most": 0, "per": "PT1H"}}, "throttle.at_most"),
        ({"holdout": 95}, "holdout"),
        ({"late": {"after": "soon"}}, "late.after"),
        ({"trigger": {"event": "X", "who": {"trat": "a"}}}, "trigger.who"),
        ({"trigger": {"becomes": {"trait": "a", "same_as": "b"}}}, "trigger"),
        ({"trigger": {"score": {"gained": 5}}}, "trigger.score"),
        ({"trigger": {"stage": "boss"}}, "trigger.stage"),
        ({"trigger": {"date": "d", "offset": "-PT2H"}}, "trigger"),
        ({"trigger": {"last": "X"}}, "trigger.ago"),
        ({"goal": {"event": "X", "within": "P0D"}}, "goal.within"),
    ],
)
def test_what_is_wrong_around_the_steps_too(more: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as caught:
        program(HELLO, **more)
    assert caught.value.field == field


def test_a_wait_of_minutes_is_kept_through_a_change_of_the_clock() -> None:
    of = program({"wait": "PT3H"}, HELLO)
    at = from_iso("2026-03-29T00:30:00Z")
    assert begun(of, at).enrollment.wake_at == at + 180 * MINUTE
    assert begun(of, at).enrollment.status == ACTIVE


LAST_WEEK = {"date": "end", "offset": "-P7D", "time": "09:00", "then": [{"id": "soon", "sms": "soon"}]}


def woken_later(
    awaited: Any, zones: tuple[str, str] = ("Europe/Berlin", "Europe/Berlin"), late: int = 0, **traits: Any
) -> tuple[Program, Move]:
    """Whoever came to the step while the contract ended on March 20, and is woken with these traits."""
    of = program({"id": "date", "wait_until": awaited}, HELLO)
    waits = begun(of, zone=zones[0], traits={"end": "2026-03-20"})
    assert waits.enrollment.wake_at is not None
    return of, wake(of, stored(waits), situation(waits.enrollment.wake_at + late, zones[1], traits=traits))


def test_a_date_that_moved_on_is_waited_for_again() -> None:
    of, move = woken_later(LAST_WEEK, end="2026-04-20")
    assert (asked(move), to_iso(move.enrollment.wake_at or 0)[:16]) == ([], "2026-04-13T07:00")
    assert path(move.enrollment) == [("date", "goes on waiting: the moment has moved")]
    assert stored(move).since == NOW
    again = wake(of, stored(move), situation(move.enrollment.wake_at or 0, traits={"end": "2026-04-20"}))
    assert asked(again) == ["soon:sms/soon", "2:email/hello"]


def test_who_is_woken_late_goes_on_from_the_day_to_which_the_date_moved() -> None:
    _, move = woken_later(LAST_WEEK, late=3 * DAY, end="2026-03-22")
    assert asked(move) == ["soon:sms/soon", "2:email/hello"]
    assert move.enrollment.path[0][1] == from_iso("2026-03-15T08:00")


@pytest.mark.parametrize(
    ("traits", "said"), [({}, "no end"), ({"end": "soon"}, "no end"), ({"end": "2026-02-20"}, "end is over")]
)
def test_a_date_that_is_gone_or_over_by_then(traits: dict[str, Any], said: str) -> None:
    _, move = woken_later(LAST_WEEK, **traits)
    assert (asked(move), path(move.enrollment)[0]) == (["2:email/hello"], ("date", said))
    _, move = woken_later({"date": "end", "time": "09:00", "without": "exit"}, **traits)
    assert (asked(move), move.enrollment.status, move.enrollment.reason) == ([], EXITED, said)


@pytest.mark.parametrize("end", ["2026-03-20", "2026-03-15"])
def test_a_date_that_stayed_or_came_nearer_is_reached_as_planned(end: str) -> None:
    _, move = woken_later(LAST_WEEK, end=end)
    assert asked(move) == ["soon:sms/soon", "2:email/hello"]
    assert move.enrollment.path[0][1:] == (from_iso("2026-03-13T08:00"), "waited")


WEST, EAST = ("Europe/Berlin", "America/New_York"), ("Europe/Berlin", "Asia/Tokyo")


@pytest.mark.parametrize(
    ("awaited", "zones", "expected"),
    [
        ("09:00", WEST, "2026-03-02T14:00"),
        ("09:00", EAST, "2026-03-03T00:00"),
        ({"from": "08:00", "to": "18:00"}, WEST, "2026-03-02T13:00"),
        ({"from": "08:00", "to": "18:00"}, EAST, "gone on"),  # it is five in the afternoon there
        ({"best_time": True}, EAST, "2026-03-03T00:00"),
        ({"date": "end", "time": "09:00"}, WEST, "2026-03-20T13:00"),
        ({"date": "end", "time": "09:00"}, EAST, "2026-03-21T00:00"),
        ({"date": "end", "from": "08:00", "to": "15:00"}, EAST, "2026-03-20T23:00"),
        ({"date": "end"}, EAST, "gone on"),
        ({"date": "2026-03-20", "time": "09:00"}, WEST, "2026-03-20T13:00"),
        ({"date": "2026-03-02", "time": "09:30"}, EAST, "2026-03-03T00:30"),  # over by that clock, not by the former
    ],
)
def test_who_has_travelled_hears_of_it_at_the_hour_that_was_meant(
    awaited: Any, zones: tuple[str, str], expected: str
) -> None:
    start = NOW - HOUR // 2
    of = program({"wait_until": awaited}, HELLO)
    waits = begun(of, at=start, zone=zones[0], traits={"end": "2026-03-20"})
    planned = waits.enrollment.wake_at or start
    move = wake(of, stored(waits), situation(planned, zones[1], traits={"end": "2026-03-20"}))
    if expected == "gone on":
        assert asked(move) == ["2:email/hello"]
        return
    assert (asked(move), to_iso(move.enrollment.wake_at or 0)[:16]) == ([], expected)
    there = wake(of, stored(move), situation(move.enrollment.wake_at or 0, zones[1], traits={"end": "2026-03-20"}))
    assert asked(there) == ["2:email/hello"], "once"


def test_who_was_inside_before_zones_were_kept_goes_on_as_planned() -> None:
    of = program({"wait_until": "09:00"}, HELLO)
    waits = replace(stored(begun(of)), zone="")
    assert asked(wake(of, waits, situation(waits.wake_at or 0, "Asia/Tokyo"))) == ["2:email/hello"]


def test_a_best_hour_that_has_become_another_is_not_run_after() -> None:
    of = program({"wait_until": {"best_time": True}}, HELLO)
    waits = begun(of, from_iso("2026-03-02T08:01"))
    later = situation(waits.enrollment.wake_at or 0, memory=memory(*["18:10"] * 5))
    assert asked(wake(of, stored(waits), later)) == ["2:email/hello"]
