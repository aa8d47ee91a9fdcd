"""Whoever wants to hear nothing for thirty days hears nothing for thirty days, and loses no consent by it."""

from urllib.parse import urlencode

import pytest

from leadwell.clock import DAY, MINUTE, to_iso
from leadwell.consent.proof_sheet import proof_page
from leadwell.consent.standing import read_record
from leadwell.contacts.reading import read_permissions
from leadwell.definitions.library import Library
from leadwell.messaging.policy import PolicyDefinition
from leadwell.pages.links import contact_token, link_to
from leadwell.pages.tokens import Purpose
from leadwell.store.table import Put
from tests.fakes.world import World
from tests.loop.doors import PUBLIC, SERVER, request, track, with_keys
from tests.unit.messaging.test_sending import REQUESTED


@pytest.fixture
def world() -> World:
    made = with_keys(World())
    made.post(made.identify("ann", email="ann@example.com", locale="de"), made.consent("ann"))
    made.post(made.event("ann", "Signed Up"))
    assert [step for _, _, step in made.mails()] == ["welcome/hello"]
    return made


def press(world: World, language: str = "de", **fields: str) -> str:
    """A button of the preference center behind the newest mail; answers the page."""
    world.clock.moment += MINUTE
    tags = world.outbox.sent[-1][1].tags
    token = contact_token(Purpose.PREFERENCES, tags["leadwell_contact"], tags["leadwell_message"], world.clock.now())
    path = link_to("", world.services.secrets.signing_key, token)
    answer = request(world, "serve_pages", "POST", path, urlencode(fields), {"accept-language": language})
    assert answer["statusCode"] == 200, answer
    return str(answer["body"])


def asked(world: World, purpose: str = "marketing") -> str:
    """What became of a message that is to leave now: its status, or why it did not."""
    world.clock.moment += MINUTE
    ann, now = world.contact("ann"), world.clock.now()
    message = REQUESTED.__class__(
        id=f"m{now}",
        contact=ann.id,
        channel="email",
        template="welcome-hello" if purpose == "marketing" else "payment-failed",
        template_version=1,
        purpose=purpose,
        requested_at=now,
        due_at=now,
        data={"journey": {"payment_url": "https://shop.example.com/pay"}},
    )
    world.table.write(Put(message.to_item(), 0))
    world.queues.waiting[message.queue].append(message.key)
    world.run()
    item = world.table.get(message.key)
    assert item is not None
    return item.get("reason") or item["status"]


def test_marketing_pauses_and_goes_on_by_itself(world: World) -> None:
    page = press(world, pause="30")
    assert "senden wir Ihnen keine Neuigkeiten und Angebote" in page and "Pause beenden" in page
    paused = asked(world)
    assert paused.startswith("the contact asked for a pause until ")
    assert world.contact("ann").consents["marketing/email"].state == "granted"
    assert "switched" not in page
    world.advance(30 * DAY)
    assert asked(world) == "sent"


def test_receipts_do_not_pause(world: World) -> None:
    press(world, pause="30")
    before = len(world.outbox.sent)
    assert asked(world, "transactional") in ("sent", "delivered")
    assert len(world.outbox.sent) == before + 1


def test_the_contact_ends_it_at_any_time(world: World) -> None:
    press(world, pause="30")
    page = press(world, "en", pause="end")
    assert "Pause for 30 days" in page and "End the pause" not in page
    assert asked(world) == "sent"


def test_what_waits_leaves_within_a_day_of_the_end(world: World) -> None:
    rules = PolicyDefinition.model_validate({"title": {"en": "R", "de": "R"}, "during_pause": "later"})
    Library(world.table).publish("policy", "policy", rules.model_dump(mode="json"), now=0, by="ann")
    press(world, pause="30")
    assert asked(world).startswith("the contact asked for a pause until ")
    before = len(world.outbox.sent)
    world.advance(5 * DAY)
    assert len(world.outbox.sent) == before
    press(world, pause="end")
    world.advance(DAY + 10 * MINUTE)
    assert len(world.outbox.sent) == before + 2, "the welcome's next mail waited, too"


def test_it_is_explained_and_proven(world: World) -> None:
    press(world, pause="30")
    ann, now = world.contact("ann"), world.clock.now()
    verdict = read_permissions(world.table, ann, now)["email"]
    assert verdict.reason == f"the contact asked for a pause until {to_iso(now + 30 * DAY)[:10]}"
    record = read_record(world.table, ann, now)
    assert record.paused_until == now + 30 * DAY
    assert (record.changes[0].state, record.changes[0].how, record.changes[0].ip) == ("paused", "link", "203.0.113.9")
    assert "Pause auf Wunsch der Person bis" in proof_page(ann, record, "Shop", "", "de", now)
    assert "asked for a pause until" in proof_page(ann, record, "Shop", "", "en", now)


def test_a_browser_pauses_nobody(world: World) -> None:
    said = {"until": to_iso(world.clock.now() + DAY)}
    call = {"type": "track", "event": "Messages Paused", "userId": "ann", "properties": said}
    answer = track(world, PUBLIC, call)
    assert "Messages Paused" in answer["body"] and asked(world) == "sent"


@pytest.mark.parametrize("until", ["soon", None, 5, "2026-13-45"])
def test_until_when_must_be_said(world: World, until: object) -> None:
    call = {"type": "track", "event": "Messages Paused", "userId": "ann", "properties": {"until": until}}
    assert "properties.until" in track(world, SERVER, call)["body"]
    assert asked(world) == "sent"
