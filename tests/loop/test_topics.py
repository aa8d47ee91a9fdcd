"""A topic from the box to the mail: asked for alone, confirmed by the click, written to by a journey, and ended."""

from typing import Any

from leadwell.definitions.publishing import Publisher
from leadwell.messaging.message import Message
from tests.loop.doors import PUBLIC, SERVER
from tests.loop.nos import TEMPLATE, Play

POLICY = """
kind: policy
title: {en: How we write, de: Wie wir schreiben}
topics: [{name: events, title: {en: Invitations, de: Einladungen}}]
"""
JOURNEY = """
kind: journey
name: invite
title: {en: I, de: E}
description: {en: I, de: E}
trigger: {event: Event Announced}
reentry: always
steps:
  - {id: invitation, email: {template: invitation, topic: events}}
  - {id: offer, email: {template: invitation}}
"""


def _announced(play: Play) -> dict[str, tuple[str, str]]:
    """What became of the journey's messages: step → status and reason, of the newest run."""
    play._tick()
    known = {item["id"] for item in play.world.table.items("MESSAGE")}
    play._track(SERVER, {"type": "track", "event": "Event Announced", "userId": "ann"})
    play.settle()
    found = [Message.from_item(item) for item in play.world.table.items("MESSAGE") if item["id"] not in known]
    return {one.step: (one.status.value, one.reason) for one in found if one.journey == "invite"}


def test_whoever_ticked_one_box_gets_that_and_nothing_else() -> None:
    play = Play()
    publisher = Publisher(play.world.services.library, 0, "test")
    publisher.publish(POLICY)
    library = play.world.services.library
    asking = library.version("email", TEMPLATE["email"], 2).document
    library.publish("email", "invitation", {**asking, "name": "invitation", "purpose": "marketing"}, now=0, by="test")
    publisher.publish(JOURNEY)
    play.identify("ann")
    play.settle()
    assert _announced(play)["invitation"] == ("skipped", "no consent to events/email")
    who: dict[str, Any] = {"anonymousId": "device-1"}
    play._track(PUBLIC, {"type": "identify", "traits": {"email": "ann@example.com"}, **who})
    play._tick()
    said = {"purpose": "events", "channel": "email"}
    play._track(PUBLIC, {"type": "track", "event": "Consent Granted", "properties": said, **who})
    play.settle()
    assert [play.said_of(one) for _, one in play.left] == ["events"], "the one mail that asks"
    play.click(0)
    play.settle()
    assert _announced(play) == {"invitation": ("sent", ""), "offer": ("skipped", "no consent to marketing/email")}
    play.click(1)
    play.settle()
    assert _announced(play)["invitation"] == ("skipped", "consent to events/email was withdrawn")
