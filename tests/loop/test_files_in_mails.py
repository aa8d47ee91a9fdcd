"""A mail that brings a file: from its link to the event, through the real handlers."""

import re

import pytest
import yaml

from leadwell.clock import DAY
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from leadwell.messaging.message import Message, Status
from leadwell.store.files import S3Files
from leadwell.tracking.events import Event, Name
from tests.fakes.world import World
from tests.loop.doors import request
from tests.loop.own_definitions import LAYOUT, TITLE, publish_journey

FILE = "https://files.example.com/prices.pdf"
LINK = '<a href="{{ file.url }}">{{ file.title }}</a> ({{ file.size }})'
BODY = f"<mj-text>{{% for file in files %}}{LINK}{{% endfor %}}</mj-text>"
FRONT = "---\nsubject: Prices\npreheader: Hello\n---\n"


def world_with(**download: object) -> World:
    from leadwell.messaging.rendering.models import EmailSource

    world = World(templates=None)
    world.services.files = S3Files(None)
    publisher = Publisher(world.services.library, world.clock.now(), "test")
    document = {"kind": "download", "name": "prices", "title": TITLE, "url": FILE, "size": 2_400_000, **download}
    publisher.publish(yaml.safe_dump(document))
    texts = {"layout.mjml": LAYOUT, "email.yaml": "files: [prices]", "en.mjml": FRONT + BODY + IMPRINT}
    publisher.publish_email(EmailSource(name="prices", files=texts))
    publish_journey(world, {"id": "send", "email": "prices"})
    world.post(world.identify("ann", email="ann@example.com"), world.consent("ann"))
    return world


IMPRINT = "<mj-text>{{ sender.imprint }}</mj-text>"


def test_the_press_is_the_download() -> None:
    world = world_with()
    world.post(world.event("ann", "Started"))
    ((_, mail),) = world.outbox.sent
    found = re.search(r"https://go\.example\.com(/p/d/[\w-]+)", mail.text)
    assert found and "(2.4 MB)" in mail.text
    assert f"https://go.example.com{found[1]}" in mail.untracked, "nobody counts it twice"
    assert request(world, "serve_pages", "GET", found[1])["statusCode"] == 200
    assert _downloads(world) == [], "a scanner looked"
    answer = request(world, "serve_pages", "POST", found[1])
    assert (answer["statusCode"], answer["headers"]["location"]) == (303, FILE)
    (event,) = _downloads(world)
    assert (event.properties["asset"], event.properties["message"]) == ("prices", mail.tags["leadwell_message"])
    world.clock.moment += 15 * DAY
    assert request(world, "serve_pages", "POST", found[1])["statusCode"] == 410, "the link has expired"


def test_a_file_that_is_not_handed_out_any_more_parks_the_mail() -> None:
    world = world_with()
    world.services.library.set_status("download", "prices", "paused")
    world.post(world.event("ann", "Started"))
    (message,) = map(Message.from_item, world.table.items("MESSAGE"))
    assert message.status is Status.PARKED and "no download prices" in message.reason


def test_a_file_that_is_not_published_is_refused() -> None:
    world = World(templates=None)
    from leadwell.messaging.rendering.models import EmailSource

    texts = {"layout.mjml": LAYOUT, "email.yaml": "files: [prices]", "en.mjml": FRONT + BODY + IMPRINT}
    with pytest.raises(Refused, match="there is no download prices"):
        Publisher(world.services.library, 0, "test").publish_email(EmailSource(name="prices", files=texts))


def _downloads(world: World) -> list[Event]:
    found = [Event.from_item(item) for item in world.table.items("EVENT")]
    return [event for event in found if event.name == Name.ASSET_DOWNLOADED]
