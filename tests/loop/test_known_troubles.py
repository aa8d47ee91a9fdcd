"""What users of other tools report again and again, each thread as a story that ends well here.

Every test says in one sentence what happened there; the numbers are those of the projects' issue threads.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from leadwell.calendar import local_date, local_time
from leadwell.clock import DAY, HOUR, MINUTE, from_iso, to_iso
from leadwell.console.publishing import publish
from leadwell.definitions.library import LIVE, PAUSED
from leadwell.ids import contact_id
from leadwell.journeys.enrollment import Enrollment
from leadwell.journeys.inside import count_inside
from leadwell.journeys.turnovers import InFlight
from leadwell.messaging.outgoing import CannotSend, Outgoing
from leadwell.store import keys
from leadwell.store.queues import CONTACTS, ENROLLMENTS, MESSAGES
from leadwell.store.table import Key
from tests.fakes.world import Crash, World
from tests.functions.queue_records import notification, payload, queue_event
from tests.loop.doors import request

TITLE = "title: {en: A journey, de: Eine Journey}\ndescription: {en: A journey, de: Eine Journey}\n"
DRIP = "\n".join(
    f"  - {{id: mail-{week}, email: welcome-hello}}\n  - {{id: week-{week}, wait: P7D}}" for week in (1, 2, 3)
)
START = "2026-03-02T08:00:00Z"


def journey(steps: str, trigger: str = "{event: Joined}", name: str = "story", more: str = "") -> str:
    return f"kind: journey\nname: {name}\n{TITLE}trigger: {trigger}\n{more}\nsteps:\n{steps}\n"


def say(world: World, text: str, in_flight: InFlight | None = None) -> None:
    publish(world.services, text, {}, "ann", in_flight=in_flight)


def house(*texts: str, people: Sequence[str] = ("ann",), start: str = START, **traits: Any) -> World:
    """An installation with these definitions, and people who allow mails, and that it is counted who opens them."""
    world = World(start)
    for text in texts:
        say(world, text)
    for person in people:
        counted = world.event(person, "Consent Granted", {"purpose": "tracking", "channel": "email"})
        world.post(world.identify(person, email=f"{person}@example.com", **traits), world.consent(person), counted)
    world.clock.moment += MINUTE
    return world


def happen(world: World, name: str, person: str = "ann", **properties: Any) -> None:
    world.post(world.event(person, name, properties))
    world.clock.moment += 1


def mails(world: World, person: str = "ann") -> list[str]:
    """The steps whose mails left."""
    return [step.partition("/")[2] for _, to, step in world.mails() if to == f"{person}@example.com"]


def days(world: World) -> list[str]:
    return [at[:10] for at, _, _ in world.mails()]


def enrollments(world: World) -> list[Enrollment]:
    return [Enrollment.from_item(item) for item in world.table.items("ENROLLMENT")]


def hold(world: World) -> None:
    world.services.library.set_status("journey", "story", PAUSED, world.clock.now())


def resume(world: World) -> None:
    world.services.library.set_status("journey", "story", LIVE)


def keys_of(world: World, kind: str) -> list[Key]:
    return [Key(item["pk"], item["sk"]) for item in world.table.items(kind)]


# Duplicates


def test_mautic_3669_all_cron_commands_at_the_same_second() -> None:
    """Mails went out several times where all cron commands started in the same second."""
    world = house(journey("  - wait: PT1H\n  - {id: hello, email: welcome-hello}"))
    happen(world, "Joined")
    world.clock.moment += HOUR + MINUTE
    for queue, kind in ((ENROLLMENTS, "ENROLLMENT"), (CONTACTS, "CONTACT")):
        world.queues.send(queue, keys_of(world, kind) * 5)
    world.sweep()
    world.queues.send(MESSAGES, keys_of(world, "MESSAGE") * 5)
    world.sweep()
    assert mails(world) == ["hello"]


def test_mautic_2215_the_same_work_is_delivered_again_and_again() -> None:
    """A campaign's mail came more than once, because nothing decided who was the one to send it."""
    world = house(journey("  - {id: hello, email: welcome-hello}"))
    happen(world, "Joined")
    for _ in range(3):
        world._read = dict.fromkeys(world._read, 0)  # the streams deliver everything once more
        world.run()
        world.advance(HOUR)
    assert mails(world) == ["hello"]


