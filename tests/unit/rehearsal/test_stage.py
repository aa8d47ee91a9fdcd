"""The loop in memory, for whoever builds on it."""

from dataclasses import replace

import pytest

from leadwell.clock import DAY, HOUR, MINUTE, from_iso
from leadwell.definitions.documents import parse
from leadwell.errors import Broken, Refused
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.program import compile_journey
from leadwell.messaging.message import Status
from leadwell.rehearsal.stage import Stage
from leadwell.store.table import Put
from tests.unit.rehearsal.house import REPERTOIRE, TEMPLATES, journey

START = from_iso("2026-03-02T08:00:00Z")


def stage(words: bool = True) -> Stage:
    document = journey()
    del document["parameters"]
    document["steps"][0]["wait"] = "PT3H"
    definition = parse(document)
    assert isinstance(definition, JourneyDefinition)
    return Stage(REPERTOIRE.with_journeys([compile_journey(definition)]), START, words=words)


def join(stage: Stage, user: str) -> None:
    said = {"purpose": "marketing", "channel": "email"}
    stage.say({"type": "identify", "userId": user, "traits": {"email": f"{user}@example.com"}})
    stage.say({"type": "track", "userId": user, "event": "Consent Granted", "properties": said})


def start(stage: Stage, user: str) -> None:
    stage.say({"type": "track", "userId": user, "event": "Started"})


def test_many_contacts_each_at_their_time() -> None:
    on = stage()
    users = [f"user-{number}" for number in range(20)]
    for user in users:
        join(on, user)
        start(on, user)
        on.advance(on.now + MINUTE)
    on.advance(START + DAY)
    assert [left.outgoing.to for left in on.left] == [f"{user}@example.com" for user in users]
    assert [left.at for left in on.left] == [START + 3 * HOUR + number * MINUTE for number in range(20)]
    assert on.now == START + DAY


def test_without_words_the_same_leaves_at_the_same_time() -> None:
    seen = []
    for words in (True, False):
        on = stage(words)
        join(on, "ann")
        start(on, "ann")
        on.advance(START + DAY)
        seen.append([(left.at, left.message.id, left.outgoing.to) for left in on.left])
        assert bool(on.left[0].outgoing.subject) == words
    assert seen[0] == seen[1]


def test_what_happens_by_itself_is_known_in_advance() -> None:
    on = stage()
    join(on, "ann")
    start(on, "ann")
    assert on.next_due() == START + 3 * HOUR
    on.step(START + 3 * HOUR)
    assert on.now == START + 3 * HOUR
    assert [left.message.status for left in on.left] == [Status.SENT]
    assert {one.status for one in on.messages()} == {Status.DELIVERED, Status.SKIPPED}


def test_the_visitor_who_signs_in_is_the_same_contact() -> None:
    on = stage()
    on.say({"type": "track", "anonymousId": "browser", "event": "Started"}, key="public")
    on.say({"type": "identify", "userId": "ann", "anonymousId": "browser", "traits": {"email": "ann@example.com"}})
    ann = on.contact("ann")
    assert ann is not None
    assert on.contact("browser", "anonymous_id") == ann
    assert [(one.contact, one.reason) for one in on.enrollments() if one.is_active] == [(ann.id, "")]
    assert on.contact("nobody") is None


def test_what_the_tracking_api_refuses_is_refused() -> None:
    with pytest.raises(Refused, match="userId"):
        stage().say({"type": "track", "event": "Started"})
    with pytest.raises(Refused, match="reported by Leadwell itself"):
        stage().say({"type": "track", "anonymousId": "b", "event": "Email Opened"}, key="public")


def test_a_link_is_pressed_where_there_is_one() -> None:
    on = stage()
    join(on, "ann")
    start(on, "ann")
    on.advance(START + 3 * HOUR)
    on.press(on.left[0])
    ann = on.contact("ann")
    assert ann is not None
    assert ann.consents["marketing/email"].state == "withdrawn"


def test_what_goes_wrong_is_raised() -> None:
    on = stage()
    join(on, "ann")
    start(on, "ann")
    (item,) = on.table.items("ENROLLMENT")
    on.table.write(Put({**item, "cause": None}))
    on.table.take_written()
    with pytest.raises(TypeError):
        on.advance(START + 3 * HOUR)


def test_what_stays_due_is_noticed() -> None:
    on = stage()
    join(on, "ann")
    start(on, "ann")
    on.advance(START + 3 * HOUR)
    late = replace(on.left[0].message, id="late", status=Status.PARKED, due_at=START + 4 * HOUR)
    on.table.write(Put(late.to_item()))
    with pytest.raises(Broken, match="stays so"):
        on.advance(START + DAY)


def test_a_missing_template_is_said() -> None:
    with pytest.raises(Broken, match="there is no email nowhere"):
        REPERTOIRE.message("email", "nowhere")
    assert REPERTOIRE.around(TEMPLATES / "journeys" / "welcome.yaml").folder == TEMPLATES
