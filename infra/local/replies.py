"""Mails that somebody writes to us, as SES takes them: into the bucket, then a notification of the exact shape.

From there on everything is the deployed stack: topic → subscription → queue → ``record_feedback``. Shape: "Examples of
notifications for Amazon SES email receiving" in AWS's guide.
"""

import json
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import Any

from infra.local.clock import VirtualClock
from infra.local.outbox import Sent
from leadwell.clock import to_iso
from leadwell.ids import fingerprint

_PASS = {"status": "PASS"}


class Replies:
    def __init__(self, *, s3: Any, sns: Any, clock: VirtualClock, bucket: str, topic: str) -> None:
        """``s3`` and ``sns`` are clients."""
        self._s3 = s3
        self._sns = sns
        self._clock = clock
        self._bucket = bucket
        self._topic = topic

    def answer(self, sent: Sent, text: str, *, sender: str = "", subject: str = "", automatic: bool = False) -> str:
        """Answers a mail as its recipient, or as ``sender``; tells where it was sent to."""
        to = sent.headers.get("Reply-To", sent.sender)
        mail = EmailMessage(policy=SMTP)
        number = fingerprint("local reply", sent.id, text, str(self._clock.now()))
        mail["Return-Path"] = "<>" if automatic else f"<{sender or sent.to}>"
        mail["From"], mail["To"] = sender or sent.to, to
        mail["Subject"] = subject or f"Re: {sent.subject}"
        mail["Date"] = formatdate(self._clock.now() / 1000)
        mail["Message-ID"] = f"<{number}@mail.example.com>"
        if automatic:
            mail["Auto-Submitted"] = "auto-replied"
        quoted = "\n".join(f"> {line}" for line in sent.text.splitlines()[:20])
        mail.set_content(f"{text}\n\nOn {mail['Date']}, {sent.sender} wrote:\n{quoted}\n")
        self._arrive(number, to, mail)
        return to

    def _arrive(self, number: str, to: str, mail: EmailMessage) -> None:
        key, now = f"replies/{number}", to_iso(self._clock.now())
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=mail.as_bytes())
        told = {
            "notificationType": "Received",
            "mail": {
                "timestamp": now,
                "source": str(mail["Return-Path"]).strip("<>"),
                "messageId": number,
                "destination": [to],
                "headersTruncated": False,
                "headers": [{"name": name, "value": str(value)} for name, value in mail.items()],
                "commonHeaders": {"from": [str(mail["From"])], "to": [to], "subject": str(mail["Subject"])},
            },
            "receipt": {
                "timestamp": now,
                "processingTimeMillis": 222,
                "recipients": [to],
                **dict.fromkeys(("spamVerdict", "virusVerdict", "spfVerdict", "dkimVerdict", "dmarcVerdict"), _PASS),
                "action": {
                    "type": "S3",
                    "topicArn": self._topic,
                    "bucketName": self._bucket,
                    "objectKeyPrefix": "replies/",
                    "objectKey": key,
                },
            },
        }
        self._sns.publish(
            TopicArn=self._topic, Message=json.dumps(told), Subject="Amazon SES Email Receipt Notification"
        )
