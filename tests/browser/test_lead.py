"""A visitor becomes a lead in a real Chromium: sees a pop-in, signs up by its form, confirms by the link in the
mail, fetches the white paper, changes preferences, and leaves by the one click of the mail's header. The timeline
proves each of it."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import chromium
from tests.local.running import ROOT, LocalRun

SIGNED_IN = {"authorization": "Bearer local-secret"}
WORDING = "Ich bin einverstanden, im Gegenzug für den Leitfaden Neuigkeiten"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    local = LocalRun(tmp_path_factory.mktemp("lead") / "state", ROOT / "functions")
    local.start()
    yield local
    if local.running():
        local.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture
def page(run: LocalRun, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="de-DE", timezone_id="Europe/Berlin", base_url=f"http://127.0.0.1:{run.port}")
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert wrong == []


def mail(run: LocalRun, journey: str) -> dict[str, Any]:
    """The newest of a journey; the browser sends in its own time."""
    deadline = time.monotonic() + 20
    while True:
        assert run.settle() == []
        found = [one for one in run.outbox() if one["journey"] == journey]
        if found:
            return found[-1]
        assert time.monotonic() < deadline, f"no mail of {journey}"
        time.sleep(0.05)


def link(message: dict[str, Any], path: str) -> str:
    found = re.search(rf"http://127\.0\.0\.1:\d+{path}[\w-]+", message["text"])
    assert found, message["text"]
    return found[0]


def lead(run: LocalRun) -> dict[str, Any]:
    assert run.settle() == []
    (found,) = run.get("/api/contacts?email=robin@example.com", SIGNED_IN).json()["contacts"]
    assert isinstance(found, dict)
    return found


def timeline(run: LocalRun, contact: str) -> list[dict[str, Any]]:
    assert run.settle() == []
    events: list[dict[str, Any]] = run.get(f"/api/contacts/{contact}/timeline?limit=200", SIGNED_IN).json()["events"]
    return events


def arrived(run: LocalRun, contact: str, name: str) -> list[dict[str, Any]]:
    """The timeline, once an event is there that the browser reports in its own time."""
    deadline = time.monotonic() + 20
    while True:
        events = timeline(run, contact)
        if any(one["name"] == name for one in events):
            return events
        assert time.monotonic() < deadline, f"{name} did not come"
        time.sleep(0.05)


def only(events: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (found,) = [one for one in events if one["name"] == name]
    return found


def about(events: list[dict[str, Any]], name: str, purpose: str) -> dict[str, Any]:
    return only([one for one in events if one["properties"].get("purpose") == purpose], name)


def test_from_a_pop_in_to_the_goodbye(run: LocalRun, browser: Browser, page: Page) -> None:
    page.goto("/shop/magazine.html")
    box = page.get_by_role("dialog", name="Suchen Sie ein Sofa?")
    expect(box).to_be_visible()
    box.get_by_label("E-Mail-Adresse").fill("robin@example.com")
    box.get_by_label("Vorname").fill("Robin")
    box.get_by_label("Ich bin einverstanden").check()
    box.get_by_label("Ich bin damit einverstanden, dass Sie auswerten").check()
    run.advance("PT5S")  # as long as a person needs
    box.get_by_role("button", name="Leitfaden anfordern").click()
    expect(box.get_by_text("Ihr Leitfaden wartet auf Sie.")).to_be_visible()

    # Nothing but a question leaves for an address that somebody has merely typed.
    question = mail(run, "double-opt-in")
    assert [one["to"] for one in run.outbox()] == ["robin@example.com"]
    page.goto(link(question, "/p/c/"))
    expect(page.get_by_role("listitem")).to_contain_text("welche Ihrer E-Mails ich öffne")
    page.get_by_role("button", name="Ja, Anmeldung bestätigen").click()
    expect(page.get_by_text("Was Sie angefordert haben, liegt für Sie bereit.")).to_be_visible()
    shared = page.locator("a[href*='/p/r/']").get_attribute("href")
    assert shared
    page.get_by_role("link", name=re.compile("Herunterladen")).click()
    expect(page.get_by_role("heading", name="Sieben Fragen vor dem Sofakauf")).to_be_visible()
    with page.expect_response("**/sofa-guide.pdf") as fetched:
        page.get_by_role("button", name="Jetzt herunterladen").click()
    assert (fetched.value.status, fetched.value.headers["content-type"]) == (200, "application/pdf; charset=utf-8")

    contact = lead(run)
    assert contact["standing"] == "known"
    events = arrived(run, contact["id"], "Popin Viewed")
    assert only(events, "Popin Viewed")["properties"] == {"popin": "guide"}, "the visitor's history is the lead's"
    submitted = only(events, "Form Submitted")
    assert submitted["properties"]["form"] == "white-paper"
    requested, granted = (about(events, f"Consent {state}", "marketing") for state in ("Requested", "Granted"))
    counted = about(events, "Consent Granted", "tracking")
    assert counted["properties"]["wording"].startswith("Ich bin damit einverstanden, dass Sie auswerten")
    assert counted["properties"]["proof"] == granted["properties"]["proof"], "one mail, one click"
    assert requested["properties"]["wording"].startswith(WORDING)
    assert granted["properties"]["wording"] == requested["properties"]["wording"]
    assert granted["properties"]["wording_version"] == "2026-11"
    assert {"message", "confirmed_at", "user_agent", "ip", "asked"} <= granted["properties"]["proof"].keys()
    assert granted["properties"]["proof"]["asked"]["ip"] == "127.0.0.1"
    assert only(events, "Asset Downloaded")["properties"]["asset"] == "white-paper"
    assert only(events, "Asset Downloaded")["standing"] == "proven"

    # A friend opens the link that Robin may share; a messenger that only looks is not counted.
    path = shared.removeprefix(f"http://127.0.0.1:{run.port}")
    assert run.get(path).status == 200
    assert not [one for one in timeline(run, contact["id"]) if one["name"] == "Referral Visited"]
    friend = browser.new_page(locale="de-DE")
    friend.goto(shared)
    expect(friend.get_by_role("heading", name="Ein Sofa für die nächsten zwanzig Jahre")).to_be_visible()
    events = arrived(run, contact["id"], "Referral Visited")
    friend.close()
    assert only(events, "Referral Visited")["properties"] == {"page": "sofa-guide"}

    # The shop knows who it is from now on, and a marketing mail comes, with a way to the preferences.
    robin = {"writeKey": "local-secret", "userId": "robin"}
    run.post("/v1/identify", {**robin, "traits": {"email": "robin@example.com"}, "messageId": "shop-1"})
    assert run.settle() == []
    run.post("/v1/track", {**robin, "event": "Signed Up", "messageId": "shop-2"})
    welcome = mail(run, "welcome")
    opened = run.post("/_local/feedback", {"message": welcome["id"], "event": "open"})
    assert opened.status == 200 and only(timeline(run, contact["id"]), "Email Opened")["properties"]["step"] == "hello"
    page.goto(link(welcome, "/p/s/"))
    page.get_by_role("button", name="30 Tage Pause").click()
    expect(page.get_by_text("senden wir Ihnen keine Neuigkeiten und Angebote")).to_be_visible()
    assert "proof" in only(timeline(run, contact["id"]), "Messages Paused")["properties"]
    page.get_by_role("button", name="Pause beenden").click()
    expect(page.get_by_role("button", name="30 Tage Pause")).to_be_visible()
    switch = page.get_by_label("Neuigkeiten und Angebote per E-Mail")
    expect(switch).to_be_checked()
    page.get_by_label("Sprache unserer Nachrichten").select_option("en")
    switch.uncheck()
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Ihre Auswahl ist gespeichert.")).to_be_visible()
    assert lead(run)["traits"]["locale"] == "en"
    page.get_by_label("Neuigkeiten und Angebote per E-Mail").check()
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_label("Neuigkeiten und Angebote per E-Mail")).to_be_checked()
    chosen = [one for one in timeline(run, contact["id"]) if one["properties"].get("source") == "preference center"]
    assert {one["name"] for one in chosen} == {
        "Consent Withdrawn",
        "Consent Granted",
        "Messages Paused",
        "Messages Resumed",
    }
    assert all(one["properties"]["message"] == welcome["id"] for one in chosen if one["name"].startswith("Consent"))

    # The mail program's own button: RFC 8058.
    header = welcome["headers"]["List-Unsubscribe"].strip("<>")
    path = header.removeprefix(f"http://127.0.0.1:{run.port}")
    gone = run.send("POST", path, b"List-Unsubscribe=One-Click", {"content-type": "application/x-www-form-urlencoded"})
    assert gone.status == 200
    (last,) = [one for one in timeline(run, contact["id"]) if one["properties"].get("source") == "unsubscribe link"]
    assert last["properties"]["message"] == welcome["id"]
    record = run.get(f"/api/contacts/{contact['id']}/consents", SIGNED_IN).json()
    newest, first = record["history"][0], record["history"][-1]
    assert (newest["state"], newest["how"]) == ("withdrawn", "link")
    confirmed = next(one for one in record["history"] if one["state"] == "granted" and one["mail"]["content_hash"])
    assert confirmed["ip"] == "127.0.0.1" and confirmed["wording"] and confirmed["wording_version"] == "2026-11"
    assert (first["state"], first["form"], first["address"]) == ("requested", "white-paper", "robin@example.com")
    sent = len(run.outbox())
    assert run.advance("P30D")["troubles"] == []
    assert len(run.outbox()) == sent, "nothing leaves after the goodbye"


WEBSITE = """<!doctype html><html lang="en"><title>A website</title><script>
addEventListener("error", function (event) { document.title = event.message; });</script>
<script async src="/leadwell.js" data-key="local-public" data-widgets %s></script>"""


def website(page: Page, attributes: str) -> list[str]:
    """A page of the website; what the browser asks Leadwell for from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.partition("?")[0]))
    page.route("**/website", lambda route: route.fulfill(body=WEBSITE % attributes, content_type="text/html"))
    page.goto("/website")
    page.wait_for_function("window.leadwell && leadwell.version")
    page.wait_for_load_state("networkidle")
    return [url.rpartition("127.0.0.1")[2].partition("/")[2] for url in asked]


