"""People and machines: what each report shows by itself, and what several show together."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.clock import MINUTE, SECOND, Moment, to_iso
from leadwell.feedback.from_ses import translate
from leadwell.feedback.kinds import Clicked, Opened
from leadwell.feedback.machines import OPENS, Report, Sign, own_sign, signs
from leadwell.feedback.recording import record_feedback
from leadwell.messaging.message import Message, Status, claim
from leadwell.store import keys
from leadwell.store.table import Item
from leadwell.tracking.events import Name
from tests.fakes.memory_table import MemoryTable
from tests.functions.queue_records import CONTACT, MESSAGE, payload
from tests.simulation.naive_machines import NOTHING, SCANNER, first_by_people, misjudged

DELIVERED = 1_795_338_001_900
"""As ``ses/delivery.json`` says."""
LATER = DELIVERED + 20 * MINUTE
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148"


@pytest.mark.parametrize(
    ("name", "agent", "address", "sign"),
    [
        (Name.EMAIL_OPENED, IPHONE, "192.0.2.77", ""),
        (Name.EMAIL_OPENED, "", "", ""),
        (Name.EMAIL_OPENED, "Mozilla/5.0", "192.0.2.1", Sign.AGENT),
        (Name.EMAIL_LINK_CLICKED, "Mozilla/5.0", "192.0.2.1", ""),
        (
            Name.EMAIL_OPENED,
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            "66.249.93.1",
            "",
        ),
        (
            Name.EMAIL_OPENED,
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0",
            "66.249.93.1",
            Sign.AGENT,
        ),
        (Name.EMAIL_LINK_CLICKED, "BarracudaCentral/1.0", "192.0.2.1", Sign.AGENT),
        (Name.EMAIL_LINK_CLICKED, "python-requests/2.32", "192.0.2.1", Sign.AGENT),
        (Name.EMAIL_LINK_CLICKED, "Googlebot/2.1 (+http://www.google.com/bot.html)", "192.0.2.1", Sign.AGENT),
        (Name.EMAIL_LINK_CLICKED, "Mozilla/5.0 HeadlessChrome/142.0", "192.0.2.1", Sign.AGENT),
        (Name.EMAIL_LINK_CLICKED, IPHONE, "64.235.150.9", Sign.ADDRESS),
        (Name.EMAIL_OPENED, IPHONE, "17.58.63.1", Sign.ADDRESS),
        (Name.EMAIL_OPENED, IPHONE, "2001:db8::1", ""),
        (Name.EMAIL_OPENED, IPHONE, "not an address", ""),
    ],
)
def test_what_a_report_shows_by_itself(name: str, agent: str, address: str, sign: str) -> None:
    assert own_sign(name, agent=agent, address=address) == sign


def click(number: int, at: Moment, link: str = "", own: str = "") -> Report:
    return Report(id=f"c{number}", name=Name.EMAIL_LINK_CLICKED, at=at, link=link or f"https://x/{number}", own=own)


def test_a_burst_is_three_different_links_within_a_second() -> None:
    burst = [click(number, LATER + number * 400) for number in range(3)]
    assert set(signs(burst).values()) == {Sign.BURST}
    assert set(signs(burst[:2]).values()) == {""}
    assert set(signs([click(number, LATER + number * 501) for number in range(3)]).values()) == {""}
    same = [click(number, LATER, "https://x/") for number in range(9)]
    assert set(signs(same).values()) == {""}
    opened = Report(id="o", name=Name.EMAIL_OPENED, at=LATER + 100)
    assert signs([*burst, opened])["o"] == Sign.BURST


def test_the_invisible_link_gives_away_what_happens_around_it() -> None:
    trap = click(0, LATER, "https://go.example.com/p/quiet?utm_source=x", own=Sign.HONEYPOT)
    near, far = click(1, LATER - MINUTE), click(2, LATER + MINUTE + 1)
    assert signs([trap, near, far]) == {"c0": Sign.HONEYPOT, "c1": Sign.HONEYPOT, "c2": ""}


@pytest.mark.parametrize(
    ("after", "sign"), [(-61 * SECOND, ""), (-SECOND, Sign.SOON), (4_999, Sign.SOON), (5_000, ""), (MINUTE, "")]
)
def test_nobody_is_that_quick(after: int, sign: str) -> None:
    delivered = Report(id="d", name=Name.EMAIL_DELIVERED, at=DELIVERED)
    assert signs([delivered, click(1, DELIVERED + after)]) == {"c1": sign}


# Through the recording, against the table


def a_message() -> Message:
    requested = Message(
        id=MESSAGE,
        contact=CONTACT,
        channel="email",
        template="hello",
        template_version=1,
        purpose="marketing",
        requested_at=DELIVERED - MINUTE,
    )
    return claim(requested, "robin@example.com", DELIVERED - 10 * SECOND, MINUTE)


def a_table() -> MemoryTable:
    key = keys.contact(CONTACT)
    table = MemoryTable()
    table.put_many([{"pk": key.pk, "sk": key.sk, "kind": "CONTACT", "rev": 1, "status": "live"}, a_message().to_item()])
    return table


def report(table: MemoryTable, name: str, at: Moment, link: str = "", agent: str = IPHONE) -> None:
    given: dict[str, Any] = payload(f"ses/{name}")
    given[name]["timestamp"] = to_iso(at)
    if name != "delivery":
        given[name] |= {"userAgent": agent, "ipAddress": "192.0.2.77"}
    if link:
        given[name]["link"] = link
    found = translate(given)
    assert found is not None
    record_feedback(table, found)


def stored(table: MemoryTable) -> Message:
    return Message.from_item(table.get(keys.message(CONTACT, MESSAGE)) or {})


def names(table: MemoryTable) -> list[str]:
    return [item["name"] for item in table.items("EVENT")]


def test_addresses_of_networks_are_looked_at_and_not_kept() -> None:
    given = payload("ses/click")
    given["click"]["ipAddress"] = "64.235.150.9"
    found = translate(given)
    assert isinstance(found, Clicked)
    assert found.sign == Sign.ADDRESS
    table = a_table()
    record_feedback(table, found)
    assert "64.235" not in repr(table.snapshot())
    opened = translate(payload("ses/open"))
    assert isinstance(opened, Opened)
    assert opened.sign == ""


def test_what_machines_do_is_kept_and_is_nobody_s_click() -> None:
    table = a_table()
    report(table, "click", LATER, "https://shop.example.com/a", SCANNER)
    (event,) = table.items("EVENT")
    assert event["name"] == Name.EMAIL_LINK_CLICKED_BY_MACHINE
    assert event["properties"]["machine"] is True
    assert event["properties"]["machine_sign"] == "agent"
    assert event["properties"]["link"] == "https://shop.example.com/a"
    assert (stored(table).status, stored(table).first_clicked_at) == (Status.DELIVERED, None)


def test_a_burst_seen_late_corrects_what_was_taken_for_a_person_s() -> None:
    table = a_table()
    report(table, "click", LATER, "https://shop.example.com/1")
    assert stored(table).first_clicked_at == LATER
    report(table, "click", LATER + 200, "https://shop.example.com/2")
    assert names(table) == [Name.EMAIL_LINK_CLICKED] * 2
    report(table, "click", LATER + 400, "https://shop.example.com/3")
    assert sorted(names(table)) == [Name.EMAIL_LINK_CLICKED_BY_MACHINE] * 3 + [Name.EMAIL_MACHINE_FOUND] * 3
    assert stored(table).first_clicked_at is None
    report(table, "click", LATER + MINUTE, "https://shop.example.com/1")
    assert stored(table).first_clicked_at == LATER + MINUTE


def test_a_delivery_reported_late_tells_who_was_too_quick() -> None:
    table = a_table()
    report(table, "open", DELIVERED + SECOND)
    assert stored(table).first_opened_at == DELIVERED + SECOND
    report(table, "delivery", DELIVERED)
    assert stored(table).first_opened_at is None
    assert Name.EMAIL_OPENED_BY_MACHINE in names(table)


_LINKS = st.sampled_from([NOTHING, *(f"https://shop.example.com/{number}" for number in range(4))])
_MOMENTS = st.one_of(
    st.integers(-2, 12).map(lambda seconds: DELIVERED + seconds * SECOND),
    st.integers(0, 30).map(lambda step: LATER + step * 300),
    st.integers(0, 5).map(lambda minutes: LATER + minutes * 30 * SECOND),
)
_CLICKS = st.tuples(st.just("click"), _MOMENTS, _LINKS, st.sampled_from([IPHONE, IPHONE, IPHONE, SCANNER]))
_OPENS = st.tuples(st.just("open"), _MOMENTS, st.just(""), st.sampled_from([IPHONE, SCANNER]))
_DELIVERIES = st.just(("delivery", DELIVERED, "", ""))
_STORIES = st.lists(st.one_of(_CLICKS, _CLICKS, _OPENS, _DELIVERIES), max_size=9)
_CHANCE = st.randoms(use_true_random=False)


@given(_STORIES, _CHANCE)
def test_whatever_the_order_who_did_it_follows_from_what_was_reported(story: list[Any], chance: Any) -> None:
    ordered, shuffled = a_table(), a_table()
    for name, at, link, agent in story:
        report(ordered, name, at, link, agent)
    again = story + chance.choices(story, k=2) if story else []
    chance.shuffle(again)
    for name, at, link, agent in again:
        report(shuffled, name, at, link, agent)
    assert list(misjudged(shuffled.items("EVENT"))) == []
    assert _told(shuffled) == _told(ordered)
    found = stored(shuffled)
    assert (found.first_opened_at, found.first_clicked_at) == first_by_people(shuffled.items("EVENT"), MESSAGE)


def _told(table: MemoryTable) -> list[Item]:
    return [{**item, "rev": 0} for kind in ("EVENT", "MESSAGE") for item in table.items(kind)]


def test_a_crash_anywhere_while_a_burst_is_found_and_a_retry_end_the_same() -> None:
    def before() -> MemoryTable:
        table = a_table()
        for number in range(2):
            report(table, "click", LATER + number, f"https://shop.example.com/{number}")
        return table

    def third(table: MemoryTable) -> None:
        report(table, "click", LATER + 2, "https://shop.example.com/2")

    wanted, requests = before(), list[str]()
    wanted.on_request = requests.append
    third(wanted)
    assert len(requests) > 8
    for crash in range(len(requests)):
        table, passed = before(), iter(range(len(requests)))

        def die(operation: str, passed: Any = passed, crash: int = crash) -> None:
            if next(passed, -1) == crash:
                raise KeyboardInterrupt

        table.on_request = die
        with pytest.raises(KeyboardInterrupt):
            third(table)
        table.on_request = lambda _: None
        third(table)
        assert _told(table) == _told(wanted)


def test_names_of_openings() -> None:
    assert {Name.EMAIL_OPENED, Name.EMAIL_OPENED_BY_MACHINE} == OPENS