def test_mautic_11763_somebody_in_several_segments() -> None:
    """A mail for several segments reached some contacts twice, with the same mail and the same segment in the log."""
    segments = [
        f"kind: segment\nname: {name}\n{TITLE}when: {{trait: city, equals: Berlin}}\n" for name in ("north", "south")
    ]
    world = house(*segments, journey("  - {id: hello, email: welcome-hello}", "{segment: north}"))
    world.post(world.identify("ann", city="Berlin"))
    assert set(world.contact("ann").segments) >= {"north", "south"}
    world.queues.send(CONTACTS, keys_of(world, "CONTACT") * 3)
    world._read = dict.fromkeys(world._read, 0)
    world.advance(DAY)
    assert mails(world) == ["hello"]


@pytest.mark.parametrize("moment", ["before provider", "after provider"])
def test_mautic_13070_a_queued_message_whose_sender_dies(moment: str) -> None:
    """Queued messages were sent several times under certain conditions, such as a worker that died and was retried."""
    world = house(journey("  - {id: hello, email: welcome-hello}"))
    died = []

    def die_once(what: str) -> None:
        if what == moment and not died:
            died.append(what)
            raise Crash(what)

    world.outbox._on_request = die_once
    happen(world, "Joined")
    world.advance(DAY)
    assert died and len(mails(world)) == (1 if moment == "after provider" else 0)
    (message,) = world.table.items("MESSAGE")
    assert message["status"] == "unknown", "it is not sent again by machine, and says so"


def test_mautic_9797_starting_again_while_inside() -> None:
    """Who came into a campaign again while still in it was scheduled twice."""
    world = house(journey(DRIP, more="reentry: always"))
    for _ in range(3):
        happen(world, "Joined")
        world.advance(DAY)
    assert len(enrollments(world)) == 1
    world.advance(30 * DAY)
    assert mails(world) == ["mail-1", "mail-2", "mail-3"]
    happen(world, "Joined")
    assert len(enrollments(world)) == 2, "and after the end it begins again"


def test_mautic_7226_one_recipient_is_refused() -> None:
    """One refused sender in a job left the others unmarked, and they got the same mail in every run."""
    world = house(journey("  - wait: PT1H\n  - {id: hello, email: welcome-hello}"), people=("ann", "ben", "cat"))
    really = world.outbox.send

    def picky(message: Outgoing) -> str:
        if message.to.startswith("ben"):
            raise CannotSend("554 rejected")
        return really(message)

    world.outbox.send = picky  # type: ignore[method-assign]
    for person in ("ann", "ben", "cat"):
        happen(world, "Joined", person)
    world.advance(3 * DAY)
    assert [mails(world, person) for person in ("ann", "ben", "cat")] == [["hello"], [], ["hello"]]
    assert Counter(one["status"] for one in world.table.items("MESSAGE")) == {"sent": 2, "parked": 1}


# Jobs that overlap


def test_mautic_2004_memberships_are_recounted_while_a_journey_is_under_way() -> None:
    """Overlapping jobs took contacts out of a segment for a moment, which deleted all mails scheduled for them."""
    segment = f"kind: segment\nname: approved\n{TITLE}when: {{trait: state, equals: approved}}\n"
    world = house(segment, journey(DRIP, "{segment: approved}"))
    world.post(world.identify("ann", state="approved"))
    for number in range(4):
        say(world, segment.replace("A journey", f"Approved {number}"))
        world.queues.send(CONTACTS, keys_of(world, "CONTACT") * 2)
        world.post(world.identify("ann", state="asked"))
        world.clock.moment += 1
        world.post(world.identify("ann", state="approved"))
        world.advance(5 * DAY)
    assert mails(world) == ["mail-1", "mail-2", "mail-3"]
    assert days(world) == ["2026-03-02", "2026-03-09", "2026-03-16"]


