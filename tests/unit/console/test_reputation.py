"""The breaker over the API and the command line."""

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.clock import to_iso
from leadwell.messaging.reputation import Counts, Tally
from tests.fakes.world import World
from tests.unit.console.signed_in import SignedIn


def bad_day(world: World) -> None:
    tally = Tally()
    tally.days[to_iso(world.clock.now())[:10]] = Counts(1_000, 50, 1)
    tally.store(world.table, "batch")


def test_over_the_api() -> None:
    api = SignedIn(World(templates=None))
    assert api.get("/api/reputation").body["paused"] is False
    assert api.get("/api/overview").body["marketing_pauses"] is None
    bad_day(api.world)
    shown = api.get("/api/reputation").body
    assert (shown["paused"], shown["by_person"]) == (True, False)
    assert shown["windows"][0] == {
        "days": 2,
        "mails": 1000,
        "bounced": 50,
        "complained": 1,
        "bounce_rate": 0.05,
        "complaint_rate": 0.001,
    }
    assert api.get("/api/overview").body["marketing_pauses"]["reason"].startswith("5.0% of 1,000 mails bounced")
    assert api.post("/api/reputation/resume").body["paused"] is False
    stopped = api.post("/api/reputation/pause", {"reason": "the list came from a fair"}).body
    assert (stopped["paused"], stopped["by_person"], stopped["reason"]) == (True, True, "the list came from a fair")
    assert api.post("/api/reputation/pause", {"reason": ""}).status == 400
    audit = [entry["what"] for entry in api.get("/api/audit").body["entries"]]
    assert sorted(audit) == ["marketing.paused", "marketing.resumed"]
    assert SignedIn(api.world, role="sales").post("/api/reputation/resume").status == 403


def test_by_command(capsys: pytest.CaptureFixture[str]) -> None:
    world = World(templates=None)
    wiring.use(world.services)
    try:
        main(["reputation", "show"])
        assert capsys.readouterr().out.endswith("Marketing goes out.\n")
        bad_day(world)
        main(["reputation", "show"])
        said = capsys.readouterr().out
        assert "2 days: 1,000 mails, 5.00% bounced (SES reviews from 5% on)" in said
        assert "leadwell reputation resume" in said
        main(["reputation", "resume"])
        main(["reputation", "show", "--json"])
        assert '"paused": false' in capsys.readouterr().out
        main(["reputation", "pause", "--reason", "holidays"])
        main(["reputation", "show"])
        assert "holidays" in capsys.readouterr().out
    finally:
        wiring.use(None)