def kept(page: Page) -> list[str]:
    """What the browser has stored for the website."""
    names: list[str] = page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage))")
    return sorted(names + [str(cookie.get("name")) for cookie in page.context.cookies()])


def test_one_line_is_enough_and_the_server_sets_the_cookie(run: LocalRun, page: Page) -> None:
    with page.expect_response("**/v1/batch") as counted:
        asked = website(page, "")
    assert {"leadwell.js", "p/w.js", "p/w", "v1/batch"} <= set(asked)
    assert counted.value.status == 200
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["sameSite"], cookie["domain"]) == ("lw_aid", "Lax", "127.0.0.1")
    # The same way the script asks once a day, because some browsers forget what scripts have set within a week.
    page.evaluate("navigator.sendBeacon('/p/k', 'set-by-the-server')")
    page.wait_for_function("document.cookie.includes('lw_aid=set-by-the-server')")
    (again,) = page.context.cookies()
    assert float(again.get("expires", 0)) > time.time() + 360 * 86_400


def test_without_a_yes_nothing_is_kept_and_nothing_is_sent(run: LocalRun, page: Page) -> None:
    asked = website(page, "data-require-consent")
    assert "v1/batch" not in asked and "p/k" not in asked
    assert kept(page) == []
    with page.expect_response("**/v1/batch"):
        page.evaluate("leadwell.consent(true)")
    page.wait_for_function("document.cookie.includes('lw_aid')")
    assert {"lw_aid", "lw_consent"} <= set(kept(page))
    page.evaluate("leadwell.consent(false)")
    assert kept(page) == ["lw_consent"], "nothing but the no"


@pytest.mark.parametrize(
    "wish",
    [
        "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})",
        "Object.defineProperty(Navigator.prototype, 'doNotTrack', {get: () => '1'})",
    ],
    ids=["Global Privacy Control", "Do Not Track"],
)
def test_who_asks_not_to_be_tracked_is_not_and_forms_still_work(run: LocalRun, page: Page, wish: str) -> None:
    page.context.add_init_script(wish)
    asked = website(page, "")
    assert "v1/batch" not in asked and kept(page) == []
    page.goto("/p/f/contact?lang=en")
    for label, answer in {"First name": "Kim", "Last name": "Example", "E-mail address": "kim@example.com"}.items():
        page.get_by_label(label).fill(answer)
    page.get_by_label("What can we do").fill("Please call me.")
    run.advance("PT5S")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you for your message")).to_be_visible()