# Edits and pauses


@pytest.mark.parametrize("policy", ["finish", "migrate", "exit"])
def test_mautic_6323_a_mail_is_added_to_a_journey_with_people_inside(policy: InFlight) -> None:
    """A mail that was added to a live campaign stayed "pending" for ever for everybody inside."""
    steps = "  - {id: first, email: welcome-hello}\n  - {id: days, wait: P3D}"
    world = house(journey(steps))
    happen(world, "Joined")
    say(world, journey(f"{steps}\n  - {{id: new, email: welcome-guide}}"), policy)
    world.advance(4 * DAY)
    assert mails(world) == (["first", "new"] if policy == "migrate" else ["first"])
    assert [one.is_active for one in enrollments(world)] == [False], "and nobody is left hanging"
    assert count_inside(world.table, "story", most=10).count == 0


def test_mautic_3340_going_on_after_weeks() -> None:
    """After weeks of pause every mail whose date had passed left at once."""
    world = house(journey(DRIP), people=("ann", "ben"))
    happen(world, "Joined", "ann")
    happen(world, "Joined", "ben")
    world.advance(DAY)
    hold(world)
    world.advance(21 * DAY)
    assert mails(world) == ["mail-1"]
    resume(world)
    resumed = world.clock.now()
    world.advance(6 * HOUR)
    assert [mails(world, person) for person in ("ann", "ben")] == [["mail-1", "mail-2"]] * 2
    world.advance(6 * DAY)
    assert mails(world) == ["mail-1", "mail-2"], "the next one keeps its distance"
    world.advance(2 * DAY)
    assert mails(world) == ["mail-1", "mail-2", "mail-3"]
    assert all(from_iso(at) >= resumed for at, _, step in world.mails() if not step.endswith("mail-1"))


def test_mautic_7508_an_edit_while_it_is_paused() -> None:
    """Editing a campaign while it was off left those inside where nothing moved them any more."""
    world = house(journey(DRIP))
    happen(world, "Joined")
    hold(world)
    world.advance(10 * DAY)
    changed = DRIP.replace("mail-3", "mail-3-new")
    say(world, journey(changed), "migrate")
    assert world.services.library.catalog().held == {}, "publishing switches it on again"
    world.advance(30 * DAY)
    assert mails(world) == ["mail-1", "mail-2", "mail-3-new"]
    assert [one.status for one in enrollments(world)] == ["finished"]


def test_mautic_6484_joining_while_it_is_paused() -> None:
    """Contacts were added to a campaign that was not published, and got all its mails when it was."""
    world = house(journey(DRIP))
    world.services.library.set_status("journey", "story", PAUSED)
    happen(world, "Joined")
    world.advance(DAY)
    resume(world)
    world.advance(30 * DAY)
    assert (mails(world), enrollments(world)) == ([], [])
    happen(world, "Joined")
    assert mails(world) == ["mail-1"]


def test_dittofeed_pausing_throws_nobody_out() -> None:
    """Pausing a journey ejected those inside; the documentation says so."""
    people = [f"user{number}" for number in range(20)]
    world = house(journey("  - {id: days, wait: P2D}\n  - {id: hello, email: welcome-hello}"), people=people)
    for person in people:
        happen(world, "Joined", person)
    hold(world)
    world.advance(3 * DAY)
    resume(world)
    world.advance(6 * HOUR)
    assert [mails(world, person) for person in people] == [["hello"]] * 20
    assert len({at for at, _, _ in world.mails()}) > 10, "spread, not all in one minute"


# Dates that come again


def test_mautic_5279_a_birthday_comes_every_year() -> None:
    """A contact could go through a birthday campaign only once in a lifetime."""
    world = house(birthday="1990-06-15")
    world.advance(3 * 365 * DAY)
    assert days(world) == ["2026-06-15", "2027-06-15", "2028-06-15"]


