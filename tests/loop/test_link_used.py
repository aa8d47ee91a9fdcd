"""A link in a mail starts a journey: for the person who followed it, once, and for no other link and no scanner."""

from leadwell.clock import DAY, HOUR, SECOND, to_iso
from leadwell.tracking.events import Name
from tests.fakes.world import World
from tests.functions.queue_records import notification, payload, queue_event
from tests.loop.own_definitions import publish_journey, publish_mail

SALE = "https://shop.example.com/spring-sale?from=mail"


def invited() -> World:
    """Ann has a mail that may be counted, and a journey waits for whoever follows the link to the sale."""
    world = World()
    publish_mail(world, "invitation", "Spring sale")
    publish_mail(world, "voucher", "For you")
    publish_journey(world, {"id": "ask", "email": "invitation"})
    publish_journey(
        world, {"id": "give", "email": "voucher"}, name="interested", trigger={"link": "/spring-sale"}, reentry="never"
    )
    ann = world.identify("ann", email="ann@example.com")
    counted = world.event("ann", Name.CONSENT_GRANTED, {"purpose": "tracking", "channel": "email"}, id="tracking")
    world.post(ann, world.consent("ann"), counted)
    world.post(world.event("ann", "Started"))
    assert steps(world) == ["ask"]
    return world


def steps(world: World) -> list[str]:
    return [mail.tags["leadwell_step"] for _, mail in world.outbox.sent]


def followed(world: World, link: str) -> None:
    _reported(world, "click", link=link, ipAddress="192.0.2.7", userAgent="Mozilla/5.0 (iPhone)")


def _reported(world: World, kind: str, **said: str) -> None:
    """As SES does it, of the invitation."""
    report = payload(f"ses/{kind}")
    report["mail"]["tags"] |= {name: [value] for name, value in world.outbox.sent[0][1].tags.items()}
    report[kind] |= {"timestamp": to_iso(world.clock.now()), **said}
    world.call("record_feedback", queue_event(notification(report)))
    world.run()


def test_whoever_follows_the_link_is_in_and_once() -> None:
    world = invited()
    world.clock.moment += HOUR
    followed(world, SALE)
    assert steps(world) == ["ask", "give"]
    for _ in range(2):
        world.clock.moment += DAY
        followed(world, SALE)
    assert steps(world) == ["ask", "give"]


def test_another_link_starts_nothing() -> None:
    world = invited()
    world.clock.moment += HOUR
    followed(world, "https://shop.example.com/imprint")
    assert steps(world) == ["ask"]


def test_a_scanner_starts_nothing() -> None:
    world = invited()
    _reported(world, "delivery")
    world.clock.moment += SECOND
    followed(world, SALE)
    assert steps(world) == ["ask"], "nobody reads a mail within a second"
