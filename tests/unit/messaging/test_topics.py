"""Topics: marketing in every respect, but for the consent that a message needs."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from leadwell.clock import DAY, HOUR
from leadwell.contacts.contact import Consent, Contact
from leadwell.contacts.profile import apply_to_profile
from leadwell.definitions.library import Library
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from leadwell.messaging.message import Message, Status
from leadwell.messaging.rendering.models import SmsSource
from leadwell.messaging.rendering.read_sources import read_email
from leadwell.pages.tokens import Purpose, read
from leadwell.store.queues import MESSAGES
from leadwell.tracking.events import Name
from leadwell.tracking.recording import record
from tests.fakes.memory_table import MemoryTable
from tests.unit.messaging.sending_house import ANN, ASKING, CONFIRM, EMAIL, NOW, REQUESTED, SENDER, House, event_of

POLICY = """
kind: policy
title: {en: How we write, de: Wie wir schreiben}
topics:
  - name: events
    title: {en: Invitations to our events, de: Einladungen zu unseren Veranstaltungen}
  - {name: tips, title: {en: Tips, de: Tipps}, channels: [email, sms]}
"""
OF_EVENTS = replace(REQUESTED, topic="events")
BOTH = {"marketing/email": Consent("granted", NOW - DAY), "events/email": Consent("granted", NOW - DAY)}


def house_of(*messages: Message, **consents: Consent) -> House:
    house = House(*messages)
    house.become(traits={"email": ANN}, consents={f"{name}/email": one for name, one in consents.items()})
    return house


@pytest.mark.parametrize(
    ("consents", "status", "reason"),
    [
        ({"events": Consent("granted", NOW - DAY)}, Status.SENT, ""),
        ({"marketing": Consent("granted", NOW - DAY)}, Status.SKIPPED, "no consent to events/email"),
        ({"events": Consent("requested", NOW - DAY)}, Status.SKIPPED, "no consent to events/email"),
        ({"events": Consent("withdrawn", NOW - DAY)}, Status.SKIPPED, "consent to events/email was withdrawn"),
    ],
)
def test_a_topic_needs_its_own_consent(consents: Mapping[str, Consent], status: Status, reason: str) -> None:
    house = house_of(OF_EVENTS, **consents)
    assert house.send() == {}
    assert (house.message().status, house.message().reason) == (status, reason)


@pytest.mark.parametrize(
    ("purpose", "only", "after", "leaves"),
    [
        ("events", False, 0, False),
        ("marketing", False, 0, False),
        ("marketing", False, -2, True),
        ("marketing", True, 0, True),
        ("*", False, 0, False),
        ("tips", False, 0, True),
        ("tracking", False, 0, True),
    ],
)
def test_a_no_to_marketing_is_one_to_every_topic_agreed_to_before(
    purpose: str, only: bool, after: int, leaves: bool
) -> None:
    house = house_of(OF_EVENTS, events=Consent("granted", NOW - DAY))
    said: dict[str, Any] = {"purpose": purpose, "channel": "email", **({"only": True} if only else {})}
    record(house.table, [event_of(Name.CONSENT_WITHDRAWN, NOW - DAY + after * HOUR, **said)])
    house.send()
    assert (house.message().status is Status.SENT) is leaves


def test_a_no_to_a_topic_is_none_to_marketing() -> None:
    other = replace(REQUESTED, id="m9")
    house = House(OF_EVENTS, other)
    house.become(traits={"email": ANN}, consents=BOTH)
    record(house.table, [event_of(Name.CONSENT_WITHDRAWN, NOW, purpose="events", channel="email")])
    house.send(OF_EVENTS, other)
    assert (house.message(OF_EVENTS).status, house.message(other).status) == (Status.SKIPPED, Status.SENT)


@pytest.mark.parametrize(("only", "state"), [(False, "withdrawn"), (True, "granted")])
def test_the_contact_remembers_it_so(only: bool, state: str) -> None:
    contact = Contact(id="c1", consents=dict(BOTH))
    said: dict[str, Any] = {"purpose": "marketing", "channel": "email", "only": only}
    apply_to_profile(contact, event_of(Name.CONSENT_WITHDRAWN, NOW, **said))
    assert contact.consents["marketing/email"].state == "withdrawn"
    assert contact.consents["events/email"].state == state


def test_what_the_live_template_says_of_its_topic_holds() -> None:
    house = house_of(REQUESTED, marketing=Consent("granted", NOW - DAY))
    Library(house.table).publish("email", "hello", {**EMAIL, "topic": "events"}, now=NOW, by="ann")
    house.send()
    assert house.message().reason == "no consent to events/email"
    assert house.message().topic == "events"


def test_the_link_takes_back_the_topic_and_the_rest_is_as_of_any_marketing() -> None:
    house = house_of(OF_EVENTS, events=Consent("granted", NOW - DAY))
    house.send()
    (left,) = house.provider.taken
    link = left.headers["List-Unsubscribe"].strip("<>").rpartition("/")[2]
    assert read(SENDER.secret, Purpose.UNSUBSCRIBE, link, NOW).topic == "events/email"
    assert (left.stream, left.transactional, OF_EVENTS.queue) == ("marketing", False, MESSAGES)
    assert Message.from_item(house.message().to_item()).topic == "events"


@pytest.mark.parametrize(("wished", "to"), [("events", [ANN]), ("tips", []), ("unheard-of", [])])
def test_a_confirmation_asks_about_the_topic_that_was_wished_for(wished: str, to: list[str]) -> None:
    asking = replace(ASKING, data={"event": {"purpose": wished}})
    house = House(asking)
    Publisher(Library(house.table), NOW, "ann").publish(POLICY)
    house.become(claims={"email": ANN}, consents={"events/email": Consent("requested", NOW)})
    house.send(asking)
    assert [one.to for one in house.provider.taken] == to


def publisher(*, policy: str = POLICY) -> Publisher:
    library = Library(MemoryTable())
    made = Publisher(library, NOW, "ann")
    if policy:
        made.publish(policy)
    library.publish("email", "hello", EMAIL, now=NOW, by="ann")
    library.publish("email", "invitation", {**EMAIL, "name": "invitation", "topic": "events"}, now=NOW, by="ann")
    library.publish("email", "confirm", CONFIRM, now=NOW, by="ann")
    return made


def journey(message: str, channel: str = "email") -> str:
    return f"""