def test_mautic_4781_and_1606_every_purchase_starts_it_again() -> None:
    """A campaign ran once per contact, whatever they bought later; people asked for recurring ones for years."""
    world = house(journey("  - {id: thanks, email: welcome-hello}", "{event: Bought, key: order}"))
    for order in ("1", "2", "2", "3"):
        happen(world, "Bought", order=order)
        world.advance(40 * DAY)
    assert mails(world) == ["thanks"] * 3, "once for each order"


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Europe/Berlin", "America/Los_Angeles"])
def test_mautic_9040_a_birthday_is_not_off_by_a_day(zone: str) -> None:
    """The value "birthday" meant the day before, and "birthday +1 day" the birthday."""
    world = house(birthday="1990-06-15", timezone=zone)
    world.advance(365 * DAY)
    (at,) = [at for at, _, _ in world.mails()]
    assert local_date(from_iso(at), zone).isoformat() == "2026-06-15"
    assert local_time(from_iso(at), zone).hour == 9


def test_mautic_6062_who_joins_a_day_before_the_date() -> None:
    """Who joined a day before the date got the mails of three, two and one days before all at once."""
    reminders = [
        journey(
            "  - {id: reminder, email: {template: welcome-hello, purpose: marketing}}",
            f"{{date: expires, offset: -P{number}D, every: once}}",
            f"before-{number}",
        )
        for number in (3, 2, 1)
    ]
    world = house(*reminders, people=("ann", "ben"))
    world.post(world.identify("ann", expires="2026-03-20"), world.identify("ben", expires="2026-03-04"))
    world.advance(30 * DAY)
    sent = Counter(to for _, to, _ in world.mails())
    assert sent == {"ann@example.com": 3, "ben@example.com": 1}
    assert [at[:10] for at, to, _ in world.mails() if to.startswith("ben")] == ["2026-03-03"]


def test_mautic_6062_in_one_journey_with_waits_for_a_date() -> None:
    """The same with one journey that waits for the days: what is over is not sent late."""
    when = "date: expires, time: '09:00', without: exit"
    late = "\n".join(
        f"  - {{id: until-{days}, wait_until: {{{when}, offset: -P{days}D}}}}\n"
        f"  - {{id: mail-{days}, email: welcome-hello}}"
        for days in (3, 2, 1)
    )
    world = house(journey(late), people=("ann", "ben"))
    world.post(world.identify("ann", expires="2026-03-20"), world.identify("ben", expires="2026-03-04"))
    happen(world, "Joined", "ann")
    happen(world, "Joined", "ben")
    world.advance(30 * DAY)
    assert mails(world, "ann") == ["mail-3", "mail-2", "mail-1"]
    assert mails(world, "ben") == []


def test_mautic_306_any_date_of_a_contact_starts_a_journey() -> None:
    """There was no way to start from a date of one's own, such as the end of a contract."""
    world = house(
        journey("  - {id: soon, email: welcome-hello}", '{date: contract_end, offset: -P30D, every: once, at: "08:30"}')
    )
    world.post(world.identify("ann", contract_end="2026-06-30"))
    world.advance(200 * DAY)
    assert [at[:16] for at, _, _ in world.mails()] == ["2026-05-31T06:31"], "half past eight in Berlin, a minute later"


# Clicks of machines, and people who do not want to be watched


def clicked(world: World, mail: Outgoing, agent: str) -> None:
    """As SES reports it."""
    report = payload("ses/click")
    report["mail"]["tags"] |= {name: [value] for name, value in mail.tags.items()}
    report["mail"]["destination"] = [mail.to]
    report["click"] |= {"timestamp": to_iso(world.clock.now()), "userAgent": agent}
    assert world.call("record_feedback", queue_event(notification(report))) == {"batchItemFailures": []}
    world.run()


