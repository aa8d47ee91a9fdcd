"""An address that is let go again is let go by SES, too."""

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.consent.suppressions import Reason, find_suppression, suppress
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn

BODY = {"address": "Ann@Example.com", "reason": "the mailbox works again"}


@pytest.fixture
def world() -> World:
    made = World(templates=None)
    suppress(made.table, "email", "ann@example.com", Reason.BOUNCE, made.clock.now(), "ses")
    return made


def reason(world: World) -> str:
    found = find_suppression(world.table, "email", "ann@example.com")
    return found.reason.value if found else ""


@pytest.mark.parametrize("spelled", ["ann@example.com", "Ann@Example.com"])
def test_ses_lets_go_of_it_too(world: World, spelled: str) -> None:
    world.ses_list.add(spelled)
    assert SignedIn(world).post("/api/suppressions/lift", BODY).body["suppressed"] is False
    assert (world.ses_list.listed, reason(world)) == ({}, "")


def test_it_is_found_as_its_owner_spells_it(world: World) -> None:
    world.post(world.identify("ann", email="ann@example.com"))
    item = next(one for one in world.table.items("CONTACT") if one.get("traits", {}).get("email"))
    world.table.put_many([{**item, "traits": {**item["traits"], "email": "ANN@example.com"}}])
    world.ses_list.add("ANN@example.com")
    SignedIn(world).post("/api/suppressions/lift", BODY)
    assert world.ses_list.listed == {}


def test_what_ses_alone_knows_is_lifted_too() -> None:
    world = World(templates=None)
    world.ses_list.add("ann@example.com")
    assert SignedIn(world).post("/api/suppressions/lift", BODY).status == 200
    assert world.ses_list.listed == {}
    (noted,) = [one for one in world.table.items("AUDIT") if one["what"] == "suppression.lifted"]
    assert noted["details"]["was"] == "listed by SES"


def test_a_complaint_that_ses_heard_of_counts_here_from_now_on(world: World) -> None:
    world.ses_list.add("ann@example.com", Reason.COMPLAINT)
    refused = SignedIn(world).post("/api/suppressions/lift", BODY)
    assert (refused.status, "complaint" in refused.body["detail"]) == (409, True)
    assert (reason(world), set(world.ses_list.listed)) == ("complaint", {"ann@example.com"})


def test_where_ses_fails_nothing_is_lifted_and_the_repetition_does_it(world: World) -> None:
    world.ses_list.add("ann@example.com")

    def fail(operation: str) -> None:
        if operation == "remove":
            raise ConnectionError

    world.ses_list.on_request = fail
    api = SignedIn(world)
    assert api.post("/api/suppressions/lift", BODY).status == 500
    assert reason(world) == "bounce"
    world.ses_list.on_request = lambda operation: None
    assert api.post("/api/suppressions/lift", BODY).status == 200
    assert (world.ses_list.listed, reason(world)) == ({}, "")


def test_a_phone_number_is_none_of_ses_s_business(world: World) -> None:
    suppress(world.table, "sms", "+12025550142", Reason.MANUAL, world.clock.now(), "list")
    world.ses_list.on_request = lambda operation: pytest.fail(operation)
    assert SignedIn(world).post("/api/suppressions/lift", {**BODY, "address": "+12025550142"}).status == 200


def test_the_command_line_does_the_same(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.ses_list.add("ann@example.com")
    wiring.use(world.services)
    try:
        main(["suppressions", "lift", "ann@example.com", "--reason", "the mailbox works again"])
    finally:
        wiring.use(None)
    assert "Messages may go to this address again" in capsys.readouterr().out
    assert (world.ses_list.listed, reason(world)) == ({}, "")
