"""The clock moves through what is due, in order, and says what it could not do."""

from datetime import datetime, timedelta

import pytest

from tests.local.running import LocalRun

DAY = 86_400


def sent(local: LocalRun, prefix: str) -> list[tuple[str, datetime]]:
    return [(m["id"], datetime.fromisoformat(m["at"])) for m in local.outbox() if m["id"].startswith(prefix)]


def test_everything_due_is_done_in_order_and_at_its_minute(local: LocalRun) -> None:
    start = datetime.fromisoformat(local.get("/_local/clock").json()["now"])
    # The last two lie further ahead than executions are started.
    waits = {"a-4": 40 * DAY, "a-5": 200 * DAY, "a-2": 2 * DAY, "a-1": 3600, "a-3": 29 * DAY, "a-6": 201 * DAY}
    for name, wait in waits.items():
        local.event(name, wait)
    assert local.advance("PT59M")["troubles"] == []
    assert sent(local, "a-") == []
    moved = local.advance("P200DT2H")
    assert moved["troubles"] == []
    assert [name for name, _ in sent(local, "a-")] == ["a-1", "a-2", "a-3", "a-4", "a-5"]
    for name, at in sent(local, "a-"):
        late = at - (start + timedelta(seconds=waits[name]))
        assert timedelta(0) <= late < timedelta(minutes=1, seconds=10), (name, late)
        assert at.second == 0, "woken at the start of a minute"


def test_delayed_queue_messages_follow_the_clock(local: LocalRun) -> None:
    local.event("delayed", 0, delay=600)
    assert local.settle() == []
    assert sent(local, "delayed") == []
    local.advance("PT9M")
    assert sent(local, "delayed") == []
    local.advance("PT2M")
    assert len(sent(local, "delayed")) == 1


def test_a_message_that_always_fails_ends_in_the_dead_letter_queue(local: LocalRun) -> None:
    local.event("fail-1", 60)
    first = local.advance("PT3M")
    assert any("failed and wait for another attempt" in trouble for trouble in first["troubles"])
    assert [t for t in local.advance("PT1H")["troubles"] if "failed and wait" in t] == []
    assert sent(local, "fail-") == []


def test_work_that_stays_due_is_reported_and_does_not_stop_the_clock(local: LocalRun) -> None:
    local.event("stuck-1", 60, contact="otto")
    local.event("after-1", 120, contact="otto")
    moved = local.advance("PT5M")
    assert any("still holds work" in trouble for trouble in moved["troubles"])
    assert len(sent(local, "after-1")) == 1


def test_what_is_sent_twice_is_shown_twice(local: LocalRun) -> None:
    local.event("twice-1", 60)
    local.advance("PT3M")
    assert len(sent(local, "twice-1")) == 2


def test_mails_are_reported_as_sent_and_delivered(local: LocalRun) -> None:
    local.event("report-1", 60)
    local.advance("PT3M")
    assert {"report-1 Send", "report-1 Delivery"} <= {item["sk"] for item in local.items("FEEDBACK")}
    (mail,) = [m for m in local.outbox() if m["id"] == "report-1"]
    assert (mail["channel"], mail["to"], mail["subject"]) == ("email", "anna@example.com", "Grüße")
    assert (mail["html"], mail["text"], mail["journey"]) == ("<p>Hallo</p>", "Hallo", "welcome")
    assert mail["headers"]["List-Unsubscribe"] == "<https://example.com/u>"
    assert mail["headers"]["Feedback-ID"].endswith(":AmazonSES")


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("bounce", "Bounce"),
        ("complaint", "Complaint"),
        ("open", "Open"),
        ("click", "Click"),
        ("delay", "DeliveryDelay"),
    ],
)
def test_feedback_takes_the_deployed_way(local: LocalRun, event: str, kind: str) -> None:
    name = f"fb-{event}"
    local.event(name, 1)
    local.advance("PT2M")
    reply = local.post("/_local/feedback", {"message": name, "event": event, "link": "https://example.com/"})
    assert (reply.status, reply.json()["troubles"]) == (200, [])
    assert f"{name} {kind}" in {item["sk"] for item in local.items("FEEDBACK")}


def test_sms_leave_and_arrive(local: LocalRun) -> None:
    local.event("sms-1", 60)
    local.advance("PT3M")
    (sms,) = [m for m in local.outbox() if m["id"] == "sms-1"]
    assert (sms["channel"], sms["to"], sms["text"]) == ("sms", "+12025550123", "Grüße & more")
    assert local.post("/_local/sms", {"from": "+12025550123", "body": "STOP"}).json() == {"troubles": []}
    assert "sms +12025550123 STOP" in {item["sk"] for item in local.items("FEEDBACK")}


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/_local/clock", {"advance": "3 hours"}, "not an ISO 8601 duration"),
        ("/_local/clock", {"to": "2001-01-01"}, "only moves forward"),
        ("/_local/clock", {}, "advance"),
        ("/_local/feedback", {"message": "nobody", "event": "open"}, "no message"),
        ("/_local/sms", {"body": "STOP"}, "from"),
    ],
)
def test_wrong_wishes_are_refused_with_a_reason(local: LocalRun, path: str, body: dict[str, str], said: str) -> None:
    reply = local.post(path, body)
    assert reply.status == 400
    assert said in reply.json()["message"]
