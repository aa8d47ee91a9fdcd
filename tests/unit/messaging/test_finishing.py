"""Whose opens are counted, and what links say."""

from dataclasses import replace
from typing import Any

import pytest

from leadwell.clock import DAY
from leadwell.consent.withdrawals import Withdrawals
from leadwell.contacts.contact import Consent, Contact
from leadwell.definitions.library import Library
from leadwell.messaging.finishing import finished, may_be_counted, with_parameters
from leadwell.messaging.outgoing import Outgoing
from leadwell.messaging.policy import PolicyDefinition
from leadwell.store.table import Put
from leadwell.tracking.events import Name
from leadwell.tracking.recording import record
from tests.unit.messaging.sending_house import ANN, NOW, REQUESTED, House, event_of

NO = "https://go.example.com/p/u/token"
MAIL = Outgoing(
    to=ANN,
    subject="Hello",
    html=f'<a class="x" href="https://shop.example.com/a?b=1&amp;c=2">a</a><a href="{NO}">no</a>'
    '<a href="https://other.example.net/">o</a><img src="https://shop.example.com/x.png">',
    text=f"See https://shop.example.com/a. Or https://other.example.net/ ({NO})",
    untracked=(NO,),
)
UTM = {"source": "newsletter", "hosts": ["shop.example.com", "go.example.com"]}
SAID = "utm_source=newsletter&utm_medium=email&utm_campaign=welcome&utm_content=hello"
GRANTED = Consent("granted", NOW - DAY)
WITHDRAWN = Consent("withdrawn", NOW - DAY)


def policy(**more: Any) -> PolicyDefinition:
    return PolicyDefinition.model_validate({"title": {"en": "Policy", "de": "Regeln"}, **more})


def done(rules: PolicyDefinition | None, purpose: str = "marketing") -> Outgoing:
    return finished(MAIL, replace(REQUESTED, purpose=purpose), Contact(id="c1"), Withdrawals(), rules)


def test_links_say_where_the_click_came_from() -> None:
    mail = done(policy(utm=UTM))
    assert f'href="https://shop.example.com/a?b=1&amp;c=2&amp;{SAID.replace("&", "&amp;")}"' in mail.html
    assert f"https://shop.example.com/a?{SAID}. Or" in mail.text


def test_other_links_stay_as_they_are() -> None:
    mail = done(policy(utm=UTM))
    assert f'href="{NO}"' in mail.html and f"({NO})" in mail.text, "a no is nobody's campaign"
    assert 'href="https://other.example.net/"' in mail.html
    assert 'src="https://shop.example.com/x.png"' in mail.html


def test_no_policy_and_no_campaign_change_nothing() -> None:
    assert done(None) == replace(MAIL, counted=False)
    for purpose in ("transactional", "confirmation", "internal"):
        assert done(policy(utm=UTM, tracking="never"), purpose) == MAIL


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://shop.example.com", "https://shop.example.com?utm_source=n"),
        ("https://www.shop.example.com/", "https://www.shop.example.com/?utm_source=n"),
        ("https://shop.example.com/#part", "https://shop.example.com/?utm_source=n#part"),
        ("https://shop.example.com/?utm_source=own", "https://shop.example.com/?utm_source=own"),
        ("https://shop.example.com/?utm_source=", "https://shop.example.com/?utm_source="),
        ("https://notshop.example.com/", "https://notshop.example.com/"),
        ("https://shop.example.com.evil.example.net/", "https://shop.example.com.evil.example.net/"),
        ("https://[broken", "https://[broken"),
    ],
)
def test_what_is_said_already_stays(link: str, expected: str) -> None:
    assert with_parameters(link, {"utm_source": "n"}, ("shop.example.com",)) == expected


def test_values_are_quoted() -> None:
    said = with_parameters("https://shop.example.com/", {"utm_campaign": "a&b=c#d"}, ("shop.example.com",))
    assert said == "https://shop.example.com/?utm_campaign=a%26b%3Dc%23d"


@pytest.mark.parametrize(
    ("rule", "consent", "counted"),
    [
        (None, None, False),
        (None, GRANTED, True),
        (None, WITHDRAWN, False),
        ("always", None, True),
        ("always", GRANTED, True),
        ("always", WITHDRAWN, False),
        ("with_consent", None, False),
        ("with_consent", GRANTED, True),
        ("with_consent", Consent("requested", NOW), False),
        ("with_consent", WITHDRAWN, False),
        ("never", GRANTED, False),
    ],
)
def test_whose_opens_are_counted(rule: str | None, consent: Consent | None, counted: bool) -> None:
    consents = {"tracking/email": consent} if consent else {}
    rules = policy(tracking=rule) if rule else None
    assert may_be_counted(Contact(id="c1", consents=consents), Withdrawals(), rules) is counted


def test_a_no_to_being_counted_holds_when_the_mail_leaves() -> None:
    """It need not have come to the contact yet."""
    house = House()
    rules = policy(tracking="with_consent").model_dump(mode="json")
    Library(house.table).publish("policy", "policy", rules, now=NOW, by="ann")
    house.become(traits={"email": ANN}, consents={"marketing/email": GRANTED, "tracking/email": GRANTED})
    house.send()
    again = replace(REQUESTED, id="m9")
    house.table.write(Put(again.to_item(), 0))
    record(house.table, [event_of(Name.CONSENT_WITHDRAWN, NOW, purpose="tracking", channel="email")])
    house.send(again)
    assert [mail.counted for mail in house.provider.taken] == [True, False]
