"""A copy of everything: whatever lies in the partitions of a person is in it, and it can be read in both languages."""

import json
from pathlib import Path

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.clock import HOUR, MINUTE
from leadwell.contacts.exporting import portion, whole
from leadwell.ids import contact_id
from leadwell.store import keys
from leadwell.store.table import Put, query_all
from tests.fakes.world import World
from tests.loop.doors import PUBLIC, SERVER, request, track, with_keys
from tests.loop.test_permission import link_in, sign_up
from tests.unit.console.signed_in import SignedIn, user

ANN = user("ann")
VISITOR = contact_id("anonymous_id", "visitor-1")


@pytest.fixture
def world() -> World:
    """A visitor who confirmed, and turned out to be Ann of Example Inc., who has a "no", too."""
    world = with_keys(World())
    sign_up(world)
    world.clock.moment += MINUTE
    request(world, "serve_pages", "POST", link_in(world.outbox.sent[0][1], "/p/c/"))
    ann = {"userId": "ann"}
    track(
        world,
        SERVER,
        {"type": "identify", "traits": {"email": "ann@example.com", "lastName": "Lindqvist"}, **ann},
        {"type": "group", "groupId": "example-inc", "traits": {"industry": "furniture"}, **ann},
        {
            "type": "track",
            "event": "Consent Withdrawn",
            "properties": {"purpose": "marketing", "channel": "sms"},
            **ann,
        },
    )
    world.advance(HOUR)
    assert world.table.get(keys.contact(VISITOR))["status"] == "merged"
    return world


def test_every_item_of_the_person_is_in_it(world: World) -> None:
    task = {"pk": keys.contact(ANN).pk, "sk": "X#1", "kind": "NEW_THING", "rev": 1, "said": "of tomorrow"}
    world.table.write(Put(task))
    contact = world.contact("ann")
    document = whole(world.table, contact, world.clock.now())
    assert (document["format"], document["contact"]) == ("leadwell-export-1", ANN)
    exported = document["items"]
    for pk in (keys.contact(ANN).pk, keys.contact(VISITOR).pk):
        for item in query_all(world.table, pk):
            assert any(
                one.get("id") in (item.get("id"), item["sk"], keys.contact_of(pk))
                for one in exported[item["kind"].lower()]
            ), item
    assert exported["new_thing"] == [{"id": "X#1", "said": "of tomorrow"}]
    messages = {one["template"]: one for one in exported["message"]}
    assert messages["confirm-subscription"]["to"] == "ann@example.com", "what stayed under the former id is there"
    assert {"type": "email", "value": "ann@example.com", "proven": True, "leads_here": True} in exported["identity"]
    assert exported["company"][0]["attributes"] == {"id": "example-inc", "industry": "furniture"}
    json.dumps(document)


def test_in_portions_it_is_the_same(world: World) -> None:
    contact = world.contact("ann")
    in_one = portion(world.table, contact)
    assert in_one.cursor is None
    found: dict[str, list] = {}
    cursor, calls = None, 0
    while True:
        part = portion(world.table, contact, cursor, limit=3)
        for kind, items in part.items.items():
            found.setdefault(kind, []).extend(items)
        cursor, calls = part.cursor, calls + 1
        if cursor is None:
            break
    assert found == in_one.items and calls > 4


def test_by_the_api_and_only_for_administrators(world: World) -> None:
    reply = SignedIn(world).get(f"/api/contacts/{ANN}/export")
    assert (reply.status, reply.body["cursor"]) == (200, None)
    assert reply.body["items"] == whole(world.table, world.contact("ann"), world.clock.now())["items"]
    assert SignedIn(world, "marketer").get(f"/api/contacts/{ANN}/export").status == 403
    assert SignedIn(world).get(f"/api/contacts/{ANN}/export", cursor="bm9uZQ").body["field"] == "cursor"
    entries = SignedIn(world).get("/api/audit").body["entries"]
    assert ("contact.exported", ANN) in {(one["what"], one["which"]) for one in entries}


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", ["Everything we have stored about you", "How we recognize you", "What you agreed to", "furniture"]),
        ("de", ["Alles, was wir über Sie gespeichert haben", "Worin Sie eingewilligt haben", "Nachrichten an Sie"]),
    ],
)
def test_the_page_is_readable_in_both_languages(world: World, locale: str, words: list[str]) -> None:
    reply = SignedIn(world).call("GET", f"/api/contacts/{ANN}/export/page", query={"locale": locale})
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    for word in [*words, "Lindqvist", "ann@example.com", "Product Viewed", "confirm-subscription"]:
        assert word in reply.body, word


def test_what_strangers_wrote_stays_text(world: World) -> None:
    evil = '<img src=x onerror="alert(1)">'
    track(world, PUBLIC, {"type": "track", "event": evil, "anonymousId": "visitor-1", "properties": {evil: evil}})
    assert evil not in SignedIn(world).get(f"/api/contacts/{ANN}/export/page").body


def test_on_the_command_line(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wiring.use(world.services)
    main(["contacts", "export", "ann@example.com"])
    assert json.loads(capsys.readouterr().out)["contact"] == ANN
    file = tmp_path / "ann.html"
    main(["contacts", "export", "ann@example.com", "--html", str(file), "--lang", "de"])
    assert "Lindqvist" in file.read_text("utf-8")
    main(["contacts", "erase", "ann@example.com"])
    assert f"Erased {ANN}" in capsys.readouterr().out
    main(["contacts", "receipt", ANN])
    assert json.loads(capsys.readouterr().out)["complete"] is True
    with pytest.raises(SystemExit):
        main(["contacts", "export", "ann@example.com"])
    wiring.use(None)
