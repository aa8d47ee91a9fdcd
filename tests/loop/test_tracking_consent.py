"""Who opens what is counted of those who agreed to it, and of nobody else."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest

from leadwell.clock import DAY, HOUR, MINUTE, to_iso
from leadwell.consent.proof_sheet import proof_page
from leadwell.consent.standing import read_record
from leadwell.definitions.publishing import Publisher
from leadwell.definitions.reading import read_definition
from leadwell.messaging.outgoing import Outgoing
from tests.fakes.world import TEMPLATES, World
from tests.functions.queue_records import notification, payload, queue_event
from tests.loop.doors import PUBLIC, SERVER, request, track, with_keys
from tests.loop.test_permission import link_in, visitor_of

FORM = TEMPLATES / "pages" / "newsletter-form.yaml"
BY_SMS = TEMPLATES / "pages" / "text-messages-form.yaml"
NUMBER = "+493023125001"
WORDING = next(
    box["wording"]["en"]
    for box in read_definition(FORM.read_text("utf-8"), {}).document["consents"]
    if box["purpose"] == "tracking"
)
EMAIL = {"email": "ann@example.com", "consent/marketing/email": "on"}
COUNTED = {**EMAIL, "consent/tracking/email": "on"}


@pytest.fixture
def world() -> World:
    made = with_keys(World())
    Publisher(made.services.library, 0, "test").publish(FORM.read_text("utf-8"))
    return made


def signed_up(world: World, fields: dict[str, str]) -> Outgoing:
    """The mail that asks."""
    fields = {**fields, "_aid": "visitor-1"}
    sent = request(world, "serve_pages", "POST", "/p/f/newsletter", urlencode(fields))
    assert sent["statusCode"] == 200, sent
    (asked,) = [mail for _, mail in world.outbox.sent]
    return asked


def greeted(world: World) -> Outgoing:
    world.clock.moment += MINUTE
    track(world, SERVER, {"type": "identify", "userId": "ann", "traits": {"email": EMAIL["email"]}})
    track(world, SERVER, {"type": "track", "event": "Signed Up", "userId": "ann"})
    return next(mail for _, mail in world.outbox.sent if mail.tags["leadwell_journey"] == "welcome")


def reported(world: World, mail: Outgoing, kind: str = "open") -> None:
    said = payload(f"ses/{kind}")
    said["mail"]["tags"] |= {name: [value] for name, value in mail.tags.items()}
    said[kind] |= {"timestamp": to_iso(world.clock.now()), "userAgent": "Mozilla/5.0 (iPhone)"}
    world.call("record_feedback", queue_event(notification(said)))
    world.run()


def names(world: World) -> list[Any]:
    return [item["name"] for item in world.table.items("EVENT")]


def confirmed(world: World, asked: Outgoing) -> dict[str, Any]:
    path = link_in(asked, "/p/c/")
    shown = request(world, "serve_pages", "GET", path)
    world.clock.moment += MINUTE
    assert request(world, "serve_pages", "POST", path)["statusCode"] == 200
    return shown


def test_one_click_confirms_both_and_the_proof_has_the_words(world: World) -> None:
    asked = signed_up(world, COUNTED)
    assert "what else you ticked" in asked.text
    shown = re.sub(r"</?span[^>]*>", "", confirmed(world, asked)["body"])
    assert WORDING in shown, "who clicks has read what it allows"
    ann = visitor_of(world)
    assert {name: one.state for name, one in ann.consents.items()} == {
        "marketing/email": "granted",
        "tracking/email": "granted",
    }
    (proof,) = [
        one
        for one in read_record(world.table, ann, world.clock.now()).changes
        if (one.purpose, one.state) == ("tracking", "granted")
    ]
    assert (proof.how, proof.wording, proof.wording_version) == ("link", WORDING, "2026-11")
    assert proof.mail is not None and proof.mail.content_hash and proof.address == "ann@example.com"
    world.advance(4 * DAY)
    assert [step for _, _, step in world.mails()].count("double-opt-in/remind") == 0, "one form, one question"
    mail = greeted(world)
    assert mail.counted
    world.clock.moment += HOUR
    reported(world, mail)
    assert "Email Opened" in names(world)


def test_who_did_not_tick_it_is_not_counted(world: World) -> None:
    asked = signed_up(world, EMAIL)
    assert "what else you ticked" not in asked.text
    assert WORDING not in confirmed(world, asked)["body"]
    mail = greeted(world)
    assert not mail.counted and re.search(r"/p/u/[\w-]+", mail.text), "links that mean something work"
    for kind in ("open", "click"):
        reported(world, mail, kind)
    assert not {"Email Opened", "Email Link Clicked"} & {*names(world)}
    (message,) = [item for item in world.table.items("MESSAGE") if item["journey"] == "welcome"]
    assert message["uncounted"] is True and "first_opened_at" not in message


def test_a_withdrawal_ends_it_for_mails_that_left_before(world: World) -> None:
    confirmed(world, signed_up(world, COUNTED))
    mail = greeted(world)
    world.clock.moment += HOUR
    off = {"shown": "marketing/email,tracking/email", "topic/marketing/email": "on"}
    assert request(world, "serve_pages", "POST", link_in(mail, "/p/s/"), urlencode(off))["statusCode"] == 200
    ann = world.contact("ann")
    assert (ann.consents["tracking/email"].state, ann.consents["marketing/email"].state) == ("withdrawn", "granted")
    world.clock.moment += HOUR
    reported(world, mail)
    assert "Email Opened" not in names(world)
    on = {**off, "topic/tracking/email": "on"}
    request(world, "serve_pages", "POST", link_in(mail, "/p/s/"), urlencode(on))
    assert world.contact("ann").consents["tracking/email"].confirmed


@pytest.mark.parametrize(
    "also",
    [
        "tracking/email",
        ["tracking/sms"],
        ["everything/email"],
        [{"purpose": "tracking", "wording": "Send money."}],
        [[1]],
    ],
)
def test_a_browser_puts_no_words_into_anybodys_mouth(world: World, also: Any) -> None:
    who = {"anonymousId": "visitor-1"}
    said = {"purpose": "marketing", "channel": "email", "form": "newsletter", "form_version": 1, "also": also}
    track(
        world,
        PUBLIC,
        {"type": "identify", "traits": {"email": "ann@example.com"}, **who},
        {"type": "track", "event": "Consent Granted", "properties": said, **who},
    )
    (_, asked), *_ = world.outbox.sent
    assert "Send money" not in confirmed(world, asked)["body"] + asked.html
    assert {*visitor_of(world).consents} == {"marketing/email"}


def short_link(world: World, text: str) -> str:
    """Where a short link leads, for whom taps on it."""
    (path,) = re.findall(r"https://go\.example\.com(/s/\w+)", text)
    answer = request(world, "serve_pages", "GET", path)
    assert answer["statusCode"] == 302
    return str(answer["headers"]["location"]).removeprefix("https://go.example.com")


def test_a_form_asks_for_text_messages_and_one_click_in_the_text_confirms_both(world: World) -> None:
    Publisher(world.services.library, 0, "test").publish(BY_SMS.read_text("utf-8"))
    fields = {"phone": NUMBER, "consent/marketing/sms": "on", "consent/tracking/sms": "on", "_aid": "visitor-2"}
    assert request(world, "serve_pages", "POST", "/p/f/text-messages", urlencode(fields))["statusCode"] == 200
    ((_, asked),) = world.sms.sent
    path = short_link(world, asked.text)
    shown = request(world, "serve_pages", "GET", path)["body"]
    assert "which links in your text messages I open" in shown and "by text message" in shown
    world.clock.moment += MINUTE
    done = request(world, "serve_pages", "POST", path)["body"]
    assert "with STOP" in done and "e-mail" not in done, "who signed up by SMS is told how to end that"
    kim = visitor_of(world, "visitor-2")
    assert {name: (one.state, one.confirmed) for name, one in kim.consents.items()} == {
        "marketing/sms": ("granted", True),
        "tracking/sms": ("granted", True),
    }
    sheet = proof_page(kim, read_record(world.table, kim, world.clock.now()), "Shop", "", "de", world.clock.now())
    assert "Darf jetzt ausgewertet werden" in sheet and NUMBER in sheet


def test_the_preference_center_offers_it_for_a_channel_in_use_and_a_mail_proves_who_asks(world: World) -> None:
    confirmed(world, signed_up(world, EMAIL))
    mail = greeted(world)
    track(world, SERVER, {"type": "identify", "userId": "ann", "traits": {"phone": NUMBER}})
    center = link_in(mail, "/p/s/")
    assert "tracking/sms" not in request(world, "serve_pages", "GET", center)["body"], "nothing goes there"
    on = urlencode({"shown": "tracking/sms", "topic/tracking/sms": "on"})
    request(world, "serve_pages", "POST", center, on)
    assert "tracking/sms" not in world.contact("ann").consents, "what did not stand on the page is no answer"

    agreed = {"purpose": "marketing", "channel": "sms", "source": "checkout"}
    track(world, SERVER, {"type": "track", "event": "Consent Granted", "userId": "ann", "properties": agreed})
    assert "tracking/sms" in request(world, "serve_pages", "GET", center)["body"]
    request(world, "serve_pages", "POST", center, on)
    assert world.contact("ann").consents["tracking/sms"].confirmed
    assert world.sms.sent == [], "there is nothing left to ask by SMS"
    ann = world.contact("ann")
    record = read_record(world.table, ann, world.clock.now())
    (how,) = [one for one in record.changes if (one.purpose, one.channel) == ("tracking", "sms")]
    assert (how.address, how.mail and how.mail.template) == ("ann@example.com", "welcome-hello")
    sheet = proof_page(ann, record, "Shop", "", "de", world.clock.now())
    assert "Auswahlseite hinter dem Link einer Nachricht" in sheet and "Fassung 0" not in sheet
    world.clock.moment += MINUTE
    request(world, "serve_pages", "POST", center, urlencode({"shown": "tracking/sms"}))
    assert world.contact("ann").consents["tracking/sms"].state == "withdrawn"
