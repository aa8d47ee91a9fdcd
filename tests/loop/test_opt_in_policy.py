"""What an installation asks before it takes somebody's word for a consent; and that a visitor's own is never enough."""

import pytest

from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from leadwell.ids import contact_id
from leadwell.store import keys
from tests.fakes.world import World
from tests.loop.doors import PUBLIC, SERVER, request, track, with_keys
from tests.loop.test_permission import WISH, link_in, sign_up, steps

POLICY = """kind: policy
name: policy
title: {en: How we write, de: Wie wir schreiben}
consent:
"""


def world_with(*rules: str) -> World:
    world = with_keys(World())
    text = POLICY + "".join(f"  - {rule}\n" for rule in rules)
    Publisher(world.services.library, world.clock.now(), "lawyer").publish(text)
    return world


def server_says_yes(world: World, channel: str = "email") -> None:
    track(
        world,
        SERVER,
        {"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com"}},
        {"type": "track", "userId": "ann", "event": "Consent Granted", "properties": {**WISH, "channel": channel}},
        {"type": "track", "userId": "ann", "event": "Product Added", "properties": {"cart_id": "a"}},
    )
    world.clock.moment += MINUTE


def state(world: World, topic: str = "marketing/email") -> str:
    return world.contact("ann").consents[topic].state


@pytest.mark.parametrize("rules", [(), ("{purpose: newsletter, opt_in: always}",), ("{channel: sms, opt_in: always}",)])
def test_by_default_a_server_states_a_proof_that_was_given_elsewhere(rules: tuple[str, ...]) -> None:
    world = world_with(*rules) if rules else with_keys(World())
    server_says_yes(world)
    assert state(world) == "granted"
    world.advance(4 * HOUR)
    assert steps(world)[0].startswith("abandoned-cart/")


def test_where_all_is_to_be_confirmed_a_servers_word_only_asks() -> None:
    world = world_with("{purpose: marketing, channel: email, opt_in: always}")
    server_says_yes(world)
    assert state(world) == "requested"
    assert steps(world) == ["double-opt-in/ask"]
    world.advance(2 * DAY)
    assert steps(world) == ["double-opt-in/ask"], "no advertising before the click"
    request(world, "serve_pages", "POST", link_in(world.outbox.sent[0][1], "/p/c/"))
    assert state(world) == "granted" and world.contact("ann").consents["marketing/email"].confirmed
    world.clock.moment += MINUTE
    track(world, SERVER, {"type": "track", "userId": "ann", "event": "Product Added", "properties": {"cart_id": "b"}})
    world.advance(4 * HOUR)
    assert any(step.startswith("abandoned-cart/") for step in steps(world))


def test_a_policy_that_becomes_stricter_holds_for_those_who_are_there() -> None:
    world = with_keys(World())
    server_says_yes(world)
    assert state(world) == "granted"
    text = POLICY + "  - {opt_in: always}\n"
    Publisher(world.services.library, world.clock.now(), "lawyer").publish(text)
    world.advance(4 * HOUR)
    assert world.mails() == [], "whatever the contact's item says by then"
    reasons = {item["reason"] for item in world.table.items("MESSAGE")}
    assert all("consent" in reason for reason in reasons) and reasons


def test_where_nobody_is_asked_the_website_says_who_agreed() -> None:
    world = world_with("{purpose: marketing, channel: email, opt_in: single}")
    sign_up(world)
    world.advance(3 * DAY)
    assert world.mails() == []
    item = world.table.get(keys.contact(contact_id("anonymous_id", "visitor-1")))
    assert item and item["consents"]["marketing/email"]["state"] == "requested"
    server_says_yes(world)
    world.advance(4 * HOUR)
    assert steps(world)[0].startswith("abandoned-cart/")


@pytest.mark.parametrize("opt_in", ["single", "double", "always"])
def test_a_visitors_own_claim_never_grants_anything(opt_in: str) -> None:
    world = world_with(f"{{opt_in: {opt_in}}}")
    track(world, SERVER, {"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com"}})
    who = {"userId": "ann", "anonymousId": "attacker", "properties": WISH}
    track(world, PUBLIC, {"type": "track", "event": "Consent Granted", **who})
    track(world, SERVER, {"type": "track", "userId": "ann", "event": "Product Added", "properties": {"cart_id": "a"}})
    world.advance(2 * DAY)
    assert world.contact("ann").consents == {}
    assert not [step for step in steps(world) if not step.startswith("double-opt-in/")]


@pytest.mark.parametrize("rule", ["{opt_in: triple}", "{purpose: marketing}", "{channel: fax, opt_in: double}"])
def test_a_rule_that_makes_no_sense_is_refused(rule: str) -> None:
    with pytest.raises(Refused) as refused:
        world_with(rule)
    assert refused.value.field.startswith("consent[0]")
