"""What an event says about the person, by how far we believe it."""

from typing import Any

import pytest

from leadwell.contacts.contact import Consent, Contact
from leadwell.contacts.profile import Touched, apply_to_profile
from leadwell.tracking.events import Event, Identity, Name, Standing

USER, DEVICE, MAIL = Identity("user_id", "u1"), Identity("anonymous_id", "a1"), Identity("email", "ann@example.com")
AT = 1_795_338_000_000


def event(name: str = Name.IDENTIFIED, standing: Standing = Standing.PROVEN, **more: Any) -> Event:
    kind = "identify" if name == Name.IDENTIFIED else "track"
    return Event(contact="c1", id="e1", at=more.pop("at", AT), type=kind, name=name, standing=standing, **more)


def known(**more: Any) -> Contact:
    return Contact(id="c1", identities=(USER,), **more)


def test_what_is_proven_becomes_part_of_the_profile() -> None:
    contact = known(traits={"plan": "free", "old": 1}, claims={"email": "other@example.com", "phone": "+12025550143"})
    touched = apply_to_profile(
        contact,
        event(
            traits={"plan": "pro", "old": None, "never": None, "email": "NOT@taken.example"}, identities=(DEVICE, MAIL)
        ),
    )
    assert contact.traits == {"plan": "pro", "email": "ann@example.com"}
    assert contact.identities == (USER, DEVICE, MAIL)
    assert contact.claims == {"phone": "+12025550143"}
    assert touched == Touched(frozenset({"plan", "old", "email"}))


def test_traits_of_other_calls_are_not_the_person_s() -> None:
    """Segment's group call has traits of the company."""
    contact = known()
    apply_to_profile(contact, event(Name.GROUPED, traits={"name": "Example Ltd"}))
    assert contact.traits == {}


@pytest.mark.parametrize("standing", [Standing.ANONYMOUS, Standing.CLAIMED])
def test_what_is_unproven_changes_nothing_of_a_known_contact(standing: Standing) -> None:
    contact = known(traits={"plan": "free", "email": "ann@example.com"})
    touched = apply_to_profile(
        contact,
        event(standing=standing, traits={"plan": "pro"}, identities=(DEVICE, Identity("email", "bob@example.com"))),
    )
    assert contact.traits == {"plan": "free", "email": "ann@example.com"}
    assert (contact.claims, contact.identities) == ({}, (USER, DEVICE))
    assert touched == Touched()


def test_a_visitor_nobody_knows_may_describe_themselves() -> None:
    contact = Contact(id="c1", identities=(DEVICE,))
    apply_to_profile(
        contact,
        event(standing=Standing.CLAIMED, traits={"name": "Ann", "email": "x", "phone": "y"}, identities=(USER, MAIL)),
    )
    assert contact.traits == {"name": "Ann"}
    assert contact.claims == {"user_id": "u1", "email": "ann@example.com"}
    assert contact.identities == (DEVICE,)
    assert not contact.is_known


def test_locale_and_time_zone_of_the_device_fill_gaps_and_replace_nothing() -> None:
    contact = known(traits={"locale": "de"})
    context = {"locale": "en-US", "timezone": "Pacific/Auckland", "ip": "192.0.2.1"}
    assert apply_to_profile(contact, event("Viewed", context=context)).traits == {"timezone"}
    assert contact.traits == {"locale": "de", "timezone": "Pacific/Auckland"}
    apply_to_profile(contact, event("Viewed", context={"timezone": 5, "locale": None}))
    assert contact.traits["timezone"] == "Pacific/Auckland"


def consent(name: str, standing: Standing = Standing.PROVEN, **properties: Any) -> Event:
    return event(name, standing, properties=properties)


GRANTED, REQUESTED, WITHDRAWN = Name.CONSENT_GRANTED, Name.CONSENT_REQUESTED, Name.CONSENT_WITHDRAWN
OTHER = Standing.CLAIMED


