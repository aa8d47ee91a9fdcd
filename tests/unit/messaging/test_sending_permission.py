"""Never after a "no": nothing leaves without permission, asked for when it leaves."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from leadwell.clock import DAY, HOUR
from leadwell.consent.suppressions import Reason, suppress
from leadwell.contacts.contact import ERASED, MERGED, Consent
from leadwell.messaging.message import Status
from leadwell.tracking.events import Name
from leadwell.tracking.recording import record
from tests.unit.messaging.sending_house import (
    ANN,
    NOW,
    PHONE,
    REQUESTED,
    TEXT,
    House,
    event_of,
    ignored,
)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"consents": {}}, "no consent to marketing/email"),
        ({"consents": {"marketing/email": Consent("requested", NOW)}}, "no consent to marketing/email"),
        ({"consents": {"marketing/email": Consent("withdrawn", NOW)}}, "consent to marketing/email was withdrawn"),
        ({"consents": {"news/email": Consent("granted", NOW)}}, "no consent to marketing/email"),
        ({"traits": {}}, "no e-mail address"),
        ({"traits": {"email": ""}}, "no e-mail address"),
        ({"traits": {}, "claims": {"email": ANN}}, "no e-mail address"),
        ({"status": MERGED}, "the contact is merged"),
        ({"status": ERASED}, "the contact is erased"),
    ],
)
def test_without_permission_it_is_skipped_with_the_reason(changes: dict[str, Any], reason: str) -> None:
    house = House()
    usual = {"traits": {"email": ANN}, "consents": {"marketing/email": Consent("granted", NOW)}}
    house.become(**{**usual, **changes})
    assert house.send() == {}
    message = house.message()
    assert (message.status, message.reason, message.due_at) == (Status.SKIPPED, reason, None)
    assert house.provider.taken == []


def test_after_a_withdrawal_nothing_leaves_although_the_contact_does_not_know_yet() -> None:
    house = House()
    house.withdraw(at=NOW - 1)
    house.send()
    assert house.message().status is Status.SKIPPED
    assert "withdrawn" in house.message().reason


def test_a_no_to_one_channel_is_none_to_another() -> None:
    house = House(REQUESTED, TEXT)
    house.withdraw("email")
    house.send(REQUESTED, TEXT)
    assert [one.to for one in house.provider.taken] == [PHONE]


def test_a_consent_given_after_the_no_counts() -> None:
    house = House()
    house.withdraw(at=NOW - HOUR)
    house.become(traits={"email": ANN}, consents={"marketing/email": Consent("granted", NOW - 1)})
    house.send()
    assert house.message().status is Status.SENT


def _no(house: House) -> None:
    house.withdraw()


def _complaint(house: House) -> None:
    suppress(house.table, "email", ANN, Reason.COMPLAINT, NOW, "ses")


@pytest.mark.parametrize("refusal", [_no, _complaint])
def test_a_no_between_reading_and_claiming_stops_it(refusal: Callable[[House], None]) -> None:
    """Whichever request it comes before: as long as the claim is not written, nothing leaves."""
    counting = House()
    requests: list[str] = []
    counting.table.on_request = requests.append
    counting.send()
    claim = [n for n, one in enumerate(requests) if one == "before write"][-2]
    for number in range(claim + 1):
        house = House()
        seen = 0

        def meddle(operation: str, house: House = house, number: int = number) -> None:
            nonlocal seen
            if seen == number:
                house.table.on_request = ignored
                refusal(house)
            seen += 1

        house.table.on_request = meddle
        assert house.send() == {}
        house.table.on_request = ignored
        assert house.provider.taken == [], f"request {number}: {requests[number]}"
        assert house.message().status is Status.SKIPPED


@pytest.mark.parametrize("reason", list(Reason))
def test_a_suppressed_address_gets_nothing_however_it_is_spelled(reason: Reason) -> None:
    house = House()
    house.become(traits={"email": "Ann@Example.com"}, consents={"marketing/email": Consent("granted", NOW)})
    suppress(house.table, "email", ANN, reason, NOW, "test")
    house.send()
    assert house.message().reason == f"the address is suppressed: {reason.value}"


def test_an_address_at_rest_gets_mail_again_when_the_rest_is_over() -> None:
    for until, status in ((NOW + 1, Status.SKIPPED), (NOW, Status.SENT)):
        house = House()
        suppress(house.table, "email", ANN, Reason.REST, NOW - DAY, "ses: temporary bounces", until)
        house.send()
        assert house.message().status is status


def test_a_no_that_comes_when_a_rest_is_over_stops_it() -> None:
    house = House()
    suppress(house.table, "email", ANN, Reason.REST, NOW - DAY, "ses: temporary bounces", NOW)

    def complain(operation: str) -> None:
        if operation == "before write":
            house.table.on_request = ignored
            suppress(house.table, "email", ANN, Reason.COMPLAINT, NOW, "ses")

    house.table.on_request = complain
    house.send()
    assert (house.provider.taken, house.message().status) == ([], Status.SKIPPED)


def test_a_suppressed_number_may_still_get_mail() -> None:
    house = House(REQUESTED, TEXT)
    suppress(house.table, "sms", PHONE, Reason.STOP, NOW, "sms")
    house.send(REQUESTED, TEXT)
    assert [one.to for one in house.provider.taken] == [ANN]


def test_a_transactional_mail_needs_no_consent_but_respects_a_no() -> None:
    receipt = replace(REQUESTED, purpose="transactional")
    house = House(receipt)
    house.become(traits={"email": ANN})
    house.send()
    assert house.provider.taken[0].transactional
    house = House(receipt)
    record(house.table, [event_of(Name.CONSENT_WITHDRAWN, NOW)])
    house.send()
    assert house.message().reason == "email was refused by the contact"
