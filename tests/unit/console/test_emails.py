"""Mails before they are sent: previews with any contact, findings, and a test to one's own address."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.definitions.publishing import Publisher
from leadwell.messaging.message import Message, Status
from tests.fakes.world import TEMPLATES, World
from tests.unit.console.signed_in import SignedIn, user
from tests.unit.messaging.rendering.starters import LAYOUT, source, text_block

LAYOUT_DE = LAYOUT.replace("{{ texts.unsubscribe }}</a>", "{{ texts.unsubscribe }}</a> {{ sender.imprint }}")
SHOES = text_block(
    "{% if show.mountains %}Hiking boots{% else %}Surf shoes{% endif %} for {{ contact.firstName | default('you') }}"
)
POLICY = (
    "kind: policy\nname: policy\ntitle: {en: How we write, de: Wie wir schreiben}\ntest_addresses: [Team@example.com]\n"
)


@pytest.fixture
def world() -> Iterator[World]:
    world = World(templates=None)
    publisher = Publisher(world.services.library, world.clock.now(), "ann")
    settings = "show: {mountains: {all: [{country: AT}, {score: {at_least: 0}}]}}"
    mail = source(SHOES, subject="News", settings=settings, layout=LAYOUT_DE)
    publisher.publish_email(mail)
    publisher.publish(POLICY)
    world.post(world.identify("ann", email="ann@example.com", firstName="Ann", country="AT"))
    world.post(world.identify("bob", email="bob@example.com", country="DE"))
    wiring.use(world.services)
    yield world
    wiring.use(None)


def test_a_preview_is_what_the_contact_would_get(world: World) -> None:
    api = SignedIn(world, role="viewer")
    ann = api.post("/api/emails/trial/preview", {"contact": user("ann")}).body
    assert "Hiking boots for Ann" in ann["html"] and "Hiking boots for Ann" in ann["text"]
    assert (ann["subject"], ann["show"], ann["missing"]) == ("News", {"mountains": True}, [])
    bob = api.post("/api/emails/trial/preview", {"contact": user("bob")}).body
    assert ("Surf shoes for you" in bob["text"], bob["show"]) == (True, {"mountains": False})
    assert "Surf shoes for Robin" in api.post("/api/emails/trial/preview", {}).body["text"]
    assert api.post("/api/emails/nothing/preview", {}).status == 404
    assert api.post("/api/emails/trial/preview", {"contact": "nobody"}).status == 404
    assert api.get("/api/emails/trial/findings", language="de").body == {"findings": []}


def test_a_test_goes_only_where_the_policy_says_and_is_marked(world: World) -> None:
    api = SignedIn(world)
    elsewhere = api.post("/api/emails/trial/test", {"to": "x@example.com", "contact": user("ann")})
    assert (elsewhere.status, elsewhere.body["field"]) == (400, "to")
    sent = api.post("/api/emails/trial/test", {"to": "team@example.com", "contact": user("ann")})
    assert sent.status == 202
    world.run()
    (mail,) = [one for _, one in world.outbox.sent if one.internal]
    assert (mail.to, mail.subject, mail.internal, mail.headers) == ("team@example.com", "[Test] News", True, {})
    assert "Hiking boots for Ann" in mail.text
    assert "/p/u/" not in mail.html, "nobody is unsubscribed by trying the links"
    (item,) = world.table.items("MESSAGE")
    assert Message.from_item(item).status is Status.SENT
    assert [item["name"] for item in world.table.items("EVENT")] == ["Identified"] * 2


def test_by_command(world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    main(["emails", "preview", "trial", "--contact", "ann@example.com", "--html", str(tmp_path / "mail.html")])
    said = capsys.readouterr().out
    assert "Subject: News" in said and "Part mountains: shown" in said
    assert "Hiking boots" in (tmp_path / "mail.html").read_text("utf-8")
    main(["emails", "preview", "trial", "--event", "{}"])
    assert "Surf shoes for Robin" in capsys.readouterr().out
    main(["emails", "test", "trial", "--to", "team@example.com", "--contact", "bob@example.com"])
    assert capsys.readouterr().out == "It is on its way to team@example.com.\n"
    for wrong in (
        ["preview", "nothing"],
        ["preview", "trial", "--event", "x"],
        ["preview", "trial", "--journey", "[]"],
    ):
        with pytest.raises(SystemExit):
            main(["emails", *wrong])


def test_a_folder_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["emails", "check", str(TEMPLATES / "emails" / "welcome-hello")])
    assert capsys.readouterr().out == "1 mails, 0 errors, 0 warnings\n"
    bad = source('<mj-text color="#999999">grey</mj-text>', subject="BIG SALE TODAY", layout=LAYOUT_DE)
    folder = tmp_path / "emails" / "trial"
    folder.mkdir(parents=True)
    for name, text in bad.files.items():
        (folder / name).write_text(text, "utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["emails", "check", str(tmp_path / "emails"), "--language", "de"])
    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert "trial (en): Fehler: 'grey' ist schwer zu lesen" in said
    assert "trial (en): Warnung: Der Betreff schreit" in said
    with pytest.raises(SystemExit):
        main(["emails", "check", str(tmp_path / "emails"), "--json"])
    assert len(json.loads(capsys.readouterr().out)["trial"]) >= 2
    with pytest.raises(SystemExit):
        main(["emails", "check", str(tmp_path)])
