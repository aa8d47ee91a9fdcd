"""A reply of the local run has SES's shape: what the product reads of it, it reads from real ones alike."""

import json
from dataclasses import replace
from typing import Any

from infra.local.clock import VirtualClock
from infra.local.replies import Replies
from leadwell.feedback.from_mail import Written, arrived, written
from tests.functions.queue_records import payload
from tests.local.test_feedback import SENT

ADDRESSED = replace(SENT, headers={"Reply-To": "r1@reply.example.com"}, text="Hello.\nUnsubscribe: https://x.example")


class Aws:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.told: list[dict[str, Any]] = []

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:
        self.kept[Key] = Body

    def publish(self, *, TopicArn: str, Message: str, Subject: str) -> None:
        self.told.append(json.loads(Message))


def answered(text: str, **more: Any) -> tuple[Aws, Written]:
    aws = Aws()
    replies = Replies(s3=aws, sns=aws, clock=VirtualClock(), bucket="b", topic="t")
    assert replies.answer(ADDRESSED, text, **more) == "r1@reply.example.com"
    (told,) = aws.told
    found = arrived(told)
    return aws, written(aws.kept[found.key], found)


def test_it_has_the_documented_fields() -> None:
    aws, _ = answered("Yes, please.")
    given = payload("mail/received")
    for part in ("mail", "receipt"):
        assert set(aws.told[0][part]) == set(given[part]), part
    assert set(aws.told[0]["receipt"]["action"]) == set(given["receipt"]["action"])
    assert aws.told[0]["receipt"]["recipients"] == ["r1@reply.example.com"]


def test_what_it_says_stands_above_what_it_answers() -> None:
    _, mail = answered("Grüße\nAnna")
    assert (mail.text, mail.sender, mail.automatic) == ("Grüße\nAnna", "anna@example.com", False)
    assert mail.subject == "Re: Hello"


def test_an_absence_note_and_another_sender() -> None:
    assert answered("Away", automatic=True)[1].automatic
    assert answered("Hi", sender="office@example.net", subject="STOP")[1].sender == "office@example.net"
