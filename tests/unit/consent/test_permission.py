"""May this be sent to this person now?"""

import pytest

from leadwell.consent.permission import Verdict, address_for, permission
from leadwell.consent.withdrawals import Withdrawals, topic, withdrawn_topic
from leadwell.contacts.contact import ERASED, LIVE, MERGED, Consent, Contact
from leadwell.tracking.events import Event, Name, Standing

NOW = 1_795_338_000_000
ANN, PHONE = "ann@example.com", "+12025550143"


def contact(status: str = LIVE, claims: dict[str, str] | None = None, **consents: str) -> Contact:
    return Contact(
        id="c1",
        status=status,
        traits={"email": ANN, "phone": PHONE},
        claims=claims or {},
        consents={name.replace("_", "/"): Consent(state, NOW) for name, state in consents.items()},
    )


def asked(
    of: Contact,
    purpose: str,
    no: Withdrawals | None = None,
    channel: str = "email",
    suppressed: str = "",
) -> Verdict:
    return permission(of, no or Withdrawals(), channel=channel, purpose=purpose, suppressed=suppressed, now=NOW)


def no(after: int = 0, *topics: str) -> Withdrawals:
    return Withdrawals(1, dict.fromkeys(topics or ("marketing/email",), NOW + after))


@pytest.mark.parametrize(
    ("state", "marketing", "confirmation"),
    [("granted", True, False), ("requested", False, True), ("withdrawn", False, False), (None, False, False)],
)
def test_what_a_state_of_consent_allows(state: str | None, marketing: bool, confirmation: bool) -> None:
    of = contact(marketing_email=state) if state else contact()
    assert asked(of, "marketing").allowed == marketing
    assert asked(of, "confirmation").allowed == confirmation
    assert asked(of, "transactional") == Verdict(ANN)


@pytest.mark.parametrize("purpose", ["marketing", "confirmation"])
@pytest.mark.parametrize(("after", "allowed"), [(-1, True), (0, False), (1, False)])
def test_the_later_of_yes_and_no_counts_and_in_doubt_the_no(purpose: str, after: int, allowed: bool) -> None:
    of = contact(marketing_email="granted" if purpose == "marketing" else "requested")
    assert asked(of, purpose, no(after)).allowed == allowed


@pytest.mark.parametrize(
    ("withdrawn", "refused"),
    [
        ("marketing/email", {"marketing/email"}),
        ("marketing/sms", {"marketing/sms"}),
        ("marketing/*", {"marketing/email", "marketing/sms"}),
        ("*/email", {"marketing/email", "transactional/email"}),
        ("*/*", {"marketing/email", "marketing/sms", "transactional/email", "transactional/sms"}),
        ("transactional/email", {"transactional/email"}),
        ("news/email", set()),
    ],
)
def test_how_far_a_no_reaches(withdrawn: str, refused: set[str]) -> None:
    of = contact(marketing_email="granted", marketing_sms="granted")
    found = {
        topic(purpose, channel)
        for purpose in ("marketing", "transactional")
        for channel in ("email", "sms")
        if not asked(of, purpose, no(0, withdrawn), channel).allowed
    }
    assert found == refused


@pytest.mark.parametrize("purpose", ["marketing", "transactional", "confirmation"])
def test_nothing_goes_to_a_suppressed_address_or_a_contact_that_is_gone(purpose: str) -> None:
    of = contact(marketing_email="requested" if purpose == "confirmation" else "granted")
    assert asked(of, purpose).allowed
    assert asked(of, purpose, suppressed="bounce").reason == "the address is suppressed: bounce"
    for status in (MERGED, ERASED):
        of.status = status
        assert asked(of, purpose).reason == f"the contact is {status}"


@pytest.mark.parametrize(("channel", "reason"), [("email", "no e-mail address"), ("sms", "no phone number")])
def test_without_an_address_there_is_nothing_to_send_to(channel: str, reason: str) -> None:
    of = contact(marketing_email="granted", marketing_sms="granted")
    of.traits = {}
    assert asked(of, "marketing", channel=channel).reason == reason


@pytest.mark.parametrize(
    ("channel", "purpose", "to"),
    [
        ("email", "confirmation", "claimed@example.com"),
        ("email", "marketing", ANN),
        ("email", "transactional", ANN),
        ("sms", "confirmation", "+12025550144"),
        ("sms", "marketing", PHONE),
    ],
)
def test_only_a_confirmation_goes_to_a_claimed_address(channel: str, purpose: str, to: str) -> None:
    of = contact(claims={"email": "claimed@example.com", "phone": "+12025550144"})
    assert address_for(of, channel, purpose) == to
    of.claims = {}
    assert address_for(of, channel, purpose) == of.address(channel)


def withdrawal(at: int, **properties: str) -> Event:
    return Event(
        contact="c1",
        id="e",
        at=at,
        type="track",
        name=Name.CONSENT_WITHDRAWN,
        standing=Standing.PROVEN,
        properties=properties,
    )


def test_what_a_withdrawal_covers() -> None:
    assert withdrawn_topic(withdrawal(NOW, purpose="marketing", channel="email")) == "marketing/email"
    assert withdrawn_topic(withdrawal(NOW, channel="sms")) == "*/sms"
    assert withdrawn_topic(withdrawal(NOW, purpose="")) == "*/*"


def test_the_latest_withdrawal_is_remembered_whatever_the_order() -> None:
    early, late = withdrawal(NOW, channel="email"), withdrawal(NOW + 5, channel="email")
    for order in ([early, late], [late, early], [late, late]):
        remembered = Withdrawals()
        for one in order:
            remembered = remembered.with_event(one)
        assert remembered.last("marketing", "email") == NOW + 5
    assert Withdrawals().last("marketing", "email") is None


def test_joining_keeps_the_later_no_of_each_topic() -> None:
    one = Withdrawals(3, {"a/email": 5, "b/email": 9})
    other = Withdrawals(7, {"a/email": 8, "c/sms": 1})
    assert one.joined(other) == Withdrawals(3, {"a/email": 8, "b/email": 9, "c/sms": 1})
