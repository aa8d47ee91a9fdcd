"""A webhook in a scenario appears like a message."""

from tests.unit.rehearsal.house import STARTED, differing, run

TELL = {"id": "tell", "webhook": {"url": "https://crm.example.com/x", "traits": ["email"], "values": {"list": "demo"}}}
STEPS = [
    TELL,
    {"wait_for": {"event": "Webhook Sent", "where": {"step": "tell"}, "timeout": "PT1H", "on_timeout": "exit"}},
    {"id": "hello", "email": "welcome-hello"},
]
TOLD = {"at": "day 1 09:00", "webhook": "tell", "contains": ["ann@example.com", "demo", "Started"]}
HELLO = {"at": "day 1 09:00", "email": "welcome-hello"}


def test_it_is_expected_by_its_step() -> None:
    assert run({"events": [STARTED], "expect": [TOLD, HELLO], "outcome": "finished"}, steps=STEPS).passed


def test_what_is_not_expected_is_a_difference() -> None:
    assert ("message", "", "webhook tell") in differing({"events": [STARTED], "expect": [HELLO]}, steps=STEPS)
    nobody = {**TOLD, "contains": ["bob@example.com"]}
    found = differing({"events": [STARTED], "expect": [nobody, HELLO]}, steps=STEPS)
    assert found == [("text", "webhook tell contains 'bob@example.com'", "it does not")]
