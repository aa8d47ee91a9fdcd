"""Whatever people, providers, colleagues and AWS do in whatever order: no channel accepts a message after a no."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from leadwell.consent.withdrawals import Withdrawals
from tests.loop.nos import PEOPLE, SILENCE, TOPIC, Play

EXAMPLES = 60
_PEOPLE = st.sampled_from(PEOPLE)
_CHANNELS = st.sampled_from(["email", "sms"])
_ANY_CHANNEL = st.sampled_from(["email", "sms", "*"])
_WHICH = st.integers(0, 5)


def _action(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(st.just(name), *arguments)


_YES = st.one_of(
    _action("identify", _PEOPLE),
    _action("server_yes", _PEOPLE, _ANY_CHANNEL, st.booleans(), st.sampled_from(["marketing", TOPIC])),
    _action("visitor_asks", _PEOPLE, st.sampled_from(["device-1", "device-2"]), _ANY_CHANNEL),
    _action("import_contact", _PEOPLE),
)
_NO = st.one_of(
    _action("server_no", _PEOPLE, st.sampled_from(["marketing", TOPIC, "transactional", "*"]), _ANY_CHANNEL),
    _action("click", _WHICH, st.booleans()),
    _action("report", _WHICH, st.sampled_from(["complaint", "bounce_permanent"])),
    _action("reply", _WHICH, st.sampled_from([*SILENCE, "Thank you"]), st.booleans()),
    _action("stop", _PEOPLE, st.sampled_from(["STOP", "Stopp!", "abmelden", "opt out", "REVOKE"])),
    _action("colleague_no", _PEOPLE, _ANY_CHANNEL),
    _action("suppression_list", _PEOPLE, _CHANNELS, st.sampled_from(["stop", "manual", "bounce"])),
    _action("restrict", _PEOPLE, st.booleans()),
    _action("erase", _PEOPLE),
    _action("pause", _WHICH, st.booleans()),
    _action("server_pause", _PEOPLE, st.sampled_from([2, 40])),
)
_SENDS = _action("ask_for", _PEOPLE, _CHANNELS, st.sampled_from(["marketing", TOPIC, "transactional", "confirmation"]))
_COURSE = st.one_of(
    _action("settle"),
    _action("send"),
    _action("again"),
    _action("pass_time", st.sampled_from([0, 1, 3, 5])),
)
PLAYS = st.lists(st.one_of(_YES, _NO, _SENDS, _SENDS, _COURSE, _COURSE), min_size=6, max_size=30)
_BEGINNING = (
    ("identify", "ann"),
    ("server_yes", "ann", "*", False),
    ("server_yes", "ann", "email", False, TOPIC),
    ("identify", "bob"),
    ("settle",),
)


def played(actions: list[tuple[Any, ...]]) -> Play:
    play = Play()
    for name, *arguments in (*_BEGINNING, *actions):
        getattr(play, name)(*arguments)
    play.settle()
    play.pass_time(7)
    return play


@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(PLAYS)
def test_nothing_is_accepted_after_a_no(actions: list[tuple[Any, ...]]) -> None:
    assert played(actions).judge.faults == []


def test_a_play_that_says_yes_lets_messages_leave() -> None:
    """Else the property would hold for a product that never sends."""
    play = played(
        [
            ("ask_for", "ann", "email", "marketing"),
            ("ask_for", "ann", "sms", "marketing"),
            ("ask_for", "ann", "email", TOPIC),
            ("ask_for", "bob", "email", "transactional"),
            ("visitor_asks", "bob", "device-1", "*"),
            ("settle",),
        ]
    )
    assert {channel for channel, _ in play.left} == {"email", "sms"}
    assert len(play.left) >= 6 and play.judge.faults == []


def _forgets_the_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "leadwell.messaging.sending.Withdrawals",
        type("Forgetful", (), {"from_item": staticmethod(lambda item: Withdrawals(item["rev"] if item else 0))}),
    )


def _forgets_suppressions(monkeypatch: pytest.MonkeyPatch) -> None:
    from leadwell.messaging import sending

    monkeypatch.setattr(
        sending, "suppression_key", lambda table, channel, address: sending.keys.guard(f"{channel}{address}")
    )


def _hears_no_restriction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Withdrawals, "is_restricted", property(lambda self: False))
    monkeypatch.setattr("leadwell.contacts.folding.open_restriction", lambda ordered: None)


def _hears_no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Withdrawals, "paused_until", lambda self, now: None)


@pytest.mark.parametrize("plant", [_hears_no_pause, _forgets_the_no, _forgets_suppressions, _hears_no_restriction])
def test_a_planted_bug_is_found(plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    once = settings(
        max_examples=200,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    try:
        find(PLAYS, lambda actions: bool(played(actions).judge.faults), settings=once)
    except NoSuchExample:
        pytest.fail("the property does not see this bug")


_ANSWERED = [
    ("ask_for", "ann", "email", "marketing"),
    ("settle",),
    ("reply", 0, "STOP", False),
    ("ask_for", "ann", "email", "marketing"),
    ("send",),
]


def test_a_reply_says_no_at_once() -> None:
    play = played(_ANSWERED)
    assert [channel for channel, _ in play.left] == ["email"] and play.judge.faults == []


def test_a_reply_that_is_not_read_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadwell.feedback.replying.asks_by_mail", lambda text: False)
    assert played(_ANSWERED).judge.faults == ["marketing by email to ann after a no"]


_INVITED = [("ask_for", "ann", "email", TOPIC), ("settle",)]


@pytest.mark.parametrize(
    ("said", "marketing", "topic"),
    [
        (("click", 0, False), True, False),
        (("click", 0, True), False, False),
        (("server_no", "ann", TOPIC, "email"), True, False),
        (("server_no", "ann", "marketing", "email"), False, False),
        (("server_no", "ann", "marketing", "sms"), True, True),
        (("reply", 0, "STOP", False), False, False),
        (("report", 0, "complaint"), False, False),
    ],
)
def test_what_a_no_to_one_means_to_the_other(said: tuple[Any, ...], marketing: bool, topic: bool) -> None:
    asked = [("ask_for", "ann", "email", "marketing"), ("ask_for", "ann", "email", TOPIC), ("send",)]
    play = played([*_INVITED, said, *asked])
    left = sorted(play.said_of(one) for _, one in play.left[1:])
    assert left == sorted(["marketing"] * marketing + [TOPIC] * topic) and play.judge.faults == []


def test_a_topic_that_was_agreed_to_again_is_sent_again() -> None:
    again = [("server_no", "ann", "marketing", "*"), ("server_yes", "ann", "email", False, TOPIC), ("settle",)]
    play = played([*again, ("ask_for", "ann", "email", "marketing"), *_INVITED])
    assert [play.said_of(one) for _, one in play.left] == [TOPIC] and play.judge.faults == []


def test_topics_that_are_kept_apart_from_marketing_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadwell.consent.withdrawals.is_topic", lambda purpose: False)
    play = played([("server_no", "ann", "marketing", "email"), *_INVITED])
    assert play.judge.faults == ["events by email to ann after a no"]
