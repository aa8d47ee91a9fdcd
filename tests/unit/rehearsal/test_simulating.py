"""Invented contacts, and what really happened: how many get what, when, and who does not."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.cli.trying_words import lines
from leadwell.clock import DAY, HOUR, from_iso
from leadwell.definitions.documents import parse, read_yaml
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from leadwell.ids import contact_id
from leadwell.journeys.admission import is_left_alone
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.program import Program, compile_journey
from leadwell.messaging.message import Message
from leadwell.messaging.policy import PolicyDefinition
from leadwell.rehearsal.repertoire import Repertoire
from leadwell.rehearsal.replaying import replay
from leadwell.rehearsal.simulating import Behavior, Habit, simulate
from leadwell.rehearsal.tallying import Tally
from leadwell.scoring.replay.moments import History
from leadwell.tracking.events import Event, Identity, Name, Standing
from tests.fakes.world import World
from tests.unit.journeys.house import document

TEMPLATES = Path(__file__).parents[3] / "templates"
START = from_iso("2026-03-02T00:00:00Z")


@pytest.fixture(scope="module")
def repertoire() -> Repertoire:
    return Repertoire(TEMPLATES)


def journey(*steps: dict[str, object], **more: object) -> Program:
    definition = parse(document(*steps, **more))
    assert isinstance(definition, JourneyDefinition)
    return compile_journey(definition)


CART = journey(
    {"id": "patience", "wait": "PT3H"},
    {"id": "first", "email": "abandoned-cart"},
    {"id": "answer", "wait_for": {"opened": "first", "timeout": "P2D", "on_timeout": "exit"}},
    {"id": "second", "email": "abandoned-cart"},
    trigger={"event": "Product Added", "key": "cart_id"},
    goal={"event": "Order Completed", "where": {"cart_id": {"same_as": "cart_id"}}},
)


def test_shares_are_met_and_steps_add_up(repertoire: Repertoire) -> None:
    behavior = Behavior(
        agree={"marketing/email": 0.5, "tracking/email": 1},
        opens=0.4,
        clicks=0.1,
        habits=[Habit("Order Completed", 0.2, HOUR)],
    )
    tally = simulate(repertoire.with_journeys([CART]), CART, behavior, contacts=400, start=START, days=10, seed=1)
    assert tally.entered == tally.contacts == tally.reached["patience"] == 400
    assert 50 <= tally.outcomes["goal"] <= 110
    asked = tally.reached["first"]
    assert asked == 400 - tally.outcomes["goal"]
    sent, skipped = sum(tally.sent.values()), sum(tally.skipped.values())
    assert sent + skipped == asked + tally.reached["second"]
    assert 0.4 < sent / (sent + skipped) < 0.65
    assert sum(tally.days.values()) == sent
    assert sum(tally.outcomes.values()) == 400
    opened = tally.reached["second"] / (sent - tally.reached["second"])
    assert 0.3 < opened < 0.5


def test_the_same_seed_is_the_same_crowd(repertoire: Repertoire) -> None:
    shelf = repertoire.with_journeys([CART])
    one, two, other = (
        simulate(shelf, CART, Behavior(), contacts=60, start=START, days=5, seed=seed) for seed in (1, 1, 2)
    )
    assert one == two
    assert one.days != other.days


def test_who_unsubscribes_gets_no_second_mail(repertoire: Repertoire) -> None:
    everybody = Behavior(opens=1.0, clicks=0.0, unsubscribes=1.0)
    program = journey({"email": "abandoned-cart"}, {"wait": "P30D"}, {"email": "abandoned-cart"})
    tally = simulate(repertoire.with_journeys([program]), program, everybody, contacts=20, start=START, days=40, seed=3)
    assert sum(tally.sent.values()) == 20
    assert sum(tally.skipped.values()) == 20


ALL_WAYS = journey(
    {"id": "tell", "webhook": {"url": "https://crm.example.com/x"}},
    {"id": "note", "notify": {"template": "hot-lead-alert", "to": "owner", "otherwise": "sales@example.com"}},
    {"id": "call", "task": {"title": {"en": "Call", "de": "Anrufen"}, "due": "P1D", "otherwise": "sales@example.com"}},
    {"id": "day", "wait": "P1D"},
    {"id": "mail", "email": "abandoned-cart"},
    {"id": "text", "sms": "abandoned-cart"},
    trigger={"event": "Started"},
)


def test_every_way_is_counted_by_day(repertoire: Repertoire) -> None:
    agree = {"marketing/email": 1.0, "marketing/sms": 1.0}
    tally = simulate(
        repertoire.with_journeys([ALL_WAYS]),
        ALL_WAYS,
        Behavior(agree=agree),
        contacts=20,
        start=START,
        days=4,
        seed=1,
    )
    ways = {"webhook": "tell", "internal": "hot-lead-alert", "task": "call"}
    assert {way: tally.sent[way, name] for way, name in ways.items()} == dict.fromkeys(ways, 20)
    assert {way: tally.days[1, way] for way in ways} == dict.fromkeys(ways, 20)
    assert tally.days[1, "email"] == 0 and tally.by_way["email"] == tally.by_way["sms"] == 20
    said_ways = list(lines(ALL_WAYS, tally, "would send"))
    assert "would send 20 e-mails, 20 SMS, 20 webhooks, 20 internal e-mails and 20 tasks" in said_ways
    assert "day    e-mail       sms   webhook  internal      task" in said_ways
    assert "  1         0         0        20        20        20" in said_ways


NEWS = journey({"id": "mail", "email": "welcome-hello"}, trigger={"manual": True})


def called(repertoire: Repertoire, program: Program, broadcast: str = "", days: int = 4) -> Tally:
    half = Behavior(agree={"marketing/email": 0.5}, broadcast=broadcast)
    return simulate(repertoire.with_journeys([program]), program, half, contacts=60, start=START, days=days, seed=1)


def test_a_broadcast_calls_those_of_the_crowd_who_are_in_the_segment(repertoire: Repertoire) -> None:
    tally = called(repertoire, NEWS, "newsletter")
    assert tally.called == tally.entered == sum(tally.sent.values())
    assert 20 <= tally.called <= 40
    assert dict(tally.days) == {(2, "email"): tally.called}
    assert called(repertoire, NEWS, "*").called == called(repertoire, NEWS, "list:regulars").called == 60


def test_a_schedule_comes_due_by_itself(repertoire: Repertoire) -> None:
    weekly = {"schedule": {"at": "2027-12-01T09:00", "every": "week"}, "segment": "newsletter"}
    tally = called(repertoire, journey({"email": "welcome-hello"}, trigger=weekly, reentry="always"), days=10)
    each = tally.sent["email", "welcome-hello"] // 2
    assert 20 <= each <= 40 and tally.called == 2 * each
    assert dict(tally.days) == {(2, "email"): each, (9, "email"): each}


def said(contact: str, at: int, name: str, **more: object) -> Event:
    given = {"type": "track", "properties": {}, **more}
    return Event(contact=contact, id=f"{name}{at}", at=at, name=name, standing=Standing.PROVEN, **given)  # type: ignore[arg-type]


def lived(contact: str, *more: Event) -> History:
    known = (Identity("user_id", contact), Identity("email", f"{contact}@example.com"))
    return History.of(
        contact,
        [
            said(contact, START, Name.IDENTIFIED, type="identify", traits={"locale": "de"}, identities=known),
            said(contact, START + 1, Name.CONSENT_GRANTED, properties={"purpose": "marketing", "channel": "email"}),
            *more,
        ],
    )


def received(at: int, journey: str, **more: object) -> Message:
    given = {"channel": "email", "template": "t", "template_version": 1, "step": "s", "purpose": "marketing", **more}
    return Message(id=f"{journey}-{at}", contact="ann", journey=journey, requested_at=at, sent_at=at, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("message", "sent"),
    [
        (received(START + 11 * DAY, "other"), 0),
        (received(START + 3 * DAY, "other"), 1),
        (received(START + 13 * DAY, "other"), 1),
        (received(START + 11 * DAY, "j"), 1),
        (received(START + 11 * DAY, "other", purpose="transactional"), 1),
        (received(START + 11 * DAY, "other", channel="sms"), 1),
    ],
)
def test_caps_count_what_others_really_sent(repertoire: Repertoire, message: Message, sent: int) -> None:
    """Not what this journey did, which it does anew."""
    policy = parse(read_yaml(POLICY.replace("holdout: 25", "")))
    assert isinstance(policy, PolicyDefinition)
    program = journey({"email": "abandoned-cart"}, trigger={"event": "Started"})
    history = lived("ann", said("ann", START + 12 * DAY + 9 * HOUR, "Started"))
    shelf = repertoire.with_journeys([program], policy.model_copy(update={"consent": ()}))
    tally = replay(shelf, program, [history], START + 10 * DAY, START + 20 * DAY, lambda contact: [message])
    assert sum(tally.sent.values()) == sent
    assert tally.capped == 1 - sent


def test_what_came_together_counts_together(repertoire: Repertoire) -> None:
    """A sign-up and the consent that was given with it, whichever of their ids comes first."""
    program = journey({"email": "welcome-hello"}, trigger={"event": "A Sign-up"})
    known = (Identity("user_id", "ann"), Identity("email", "ann@example.com"))
    agreed = {"purpose": "marketing", "channel": "email"}
    history = History.of(
        "ann",
        [
            said("ann", START, "A Sign-up"),
            said("ann", START, Name.CONSENT_GRANTED, properties=agreed),
            said("ann", START + 900, Name.IDENTIFIED, type="identify", traits={"locale": "de"}, identities=known),
        ],
    )
    tally = replay(repertoire.with_journeys([program]), program, [history], START - DAY, START + DAY)
    assert dict(tally.sent) == {("email", "welcome-hello"): 1}


def test_a_schedule_is_replayed_and_its_former_calls_are_not(repertoire: Repertoire) -> None:
    daily = {"schedule": {"at": "2026-03-01T09:00", "every": "day"}, "segment": "newsletter"}
    program = journey({"email": "welcome-hello"}, trigger=daily, reentry="always")
    asked = {"journey": "j", "by": "journey:j"}
    history = lived("ann", said("ann", START + 12 * DAY, Name.JOURNEY_REQUESTED, properties=asked, source="call"))
    shelf = repertoire.with_journeys([program])
    tally = replay(shelf, program, [history], START + 10 * DAY, START + 13 * DAY)
    assert dict(tally.days) == {(1, "email"): 1, (2, "email"): 1, (3, "email"): 1}


def test_what_happened_before_starts_nothing_and_what_came_of_journeys_is_left_out(repertoire: Repertoire) -> None:
    since, until = START + 10 * DAY, START + 20 * DAY
    cart = {"cart_id": "k1"}
    histories = [
        lived("early", said("early", START + DAY, "Product Added", properties=cart)),
        lived("buys", said("buys", since + DAY, "Product Added", properties=cart),
              said("buys", since + DAY + HOUR, "Order Completed", properties=cart)),
        lived("leaves", said("leaves", since + DAY, "Product Added", properties=cart)),
        lived("echo", said("echo", since + DAY, "Product Added", properties=cart, source="journey:other")),
        lived("late", said("late", until + DAY, "Product Added", properties=cart)),
    ]  # fmt: skip
    tally = replay(repertoire.with_journeys([CART]), CART, histories, since, until)
    assert (tally.contacts, tally.entered) == (5, 2)
    assert dict(tally.outcomes)["goal"] == 1
    assert dict(tally.sent) == {("email", "abandoned-cart"): 1}
    assert dict(tally.days) == {(2, "email"): 1}


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(TEMPLATES / "journeys/abandoned-cart.yaml")
    main(["journeys", "simulate", file, "--contacts", "30", "--days", "5", "--does", "Order Completed=50/P1D"])
    told = capsys.readouterr().out
    assert "30 of 30 contacts entered abandoned-cart" in told
    assert "email abandoned-cart" in told and "USD" in told
    main(["journeys", "simulate", file, "--contacts", "10", "--json", "--parameters", '{"remind_after": "PT1H"}'])
    assert json.loads(capsys.readouterr().out)["entered"] == 10
    with pytest.raises(SystemExit):
        main(["journeys", "simulate", file, "--does", "Order Completed"])
    with pytest.raises(SystemExit) as caught:
        main(["journeys", "simulate", str(TEMPLATES / "segments/vip.yaml")])
    assert caught.value.code == 1


POLICY = """
kind: policy
title: {en: How we write, de: Wie wir schreiben}
caps: [{channel: email, at_most: 1, within: P7D}]
quiet_hours: [{from: "20:00", to: "08:00"}]
holdout: 25
consent: [{purpose: marketing, opt_in: always}]
"""
TWICE = """
kind: journey
name: twice
title: {en: Two mails, de: Zwei Mails}
description: {en: Two mails, de: Zwei Mails}
trigger: {event: Started}
steps:
  - {id: first, email: welcome-hello}
  - {id: day, wait: P1D}
  - {id: second, email: welcome-guide}
