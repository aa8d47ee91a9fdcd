"""What a court gets to see of a consent that came about by double opt-in, through the product's own doors."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.clock import DAY, MINUTE
from leadwell.consent.proving import content_hash
from leadwell.definitions.publishing import Publisher
from leadwell.ids import contact_id
from leadwell.messaging.outgoing import Outgoing
from tests.fakes.world import World
from tests.loop.doors import PUBLIC, SERVER, request, track, with_keys
from tests.loop.test_permission import link_in, sign_up
from tests.unit.console.signed_in import SignedIn, user

VISITOR = contact_id("anonymous_id", "visitor-1")
WORDING = "Yes, write to me."


@pytest.fixture
def world() -> World:
    """Ann has signed up and confirmed; SES has reported that the mail was delivered."""
    world = with_keys(World())
    sign_up(world)
    world.clock.moment += MINUTE
    request(world, "serve_pages", "POST", link_in(world.outbox.sent[0][1], "/p/c/"))
    return world


def consents(world: World, contact: str = VISITOR) -> dict:
    reply = SignedIn(world, "viewer").get(f"/api/contacts/{contact}/consents")
    assert reply.status == 200, reply.body
    return reply.body


def test_the_record_says_who_when_where_and_in_which_words(world: World) -> None:
    record = consents(world)
    (marketing,) = [one for one in record["standing"] if one["purpose"] == "marketing"]
    assert (marketing["state"], marketing["basis"], marketing["allowed"]) == ("granted", "consent", True)
    granted, requested = record["history"]
    assert marketing["change"] == granted["id"]
    assert (requested["state"], requested["how"], requested["source"]) == ("requested", "claim", "demo-shop")
    assert (requested["ip"], requested["agent"]) == ("203.0.113.9", "Test/1.0"), "what the browser was seen as"
    assert (granted["state"], granted["how"], granted["address"]) == ("granted", "link", "ann@example.com")
    assert (granted["ip"], granted["agent"]) == ("203.0.113.9", "Test/1.0")
    assert granted["wording"] == WORDING and granted["source"] == "demo-shop"
    assert granted["wording_hash"] == sha256(WORDING.encode()).hexdigest()
    assert granted["locale"] == "en"


def test_the_confirmation_mail_is_proven_by_its_hash_and_version(world: World) -> None:
    mail = consents(world)["history"][0]["mail"]
    _, left = world.outbox.sent[0]
    assert mail["content_hash"] == content_hash(left)
    assert (mail["template"], mail["template_version"]) == ("confirm-subscription", 1)
    assert mail["message"] == left.tags["leadwell_message"]
    assert mail["sent_at"] == "2026-03-02T08:00:00.000Z"


def test_the_hash_tells_every_change_of_what_left() -> None:
    mail = Outgoing(to="ann@example.com", subject="a", text="b", html="c")
    others = [
        Outgoing(to="ann@example.com", subject="ab", text="", html="c"),
        Outgoing(to="ann@example.com", subject="a", text="b", html="C"),
    ]
    assert len({content_hash(one) for one in (mail, *others)}) == 3


def test_the_version_is_the_one_that_was_written_out() -> None:
    """A newer template may be published between the request and the sending."""
    world = with_keys(World())
    sign_up(world)
    version = world.services.library.live("email", "confirm-subscription")
    assert version
    newer = {**version.document, "requires": [*version.document["requires"], "contact.email"]}
    world.services.library.publish("email", "confirm-subscription", newer, now=world.clock.now(), by="somebody")
    world.clock.moment += DAY
    sign_up(world, "bob@example.com", "visitor-2")
    messages = {item["to"]: item["template_version"] for item in world.table.items("MESSAGE") if item.get("to")}
    assert messages == {"ann@example.com": 1, "bob@example.com": 2}


def test_the_proof_survives_becoming_part_of_another_contact(world: World) -> None:
    before = consents(world)["history"]
    track(world, SERVER, {"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com"}})
    after = consents(world, user("ann"))["history"]
    assert after == before


def test_a_withdrawal_says_how_it_came(world: World) -> None:
    world.clock.moment += MINUTE
    mail = world.outbox.sent[1][1]
    request(world, "serve_pages", "POST", link_in(mail, "/p/u/"))
    record = consents(world)
    (marketing,) = [one for one in record["standing"] if one["purpose"] == "marketing"]
    assert (marketing["state"], marketing["basis"], marketing["allowed"]) == ("withdrawn", "", False)
    assert (record["history"][0]["state"], record["history"][0]["how"]) == ("withdrawn", "link")
    assert marketing["change"] == record["history"][0]["id"]


def test_a_recorded_permission_may_rest_on_something_else() -> None:
    world = with_keys(World())
    world.post(world.identify("bob", email="bob@example.com"))
    body = {
        "purpose": "marketing",
        "channel": "email",
        "state": "granted",
        "source": "order 17",
        "wording": "Existing customer, own similar goods, told of the right to object (section 7(3) UWG).",
        "basis": "legitimate_interest",
    }
    assert SignedIn(world, "sales").post(f"/api/contacts/{user('bob')}/consents", body).status == 202
    world.run()
    standing = {(one["purpose"], one["channel"]): one for one in consents(world, user("bob"))["standing"]}
    assert standing["marketing", "email"]["basis"] == "legitimate_interest"
    assert standing["transactional", "email"]["state"] == "not needed"
    assert standing["transactional", "email"]["basis"] == "contract"
    refused = SignedIn(world, "sales").post(f"/api/contacts/{user('bob')}/consents", {**body, "basis": "habit"})
    assert (refused.status, refused.body["field"]) == (400, "basis")


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ["Record of consent", "Consent, Art. 6(1)(a) GDPR", "News and offers by e-mail", "02.03", "Test/1.0"]),
        ("de", ["Nachweis der Einwilligung", "Einwilligung, Art. 6 Abs. 1 Buchst. a DSGVO", "02.03.2026, 08:01:00"]),
    ],
)
def test_the_page_can_be_printed_in_both_languages(world: World, locale: str, words: list[str]) -> None:
    reply = SignedIn(world, "viewer").call("GET", f"/api/contacts/{VISITOR}/consents/page", query={"locale": locale})
    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for word in [*words, WORDING, "Example Shop", "ann@example.com", "203.0.113.9"]:
        assert word in reply.body or (locale == "en" and word == "02.03"), word
    assert "<script" not in reply.body and "http" not in reply.body.replace("https://go.example.com", "")


def test_nobody_can_write_html_into_the_page() -> None:
    world = with_keys(World())
    evil = "<script>alert(1)</script>"
    who = {"anonymousId": "visitor-1"}
    properties = {"purpose": "marketing", "channel": "email", "wording": evil, "form": evil, "source": evil}
    track(world, PUBLIC, {"type": "track", "event": "Consent Granted", "properties": properties, **who})
    page = SignedIn(world).get(f"/api/contacts/{VISITOR}/consents/page").body
    assert evil not in page and page.count("&lt;script&gt;") >= 3


def test_on_the_command_line(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wiring.use(world.services)
    main(["consent", "show", "ann@example.com"])
    said = capsys.readouterr().out
    assert "marketing by email: granted since 2026-03-02T08:01:00.000Z, basis: consent; may be written to" in said
    assert "by a click in our own message" in said and "confirm-subscription version 1" in said
    main(["consent", "show", "ann@example.com", "--json"])
    assert json.loads(capsys.readouterr().out)["history"] == consents(world)["history"]
    wiring.use(world.services)
    file = tmp_path / "proof.html"
    main(["consent", "show", "ann@example.com", "--html", str(file), "--lang", "de"])
    assert "Nachweis der Einwilligung" in file.read_text("utf-8")
    wiring.use(None)


def test_a_request_that_nobody_confirms_lapses() -> None:
    world = with_keys(World())
    sign_up(world)
    world.advance(31 * DAY)
    (marketing,) = [one for one in consents(world)["standing"] if one["purpose"] == "marketing"]
    assert (marketing["state"], marketing["since"]) == ("lapsed", "2026-04-01T08:00:00.000Z")


@pytest.mark.parametrize(("locale", "title"), [("en", "Invitations by e-mail"), ("de", "Einladungen per E-Mail")])
def test_the_page_calls_a_topic_by_its_title(world: World, locale: str, title: str) -> None:
    topics = "topics: [{name: events, title: {en: Invitations, de: Einladungen}}]"
    Publisher(world.services.library, 0, "test").publish(f"kind: policy\ntitle: {{en: P, de: P}}\n{topics}\n")
    said = {"purpose": "events", "channel": "email", "source": "counter"}
    track(world, SERVER, {"type": "track", "event": "Consent Granted", "userId": "bob", "properties": said})
    contact = contact_id("user_id", "bob")
    page = SignedIn(world).call("GET", f"/api/contacts/{contact}/consents/page", query={"locale": locale}).body
    assert page.count(title) == 2
