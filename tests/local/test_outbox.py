import json
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from infra.local.clock import VirtualClock
from infra.local.embedded_aws import Call
from infra.local.outbox import Outbox, Sent


def mail(message: str = "m1", provider: str = "ses-1", **content: Any) -> Call:
    body = {
        "FromEmailAddress": "Shop <hello@example.com>",
        "Destination": {"ToAddresses": ["anna@example.com"]},
        "ConfigurationSetName": "set",
        "EmailTags": [{"Name": "leadwell_message", "Value": message}, {"Name": "leadwell_step", "Value": "hello"}],
        "Content": content or {"Simple": {"Subject": {"Data": "S"}, "Body": {"Html": {"Data": "<p>H</p>"}}}},
    }
    answer = json.dumps({"MessageId": provider}).encode()
    return Call("POST", "/v2/email/outbound-emails", json.dumps(body).encode(), 200, answer)


def outbox(folder: Path) -> tuple[Outbox, list[Sent]]:
    reported: list[Sent] = []
    return Outbox(folder / "outbox.jsonl", VirtualClock(), reported.append), reported


def test_a_mail_is_kept_and_reported(tmp_path: Path) -> None:
    box, reported = outbox(tmp_path)
    box.watch(mail())
    (sent,) = box.list()
    assert reported == [sent]
    shown = sent.to_json()
    assert (shown["id"], shown["from"], shown["to"], shown["step"]) == (
        "m1",
        "Shop <hello@example.com>",
        "anna@example.com",
        "hello",
    )
    assert shown["at"].endswith("Z")
    assert outbox(tmp_path)[0].list() == [sent], "another process reads the same"


def test_the_header_that_ses_adds_is_shown(tmp_path: Path) -> None:
    box, _ = outbox(tmp_path)
    call = mail()
    body = json.loads(call.body)
    named = {"ses:feedback-id-a": "welcome", "ses:feedback-id-b": "marketing"}
    body["EmailTags"] += [{"Name": name, "Value": value} for name, value in named.items()]
    box.watch(replace(call, body=json.dumps(body).encode()))
    (sent,) = box.list()
    first, second, third, sender = sent.headers["Feedback-ID"].split(":")
    assert (first, second, sender) == ("welcome", "marketing", "AmazonSES")
    assert third, "and is told from other accounts"


def test_a_raw_mail_is_taken_apart(tmp_path: Path) -> None:
    raw = (
        "From: hello@example.com\r\nTo: anna@example.com\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
        "List-Unsubscribe: <https://example.com/u>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHallo\r\n"
    )
    box, _ = outbox(tmp_path)
    box.watch(mail(Raw={"Data": b64encode(raw.encode()).decode()}))
    (sent,) = box.list()
    assert (sent.subject, sent.text.strip()) == ("Grüße", "Hallo")
    assert sent.headers["List-Unsubscribe"] == "<https://example.com/u>"


def test_an_sms_is_kept(tmp_path: Path) -> None:
    form = {
        "Action": "Publish",
        "PhoneNumber": "+12025550123",
        "Message": "Grüße & mehr",
        "MessageAttributes.entry.1.Name": "leadwell_message",
        "MessageAttributes.entry.1.Value.StringValue": "m2",
    }
    box, reported = outbox(tmp_path)
    box.watch(Call("POST", "/", urlencode(form).encode(), 200, b"<MessageId>sns-1</MessageId>"))
    (sent,) = box.list()
    assert (sent.id, sent.channel, sent.to, sent.text) == ("m2", "sms", "+12025550123", "Grüße & mehr")
    assert reported == []


def test_what_was_refused_is_not_shown(tmp_path: Path) -> None:
    box, _ = outbox(tmp_path)
    refused = mail()
    box.watch(Call(refused.method, refused.path, refused.body, 400, b"{}"))
    assert box.list() == []


def test_a_replayed_message_is_shown_once_and_a_doubled_one_twice(tmp_path: Path) -> None:
    outbox(tmp_path)[0].watch(mail("m1", "ses-1"))
    box, reported = outbox(tmp_path)
    box.watch(mail("m1", "ses-2"))
    assert [(s.id, s.provider_id) for s in box.list()] == [("m1", "ses-2")]
    assert len(reported) == 1, "the replayed table waits for SES's report all the same"
    assert box.find("m1") == box.list()[0]
    box.watch(mail("m1", "ses-3"))
    assert [(s.id, s.provider_id) for s in box.list()] == [("m1", "ses-2"), ("m1", "ses-3")]


def test_a_line_that_was_cut_off_is_dropped(tmp_path: Path) -> None:
    outbox(tmp_path)[0].watch(mail("m1"))
    with (tmp_path / "outbox.jsonl").open("a") as file:
        file.write('{"id": "m2"')
    box, _ = outbox(tmp_path)
    box.watch(mail("m3"))
    assert [s.id for s in outbox(tmp_path)[0].list()] == ["m1", "m3"]