@pytest.mark.parametrize(
    ("before", "said", "after"),
    [
        ({}, consent(GRANTED, purpose="marketing", channel="email"), {"marketing/email": "granted"}),
        ({}, consent(GRANTED, purpose="marketing"), {"marketing/email": "granted", "marketing/sms": "granted"}),
        ({}, consent(GRANTED, OTHER, purpose="marketing", channel="email"), {"marketing/email": "requested"}),
        ({}, consent(REQUESTED, purpose="marketing", channel="email"), {"marketing/email": "requested"}),
        (
            {"marketing/email": "granted"},
            consent(REQUESTED, purpose="marketing", channel="email"),
            {"marketing/email": "granted"},
        ),
        (
            {"marketing/email": "granted"},
            consent(GRANTED, OTHER, purpose="marketing", channel="email"),
            {"marketing/email": "granted"},
        ),
        (
            {"marketing/email": "withdrawn"},
            consent(REQUESTED, purpose="marketing", channel="email"),
            {"marketing/email": "requested"},
        ),
        (
            {"marketing/email": "granted", "news/email": "granted", "marketing/sms": "granted"},
            consent(WITHDRAWN, purpose="marketing", channel="email"),
            {"marketing/email": "withdrawn", "news/email": "withdrawn", "marketing/sms": "granted"},
        ),
        (
            {"marketing/email": "granted", "news/email": "granted", "marketing/sms": "granted"},
            consent(WITHDRAWN, channel="email"),
            {"marketing/email": "withdrawn", "news/email": "withdrawn", "marketing/sms": "granted"},
        ),
        (
            {"marketing/email": "granted", "news/email": "requested"},
            consent(WITHDRAWN),
            {"marketing/email": "withdrawn", "news/email": "withdrawn"},
        ),
        ({}, consent(WITHDRAWN, purpose="marketing", channel="email"), {"marketing/email": "withdrawn"}),
        (
            {},
            consent(WITHDRAWN, purpose="marketing"),
            {"marketing/email": "withdrawn", "marketing/sms": "withdrawn"},
        ),
        ({"a/email": "granted"}, consent("Viewed", purpose="a", channel="email"), {"a/email": "granted"}),
    ],
)
def test_consent(before: dict[str, str], said: Event, after: dict[str, str]) -> None:
    contact = known(consents={topic: Consent(state, 1) for topic, state in before.items()})
    touched = apply_to_profile(contact, said)
    assert {topic: each.state for topic, each in contact.consents.items()} == after
    assert touched.consent == (before != after)
    assert contact.granted() == {topic for topic, state in after.items() if state == "granted"}


def test_a_consent_keeps_its_proof() -> None:
    contact = known()
    said = consent(GRANTED, purpose="marketing", channel="email", source="form", wording="Yes, write to me.")
    apply_to_profile(contact, said)
    assert contact.consents["marketing/email"] == Consent("granted", AT, "form", "Yes, write to me.", "e1")


def test_a_contact_reads_back_from_its_item() -> None:
    contact = known(
        traits={"plan": "pro", "price": 5.0},
        consents={"marketing/email": Consent("granted", AT, "form", "Yes", "e1")},
        segments={"base": AT},
        memory={"abc": [AT, 1]},
        untils={"segment:base": AT + 1},
        stages={"lead": AT},
        stage="lead",
        score=2.5,
        clock=AT,
        last=(AT, "e1"),
        events=3,
        plan="p",
        due_at=AT + 1,
        claims={"email": "x@example.com"},
    )
    contact.rev = 4
    item = contact.to_item({"happened": []})
    assert item["rev"] == 5
    read = Contact.from_item(item)
    contact.rev = 5
    assert read == contact


@pytest.mark.parametrize(
    ("change", "status", "news"), [(None, "live", False), ({"happened": [1]}, "live", True), (None, "merged", True)]
)
def test_only_news_reaches_the_journeys(change: Any, status: str, news: bool) -> None:
    """The stream's filter reads this attribute."""
    assert (Contact(id="c1", status=status).to_item(change).get("news") == "yes") is news
