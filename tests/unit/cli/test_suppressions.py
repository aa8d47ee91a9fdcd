import json
from collections.abc import Iterator

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.consent.suppressions import Reason, Suppression, suppress, suppression_key
from leadwell.feedback.reconciling import Listed, ListedPage
from tests.fakes.world import World

AT = 1_793_491_200_000
PAGES = {
    "": ListedPage(
        [Listed("New@example.com", Reason.BOUNCE, AT), Listed("known@example.com", Reason.BOUNCE, AT)], "second"
    ),
    "second": ListedPage([Listed("angry@example.com", Reason.COMPLAINT, AT)], ""),
}


class Ses:
    def page(self, cursor: str = "") -> ListedPage:
        return PAGES[cursor]


@pytest.fixture
def world() -> Iterator[World]:
    world = World(templates=None)
    world.services.provider_suppressions = Ses()
    suppress(world.table, "email", "known@example.com", Reason.COMPLAINT, AT, "ses")
    suppress(world.table, "email", "angry@example.com", Reason.BOUNCE, AT, "ses")
    wiring.use(world.services)
    yield world
    wiring.use(None)


def reason(world: World, address: str) -> str:
    found = Suppression.from_item(world.table.get(suppression_key(world.table, "email", address)))
    return found.reason.value if found else ""


def test_a_dry_run_lists_what_differs_and_changes_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    main(["suppressions", "reconcile", "--dry-run"])
    assert capsys.readouterr().out == (
        "New@example.com: bounce at SES since 2026-11-01, not known here\n"
        "angry@example.com: complaint at SES since 2026-11-01, here: bounce\n"
        "SES suppresses 3 addresses; 2 differ, 0 were taken over.\n"
    )
    assert reason(world, "new@example.com") == ""


def test_what_ses_knows_is_taken_over_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    main(["suppressions", "reconcile", "--json"])
    assert json.loads(capsys.readouterr().out) == {
        "looked_at": 3,
        "taken_over": 2,
        "differences": [
            {"address": "New@example.com", "ses": "bounce", "here": None},
            {"address": "angry@example.com", "ses": "complaint", "here": "bounce"},
        ],
    }
    assert [reason(world, f"{name}@example.com") for name in ("new", "known", "angry")] == [
        "bounce",
        "complaint",
        "complaint",
    ]
    assert [item["what"] for item in world.table.items("AUDIT")] == ["suppressions.reconciled"]
    main(["suppressions", "reconcile"])
    assert capsys.readouterr().out == "SES suppresses 3 addresses; 0 differ, 0 were taken over.\n"
