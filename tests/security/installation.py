"""A whole installation in memory, with people in it, whose doors are opened to strangers."""

import base64
import importlib
import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from infra.local.gateway import TOKEN
from leadwell import wiring
from leadwell.clock import DAY, MINUTE
from leadwell.definitions.publishing import Publisher
from leadwell.ids import company_id
from leadwell.journeys.calling import Call
from leadwell.messaging.message import Message, parked
from leadwell.sales.task import Task, given_out
from leadwell.store import keys
from leadwell.store.table import Key, Put
from leadwell.tracking.events import Name
from leadwell.tracking.keys import KeyKind, add_key
from leadwell.vouchers.pools import fill
from leadwell.wiring import Services
from tests.fakes.world import World
from tests.security.strict_table import StrictTable

PUBLIC, SERVER, LIMITED = "wk-public", "wk-server", "wk-limited"
"""Write keys; the last one is for one website only."""
WEBSITE = "https://shop.example.com"
LIST = "kind: list\nname: friends\ntitle: {en: Friends, de: Freunde}\n"

_INNARDS = re.compile(r"Traceback|File \"|site-packages|/opt/python|/var/task|\.py[\":, ]|Error\b.*\bline \d")
"""What an answer never shows."""
_HEADER = re.compile(r"[\t\x20-\x7e]*")


@dataclass(frozen=True)
class Answer:
    """``written``: keys of what the request changed in the table."""

    status: int
    headers: Mapping[str, str]
    text: str
    written: tuple[Key, ...]

    @property
    def body(self) -> Any:
        return json.loads(self.text)


class _StrictWorld(World):
    def __init__(self) -> None:
        super().__init__()
        strict = StrictTable()
        strict.restore(self.table.snapshot())
        strict.on_request, strict.on_action = self.table.on_request, self.table.on_action
        self.table = strict
        self.services = self.new_services()


POLICY = """
kind: policy
name: policy
title: {en: How we write, de: Wie wir schreiben}
test_addresses: [team@example.com]
"""


