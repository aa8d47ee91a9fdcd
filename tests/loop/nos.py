"""A world in which two people say yes and no by every door there is, and who was told no when.

Nothing here looks at how the product decides. It notes what was acknowledged, and judges whatever a channel accepts.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from leadwell.clock import DAY, MINUTE, SECOND, Moment, to_iso
from leadwell.definitions.publishing import Publisher
from leadwell.ids import contact_id, fingerprint
from leadwell.messaging.message import Message
from leadwell.messaging.outgoing import Outgoing
from leadwell.messaging.rendering.read_sources import read_email, read_sms
from leadwell.pages.links import contact_token, link_to
from leadwell.pages.tokens import Purpose
from leadwell.store import keys
from leadwell.store.queues import MESSAGES
from leadwell.store.table import Key, Put
from tests.fakes.world import TEMPLATES, World
from tests.functions.arriving_mail import key_of, told_of
from tests.functions.queue_records import notification, payload, queue_event
from tests.loop.doors import PUBLIC, SERVER, with_keys
from tests.unit.console.signed_in import SignedIn

PEOPLE = ("ann", "bob")
ADDRESSES = {
    "ann": {"email": "ann@example.com", "sms": "+12025550141"},
    "bob": {"email": "bob@example.com", "sms": "+12025550142"},
}
TOPIC = "events"
"""Of advertising: it needs a yes of its own, and a no to marketing is one to it."""
SILENCE = ("STOP", "Abmelden bitte", "Please unsubscribe me")
"""What somebody may answer a mail with. "Thank you" asks for nothing."""
WHOSE = {address: person for person, ways in ADDRESSES.items() for address in ways.values()}
TEMPLATE = {"email": "confirm-subscription", "sms": "confirm-sms"}
_SHORT = re.compile(r"https://go\.example\.com(/s/\w+)")
_LINK = re.compile(r"https://go\.example\.com(/p/[cu]/[\w-]+)")


@dataclass(frozen=True)
class Said:
    """A yes or a no that was acknowledged; ``at`` is when it was said, ``kind`` yes, asked, no, restricted, lifted,
    paused (``until`` a moment), resumed."""

    kind: str
    at: Moment
    person: str
    purpose: str = "*"
    channel: str = "*"
    until: Moment = 0

    def covers(self, purpose: str, channel: str) -> bool:
        return self.purpose in ("*", purpose) and self.channel in ("*", channel)


@dataclass
class Judge:
    """``faults`` are messages that a channel accepted after a no."""

    now: Callable[[], Moment]
    said: list[Said] = field(default_factory=list)
    silenced: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def look_at(self, channel: str, message: Outgoing, purpose: str) -> None:
        person, to = WHOSE[message.to], message.to
        if to in self.silenced:
            self.faults.append(f"{purpose} by {channel} to a silenced address of {person}")
            return
        mine = [one for one in self.said if one.person == person]
        limits = [one for one in mine if one.kind in ("restricted", "lifted")]
        if limits and max(limits, key=lambda one: one.at).kind == "restricted":
            self.faults.append(f"{purpose} by {channel} to {person}, who is restricted")
            return
        topic = "marketing" if purpose == "confirmation" else purpose
        pauses = [one for one in mine if one.kind in ("paused", "resumed")]
        if pauses and purpose in ("marketing", TOPIC):
            newest = max(pauses, key=lambda one: one.at)
            if newest.kind == "paused" and self.now() < newest.until:
                self.faults.append(f"{purpose} by {channel} to {person}, who asked for a pause")
        against = (topic, "marketing") if topic == TOPIC else (topic,)
        nos = [one.at for one in mine if one.kind == "no" and any(one.covers(what, channel) for what in against)]
        again = ("yes", "asked") if purpose == "confirmation" else ("yes",)
        yeses = [one.at for one in mine if one.kind in again and one.covers(topic, channel)]
        if nos and max(nos) >= max(yeses, default=-1):
            self.faults.append(f"{purpose} by {channel} to {person} after a no")
        if topic == TOPIC and not yeses:
            self.faults.append(f"{purpose} by {channel} to {person}, who never agreed to it")


class Play:
    """Actions are called by name. Each answers nothing; what follows from it happens only by ``settle``, ``send`` and
    ``pass_time``, so that a no stands before, between and behind everything else."""

    def __init__(self) -> None:
        self.world = World(templates=None)
        self.world.table.restore(_published())
        with_keys(self.world)
        self.judge = Judge(self.world.clock.now)
        self.world.outbox.sent = _Watched(lambda mail: self._accepted("email", mail))
        self.world.sms.sent = _Watched(lambda text: self._accepted("sms", text))
        self.left: list[tuple[str, Outgoing]] = []
        self._confirmed: set[str] = set()
        self._requests = 0
        self._last: tuple[str, dict[str, Any]] | None = None

    # What happens by itself.

    def settle(self) -> None:
        self.world.run()

    def send(self) -> None:
        """The queue is quicker than the stream."""
        while self.world.queues.waiting[MESSAGES]:
            self.world._work_queue(MESSAGES)

    def pass_time(self, days: int) -> None:
        self.world.advance(days * DAY + MINUTE)

    # What people, websites and colleagues do.

    def identify(self, person: str) -> None:
        traits = {"email": ADDRESSES[person]["email"], "phone": ADDRESSES[person]["sms"]}
        self._track(SERVER, {"type": "identify", "userId": person, "traits": traits})

    def server_yes(self, person: str, channel: str, late: bool, purpose: str = "marketing") -> None:
        """``late``: it was said some time ago and is reported now."""
        at = self._tick() - (30 * MINUTE if late else 0)
        said = {"purpose": purpose, "channel": channel, "source": "till", "wording": "Yes."}
        call = {"type": "track", "event": "Consent Granted", "userId": person, "properties": said}
        self._track(SERVER, {**call, "timestamp": to_iso(at)})
        self.judge.said.append(Said("yes", at, person, purpose, channel))

    def server_no(self, person: str, purpose: str, channel: str) -> None:
        at = self._tick()
        said = {"purpose": purpose, "channel": channel}
        call = {"type": "track", "event": "Consent Withdrawn", "userId": person, "properties": said}
        self._track(SERVER, {**call, "timestamp": to_iso(at)})
        self.judge.said.append(Said("no", at, person, purpose, channel))

    def visitor_asks(self, person: str, device: str, channel: str) -> None:
        at = self._tick()
        traits = {"email": ADDRESSES[person]["email"], "phone": ADDRESSES[person]["sms"]}
        said = {"purpose": "marketing", "channel": channel}
        who = {"anonymousId": device}
        self._track(PUBLIC, {"type": "identify", "traits": traits, "timestamp": to_iso(at), **who})
        self._tick()
        at = self.world.clock.now()
        asked = {"type": "track", "event": "Consent Granted", "properties": said, "timestamp": to_iso(at)}
        self._track(PUBLIC, {**asked, **who})
        self.judge.said.append(Said("asked", at, person, "marketing", channel))

    def click(self, which: int, everything: bool = False) -> None:
        """The button behind the link of some message that left: confirms, or unsubscribes: from what the message is
        about, or from ``everything``."""
        if not self.left:
            return
        channel, left = self.left[which % len(self.left)]
        found = _LINK.search(self._long(left.text))
        if found is None:
            return
        at = self._tick()
        answer = self._call(
            "serve_pages",
            self._http("POST", found[1], "everything=off" if everything else "List-Unsubscribe=One-Click"),
        )
        if answer["statusCode"] != 200:
            return
        person = WHOSE[left.to]
        if found[1].startswith("/p/u/"):
            purpose = self.said_of(left)
            no = ("marketing", "*") if everything else (purpose, channel)
            self.judge.said.append(Said("no", at, person, *no))
        elif left.tags["leadwell_message"] not in self._confirmed:
            self._confirmed.add(left.tags["leadwell_message"])
            self.judge.said.append(Said("yes", at, person, "marketing", channel))

    def pause(self, which: int, ends: bool) -> None:
        """By the preference center that a message which left leads to."""
        if not self.left:
            return
        _, left = self.left[which % len(self.left)]
        at = self._tick()
        contact, message = left.tags["leadwell_contact"], left.tags["leadwell_message"]
        token = contact_token(Purpose.PREFERENCES, contact, message, at)
        path = link_to("", self.world.services.secrets.signing_key, token)
        answer = self._call("serve_pages", self._http("POST", path, "pause=end" if ends else "pause=30"))
        if answer["statusCode"] == 200:
            self.judge.said.append(Said("resumed" if ends else "paused", at, WHOSE[left.to], until=at + 30 * DAY))

    def server_pause(self, person: str, days: int) -> None:
        at = self._tick()
        said = {"until": to_iso(at + days * DAY)}
        call = {"type": "track", "event": "Messages Paused", "userId": person, "properties": said}
        self._track(SERVER, {**call, "timestamp": to_iso(at)})
        self.judge.said.append(Said("paused", at, person, until=at + days * DAY))

    def _long(self, text: str) -> str:
        """What the phone shows once it has followed the short links."""

        def followed(found: re.Match[str]) -> str:
            answer = self.world.call("serve_pages", self._http("GET", found[1], ""))
            return str(answer.get("headers", {}).get("location", found[0]))

        return _SHORT.sub(followed, text)

    def report(self, which: int, kind: str) -> None:
        """SES reports about some mail that left."""
        mails = [left for channel, left in self.left if channel == "email"]
        if not mails:
            return
        left, at = mails[which % len(mails)], self._tick()
        said = payload(f"ses/{kind}")
        said["mail"]["destination"] = [left.to]
        said["mail"]["tags"] |= {name: [value] for name, value in left.tags.items()}
        section = "complaint" if kind == "complaint" else "bounce"
        said[section]["timestamp"] = to_iso(at)
        self._call("record_feedback", queue_event(notification(said), notification(said)))
        self.judge.silenced.add(left.to)
        if kind == "complaint":
            self.judge.said.append(Said("no", at, WHOSE[left.to], "marketing", "email"))

    def reply(self, which: int, words: str, forged: bool) -> None:
        """Somebody answers a mail that left. At a forged address it says nothing."""
        mails = [left for channel, left in self.left if channel == "email"]
        if not mails:
            return
        left, at = mails[which % len(mails)], self._tick()
        purpose = self.said_of(left)
        self._requests += 1
        number = f"reply-{self._requests}"
        content = f"From: {left.to}\r\nMessage-ID: <{number}@example.com>\r\n\r\n{words}\r\n> Hello\r\n".encode()
        said = told_of("r" + left.reply_to[2:] if forged else left.reply_to, content, at, number=number)
        self.world.arrived.kept[key_of(said)] = content
        self._call("record_feedback", queue_event(notification(said), notification(said)))
        if not forged and words in SILENCE:
            topic = "marketing" if purpose in ("confirmation", TOPIC) else purpose
            self.judge.said.append(Said("no", at, WHOSE[left.to], topic, "email"))

    def stop(self, person: str, word: str) -> None:
        self._tick()
        number = ADDRESSES[person]["sms"]
        said = payload("sms/stop") | {
            "messageBody": word,
            "originationNumber": number,
            "inboundMessageId": word + number,
        }
        self._call("record_feedback", queue_event(notification(said)))
        self.judge.silenced.add(number)

    def colleague_no(self, person: str, channel: str) -> None:
        at = self._tick()
        body = {"purpose": "*", "channel": channel, "state": "withdrawn"}
        if self._api().post(f"/api/contacts/{self._id(person)}/consents", body).status == 202:
            self.judge.said.append(Said("no", at, person, "*", channel))

    def suppression_list(self, person: str, channel: str, reason: str) -> None:
        self._tick()
        address = ADDRESSES[person][channel]
        entry = {"source": "former system", "suppressions": [{"address": address, "reason": reason}]}
        assert self._api().post("/api/suppressions", entry).status == 202
        self.judge.silenced.add(address)

    def restrict(self, person: str, lifted: bool) -> None:
        at, path = self._tick(), "lift-restriction" if lifted else "restrict"
        reply = self._api().post(f"/api/contacts/{self._id(person)}/{path}", {"reason": "a letter says so"})
        if reply.status == 202:
            self.judge.said.append(Said("lifted" if lifted else "restricted", at, person))

    def erase(self, person: str) -> None:
        self._tick()
        contact = self.world.table.get(keys.contact(self._id(person)))
        if self._api().delete(f"/api/contacts/{self._id(person)}").status == 200 and contact:
            known = {value for _, value in contact.get("identities", ())}
            self.judge.silenced |= known & WHOSE.keys()

    def import_contact(self, person: str) -> None:
        self._tick()
        self._api().put("/api/contacts", {"identities": {"email": ADDRESSES[person]["email"]}})

    def ask_for(self, person: str, channel: str, purpose: str) -> None:
        """Some journey, or a colleague, wants a message sent; of the topic it is marketing like any other."""
        at = self._tick()
        message = Message(
            id="m" + fingerprint(str(at)),
            contact=self._id(person),
            channel=channel,
            template=TEMPLATE[channel],
            template_version=1,
            purpose="marketing" if purpose == TOPIC else purpose,
            topic=TOPIC if purpose == TOPIC else "",
            requested_at=at,
            due_at=at + 5 * MINUTE,
        )
        self.world.table.write(Put(message.to_item(), 0))
        self.world.queues.waiting[MESSAGES].append(message.key)

    def again(self) -> None:
        """The client, the gateway or AWS delivers the last request once more."""
        if self._last:
            self.world.call(*self._last)

    # How it is done.

    def _accepted(self, channel: str, left: Outgoing) -> None:
        if left.internal:  # a reply goes to a colleague
            return
        self.judge.look_at(channel, left, self.said_of(left))
        self.left.append((channel, left))

    def said_of(self, left: Outgoing) -> str:
        """Its topic, or its purpose."""
        key = keys.message(left.tags["leadwell_contact"], left.tags["leadwell_message"])
        item = self.world.table.get(key)
        return str(item.get("topic") or item["purpose"]) if item else "marketing"

    def _id(self, person: str) -> str:
        return contact_id("user_id", person)

    def _tick(self) -> Moment:
        self.world.clock.moment += SECOND
        return self.world.clock.now()

    def _api(self) -> SignedIn:
        api = SignedIn(self.world)
        self._requests += 1
        api.requests = 1000 * self._requests
        return api

    def _track(self, key: str, call: Mapping[str, Any]) -> None:
        self._requests += 1
        now = to_iso(self.world.clock.now())
        batch = [{"messageId": f"call-{self._requests}", "timestamp": now, **call}]
        body = json.dumps({"writeKey": key, "sentAt": now, "batch": batch})
        answer = self._call("track_events", self._http("POST", "/v1/batch", body))
        assert answer["statusCode"] == 200, answer

    def _call(self, function: str, event: dict[str, Any]) -> Any:
        self._last = (function, event)
        return self.world.call(function, event)

    def _http(self, method: str, path: str, body: str) -> dict[str, Any]:
        self._requests += 1
        return {
            "version": "2.0",
            "rawPath": path,
            "headers": {"user-agent": "Test/1.0"},
            "requestContext": {
                "requestId": f"request-{self._requests}",
                "http": {"method": method, "path": path, "sourceIp": "203.0.113.9"},
                "timeEpoch": self.world.clock.now(),
            },
            "body": body,
            "isBase64Encoded": False,
        }


class _Watched(list[tuple[Moment, Outgoing]]):
    def __init__(self, look: Callable[[Outgoing], None]) -> None:
        super().__init__()
        self._look = look

    def append(self, one: tuple[Moment, Outgoing]) -> None:
        super().append(one)
        self._look(one[1])


@cache
def _published() -> Mapping[Key, dict[str, Any]]:
    """The double opt-ins of both channels and the texts that they need; all that is sent beside uses the same."""
    world = World(templates=None)
    publisher = Publisher(world.services.library, 0, "test")
    for name in ("confirm-subscription", "confirm-reminder"):
        publisher.publish_email(read_email(TEMPLATES / "emails", name))
    publisher.publish_sms(read_sms(TEMPLATES / "sms", "confirm-sms"))
    for file in ("double-opt-in.yaml", "double-opt-in-sms.yaml"):
        publisher.publish((TEMPLATES / "journeys" / file).read_text("utf-8"))
    # A text with a link to unsubscribe, as every marketing message has one.
    world.services.library.look()
    for channel, name in TEMPLATE.items():
        published = world.services.library.live(channel, name)
        assert published
        world.services.library.publish(channel, name, _both_links(published.document), now=0, by="test")
    return world.table.snapshot()


def _both_links(document: Mapping[str, Any]) -> dict[str, Any]:
    """Whatever purpose a message has, the document has what it needs."""
    ours = ("unsubscribe", "confirm")
    link = " ".join(f"{{% if links.{name} %}}{{{{ links.{name} }}}}{{% endif %}}" for name in ours)
    document = {**document, "requires": []}
    if "texts" in document or isinstance(next(iter(document["locales"].values())), str):
        return {**document, "locales": dict.fromkeys(document["locales"], f"Hello. {link}")}
    texts = {"html": f"<html><body><p>Hello. {link}</p></body></html>", "text": f"Hello. {link}", "outline": None}
    return {**document, "locales": {name: {**one, **texts} for name, one in document["locales"].items()}}