kind: journey
name: invite
title: {{en: I, de: E}}
description: {{en: I, de: E}}
trigger: {{event: Signed Up}}
steps:
  - wait: P1D
  - branch:
      - when: {{consent: events/email}}
        steps: [{{{channel}: {message}}}]
"""


@pytest.mark.parametrize(
    "message",
    ["{template: hello, topic: events}", "invitation", "{template: invitation, topic: events}"],
)
def test_a_journey_sends_to_a_topic_that_the_policy_names(message: str) -> None:
    assert publisher().check(journey(message))


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("{template: hello, topic: event}", "did you mean 'events'?"),
        ("{template: hello, topic: horoscope}", "name it in the policy (topics: [{name: horoscope, …}]); its topics: "),
        ("{template: hello, topic: marketing}", "leave it out"),
        ("{template: invitation, topic: tips}", "say topic: events, or leave topic out"),
        ("{template: hello, topic: events, purpose: transactional}", "leave topic out"),
    ],
)
def test_a_topic_that_is_none_is_refused_with_place_and_remedy(message: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        publisher().check(journey(message))
    assert says in str(refused.value)
    assert "steps[1].branch[0].steps[0].email" in refused.value.field


def test_a_policy_without_topics_says_where_they_belong() -> None:
    with pytest.raises(Refused, match="name it in the policy"):
        publisher(policy="").check(journey("{template: hello, topic: events}"))


def test_a_template_is_refused_likewise() -> None:
    text = "purpose: marketing\ntopic: {}\ntexts: {{en: 'Reply STOP.', de: 'Ende mit STOP.'}}\n"
    publishing = publisher()
    with pytest.raises(Refused, match="add sms to its channels") as refused:
        publishing.publish_sms(SmsSource(name="hint", text=text.format("events")))
    assert refused.value.field == "hint.yaml, topic"
    assert publishing.publish_sms(SmsSource(name="hint", text=text.format("tips"))).document["topic"] == "tips"
    with pytest.raises(Refused, match="has no topic"):
        publishing.publish_sms(SmsSource(name="hint", text=text.format("tips").replace("marketing", "transactional")))


@pytest.mark.parametrize("names", [["marketing"], ["tracking"], ["Big News"], ["tips", "tips"]])
def test_what_a_topic_cannot_be_called(names: list[str]) -> None:
    lines = "\n".join(f"  - {{name: {name}, title: {{en: T, de: T}}}}" for name in names)
    with pytest.raises(Refused):
        publisher(policy="").check(f"kind: policy\ntitle: {{en: P, de: P}}\ntopics:\n{lines}\n")


STARTERS = Path(__file__).parents[3] / "templates"


@pytest.mark.parametrize("name", ["confirm-subscription", "confirm-reminder"])
@pytest.mark.parametrize(
    ("locale", "title", "instead"),
    [("de-AT", "Einladungen zu unseren Veranstaltungen", "Neuigkeiten"), ("en", "Invitations to our events", "news")],
)
def test_the_mail_that_asks_names_what_it_asks_about(name: str, locale: str, title: str, instead: str) -> None:
    asking = replace(ASKING, template=name, data={"event": {"purpose": "events"}})
    house = House(asking)
    publishing = Publisher(Library(house.table), NOW, "ann")
    publishing.publish(POLICY)
    publishing.publish_email(read_email(STARTERS / "emails", name))
    claims = {"email": ANN}
    house.become(claims=claims, traits={"locale": locale}, consents={"events/email": Consent("requested", NOW)})
    house.send(asking)
    (mail,) = house.provider.taken
    assert title in " ".join(mail.text.split())
    assert title in mail.html
    assert instead not in mail.text + mail.html, "nothing else is asked for"


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("de", "Example Shop: Möchten Sie Tipps per SMS? Bitte bestätigen: "),
        ("en", "Example Shop: Would you like Tips by text message? Please confirm: "),
    ],
)
def test_so_does_the_sms(locale: str, text: str) -> None:
    asking = replace(ASKING, channel="sms", template="confirm-sms", data={"event": {"purpose": "tips"}})
    house = House(asking)
    publishing = Publisher(Library(house.table), NOW, "ann")
    publishing.publish(POLICY)
    source = (STARTERS / "sms" / "confirm-sms.yaml").read_text()
    publishing.publish_sms(SmsSource(name="confirm-sms", text=source))
    claims, consents = {"phone": "+493023125143"}, {"tips/sms": Consent("requested", NOW)}
    house.become(claims=claims, traits={"locale": locale}, consents=consents)
    house.send(asking)
    assert [one.text.startswith(text) for one in house.provider.taken] == [True]


def test_nobody_is_asked_about_what_the_policy_does_not_name() -> None:
    asking = replace(ASKING, data={"event": {"purpose": "unheard-of"}})
    house = House(asking)
    house.become(claims={"email": ANN}, consents={"unheard-of/email": Consent("requested", NOW)})
    house.send(asking)
    assert house.message(asking).reason == "the policy names no topic unheard-of, so nobody can be asked"
