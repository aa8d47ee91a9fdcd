"""All public pages in memory, answered by the real handler, in front of a real browser."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import BrowserContext, Route

from leadwell import wiring
from leadwell.clock import DAY, Moment
from leadwell.definitions.files import files_in, publish_files, read_files
from leadwell.definitions.publishing import Publisher
from leadwell.messaging.message import Message
from leadwell.pages.links import confirm_token, contact_token, form_url, link_to, preferences_token, unsubscribe_token
from leadwell.pages.tokens import Purpose, sign
from leadwell.store.table import Put
from tests.fakes.world import SETTINGS, World

TEMPLATES = Path(__file__).parents[2] / "templates"
BASE = SETTINGS.public_url


class PagesStage:
    """Robin has a message, and so a link of every kind."""

    def __init__(self) -> None:
        self.world = World(templates=None)
        world = self.world
        self._number = 0
        files = [TEMPLATES / "segments" / "newsletter.yaml", *files_in(TEMPLATES / "pages")]
        publish_files(Publisher(world.services.library, world.clock.now(), "test"), read_files(files))
        world.post(world.identify("robin", email="robin@example.com", phone="+12025550143", locale="en"))
        world.post(world.consent("robin"))
        self.contact = world.contact("robin").id
        self.message = Message(
            id="m1",
            contact=self.contact,
            channel="email",
            template="welcome-hello",
            template_version=1,
            purpose="marketing",
            requested_at=self.now,
            to="robin@example.com",
            data={"event": {"download": "white-paper", "share": "sofa-guide"}},
        )
        world.table.write(Put(self.message.to_item(), 0))

    @property
    def now(self) -> Moment:
        return self.world.clock.now()

    def addresses(self) -> dict[str, str]:
        """Every page that somebody can come to."""
        secret = self.world.services.secrets.signing_key
        tokens = {
            "unsubscribe": unsubscribe_token(self.message, self.now),
            "confirm": confirm_token(self.message, self.now),
            "preferences": preferences_token(self.message, self.now),
            "download": contact_token(Purpose.DOWNLOAD, self.contact, "m1", self.now, "white-paper"),
            "shared": contact_token(Purpose.REFERRAL, self.contact, "", self.now, "sofa-guide"),
        }
        late = contact_token(Purpose.DOWNLOAD, self.contact, "m1", self.now - 15 * DAY, "white-paper")
        links = {name: link_to(BASE, secret, token) for name, token in {**tokens, "expired file": late}.items()}
        forms = {f"form {name}": f"{BASE}/p/f/{name}" for name in ("newsletter", "white-paper", "contact")}
        who = contact_token(Purpose.FORM, self.contact, "m1", self.now, "contact")
        known = {"form that knows": form_url(BASE, "contact", sign(secret, who))}
        return {**links, **forms, **known, "landing": f"{BASE}/p/l/sofa-guide", "invalid": f"{BASE}/p/u/nothing"}

    def attach(self, context: BrowserContext) -> None:
        context.route(f"{BASE}/**", self._answer)

    def _answer(self, route: Route) -> None:
        request, parts = route.request, urlsplit(route.request.url)
        self._number += 1
        event: dict[str, Any] = {
            "rawPath": parts.path,
            "headers": request.headers,
            "queryStringParameters": dict(parse_qsl(parts.query)),
            "requestContext": {
                "requestId": f"r{self._number}",
                "http": {"method": request.method, "sourceIp": "192.0.2.7"},
            },
            "body": request.post_data or "",
        }
        wiring.use(self.world.services)
        try:
            from functions.serve_pages.handler import handler

            answer = handler(json.loads(json.dumps(event)), None)
        finally:
            wiring.use(None)
        headers = {**answer["headers"], "access-control-allow-origin": "*"}
        route.fulfill(status=answer["statusCode"], headers=headers, body=answer["body"])
