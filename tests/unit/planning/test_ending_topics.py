"""A topic ends when the policy names it no more: who stands in the way, and what is said of it."""

from pathlib import Path

import pytest

from leadwell.definitions.library import PAUSED, Library
from leadwell.definitions.publishing import Publisher
from leadwell.errors import Refused
from leadwell.rehearsal.stage import Stage
from tests.unit.planning.test_plan import NOW, asked, installation, planner, written

POLICY = """
kind: policy
title: {en: How we write, de: Wie wir schreiben}
topics:
  - {name: events, title: {en: Invitations, de: Einladungen}, channels: [email, sms]}
  - {name: tips, title: {en: Tips, de: Tipps}}
"""
WITHOUT = POLICY.replace("  - {name: events, title: {en: Invitations, de: Einladungen}, channels: [email, sms]}\n", "")
BY_MAIL_ALONE = POLICY.replace("channels: [email, sms]", "channels: [email]")
INVITE = """
kind: journey
name: invite
title: {en: Invite, de: Einladen}
description: {en: Invite, de: Einladen}
trigger: {event: Joined}
steps:
  - wait: P1D
  - {id: invitation, email: {template: hello, topic: events}}
"""
FORM = """
kind: form
name: sign-up
title: {en: Sign up, de: Anmelden}
fields: [{name: email, type: email, label: {en: E-mail, de: E-Mail}, required: true}]
consents: [{purpose: events, wording: {en: Invite me., de: Laden Sie mich ein.}, version: "1"}]
button: {en: Send, de: Senden}
thanks: {title: {en: Thanks, de: Danke}}
"""


def agreeing(count: int, *texts: str) -> Stage:
    stage = installation(POLICY, *texts)
    for number in range(count):
        who = f"a{number}"
        said = {"purpose": "events", "channel": "email", "source": "form"}
        stage.say(
            {"type": "identify", "userId": who, "traits": {"email": f"{who}@example.com"}},
            {"type": "track", "userId": who, "event": "Consent Granted", "properties": said},
        )
    return stage


def publisher(stage: Stage) -> Publisher:
    return Publisher(Library(stage.table), NOW, "ann")


def lines(stage: Stage, folder: Path, *texts: str, sample: int = 2_000) -> list[str]:
    files = [written(folder, text, f"file-{number}") for number, text in enumerate(texts)]
    plan, _ = planner(stage, sample).make(asked(*files))
    return [line.text for one in plan.changes for line in one.lines if line.what == "topic gone"]


@pytest.mark.parametrize("text", [WITHOUT, WITHOUT.replace("topics:", "quiet_hours: []\ntopics:")])
def test_a_topic_that_a_live_journey_sends_to_stays(text: str, tmp_path: Path) -> None:
    stage = agreeing(1, INVITE)
    with pytest.raises(
        Refused, match="step invitation of the journey invite still sends to events/email: keep"
    ) as refused:
        publisher(stage).check(text)
    assert refused.value.field == "topics"
    with pytest.raises(Refused, match="leadwell pause journey invite"):
        lines(stage, tmp_path, text)


def test_also_where_its_template_names_it() -> None:
    stage = agreeing(0)
    library = Library(stage.table)
    library.publish("email", "hello", {"purpose": "marketing", "topic": "events"}, now=NOW, by="ann")
    Publisher(library, NOW, "ann").publish(INVITE.replace("{template: hello, topic: events}", "hello"))
    with pytest.raises(Refused, match="step invitation of the journey invite"):
        publisher(stage).publish(WITHOUT)


def test_a_channel_of_it_may_end_that_nobody_sends_by() -> None:
    publisher(agreeing(1, INVITE)).publish(BY_MAIL_ALONE)


def test_the_plan_says_who_agreed_and_what_points_at_it(tmp_path: Path) -> None:
    stage = agreeing(3, INVITE, FORM)
    library = Library(stage.table)
    library.set_status("journey", "invite", PAUSED)
    by_mail, by_sms = lines(stage, tmp_path, WITHOUT)
    assert by_mail.startswith("topic events/email is gone: 3 contacts have agreed to it")
    assert by_mail.endswith("still named by form sign-up, journey invite/invitation")
    assert by_sms.startswith("topic events/sms is gone: 0 contacts")


def test_beyond_the_sample_it_is_an_estimate(tmp_path: Path) -> None:
    assert lines(agreeing(12), tmp_path, WITHOUT, sample=5)[0].startswith("topic events/email is gone: ~12 contacts")


def test_what_is_published_with_it_is_asked_as_it_will_be(tmp_path: Path) -> None:
    moved = INVITE.replace("topic: events", "topic: tips")
    assert len(lines(agreeing(0, INVITE), tmp_path, WITHOUT, moved)) == 2
    with pytest.raises(Refused, match="there is no topic 'events'"):
        lines(agreeing(0, INVITE), tmp_path, WITHOUT, INVITE.replace("P1D", "P2D"))


def test_what_is_paused_with_it_stands_in_nobodys_way(tmp_path: Path) -> None:
    stage = agreeing(0, INVITE)
    plan, _ = planner(stage).make(asked(written(tmp_path, WITHOUT), prune=True))
    assert {(one.name, one.what) for one in plan.changes if one.kind != "email"} >= {("invite", "paused")}


def test_a_form_asks_about_topics_that_there_are() -> None:
    with pytest.raises(Refused, match="did you mean 'events'") as refused:
        publisher(agreeing(0)).check(FORM.replace("purpose: events", "purpose: event"))
    assert refused.value.field == "consents"
