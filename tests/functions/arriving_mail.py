"""Mails to the reply domain, as SES puts them into the bucket and tells of them."""

import re
from typing import Any

from leadwell.clock import Moment, to_iso
from leadwell.feedback.from_mail import Arrived, arrived
from leadwell.store.mails import Stored
from tests.functions.queue_records import PAYLOADS, payload

DOMAIN = "reply.example.com"


def mail(name: str) -> bytes:
    """``mail("person")``, with the line ends that travel."""
    return (PAYLOADS / "mail" / f"{name}.eml").read_bytes().replace(b"\n", b"\r\n")


def told_of(
    to: str, content: bytes, at: Moment | None = None, *, number: str = "d6iitobk75ur44p8kdnnp7g2n800", **verdicts: str
) -> dict[str, Any]:
    """The notification; ``verdicts`` such as ``spamVerdict="FAIL"``. The mail lies under ``key_of`` of it."""
    said = payload("mail/received")
    path = re.search(rb"^Return-Path: <([^>]*)>", content, re.MULTILINE)
    said["mail"]["source"] = path[1].decode("latin-1") if path else "robin@example.com"
    said["mail"]["destination"] = said["receipt"]["recipients"] = [to]
    said["mail"]["messageId"] = number
    said["receipt"]["action"]["objectKey"] = f"replies/{number}"
    if at is not None:
        said["mail"]["timestamp"] = said["receipt"]["timestamp"] = to_iso(at)
    for verdict, status in verdicts.items():
        said["receipt"][verdict] = {"status": status}
    return said


def key_of(said: dict[str, Any]) -> str:
    return str(said["receipt"]["action"]["objectKey"])


class Bucket:
    """``Mails`` with what was put into it."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def read(self, key: str, most: int) -> Stored:
        return Stored(self.kept[key][:most], len(self.kept[key]))


def arrived_of(content: bytes) -> Arrived:
    return arrived(told_of(f"r@{DOMAIN}", content))