def test_mautic_16263_a_scanner_that_follows_every_link_unsubscribes_nobody() -> None:
    """Security gateways fetch every link of a mail; even the one that unsubscribes was taken for a wish."""
    world = house(journey("  - {id: hello, email: welcome-hello}\n  - wait: P1D\n  - {id: more, email: welcome-guide}"))
    happen(world, "Joined")
    ((_, mail),) = world.outbox.sent
    url = mail.headers["List-Unsubscribe"].strip("<>").removeprefix("https://go.example.com")
    for method in ("GET", "HEAD", "GET"):
        request(world, "serve_pages", method, url)
    world.advance(2 * DAY)
    assert mails(world) == ["hello", "more"]


def test_mautic_17187_a_click_counts_whatever_the_browser_says_about_privacy() -> None:
    """With Sec-GPC or DNT the click was not registered, and the campaign never went on."""
    steps = (
        "  - {id: hello, email: welcome-hello}\n"
        "  - wait_for: {clicked: hello, timeout: P7D, on_timeout: exit}\n"
        "  - {id: more, email: welcome-guide}"
    )
    world = house(journey(steps))
    happen(world, "Joined")
    ((_, mail),) = world.outbox.sent
    world.advance(HOUR)
    clicked(world, mail, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    assert mails(world) == ["hello", "more"]


# Starting again, waiting, stopping in the middle


@pytest.mark.parametrize(("rule", "expected"), [("never", 1), ("always", 2)])
def test_mautic_7881_who_comes_back_to_the_segment(rule: str, expected: int) -> None:
    """With "allow restart" off, contacts who came back to a segment got the mails again; with it on, some did not."""
    segment = f"kind: segment\nname: customers\n{TITLE}when: {{trait: customer, equals: true}}\n"
    hello = journey("  - {id: hello, email: welcome-hello}", "{segment: customers}", more=f"reentry: {rule}")
    world = house(segment, hello)
    for state in (True, False, True):
        world.post(world.identify("ann", customer=state))
        world.advance(DAY)
    assert len(mails(world)) == expected


def test_mautic_16183_publishing_again_restarts_nobody() -> None:
    """After a republication everybody who had been through began again, with every run of a job."""
    world = house(journey("  - {id: hello, email: welcome-hello}"))
    happen(world, "Joined")
    for number in range(3):
        say(world, journey("  - {id: hello, email: welcome-hello}", more=f"priority: {number}"), "migrate")
        world.advance(DAY)
    assert mails(world) == ["hello"]


def test_dittofeed_1463_an_abandoned_cart_with_a_key() -> None:
    """A journey that an event starts could not wait for another event of the same cart."""
    steps = (
        "  - wait_for: {event: Checked Out, where: {cart: {same_as: cart}}, timeout: PT3H,\n"
        "               otherwise: [{id: reminder, email: welcome-hello}]}\n"
    )
    world = house(journey(steps, "{event: Added, key: cart}"))
    for cart in ("paid", "left"):
        happen(world, "Added", cart=cart)
    world.advance(HOUR)
    happen(world, "Checked Out", cart="paid")
    world.advance(DAY)
    assert mails(world) == ["reminder"]
    assert {one.key: one.path[0][2] for one in enrollments(world)} == {"paid": "Checked Out came", "left": "timed out"}


@pytest.mark.parametrize("crash_at", range(1, 260, 37))
def test_listmonk_1762_2278_and_3022_a_restart_in_the_middle_of_many(crash_at: int) -> None:
    """A campaign was "finished" with half of its mails unsent when the process was restarted on the way."""
    people = [f"user{number}" for number in range(12)]
    world = house(journey("  - wait: PT1H\n  - {id: hello, email: welcome-hello}"), people=people)
    for person in people:
        happen(world, "Joined", person)
    world.requests.clear()
    world._crash_at = crash_at
    world.advance(2 * HOUR)
    assert len(world.requests) > crash_at
    world.advance(DAY)
    states = {item["pk"]: item["status"] for item in world.table.items("MESSAGE")}
    left = Counter(to for _, to, _ in world.mails())
    assert all(count == 1 for count in left.values()), "nobody gets it twice"
    for person in people:
        status = states[keys.contact(contact_id("user_id", person)).pk]
        assert (f"{person}@example.com" in left) or status == "unknown", "who got nothing can be seen"
