"""The people and programs around: websites and servers that report and try again, recipients who click and answer.

What was acknowledged to them is written down, for the checks to hold Leadwell to it.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from leadwell.clock import MINUTE, SECOND, Moment, to_iso
from leadwell.ids import contact_id
from tests.simulation.engine import Outcome
from tests.simulation.providers import SCAN, Accepted
from tests.simulation.world import PUBLIC, SERVER, SIGNING_KEY, World

_PATIENCE = (SECOND, 4 * SECOND, 15 * SECOND, MINUTE, 5 * MINUTE)


@dataclass(frozen=True)
class Entry:
    """A call that was answered with 2xx. ``received`` is when the request that succeeded reached the gateway."""

    id: str
    acknowledged: Moment
    call: dict[str, Any]


@dataclass(frozen=True)
class No:
    """A withdrawal that was acknowledged: by whom (the contact then), of what, and when it was said."""

    acknowledged: Moment
    contact: str
    said_at: Moment
    purpose: str
    channel: str


@dataclass(frozen=True)
class Silence:
    """An address that must not be written to since it was acknowledged."""

    acknowledged: Moment
    channel: str
    address: str


@dataclass(eq=False)
class Callers:
    world: World
    entries: list[Entry] = field(default_factory=list)
    nos: list[No] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    pages: list[int] = field(default_factory=list)
    _requests: int = 0

    # Websites and servers

    def post(self, calls: list[dict[str, Any]], key: str = "server", skew: int = 0, lost: bool = False) -> None:
        """Sends a batch until it is acknowledged. ``happened`` says when, after the story's start, a call happened by
        its
        client's clock, which is ahead by ``skew``. ``lost``: the first answer does not reach the client."""
        start = self.world.engine.start + skew
        batch = []
        for call in calls:
            entry = {name: value for name, value in call.items() if name != "happened"}
            if "happened" in call:
                entry["timestamp"] = to_iso(start + call["happened"])
            batch.append(entry)
        self._send(batch, PUBLIC if key == "public" else SERVER, skew, lost, 0)

    def _send(self, batch: list[dict[str, Any]], key: str, skew: int, lost: bool, tried: int) -> None:
        engine = self.world.engine
        body = {"batch": batch, "sentAt": to_iso(engine.now + skew)}
        headers = {"authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}

        def answered(status: int, text: str) -> None:
            again = lost and tried == 0
            if status == 200:
                self._acknowledged(batch, json.loads(text))
            elif status == 400:
                self.refused.update(str(entry.get("messageId")) for entry in batch)
            else:
                again = True
            if again:
                pause = _PATIENCE[min(tried, len(_PATIENCE) - 1)]
                engine.after(pause, self._send, batch, key, skew, lost, tried + 1)

        self._http("track_events", "POST", "/v1/batch", json.dumps(body), headers, answered)

    def _acknowledged(self, batch: list[dict[str, Any]], answer: dict[str, Any]) -> None:
        engine = self.world.engine
        bad = {one["index"] for one in answer.get("refused", ())}
        for index, entry in enumerate(batch):
            if index in bad:
                self.refused.add(str(entry.get("messageId")))
                continue
            self.entries.append(Entry(entry["messageId"], engine.now, entry))
            if entry.get("event") == "Consent Withdrawn":
                properties = entry.get("properties", {})
                self._said_no(entry["messageId"], properties.get("purpose", "*"), properties.get("channel", "*"))
        engine.note(f"  acknowledged: {', '.join(str(entry.get('messageId')) for entry in batch)}")

    def _said_no(self, event_id: str, purpose: str, channel: str) -> None:
        table = self.world.table
        for pk, sk in table.events.get(event_id, ())[-1:]:
            if (pk, sk) not in table.items:
                continue  # erased meanwhile
            said_at = int(table.items[pk, sk]["at"]["N"])
            self.nos.append(No(self.world.engine.now, pk, said_at, purpose, channel))

    # Recipients

    def open_link(self, to: str, link: str, tried: int = 0) -> None:
        """Follows a link of the latest message to the address: ``look`` only looks, as scanners do."""
        engine = self.world.engine
        if link == "confirm":
            mail = self.world.providers.latest(to, lambda one: bool(one.confirm))
        else:
            mail = self.world.providers.latest(to, lambda one: bool(one.unsubscribe))
        if mail is None:
            return
        path = mail.confirm if link == "confirm" else mail.unsubscribe
        method = "GET" if link == "look" else "POST"

        def answered(status: int, text: str) -> None:
            if status == 200 and link == "unsubscribe":
                self._unsubscribed(mail)
            if status not in (200, 404, 410):  # gone is an answer: somebody said no since
                engine.after(5 * SECOND, self.open_link, to, link, tried + 1)

        engine.note(f"{to} opens the link to {link}")
        self._http("serve_pages", method, path, "", {}, answered)

    def _unsubscribed(self, mail: Accepted) -> None:
        self.world.engine.note(f"  acknowledged: {mail.to} unsubscribed")
        table = self.world.table
        for _, at, item, _ in reversed(table.journal):
            if item["kind"]["S"] == "EVENT" and item["name"]["S"] == "Consent Withdrawn":
                said = item.get("properties", {}).get("M", {})
                if said.get("message", {}).get("S") == mail.message:
                    purpose, channel = said["purpose"]["S"], said["channel"]["S"]
                    self.nos.append(No(self.world.engine.now, at[0], int(item["at"]["N"]), purpose, channel))
                    return

    def sms(self, number: str, text: str, stops: bool) -> None:
        engine = self.world.engine

        def consumed() -> None:
            if stops:
                self.silences.append(Silence(engine.now, "sms", number))
                engine.note(f"  acknowledged: {number} says stop")

        engine.note(f"{number} answers {text}")
        self.world.providers.sms(number, text, consumed)

    def report(self, to: str, kind: str, delay: int = 0) -> None:
        """The latest mail to the address is opened, bounces, is called spam …"""
        mail = self.world.providers.latest(to, lambda one: one.channel == "email")
        if mail is None:
            return
        silences = kind in ("Bounce", "Complaint")

        def consumed() -> None:
            if silences:
                self.silences.append(Silence(self.world.engine.now, "email", to))

        if kind == "Scan":
            for number, one in enumerate(SCAN):
                self.world.providers.report(mail, one, delay + 300 * number, consumed)
            return
        self.world.providers.report(mail, kind, delay, consumed)

    # HTTP

    def erase(self, user: str, tried: int = 0) -> None:
        """An administrator erases a person, again and again until the answer says that nothing is left."""
        engine, table = self.world.engine, self.world.table
        contact = contact_id("user_id", user)
        stored = table.get((f"C#{contact}", "C"))
        traits = stored.get("traits", {}).get("M", {}) if stored else {}
        addresses = [
            (channel, traits[trait]["S"])
            for channel, trait in (("email", "email"), ("sms", "phone"))
            if trait in traits
        ]

        def answered(status: int, text: str) -> None:
            if status == 404:
                return
            if status == 200 and json.loads(text)["complete"]:
                self.silences += [Silence(engine.now, channel, address) for channel, address in addresses]
                engine.note(f"  acknowledged: {user} is erased")
                return
            engine.after(5 * SECOND, self.erase, user, tried + 1)

        path = f"/api/contacts/{contact}"
        claims = {"sub": "person-1", "cognito:groups": "[admin]"}
        self._http("manage", "DELETE", path, "", {}, answered, {"jwt": {"claims": claims, "scopes": None}})

    def _http(
        self,
        function: str,
        method: str,
        path: str,
        body: str,
        headers: dict[str, str],
        answered: Callable[[int, str], None],
        authorizer: dict[str, Any] | None = None,
    ) -> None:
        engine = self.world.engine
        if engine.is_down:
            engine.after(MINUTE, answered, 503, "")
            return
        self._requests += 1
        event = {
            "version": "2.0",
            "rawPath": path,
            "headers": headers,
            "body": body,
            "isBase64Encoded": False,
            "requestContext": {
                "requestId": f"request-{self._requests}",
                "stage": "$default",
                "http": {"method": method, "path": path, "sourceIp": "192.0.2.1"},
                "timeEpoch": engine.now,
                **({"authorizer": authorizer} if authorizer else {}),
            },
        }

        def done(outcome: Outcome) -> None:
            if outcome.error is not None:
                answered(502, "")
                return
            status = outcome.answer["statusCode"]
            if status >= 500 and not outcome.disturbed:
                engine.problems.append(f"{function} answers {status} although nothing disturbs it")
            answered(status, outcome.answer.get("body", ""))

        engine.invoke(function, event, done)


def user_hash(user: str, email: str = "") -> str:
    """What a website's own server hands to its page (README of the tracking API)."""
    key = hmac.new(SIGNING_KEY.encode(), b"leadwell user hash", hashlib.sha256).hexdigest()
    return hmac.new(key.encode(), "\n".join(filter(None, (user, email))).encode(), hashlib.sha256).hexdigest()
