"""Article 18: a contact is kept as it is, nothing is done with it, and a person may let it go on."""

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.clock import DAY, HOUR, MINUTE
from leadwell.contacts.erasing import erase
from leadwell.ids import contact_id
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn, user

WHY = {"reason": "disputes that the data are right, letter of 2 March"}


@pytest.fixture
def world() -> World:
    """Ann is in a journey: a mail about her cart is due in three hours."""
    world = World()
    world.post(world.identify("ann", email="ann@example.com"), world.consent("ann"))
    world.clock.moment += MINUTE
    world.post(world.event("ann", "Product Added", {"cart_id": "a"}))
    world.clock.moment += MINUTE
    return world


def restrict(world: World) -> None:
    assert SignedIn(world).post(f"/api/contacts/{user('ann')}/restrict", WHY).status == 202


def lift(world: World) -> None:
    world.clock.moment += MINUTE
    assert SignedIn(world).post(f"/api/contacts/{user('ann')}/lift-restriction", WHY).status == 202
    world.run()


def test_nothing_is_sent_from_the_moment_it_is_acknowledged(world: World) -> None:
    restrict(world)
    world._read = dict.fromkeys(world._read, len(world.table.stream))  # the stream brings nothing
    world.advance(30 * HOUR)
    assert world.mails() == []
    reasons = {message["reason"] for message in world.table.items("MESSAGE")}
    assert reasons == {"processing is restricted (Article 18 GDPR)"}


def test_journeys_end_and_none_begins(world: World) -> None:
    restrict(world)
    world.run()
    (enrollment,) = world.table.items("ENROLLMENT")
    assert (enrollment["status"], enrollment["reason"]) == ("exited", "processing is restricted")
    world.clock.moment += MINUTE
    world.post(world.event("ann", "Product Added", {"cart_id": "b"}), world.event("ann", "Signed Up"))
    world.advance(3 * DAY)
    assert len(world.table.items("ENROLLMENT")) == 1 and world.mails() == []


def test_what_is_worked_out_stays_as_it_was_until_it_is_lifted(world: World) -> None:
    restrict(world)
    world.run()
    before = world.contact("ann")
    world.clock.moment += MINUTE
    world.post(world.identify("ann", email="ann@example.com", city="Oslo"))
    for number in range(3):
        world.clock.moment += MINUTE
        world.post(world.event("ann", "Product Viewed", {"category": "sofas", "n": number}))
    world.advance(3 * DAY)
    assert world.contact("ann") == before
    shown = SignedIn(world).get(f"/api/contacts/{user('ann')}").body
    assert shown["status"] == "restricted" and not any(one["allowed"] for one in shown["permissions"])
    lift(world)
    after = world.contact("ann")
    assert after.status == "live" and after.traits["city"] == "Oslo"
    assert after.events == before.events + 6, "what was reported meanwhile counts now, and that the journey ended"
    world.clock.moment += MINUTE
    world.post(world.event("ann", "Product Added", {"cart_id": "c"}))
    world.advance(30 * HOUR)
    assert {step.partition("/")[0] for _, _, step in world.mails()} == {"abandoned-cart"}


def test_who_turns_out_to_be_restricted_takes_the_restriction_along(world: World) -> None:
    """A contact that is known by an address only becomes part of the one with a user id and the same address."""
    SignedIn(world).put("/api/contacts", {"identities": {"email": "bob@example.com"}})
    world.run()
    former = contact_id("email", "bob@example.com")
    assert SignedIn(world).post(f"/api/contacts/{former}/restrict", WHY).status == 202
    world.run()
    world.clock.moment += MINUTE
    world.post(world.identify("bob", email="bob@example.com"), world.consent("bob"))
    world.clock.moment += MINUTE
    world.post(world.event("bob", "Product Added", {"cart_id": "z"}))
    world.advance(30 * HOUR)
    assert world.contact("bob").status == "restricted"
    assert "bob@example.com" not in {to for _, to, _ in world.mails()}


def test_it_may_be_erased(world: World) -> None:
    restrict(world)
    world.run()
    receipt = erase(world.table, user("ann"), world.clock.now())
    assert receipt and receipt.complete
    world.run()
    assert not world.table.items("MEMBER") and not world.table.items("EVENT")


def test_only_administrators_and_not_twice(world: World) -> None:
    path = f"/api/contacts/{user('ann')}/restrict"
    assert SignedIn(world, "marketer").post(path, WHY).status == 403
    assert SignedIn(world).post(path, {"reason": ""}).body["field"] == "reason"
    restrict(world)
    assert SignedIn(world).post(path, WHY).status == 409


def test_on_the_command_line(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    wiring.use(world.services)
    main(["contacts", "restrict", "ann@example.com", "--reason", "disputes the data"])
    assert "Restricted" in capsys.readouterr().out
    world.run()
    assert world.contact("ann").status == "restricted"
    world.clock.moment += MINUTE
    wiring.use(world.services)
    main(["contacts", "lift-restriction", "ann@example.com", "--reason", "the data were right"])
    world.run()
    assert world.contact("ann").status == "live"
    wiring.use(None)


def test_a_correction_leaves_a_trace(world: World) -> None:
    """Article 16: what was changed, when and by whom, is told by the history and the audit log."""
    api = SignedIn(world, "sales", "person-9")
    for name in ("Lindquist", "Lindqvist"):
        world.clock.moment += MINUTE
        api.put("/api/contacts", {"id": user("ann"), "traits": {"last_name": name}})
        world.run()
    told = api.get(f"/api/contacts/{user('ann')}/timeline").body["events"]
    assert [one["traits"]["last_name"] for one in told if one["source"] == "api"] == ["Lindqvist", "Lindquist"]
    entries = [one for one in SignedIn(world).get("/api/audit").body["entries"] if one["what"] == "contact.changed"]
    assert [(one["who"], one["details"]["traits"]) for one in entries] == [("person-9", ["last_name"])] * 2