"""


@pytest.fixture
def strict(tmp_path: Path) -> Path:
    """A folder like ``templates/`` whose policy caps, holds out, keeps the night and has every consent confirmed."""
    (tmp_path / "emails").symlink_to(TEMPLATES / "emails")
    (tmp_path / "sms").symlink_to(TEMPLATES / "sms")
    journeys = tmp_path / "journeys"
    journeys.mkdir()
    (journeys / "policy.yaml").write_text(POLICY)
    (journeys / "twice.yaml").write_text(TWICE)
    return journeys / "twice.yaml"


def test_what_the_policy_keeps_back_is_said(strict: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["journeys", "simulate", str(strict), "--contacts", "200", "--days", "5", "--json"])
    found = json.loads(capsys.readouterr().out)
    held_out = found["held_out"]
    sent = sum(one["times"] for one in found["sent"])
    assert 30 <= held_out <= 70
    assert sent == found["kept_back_by_caps"] == 200 - held_out, "one mail a week, and the second comes after a day"
    assert found["skipped"] == [{"of": ["welcome-guide", "capped: 1 by email within P7D"], "times": sent}]
    main(["journeys", "simulate", str(strict), "--contacts", "200", "--days", "5"])
    said = capsys.readouterr().out
    assert f"would send {sent} e-mails, {sent} kept back by caps, {held_out} held out\n" in said
    assert "under the policy of the folder" in said
    (strict.parent / "policy.yaml").unlink()
    main(["journeys", "simulate", str(strict), "--contacts", "200", "--days", "5"])
    said = capsys.readouterr().out
    assert "would send 400 e-mails\n" in said
    assert "there is no policy in the folder: no cap, holdout or quiet hours keep anything back" in said


ONCE = """
kind: journey
name: once
title: {en: One mail, de: Eine Mail}
description: {en: One mail, de: Eine Mail}
trigger: {event: Started, key: run}
reentry: always
steps:
  - {id: hello, email: welcome-hello}
