"""Machines at a form: what is too large, too odd, too quick, too often. People are never lost on the way."""

import pytest

from leadwell.clock import DAY, HOUR
from tests.security.posting import SIGN_UP, URLENCODED, events_of, fill_in, fresh, handed_out, logged, send


def recorded(keys: tuple[object, ...]) -> bool:
    return any(getattr(key, "sk", "").startswith("E#") for key in keys)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("email=" + "x" * 40_000, URLENCODED),
        ("&".join(f"f{n}=1" for n in range(200)), URLENCODED),
        ('{"email": "nora@example.com"}', {"content-type": "application/json"}),
        ("[" * 30_000, {"content-type": "application/json"}),
        (b"\xff\xfe\x00", URLENCODED),
        (b"--x\r\n\r\n--x--", {"content-type": "multipart/form-data; boundary=x"}),
    ],
    ids=["large", "many fields", "json", "nested", "no text", "multipart"],
)
def test_what_is_no_form_gets_a_page_that_says_so(body: str | bytes, headers: dict[str, str]) -> None:
    answer = fresh().page("POST", "/p/f/newsletter", body=body, headers=headers)
    assert (answer.status, answer.written) == (400, ())
    assert "Nothing has been sent." in answer.text


def test_a_field_that_people_do_not_see_catches_machines_which_learn_nothing() -> None:
    house = fresh()
    with logged() as said:
        caught = fill_in(house, fields={**SIGN_UP, "homepage": "https://evil.example.net"})
    assert caught.text == fill_in(house).text
    assert not recorded(caught.written)
    assert any("machine" in line for line in said) and not any("@" in line for line in said)


def test_who_is_quicker_than_a_person_is_asked_to_press_once_more() -> None:
    house = fresh()
    hidden = handed_out(house, "newsletter")
    house.world.clock.moment -= 5_000
    early = send(house, "newsletter", {**hidden, **SIGN_UP})
    assert early.status == 422 and "once more" in early.text
    assert 'value="nora@example.com"' in early.text, "what was typed is still there"
    assert not recorded(early.written)
    again = fill_in(house)
    assert again.status == 200 and recorded(again.written)


def test_the_same_form_sent_twice_is_one_submission() -> None:
    house = fresh()
    hidden = handed_out(house, "newsletter")
    first = send(house, "newsletter", {**hidden, **SIGN_UP})
    house.world.clock.moment += 1_000
    second = send(house, "newsletter", {**hidden, **SIGN_UP})
    assert first.text == second.text
    assert recorded(first.written) and not recorded(second.written)


@pytest.mark.parametrize("what", ["a day old", "of another form", "forged"])
def test_a_ticket_that_is_not_good_gets_a_new_one_and_loses_nothing(what: str) -> None:
    house = fresh()
    hidden = handed_out(house, "contact" if what == "of another form" else "newsletter")
    if what == "a day old":
        house.world.clock.moment += DAY + HOUR
    if what == "forged":
        hidden["_ticket"] = hidden["_ticket"][:-2] + "AA"
    answer = send(house, "newsletter", {**hidden, **SIGN_UP})
    assert answer.status == 422 and not recorded(answer.written)
    assert 'value="Nora"' in answer.text


def test_a_plain_form_of_the_website_needs_no_ticket() -> None:
    house = fresh()
    answer = send(house, "newsletter", SIGN_UP)
    assert answer.status == 200
    assert [one["name"] for one in events_of(house, answer)] == ["Identified", "Form Submitted", "Consent Requested"]


def test_one_source_cannot_sign_up_half_the_world() -> None:
    house = fresh()
    taken = 0
    for number in range(60):
        answer = send(house, "newsletter", {**SIGN_UP, "email": f"p{number}@example.com"}, number=f"r{number}")
        taken += recorded(answer.written)
        assert answer.status in (200, 429)
    assert taken == 30
    elsewhere = send(house, "newsletter", SIGN_UP, source="198.51.100.7", number="r-elsewhere")
    assert recorded(elsewhere.written), "others are not kept out"
    house.world.clock.moment += HOUR
    assert recorded(send(house, "newsletter", SIGN_UP, number="r-later").written)


def test_the_devices_of_one_household_count_as_one() -> None:
    house = fresh()
    answers = [
        send(house, "contact", {}, source=f"2001:db8:1:2::{number:x}", number=f"r{number}").status
        for number in range(1, 40)
    ]
    assert answers[-1] == 429


def test_nobody_is_bombed_with_confirmation_mails() -> None:
    """From many sources, through two forms, all day long: one question, and the attacker sees no difference."""
    house = fresh()
    world = house.world
    answers, recorded_times = set(), 0
    for number in range(40):
        form = ("newsletter", "white-paper")[number % 2]
        answer = send(house, form, SIGN_UP, source=f"198.51.100.{number}", number=f"r{number}")
        answers.add((form, answer.status, answer.text))
        recorded_times += recorded(answer.written)
        world.run()
    assert len(answers) == 2
    assert recorded_times == 10, "what is sent again and again is not even kept"
    assert [mail.to for _, mail in world.outbox.sent] == ["nora@example.com"]


def test_a_count_says_nothing_about_who_was_counted() -> None:
    house = fresh()
    answer = send(house, "newsletter", SIGN_UP)
    counts = [(key, house.table.get(key)) for key in answer.written if key.pk.startswith("G#limit#")]
    assert len(counts) == 2
    for key, item in counts:
        assert item and item["expires_at"] > 0
        assert "nora" not in str(item) and "203.0.113" not in str(item) and "nora" not in key.pk
