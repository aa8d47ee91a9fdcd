"""Webhooks of the local run: each that is taken stands in the outbox. Only those to this machine (``http://localhost``)
really leave, so that a receiver can be tried; what is meant for the internet is shown, and counts as taken."""

import json
from collections.abc import Mapping
from typing import Any

from infra.local.outbox import Outbox, Sent
from leadwell.messaging.channels.outside import Answer, post_here
from leadwell.messaging.targets import target_of


class Webhooks:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def carry(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """As ``post_outside`` does it in AWS."""
        target = target_of(url)
        answer = Answer(200)
        if target.is_this_machine and not target.secure:
            answer = post_here(url, headers, body)
        if 200 <= answer.status < 300:
            self._outbox.keep(_sent(url, headers, json.loads(body)))
        return answer


def _sent(url: str, headers: Mapping[str, str], told: dict[str, Any]) -> Sent:
    data = told["data"]
    return Sent(
        id=headers["webhook-id"],
        channel="webhook",
        to=url,
        subject=told["type"],
        text=json.dumps(told, ensure_ascii=False, indent=2),
        headers=dict(headers),
        tags={
            "leadwell_message": headers["webhook-id"],
            "leadwell_contact": data["contact"]["id"],
            "leadwell_journey": data["journey"]["name"],
            "leadwell_step": data["journey"]["step"],
        },
    )