"""


def people(holdout: float) -> Iterator[History]:
    """412 whom campaigns may reach, of whom 37 start twice within a week, and 12 whom they never reach."""
    reached, left_alone = 412, 12
    for number in count():
        contact = contact_id("user_id", f"p{number}")
        if is_left_alone(contact, holdout):
            left_alone -= 1
            starts = 1 if left_alone >= 0 else 0
        else:
            reached -= 1
            starts = 0 if reached < 0 else 2 if reached < 37 else 1
        if starts:
            ran = [
                said(contact, START + (1 + run) * DAY, "Started", properties={"run": f"r{run}"})
                for run in range(starts)
            ]
            yield lived(contact, *ran)
        if reached <= 0 and left_alone <= 0:
            return


def test_a_replay_obeys_the_policy_that_is_live(strict: Path, capsys: pytest.CaptureFixture[str]) -> None:
    once = strict.with_name("once.yaml")
    once.write_text(ONCE)
    world = World(templates=None)
    live = POLICY.replace("holdout: 25", "holdout: 3").replace("consent: [{purpose: marketing, opt_in: always}]", "")
    Publisher(world.services.library, START, "ann").publish(live)
    for history in people(3):
        world.table.put_many([event.to_item() for event in history.events])
    world.clock.moment = START + 20 * DAY
    wiring.use(world.services)
    try:
        main(["journeys", "replay", str(once), "--last", "P19D"])
    finally:
        wiring.use(None)
    told = capsys.readouterr().out
    assert "would have sent 412 e-mails, 37 kept back by caps, 12 held out\n" in told
    assert "not welcome-hello: capped: 1 by email within P7D       37" in told
    assert "under the policy that is live; caps count what this journey would have sent" in told


def test_two_policies_are_refused(strict: Path) -> None:
    (strict.parent / "another.yaml").write_text(POLICY.replace("title:", "name: another\ntitle:"))
    with pytest.raises(Refused, match=r"is a second policy beside .*another\.yaml; only one can hold"):
        Repertoire.around(strict).with_journeys([])


def test_scenarios_obey_the_policy_beside_them(strict: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = """
scenarios:
  - name: the second mail is one too many
    given: {traits: {email: ann@example.com}, consents: [marketing/email]}
    events: [{at: day 1 21:00, event: Started}]
    expect: [{at: day 2 08:00, email: welcome-hello}]
    outcome: finished
"""
    strict.write_text(TWICE + scenario)
    main(["journeys", "test", str(strict.parent)])
    assert "1 scenarios of 1 journeys" in capsys.readouterr().out, "the policy is no journey without scenarios"
    (strict.parent / "policy.yaml").unlink()
    with pytest.raises(SystemExit):
        main(["journeys", "test", str(strict.parent)])
    assert "not listed   day 2 21:00" in capsys.readouterr().out
