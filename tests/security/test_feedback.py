"""``record_feedback``: whatever lies in its queue, the other records of the batch are recorded, and nothing of a report
that cannot be."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.store.table import Key
from tests.functions.queue_records import PAYLOADS, notification, payload, queue_event
from tests.security.effort import examples
from tests.security.installation import Installation, installation
from tests.security.strange import JSON, RAW_JSON, TEXTS, VALUES, as_json, spoiled, spoiled_everywhere

NAMES = [f"{path.parent.name}/{path.stem}" for path in sorted(PAYLOADS.glob("s*s/*.json"))]
REPORTS = [name for name in NAMES if name not in ("ses/subscription", "ses/untagged")]


def ours(house: Installation, name: str) -> dict[str, Any]:
    """A report about a message that this installation has, with the fields that somebody reads."""
    found = payload(name)
    if "mail" in found:
        message = next(one for one in house.messages if one.contact == house.ann and one.id != house.parked)
        found["mail"] = {
            "timestamp": found["mail"]["timestamp"],
            "messageId": found["mail"]["messageId"],
            "destination": [message.to],
            "tags": {"leadwell_message": [message.id], "leadwell_contact": [house.ann]},
        }
    else:
        found["originationNumber"] = "+12025550143"
    return found


def good(house: Installation) -> str:
    """About somebody else's message, so that it is told apart from what the strange record leaves."""
    message = next(one for one in house.messages if one.contact == house.visitor)
    found = payload("ses/delivery")
    found["mail"]["tags"] |= {"leadwell_message": [message.id], "leadwell_contact": [house.visitor]}
    found["mail"]["destination"] = [message.to]
    return notification(found)


def deliver(house: Installation, body: str) -> tuple[bool, set[Key]]:
    """Between two good records, the same one twice; answers whether the strange one failed, and what it changed."""
    house.rewind()
    sound = good(house)
    answer = house.call("record_feedback", queue_event(sound, body, sound))
    failed = [one["itemIdentifier"] for one in answer["batchItemFailures"]]
    assert failed in ([], ["r1"])
    changed = set(house.table.changed())
    # The good record also counts as a mail that arrived.
    opened = {key for key in changed if key.pk == f"C#{house.visitor}" or key.pk.startswith("REP#")}
    assert {key.sk[:2] for key in opened} >= {"E#", "M#"}, "the good record is lost"
    if failed:
        assert changed == opened, "a report that failed has left something"
    elif changed != opened:
        house.world.run()
        assert not any(house.world.queues.aside.values()), "what was recorded had to be set aside"
    return bool(failed), changed - opened


IGNORED = {
    "ses/identity_notification",
    *(f"sms/report_{what}" for what in ("foreign", "pending", "queued", "sent", "successful_so_far")),
}
"""About nothing that we keep, or not final."""


@pytest.mark.parametrize("name", REPORTS)
def test_anything_at_any_place_of_a_report(name: str) -> None:
    house = installation()
    sound = ours(house, name)
    changed = deliver(house, notification(sound))[1]
    assert bool(changed) != (name in IGNORED), "the report that is spoiled below is a good one"
    for path, strange in spoiled_everywhere(sound):
        if path[:1] != ("mail",) or name == "ses/bounce_permanent":  # it is read in one place for all of them
            deliver(house, notification(as_json(strange)))


@pytest.mark.parametrize("name", ["ses/bounce_permanent", "ses/complaint", "ses/click", "sms/stop"])
def test_several_strange_things_in_a_report(name: str) -> None:
    @examples(60)
    @given(spoiled(ours(installation(), name)))
    def attempt(strange: Any) -> None:
        deliver(installation(), notification(as_json(strange)))

    attempt()


def test_anything_at_any_place_of_the_envelope() -> None:
    house = installation()
    envelope = json.loads(notification(ours(house, "ses/complaint")))
    for _, strange in spoiled_everywhere(envelope):
        deliver(house, as_json(strange))


@examples(200)
@given(RAW_JSON | TEXTS | JSON.map(as_json) | st.sampled_from([value for value in VALUES if isinstance(value, str)]))
def test_anything_as_a_body_or_a_message(text: str) -> None:
    house = installation()
    deliver(house, text)
    deliver(house, notification(text))


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_about_nobody_or_somebody_erased(name: str) -> None:
    house = installation()
    for contact, message in ((house.gone, "m1"), ("nobody", "nothing"), (house.ann, "nothing"), ("", "")):
        sound = ours(house, name)
        if "mail" in sound:
            sound["mail"]["tags"] |= {"leadwell_message": [message], "leadwell_contact": [contact]}
        deliver(house, notification(sound))
        if contact == house.gone:
            left = [key for key in house.table.changed() if key.pk == f"C#{house.gone}"]
            assert left == [], "an erased person has a history again"
