"""Topics on the pages: what the link takes back, what the preference center lists, what a form's click grants."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from leadwell.clock import DAY
from leadwell.consent.withdrawals import Withdrawals
from leadwell.contacts.contact import Consent, Contact
from leadwell.definitions.publishing import Publisher
from leadwell.messaging.message import Message
from leadwell.pages.exchange import Request, Response
from leadwell.pages.links import CONFIRM_PATH, confirm_token, link_to, preferences_token, unsubscribe_token
from leadwell.pages.models import ConsentBox
from leadwell.pages.site import answer
from leadwell.pages.submissions import _together
from leadwell.pages.tokens import sign
from leadwell.store import keys
from leadwell.store.table import Put
from leadwell.tracking.events import Event, Name
from tests.unit.pages.house import NOW, SECRET, MemoryHouse

POLICY = """
kind: policy
title: {en: How we write, de: Wie wir schreiben}
topics:
  - name: events
    title: {en: Invitations to our events, de: Einladungen zu unseren Veranstaltungen}
    description: {en: Four times a year., de: Viermal im Jahr.}
  - {name: tips, title: {en: Tips, de: Tipps}, channels: [email, sms]}
"""
MESSAGE = Message(
    id="m1",
    contact="c1",
    channel="email",
    template="invitation",
    template_version=1,
    purpose="marketing",
    topic="events",
    requested_at=NOW,
    to="robin@example.com",
)
UNSUBSCRIBE = link_to("", SECRET, unsubscribe_token(MESSAGE, NOW))
PREFERENCES = link_to("", SECRET, preferences_token(MESSAGE, NOW))


@pytest.fixture
def house() -> MemoryHouse:
    made = MemoryHouse()
    Publisher(made.library, NOW, "ann").publish(POLICY)
    granted = Consent("granted", NOW - DAY)
    contact = Contact(id="c1", traits={"email": "robin@example.com"}, clock=NOW)
    contact.consents = {"marketing/email": granted, "events/email": granted}
    made.table.write(Put(MESSAGE.to_item(), 0), Put(contact.to_item(), 0))
    return made


def post(house: MemoryHouse, path: str, **fields: str) -> Response:
    house.clock.at += 1_000
    return answer(Request(method="POST", path=path, body=urlencode(fields), source_ip="192.0.2.7"), house)


def nos(house: MemoryHouse) -> Withdrawals:
    return Withdrawals.from_item(house.table.get(keys.withdrawals("c1")))


def events(house: MemoryHouse) -> list[Event]:
    return [Event.from_item(item) for item in house.table.items("EVENT")]


def refused(house: MemoryHouse) -> set[str]:
    said = nos(house)
    pairs = (
        ("marketing", "email"),
        ("marketing", "sms"),
        ("events", "email"),
        ("tips", "sms"),
        ("transactional", "email"),
    )
    return {f"{purpose}/{channel}" for purpose, channel in pairs if said.last(purpose, channel) is not None}


@pytest.mark.parametrize(
    ("locale", "title"),
    [("en", "“Invitations to our events”"), ("de", "„Einladungen zu unseren Veranstaltungen“")],
)
def test_the_link_ends_the_topic_and_says_so(house: MemoryHouse, locale: str, title: str) -> None:
    assert title in house.request("GET", UNSUBSCRIBE, accept_language=locale).body
    assert refused(house) == set()
    said = house.request("POST", UNSUBSCRIBE, accept_language=locale).body
    assert title in said and 'name="everything" value="off"' in said
    assert refused(house) == {"events/email"}


def test_the_page_offers_to_end_everything(house: MemoryHouse) -> None:
    post(house, UNSUBSCRIBE)
    gone = post(house, UNSUBSCRIBE, everything="off")
    assert "by e-mail and by text message" in gone.body and 'name="everything"' not in gone.body
    assert refused(house) == {"marketing/email", "marketing/sms", "events/email", "tips/sms"}


def test_a_topic_that_is_none_any_more_can_still_be_ended(house: MemoryHouse) -> None:
    Publisher(house.library, NOW, "ann").publish("kind: policy\ntitle: {en: P, de: P}\n")
    assert "messages of this kind" in post(house, UNSUBSCRIBE).body
    assert refused(house) == {"events/email"}


def test_the_preference_center_lists_the_topics(house: MemoryHouse) -> None:
    shown = house.request("GET", PREFERENCES, accept_language="de").body
    assert "Einladungen zu unseren Veranstaltungen" in shown and "Viermal im Jahr." in shown
    assert 'name="topic/events/email" value="on" checked' in shown
    assert 'name="topic/tips/email" value="on">' in shown
    assert "tips/sms" not in shown, "the contact has no phone number"


SHOWN = "marketing/email,events/email,tips/email"


@pytest.mark.parametrize(
    ("left_on", "ended"),
    [
        ([], {"marketing/email", "events/email"}),
        (["events/email"], {"marketing/email"}),
        (["marketing/email"], {"events/email"}),
        (["marketing/email", "events/email"], set()),
    ],
)
def test_each_has_its_own_switch(house: MemoryHouse, left_on: list[str], ended: set[str]) -> None:
    saved = post(house, PREFERENCES, shown=SHOWN, **{f"topic/{one}": "on" for one in left_on})
    assert refused(house) == ended
    assert saved.body.count(" checked") == len(left_on)


@pytest.mark.parametrize(
    ("locale", "says", "goes_on"),
    [
        ("en", "no longer receive news and offers", "Messages about your own orders and requests are not affected."),
        (
            "de",
            "keine Neuigkeiten und Angebote mehr",
            "Ihren eigenen Bestellungen und Anfragen sind davon nicht betroffen.",
        ),
    ],
)
def test_all_of_it_ends_what_was_agreed_to_and_receipts_go_on(
    house: MemoryHouse, locale: str, says: str, goes_on: str
) -> None:
    house.clock.at += 1_000
    request = Request(
        method="POST",
        path=PREFERENCES,
        body="everything=off",
        source_ip="192.0.2.7",
        headers={"accept-language": locale},
    )
    ended = answer(request, house)
    assert says in ended.body and goes_on in ended.body
    assert " checked" not in ended.body
    assert refused(house) == {"marketing/email", "marketing/sms", "events/email", "tips/sms"}
    said = nos(house)
    assert all(said.last("tracking", channel) == house.clock.at for channel in ("email", "sms"))
    assert {one.properties["purpose"] for one in events(house)} == {"marketing", "tracking"}


def test_switching_a_topic_on_is_a_consent_with_its_wording(house: MemoryHouse) -> None:
    on = {f"topic/{one}": "on" for one in SHOWN.split(",")}
    post(house, PREFERENCES, shown=SHOWN, **on)
    (granted,) = events(house)
    assert (granted.name, granted.properties["purpose"]) == (Name.CONSENT_GRANTED, "tips")
    assert (
        granted.properties["wording"]
        == "I would like to receive “Tips” by e-mail. I can withdraw my consent at any time."
    )


def boxes(*ids: str) -> list[ConsentBox]:
    words = {"wording": {"en": "Yes", "de": "Ja"}, "version": "1"}
    return [
        ConsentBox.model_validate({"purpose": one.split("/")[0], "channel": one.split("/")[1], **words}) for one in ids
    ]


@pytest.mark.parametrize(
    ("ids", "together"),
    [
        (["events/email"], [{}]),
        (["events/email", "marketing/email"], [{"along_with": "marketing/email"}, {"also": ["events/email"]}]),
        (
            ["events/email", "tips/email", "tracking/email"],
            [
                {"also": ["tips/email", "tracking/email"]},
                {"along_with": "events/email"},
                {"along_with": "events/email"},
            ],
        ),
        (["events/email", "tips/sms"], [{}, {}]),
    ],
)
def test_one_mail_confirms_all_boxes_of_a_channel(ids: list[str], together: list[dict[str, Any]]) -> None:
    agreed = boxes(*ids)
    assert [_together(box, agreed) for box in agreed] == together


@pytest.mark.parametrize("wished", ["events", "marketing"])
def test_the_click_grants_what_the_mail_asked_about(house: MemoryHouse, wished: str) -> None:
    said = {"purpose": wished, "channel": "email", "wording": "Yes, invite me."}
    asking = replace(MESSAGE, id="m2", purpose="confirmation", data={"event": said})
    house.table.write(Put(asking.to_item(), 0))
    path = CONFIRM_PATH + sign(SECRET, confirm_token(asking, NOW))
    assert "“Invitations to our events”" in house.request("GET", path).body
    post(house, path)
    (granted,) = events(house)
    assert granted.properties["purpose"] == "events"
    assert granted.properties["wording"] == ("Yes, invite me." if wished == "events" else "")
