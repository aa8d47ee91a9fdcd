"""What differs, and the words for it."""

from pathlib import Path

import pytest

from leadwell.rehearsal.repertoire import Repertoire
from leadwell.rehearsal.script import Script
from leadwell.rehearsal.telling import differences_told
from tests.unit.rehearsal.house import ANN, HELLO, STARTED, TEXT, differing, journey, run


def test_a_message_that_is_not_listed() -> None:
    assert differing({"events": [STARTED], "expect": [HELLO]}) == [("message", "", "sms abandoned-cart")]


def test_a_message_that_is_missing() -> None:
    again = {**HELLO, "at": "day 2 09:00"}
    assert differing({"events": [STARTED], "expect": [HELLO, TEXT, again]}) == [("message", "email welcome-hello", "")]


@pytest.mark.parametrize("at", ["day 1 11:59", "day 1 12:01", "day 9 09:00"])
def test_a_message_at_another_time(at: str) -> None:
    found = run({"events": [STARTED], "expect": [{**HELLO, "at": at}, TEXT]}).differences
    assert [(one.expected, one.happened) for one in found] == [("email welcome-hello", "email welcome-hello")]


def test_another_message() -> None:
    found = differing({"events": [STARTED], "expect": [{"at": HELLO["at"], "email": "welcome-guide"}, TEXT]})
    assert sorted(found) == [("message", "", "email welcome-hello"), ("message", "email welcome-guide", "")]


def test_what_a_message_says() -> None:
    right = {**HELLO, "subject": "Welcome, Ann", "contains": ["Welcome, Ann", "Good to have\n you"]}
    assert differing({"events": [STARTED], "expect": [right, TEXT]}) == []
    wrong = {**HELLO, "subject": "Welcome, Bob", "contains": ["voucher"]}
    assert differing({"events": [STARTED], "expect": [wrong, TEXT]}) == [
        ("subject", "Welcome, Bob", "Welcome, Ann: good to have you with us"),
        ("text", "email welcome-hello contains 'voucher'", "it does not"),
    ]


def test_a_short_link_is_known_by_what_it_stands_for_as_well() -> None:
    both = {**TEXT, "contains": ["waiting for you: https://shop.example.com/cart", "https://news.example.com/s/"]}
    assert differing({"events": [STARTED], "expect": [HELLO, both]}) == []


def test_a_message_that_waits_for_a_person_is_never_right(tmp_path: Path) -> None:
    (tmp_path / "sms").mkdir()
    odd = 'requires: [contact.age]\nsample: {contact: {age: 7}}\ntexts:\n  en: "{{ contact.age + 1 }} today"\n'
    (tmp_path / "sms" / "odd.yaml").write_text(f"purpose: transactional\n{odd}", "utf-8")
    given = {**ANN, "traits": {**ANN["traits"], "age": "seven"}}
    document = journey(
        {"given": given, "events": [STARTED]}, steps=[{"sms": {"template": "odd", "purpose": "transactional"}}]
    )
    (result,) = Script(Repertoire(tmp_path), document).run_all()
    (difference,) = result.differences
    assert difference.about == "parked"
    assert difference.happened.startswith("sms odd: SMS odd (en): cannot be rendered")


def test_all_of_it_in_words() -> None:
    scenario = {
        "given": {"traits": {"email": "ann@example.com", "firstName": "Ann"}, "consents": ["marketing/email"]},
        "events": [{**STARTED, "properties": {"run": "r1"}}],
        "expect": [{**HELLO, "at": "day 1 12:30", "subject": "Bye"}, TEXT],
        "outcome": "goal",
    }
    assert differences_told(run(scenario)) == [
        "other time   day 1 12:00 (Mon 2026-03-02)  email welcome-hello, expected day 1 12:30 (Mon 2026-03-02)",
        "subject      day 1 12:00 (Mon 2026-03-02)  expected: Bye; happened: Welcome, Ann: good to have you with us",
        "missing      day 1 12:00 (Mon 2026-03-02)  sms abandoned-cart",
        "outcome      expected: goal; happened: finished",
        "What happened:",
        "  day 1 09:00 (Mon 2026-03-02)  entered by Started (r1)",
        "  day 1 12:00 (Mon 2026-03-02)  pause: waited",
        "  day 1 12:00 (Mon 2026-03-02)  hello: done",
        "  day 1 12:00 (Mon 2026-03-02)  text: done",
        "  day 1 12:00 (Mon 2026-03-02)  text: finished",
        "  day 1 12:00 (Mon 2026-03-02)  email welcome-hello left for ann@example.com: "
        "Welcome, Ann: good to have you with us",
        "  day 1 12:00 (Mon 2026-03-02)  sms abandoned-cart was skipped: no phone number",
        "  in the end: finished",
    ]


def test_nothing_is_said_of_what_passed() -> None:
    assert differences_told(run({"events": [STARTED], "expect": [HELLO, TEXT]})) == []


def test_where_nobody_entered_it_says_so() -> None:
    assert differences_told(run({"expect": [HELLO]}))[-1] == "  nobody entered the journey"
