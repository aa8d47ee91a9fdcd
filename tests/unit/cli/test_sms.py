"""``leadwell sms`` and ``leadwell webhooks``."""

import json
from base64 import b64decode
from pathlib import Path

import pytest

from leadwell import wiring
from leadwell.cli.main import main
from leadwell.messaging.webhook import webhook_secret
from tests.fakes.world import SETTINGS, World

SMS = Path(__file__).parents[3] / "templates" / "sms"
LONG = 'purpose: transactional\ntexts:\n  en: "{text}"\n'


@pytest.mark.parametrize("file", sorted(SMS.glob("*.yaml")), ids=lambda one: one.stem)
def test_every_text_that_comes_along_can_be_looked_at(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["sms", "preview", str(file), "--json"])
    found = json.loads(capsys.readouterr().out)
    assert {one["locale"] for one in found} >= {"de", "en"}
    for one in found:
        assert one["parts"] >= 1
        assert one["usd"]["DE"][0] == pytest.approx(0.09 * one["parts"])


def test_parts_and_prices(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "long.yaml"
    file.write_text(LONG.format(text="x" * 161))
    main(["sms", "preview", str(file), "--to", "de", "--to", "FR"])
    said = capsys.readouterr().out
    assert "en: 161 characters, GSM-7, 2 parts" in said
    assert "to DE: 0.1800 to 0.2200 USD each" in said
    assert "to FR: no price is written down" in said
    assert "recalled, 2026-11-22" in said
    file.write_text(LONG.format(text="x" * 70 + "ж"))
    main(["sms", "preview", str(file)])
    assert "UCS-2, 2 parts" in capsys.readouterr().out


def test_what_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["sms", "preview", str(tmp_path / "none.yaml")])
    assert "there is no such file" in capsys.readouterr().err


def test_the_secret_that_receivers_verify_with(capsys: pytest.CaptureFixture[str]) -> None:
    from dataclasses import replace

    world = World()
    services = world.new_services()
    services.settings = replace(SETTINGS, secret_arn="arn")
    wiring.use(services)
    try:
        main(["webhooks", "secret"])
        said = capsys.readouterr().out.strip()
        assert b64decode(said.removeprefix("whsec_")) == webhook_secret(services.secrets.signing_key)
        services.settings = SETTINGS
        with pytest.raises(SystemExit):
            main(["webhooks", "secret"])
        assert "LEADWELL_SECRET_ARN" in capsys.readouterr().err
    finally:
        wiring.use(None)
