"""Messages that were put off while their journey went on, or ended."""

from dataclasses import replace
from typing import Any

import pytest

from leadwell.journeys.enrollment import EXITED, FINISHED, GOAL, PARKED, Cause, Enrollment
from leadwell.messaging.message import Status
from leadwell.store.table import Put
from tests.unit.messaging.sending_house import NOW, REQUESTED, House


def put_off(enrollment: Enrollment, **changes: Any) -> House:
    """A message that a cap or the night kept, of an enrollment that stands there by now."""
    asked = replace(REQUESTED, enrollment=enrollment.item_key.sk, **({"reason": "closed today"} | changes))
    house = House(asked)
    house.table.write(Put(enrollment.to_item(), 0))
    house.requests = house.dying_at(0, house.send)
    return house


INSIDE = Enrollment(
    contact="c1",
    journey="welcome",
    version=1,
    key="",
    number=1,
    cause=Cause("e1", "Started", NOW),
    entered_at=NOW,
    step="later",
    since=NOW,
)


@pytest.mark.parametrize(
    ("ended", "reason"),
    [
        ({"status": FINISHED, "reason": GOAL}, "the journey ended: goal"),
        ({"status": EXITED, "reason": "Ordered came"}, "the journey ended: Ordered came"),
        ({"status": EXITED}, "the journey ended: exited"),
        ({"status": FINISHED}, ""),
        ({"status": PARKED, "reason": "the voucher pool is empty"}, ""),
        ({}, ""),
    ],
)
def test_what_was_put_off_stays_here_where_its_journey_was_cut_short(ended: dict[str, Any], reason: str) -> None:
    house = put_off(replace(INSIDE, **ended))
    assert len(house.provider.taken) == (not reason)
    assert house.message().status is (Status.SKIPPED if reason else Status.SENT)
    assert house.message().reason == reason


@pytest.mark.parametrize("changes", [{"purpose": "transactional"}, {"last": True}, {"reason": ""}])
def test_what_an_end_says_nothing_against(changes: dict[str, Any]) -> None:
    """A receipt; the message right before the step that ends the journey; one that is looked at for the first time."""
    house = put_off(replace(INSIDE, status=EXITED, reason="done"), **changes)
    assert house.message().status is Status.SENT


def test_the_first_look_at_a_message_reads_no_enrollment() -> None:
    requests = [put_off(INSIDE, reason=why).requests for why in ("", "closed today")]
    assert requests[1] == requests[0] + 1


def test_what_was_put_off_and_belongs_to_nobodys_journey_any_more_leaves() -> None:
    asked = replace(REQUESTED, enrollment=INSIDE.item_key.sk, reason="closed today")
    house = House(asked)
    house.send()
    assert house.message().status is Status.SENT
