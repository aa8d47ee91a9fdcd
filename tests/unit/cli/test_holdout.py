"""``leadwell journeys holdout``."""

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from tests.fakes.world import World


def test_what_campaigns_bring(capsys: pytest.CaptureFixture[str]) -> None:
    world = World()
    wiring.use(world.services)
    try:
        with pytest.raises(SystemExit):
            main(["journeys", "holdout", "newsletter"])
        assert "the policy has no holdout" in capsys.readouterr().err
        policy = {"kind": "policy", "name": "policy", "title": {"en": "A", "de": "A"}, "holdout": 50}
        world.services.library.publish("policy", "policy", policy, now=world.clock.now(), by="ann")
        for number in range(30):
            world.post(world.identify(f"u{number}"), world.consent(f"u{number}"))
        wiring.use(world.services)
        main(["journeys", "holdout", "newsletter"])
        said = capsys.readouterr().out
        assert "  reached: " in said and "  left alone: " in said
        assert "cannot be told from so many" in said
        with pytest.raises(SystemExit):
            main(["journeys", "holdout", "no-such-segment"])
    finally:
        wiring.use(None)
