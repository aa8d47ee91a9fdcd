"""The product itself in the local run: an unmodified client in, mails out, through a kill and back."""

import re
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import segment.analytics as analytics

from tests.local.running import ROOT, LocalRun, clean_environment

SEGMENT = """
kind: segment
name: anna
title: {en: Anna, de: Anna}
when: {all: [{trait: firstName, equals: Anna}, {event: Product Viewed, where: {product_id: sofa-2}},
  {trait: locale, equals: de-DE}]}
"""
SIGNED_IN = {"authorization": "Bearer local-secret"}


@pytest.fixture
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    local = LocalRun(tmp_path_factory.mktemp("product") / "state", ROOT / "functions")
    local.start()
    yield local
    if local.running():
        local.stop()


def client(run: LocalRun) -> analytics.Client:
    return analytics.Client("local-secret", host=f"http://127.0.0.1:{run.port}", sync_mode=True, gzip=True)


def fill_cart(run: LocalRun, user: str, cart: str, locale: str = "de-DE") -> None:
    sdk = client(run)
    email = f"{user}@example.com"
    sdk.identify(user, {"email": email, "firstName": "Anna", "locale": locale, "phone": "+12025550123"})
    for channel in ("email", "sms"):
        consent = {"purpose": "marketing", "channel": channel, "source": "checkout", "wording": "Ja, gern."}
        sdk.track(user, "Consent Granted", consent)
    for number in range(3):
        sdk.track(user, "Product Viewed", {"product_id": f"sofa-{number}", "category": "sofas"})
    sdk.track(user, "Product Added", {"cart_id": cart, "product_id": "sofa-1", "name": "Nord", "price": 1290})


def mails(run: LocalRun, to: str) -> list[dict[str, Any]]:
    return [message for message in run.outbox() if message["channel"] == "email" and message["to"] == to]


def contact(run: LocalRun, email: str) -> dict[str, Any]:
    (found,) = run.get(f"/api/contacts?email={email}", SIGNED_IN).json()["contacts"]
    assert isinstance(found, dict)
    return found


def leadwell(run: LocalRun, *arguments: str) -> str:
    command = [
        sys.executable,
        "-c",
        "from leadwell.cli.main import main; main()",
        "--local",
        "--port",
        str(run.port),
        *arguments,
    ]
    return subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=True).stdout


def test_a_forgotten_cart_survives_a_kill_and_ends_with_an_unsubscribe(run: LocalRun, tmp_path: Path) -> None:
    fill_cart(run, "anna", "cart-1")
    fill_cart(run, "otto", "cart-2", locale="en")
    # The answers have come: from here on nothing may be lost.
    run.kill()
    run.start()
    assert run.settle() == []
    assert "sofa-interest" in {segment["name"] for segment in contact(run, "anna@example.com")["segments"]}
    assert run.advance("PT2H")["troubles"] == []
    client(run).track("otto", "Order Completed", {"order_id": "o-1", "cart_id": "cart-2", "total": 1290})
    assert run.advance("PT1H1M")["troubles"] == []
    (mail,) = mails(run, "anna@example.com")
    assert mail["journey"] == "abandoned-cart"
    assert "Warenkorb" in mail["subject"]
    assert mails(run, "otto@example.com") == []
    run.kill()
    run.start()
    (again,) = run.outbox()
    assert {**again, "provider_id": ""} == {**mail, "provider_id": ""}

    (folder := tmp_path / "segments").mkdir()
    (folder / "anna.yaml").write_text(SEGMENT)
    said = leadwell(run, "plan", str(tmp_path))
    assert "anna: 1 would enter, 0 would leave" in said
    assert "anna: version 1 is live" in leadwell(run, "apply", str(tmp_path), "--yes")
    run.kill()
    run.start()
    assert run.settle() == []
    assert "anna: in since" in leadwell(run, "explain", "anna@example.com"), "what the command line did survives, too"

    link = urllib.parse.urlsplit(re.findall(r"<(https?://[^>]+)>", mail["headers"]["List-Unsubscribe"])[0])
    path = f"{link.path}?{link.query}" if link.query else link.path
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert run.send("POST", path, b"List-Unsubscribe=One-Click", form).status == 200
    assert run.settle() == []
    consents = {c["channel"]: c["state"] for c in contact(run, "anna@example.com")["consents"]}
    assert consents["email"] == "withdrawn"
    client(run).track("anna", "Product Added", {"cart_id": "cart-3", "product_id": "sofa-2", "name": "Alma"})
    run.advance("P1D")
    assert len(mails(run, "anna@example.com")) == 1
    assert run.stop() == 0
    assert " failed: " not in run.said
