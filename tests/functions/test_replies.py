"""Replies at the door of ``record_feedback``, with a bucket in moto."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from functions.record_feedback.handler import handler
from leadwell import wiring
from leadwell.clock import SystemClock, from_iso
from leadwell.consent.withdrawals import Withdrawals
from leadwell.errors import Broken
from leadwell.messaging.message import Message, claim, sent
from leadwell.messaging.reply_address import reply_address
from leadwell.store import keys
from leadwell.store.mails import S3Mails
from leadwell.store.queues import TRANSACTIONAL
from leadwell.store.table import Key, Put, query_all
from tests.functions.arriving_mail import DOMAIN, key_of, mail, told_of
from tests.functions.embedded_aws import SECRET, embedded_aws
from tests.functions.queue_records import CONTACT, MESSAGE, notification, queue_event

NOW = from_iso("2026-11-22T12:00:00Z")
BUCKET = "leadwell-repliesmails"
ADDRESS = reply_address(SECRET.encode(), DOMAIN, CONTACT, MESSAGE, NOW)


class _Queues:
    def __init__(self) -> None:
        self.sent: list[tuple[str, Key]] = []

    def send(self, queue: str, work: Any) -> None:
        self.sent += [(queue, key) for key in work]

    def set_aside(self, queue: str, images: Any) -> None: ...

    def backlog(self, queue: str) -> int:
        return 0


class _Starter:
    def start_delay(self, minute: str, name: str) -> None: ...

    def start_rebuild(self, name: str, reason: str) -> None: ...


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[wiring.Services]:
    monkeypatch.setenv("LEADWELL_REPLY_DOMAIN", DOMAIN)
    monkeypatch.setenv("LEADWELL_REPLY_TO", "office@example.com")
    monkeypatch.setenv("LEADWELL_REPLY_BUCKET", BUCKET)
    with embedded_aws(monkeypatch, SystemClock()) as services:
        boto3.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        services.queues = _Queues()
        services.starter = _Starter()
        asked = Message(
            id=MESSAGE,
            contact=CONTACT,
            channel="email",
            template="cart-reminder",
            template_version=1,
            purpose="marketing",
            requested_at=NOW,
            journey="abandoned-cart",
            step="remind",
        )
        left = sent(claim(asked, "robin@example.com", NOW, 60_000), "ses-1", NOW)
        services.table.write(Put(left.to_item(), 0))
        yield services


def arriving(name: str, to: str = ADDRESS, **more: Any) -> str:
    content = mail(name)
    said = told_of(to, content, NOW, number=name, **more)
    boto3.client("s3").put_object(Bucket=BUCKET, Key=key_of(said), Body=content)
    return notification(said)


def names(aws: wiring.Services) -> list[str]:
    return [item["name"] for item in query_all(aws.table, keys.contact(CONTACT).pk, begins=keys.EVENTS)]


def test_good_bad_and_repeated_records(aws: wiring.Services) -> None:
    good, bad = arriving("person"), notification(told_of(ADDRESS, b"", NOW, number="not-in-the-bucket"))
    torn = json.loads(json.loads(good)["Message"])
    del torn["receipt"]["action"]
    answer = handler(queue_event(good, bad, notification(torn), good), None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "r1"}, {"itemIdentifier": "r2"}]}
    assert names(aws) == ["Email Replied"]
    assert [queue for queue, _ in aws.queues.sent] == [TRANSACTIONAL]  # type: ignore[attr-defined]


def test_a_no_and_an_absence_note(aws: wiring.Services) -> None:
    assert handler(queue_event(arriving("absence"), arriving("no")), None) == {"batchItemFailures": []}
    assert sorted(names(aws)) == ["Consent Withdrawn", "Email Auto-Replied", "Email Replied"]
    assert Withdrawals.from_item(aws.table.get(keys.withdrawals(CONTACT))).last("marketing", "email") == NOW


def test_nothing_personal_is_logged(aws: wiring.Services, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="leadwell")
    forged = "r" + "0" * 61 + f"@{DOMAIN}"
    handler(queue_event(arriving("person"), arriving("no", forged), notification(told_of(ADDRESS, b"", NOW))), None)
    assert "passed on to the mailbox" in caplog.text and "cannot be recorded" in caplog.text
    for personal in ("robin", "Beispiel", "Sofa", "office@", forged, ADDRESS):
        assert personal not in caplog.text


def test_without_a_reply_domain_a_mail_waits_where_a_person_sees_it(
    aws: wiring.Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = arriving("person")
    monkeypatch.setenv("LEADWELL_REPLY_DOMAIN", "")
    wiring.use(None)
    assert handler(queue_event(body), None) == {"batchItemFailures": [{"itemIdentifier": "r0"}]}


def test_a_mail_is_read_from_its_beginning(aws: wiring.Services) -> None:
    arriving("person")
    mails = S3Mails(boto3.client("s3"), BUCKET)
    whole = mails.read("replies/person", 100_000)
    assert (whole.content, whole.is_whole) == (mail("person"), True)
    beginning = mails.read("replies/person", 100)
    assert (beginning.content, beginning.size, beginning.is_whole) == (mail("person")[:100], len(mail("person")), False)
    with pytest.raises(Broken, match="no longer in the bucket"):
        mails.read("replies/none", 100)
