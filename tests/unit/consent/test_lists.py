"""Suppression lists of other systems, and what a file or a colleague says counts at once."""

from pathlib import Path

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.clock import HOUR, MINUTE, from_iso
from leadwell.consent.lists import read_list
from leadwell.consent.suppressions import Reason, Suppression, suppress, suppression_key
from leadwell.errors import Refused
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn, user

NOW = from_iso("2026-03-02T08:00:00Z")


def read(text: str) -> list[tuple[str, str, str]]:
    return [(one.channel, one.address, one.reason.value) for one in read_list(text, "list.csv", "old", NOW)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("email\nrobin@example.com\n", [("email", "robin@example.com", "manual")]),
        (
            "robin@example.com\n+12025550142\n",
            [("email", "robin@example.com", "manual"), ("sms", "+12025550142", "manual")],
        ),
        ("\ufeffE-Mail;Grund\nRobin@Example.com;Abgemeldet\n", [("email", "robin@example.com", "stop")]),
        ("phone,reason\n+49 30 23125 001,unsubscribed\n\n", [("sms", "+493023125001", "stop")]),
        ("name\treason\temail\nRobin\tspam\trobin@example.com\n", [("email", "robin@example.com", "complaint")]),
        (
            # As the AWS CLI and console write lists of suppressed destinations.
            "EmailAddress,Reason,LastUpdateTime\nrobin@example.com,BOUNCE,2026-02-03T10:11:12+01:00\n",
            [("email", "robin@example.com", "bounce")],
        ),
    ],
)
def test_the_shapes_that_lists_have(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "list.csv"),
        ("name,city\nRobin,Berlin\n", "list.csv"),
        ("email\nrobin@example.com\nrobin\n", "list.csv, line 3"),
        ("email,reason\nrobin@example.com,because\n", "list.csv, line 2, reason"),
        ("email,at\nrobin@example.com,yesterday\n", "list.csv, line 2, at"),
    ],
)
def test_what_is_wrong_is_named_by_its_line_without_quoting_it(text: str, place: str) -> None:
    with pytest.raises(Refused) as refused:
        read(text)
    assert refused.value.field == place
    assert "robin" not in refused.value.message


@pytest.fixture
def world() -> World:
    world = World()
    world.post(world.identify("ann", email="ann@example.com", phone="+12025550142"), world.consent("ann"))
    world.post(world.event("ann", "Product Added", {"cart_id": "a"}))
    wiring.use(world.services)
    yield world
    wiring.use(None)


def failing(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code


def suppression(world: World, address: str, channel: str = "email") -> Suppression | None:
    return Suppression.from_item(world.table.get(suppression_key(world.table, channel, address)))


def nothing_leaves(world: World) -> bool:
    world.run()
    world.advance(30 * HOUR)
    return world.outbox.sent == []


def test_an_import_counts_at_once_and_is_a_withdrawal(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "unsubscribed.csv"
    file.write_text("email;reason;at\nANN@example.com;unsubscribed;2026-03-01\nnobody@example.com;bounce;\n")
    main(["suppressions", "import", str(file)])
    assert capsys.readouterr().out == "Nothing is sent to 2 addresses any more; 1 of them belong to contacts.\n"
    main(["suppressions", "import", str(file)])  # the same again changes nothing
    found = suppression(world, "ann@example.com")
    assert found and (found.reason, found.source, found.at) == (Reason.STOP, "unsubscribed.csv", from_iso("2026-03-01"))
    assert nothing_leaves(world)
    history = SignedIn(world).get(f"/api/contacts/{user('ann')}/consents").body["history"]
    assert [(one["state"], one["reporter"]) for one in history] == [("granted", "test"), ("withdrawn", "suppressions")]
    wiring.use(world.services)
    main(["suppressions", "show", "nobody@example.com"])
    assert "bounce (unsubscribed.csv)" in capsys.readouterr().out


def test_a_list_with_a_fault_is_not_taken_in_by_halves(world: World, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("email\nann@example.com\nwho?\n")
    assert failing("suppressions", "import", str(file)) == 1
    assert suppression(world, "ann@example.com") is None
    assert failing("suppressions", "import", str(tmp_path / "none.csv")) == 1
    file.write_bytes(b"\xff\xfe\x00")
    assert failing("suppressions", "import", str(file)) == 1


def test_by_the_api(world: World) -> None:
    api = SignedIn(world, "marketer")
    body = {"source": "letters", "suppressions": [{"address": "+1 202 555 0142", "reason": "stop"}]}
    reply = api.post("/api/suppressions", body)
    assert (reply.status, reply.body) == (202, {"suppressed": 1, "contacts": 1})
    found = api.post("/api/suppressions/search", {"address": "+12025550142"}).body
    assert (found["suppressed"], found["reason"], found["may_be_lifted"]) == (True, "stop", False)
    entry = {"address": "who?", "reason": "stop"}
    refused = api.post("/api/suppressions", {"source": "letters", "suppressions": [*body["suppressions"], entry]})
    assert (refused.status, refused.body["field"]) == (400, "suppressions[1].address")
    assert SignedIn(world, "sales").post("/api/suppressions", body).status == 403


def test_who_calls_to_say_no_is_heard_at_once(world: World) -> None:
    main(["consent", "withdraw", "ann@example.com", "--source", "a call"])
    assert nothing_leaves(world)


@pytest.mark.parametrize(
    ("reason", "allowed"), [("bounce", True), ("manual", True), ("stop", False), ("complaint", False)]
)
def test_only_what_is_not_the_recipients_word_is_lifted(world: World, reason: str, allowed: bool) -> None:
    api = SignedIn(world)
    api.post("/api/suppressions", {"source": "old", "suppressions": [{"address": "x@example.com", "reason": reason}]})
    lifted = api.post("/api/suppressions/lift", {"address": "x@example.com", "reason": "the mailbox works again"})
    assert lifted.status == (200 if allowed else 409)
    assert (suppression(world, "x@example.com") is None) == allowed
    entries = [one for one in api.get("/api/audit").body["entries"] if one["what"] == "suppression.lifted"]
    assert [one["details"]["reason"] for one in entries] == ["the mailbox works again"] * allowed
    assert "x@example.com" not in repr(entries)


def test_the_history_of_its_owner_says_that_an_address_was_lifted(world: World) -> None:
    suppress(world.table, "email", "ann@example.com", Reason.BOUNCE, world.clock.now(), "ses")
    world.clock.moment += MINUTE
    wiring.use(world.services)
    main(["suppressions", "lift", "Ann@example.com", "--reason", "the mailbox works again"])
    (lifted,) = [item for item in world.table.items("EVENT") if item["name"] == "Suppression Lifted"]
    assert lifted["properties"] == {"channel": "email", "address": "ann@example.com", "was": "bounce"}
    assert (lifted["at"], suppression(world, "ann@example.com")) == (world.clock.now(), None)


def test_lifting_needs_a_reason_and_an_administrator(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    body = {"address": "x@example.com", "reason": "the mailbox works again"}
    assert SignedIn(world, "marketer").post("/api/suppressions/lift", body).status == 403
    refused = SignedIn(world).post("/api/suppressions/lift", {**body, "reason": ""})
    assert (refused.status, refused.body["field"]) == (400, "reason")
    quoted = SignedIn(world).post("/api/suppressions/lift", {**body, "reason": "x@example.com works again"})
    assert (quoted.status, quoted.body["field"]) == (400, "reason")
    assert SignedIn(world).post("/api/suppressions/lift", body).body["suppressed"] is False
    wiring.use(world.services)
    assert failing("suppressions", "lift", "x@example.com", "--reason", "it works again") == 1