class Installation:
    """``ann`` is known and gets mails, of which one is ``parked``; ``visitor`` has said who they are without proof;
    ``gone`` was erased."""

    def __init__(self) -> None:
        self.world = _StrictWorld()
        self.table: StrictTable = self.world.table  # type: ignore[assignment]
        self._people()
        self.start = self.table.mark()
        self._now = self.world.clock.now()
        self._catalog = self.start.get(keys.CATALOG)
        self._services: Services | None = None
        self.rewind()

    def _people(self) -> None:
        world = self.world
        publisher = Publisher(world.services.library, world.clock.now(), "test")
        publisher.publish(LIST)
        publisher.publish(POLICY)
        for key, kind, origins in (
            (PUBLIC, KeyKind.PUBLIC, ()),
            (SERVER, KeyKind.SERVER, ()),
            (TOKEN, KeyKind.SERVER, ()),
            (LIMITED, KeyKind.PUBLIC, (WEBSITE,)),
        ):
            add_key(self.table, key, kind, key.removeprefix("wk-"), origins)
        world.post(
            world.identify("ann", email="ann@example.com", phone="+12025550143", firstName="Ann", locale="en"),
            world.identify("gone", email="gone@example.com"),
        )
        counted = world.event("ann", Name.CONSENT_GRANTED, {"purpose": "tracking", "channel": "email"})
        world.post(world.consent("ann"), world.consent("ann", "sms"), counted, world.event("ann", "Signed Up"))
        world.post(world.event("ann", "Product Added", {"cart_id": "cart-1", "name": "Sofa", "price": 499}))
        world.post(world.event("ann", Name.GROUPED, {"group_id": "acme"}, type="group", traits={"industry": "retail"}))
        self.company = company_id("acme")
        self.pending = "c0"
        later = world.clock.now() + DAY
        wanted = Call(journey="abandoned-cart", id=self.pending, members_of="newsletter", at=later, by="test")
        world.services.caller.place(wanted, world.clock.now())
        self.visitor = self._signs_up("visitor-1", "vera@example.com")
        self.ann, self.gone = world.contact("ann").id, world.contact("gone").id
        world.clock.moment += MINUTE
        self.manage("DELETE", f"/api/contacts/{self.gone}")
        self.parked = self._parked("mparked")
        self.task = self._handed_over()
        fill(self.table, "summer", ["SUMMER"], world.clock.now())
        self.messages = [Message.from_item(item) for item in self.table.items("MESSAGE")]

    def _signs_up(self, visitor: str, email: str) -> str:
        calls = [
            {"type": "identify", "traits": {"email": email}},
            {"type": "track", "event": "Signed Up"},
            {"type": "track", "event": "Consent Granted", "properties": {"purpose": "marketing", "channel": "email"}},
        ]
        batch = [{"anonymousId": visitor, "messageId": f"m{n}", **call} for n, call in enumerate(calls)]
        answer = self.track("/v1/batch", json.dumps({"batch": batch, "writeKey": PUBLIC}))
        assert answer.body == {"success": True}
        self.world.run()
        (claimed,) = (item for item in self.table.items("CONTACT") if item.get("claims", {}).get("email") == email)
        return keys.contact_of(claimed["pk"])

    def _handed_over(self) -> str:
        now = self.world.clock.now()
        task = Task(
            id="t1",
            contact=self.ann,
            kind="hand_over",
            title={"en": "Look at the lead", "de": "Lead prüfen"},
            owner="sam@example.com",
            deadline=now + MINUTE,
            created_at=now,
            journey="own",
            step="hand",
        )
        self.table.write(*given_out(task))
        return task.handle

    def _parked(self, name: str) -> str:
        self.table.write(Put(parked(self._message(name), "the template was missing").to_item(), 0))
        return name

    def _message(self, name: str) -> Message:
        return Message(
            id=name,
            contact=self.ann,
            channel="email",
            template="welcome-hello",
            template_version=1,
            purpose="marketing",
            requested_at=self.world.clock.now(),
        )

    def request_message(self, name: str = "mwanted") -> Key:
        """Asks for a mail to Ann; answers its key."""
        wanted = self._message(name)
        self.table.write(Put(wanted.to_item(), 0))
        return wanted.key

    def rewind(self) -> None:
        """Back to where it began; nothing is remembered of what was tried."""
        if self._services is None or self.table.mark().get(keys.CATALOG) is not self._catalog:
            self._services = self.world.new_services()
        self.table.rewind(self.start)
        world = self.world
        world.services = self._services
        world.clock.moment = self._now
        world.starter.minutes.clear()
        world.starter.rebuilds.clear()
        world.outbox.sent.clear()
        world.sms.sent.clear()
        world.requests.clear()
        world._read = dict.fromkeys(world._read, 0)
        for queue in (*world.queues.waiting.values(), *world.queues.aside.values()):
            queue.clear()

    def track(self, path: str, body: str | bytes | None = None, **given: Any) -> Answer:
        return self.answer("track_events", request("POST", path, body, **given))

    def page(self, method: str, path: str, **given: Any) -> Answer:
        return self.answer("serve_pages", request(method, path, **given))

    def manage(
        self, method: str, path: str, body: str | bytes | None = None, *, role: str = "admin", **given: Any
    ) -> Answer:
        event = request(method, path, body, **given)
        if role:
            claims = {"sub": "person-1", "cognito:groups": f"[{role}]"}
            event["requestContext"]["authorizer"] = {"jwt": {"claims": claims, "scopes": None}}
        return self.answer("manage", event)

    def answer(self, function: str, event: Mapping[str, Any]) -> Answer:
        """One request, answered once. Fails unless the answer is one that a stranger may get."""
        before = len(self.table.stream)
        given = self.call(function, event)
        # Lambda's runtime writes answers as JSON in UTF-8; what cannot be written so becomes a 502.
        json.dumps(given, ensure_ascii=False, allow_nan=False).encode()
        status, text = given["statusCode"], given.get("body") or ""
        assert 200 <= status < 500, f"{status}: {self._why(function, event)}"
        assert not _INNARDS.search(text) or status < 400, f"shows its innards: {text[:500]}"
        for name, value in given["headers"].items():
            assert _HEADER.fullmatch(value), f"{name}: {value!r}"
        headers = {name.lower(): value for name, value in given["headers"].items()}
        return Answer(status, headers, text, self.table.changed(before))

    def _why(self, function: str, event: Mapping[str, Any]) -> str:
        """What the log says about a fault; the answer does not."""
        said: list[str] = []
        watching = logging.Handler()
        watching.emit = lambda record: said.append(f"{vars(record).get('error')} at {vars(record).get('places')}")  # type: ignore[method-assign]
        logging.disable(logging.INFO)
        logging.getLogger(function).addHandler(watching)
        try:
            self.call(function, event)
        finally:
            logging.getLogger(function).removeHandler(watching)
            logging.disable(logging.CRITICAL)
        return "; ".join(said)

    def call(self, function: str, event: Mapping[str, Any]) -> Any:
        """Calls a handler as the runtime does, through JSON, once; may do what the stack allows it to."""
        handler = importlib.import_module(f"functions.{function}.handler").handler
        with self._as(function):
            return handler(json.loads(json.dumps(event)), None)

    @contextmanager
    def _as(self, function: str) -> Iterator[None]:
        wiring.use(self.world.services)
        self.world._calling = function
        try:
            yield
        finally:
            self.world._calling = ""
            wiring.use(None)


@cache
def installation() -> Installation:
    """One per process; tests rewind it before each attempt."""
    return Installation()


def request(
    method: str,
    path: str,
    body: str | bytes | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    cookies: Mapping[str, str] | None = None,
    source: str = "203.0.113.9",
    is_base64: bool | None = None,
    number: str = "request-1",
) -> dict[str, Any]:
    """API Gateway's payload 2.0. Bytes travel as base64; ``is_base64`` says otherwise than is true."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {name.lower(): value for name, value in (headers or {}).items()},
        "requestContext": {
            "requestId": number,
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": source},
            "stage": "$default",
            "timeEpoch": 1_772_438_500_000,
        },
        "isBase64Encoded": isinstance(body, bytes) if is_base64 is None else is_base64,
    }
    if query:
        event["queryStringParameters"] = dict(query)
    if cookies:
        event["cookies"] = [f"{name}={value}" for name, value in cookies.items()]
    if body is not None:
        event["body"] = base64.b64encode(body).decode() if isinstance(body, bytes) else body
    return event
