import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.clock import DAY, Moment, from_iso
from leadwell.ids import contact_id, fingerprint
from leadwell.messaging.reply_address import MAX_AGE, Answered, read_reply_address, reply_address
from leadwell.pages.tokens import Purpose, Token, sign

NOW = from_iso("2026-11-22T12:00:00Z")
SECRET, OTHER = b"s" * 32, b"o" * 32
DOMAIN = "reply.example.com"
CONTACT, MESSAGE = contact_id("user_id", "robin"), "m" + fingerprint("message")
ADDRESS = reply_address(SECRET, DOMAIN, CONTACT, MESSAGE, NOW)


@given(st.text(max_size=10), st.text(max_size=10), st.integers(0, 365))
def test_it_says_who_answers_what(user: str, message: str, days: int) -> None:
    contact, name = contact_id("user_id", user), "m" + fingerprint(message)
    address = reply_address(SECRET, DOMAIN, contact, name, NOW)
    assert len(address.partition("@")[0]) == 62, "64 are allowed before the @ (RFC 5321, 4.5.3.1.1)"
    assert address == address.lower()
    assert read_reply_address(SECRET, address, NOW + days * DAY) == Answered(contact, name)


@pytest.mark.parametrize("change", [str.upper, str.title, lambda one: one.replace("example.com", "other.example")])
def test_no_mail_program_breaks_it(change: object) -> None:
    assert read_reply_address(SECRET, change(ADDRESS), NOW) == Answered(CONTACT, MESSAGE)  # type: ignore[operator]


@given(st.integers(1, 61), st.sampled_from("0123456789abcdefghjkmnpqrstvwxyz"))
def test_no_sign_of_it_can_be_changed(place: int, sign_there: str) -> None:
    forged = ADDRESS[:place] + sign_there + ADDRESS[place + 1 :]
    assert (read_reply_address(SECRET, forged, NOW) is None) == (forged != ADDRESS)


@given(st.text(max_size=90))
def test_nothing_else_is_one(text: str) -> None:
    assert read_reply_address(SECRET, text, NOW) is None
    assert read_reply_address(SECRET, f"{text}@{DOMAIN}", NOW) is None


def test_neither_is_one_of_another_installation_nor_a_token_of_a_link() -> None:
    assert read_reply_address(OTHER, ADDRESS, NOW) is None
    token = Token(purpose=Purpose.UNSUBSCRIBE, contact=CONTACT, message=MESSAGE, issued_at=NOW)
    assert read_reply_address(SECRET, sign(SECRET, token), NOW) is None


@pytest.mark.parametrize(("age", "expired"), [(MAX_AGE, False), (MAX_AGE + 2 * DAY, True)])
def test_it_grows_old(age: Moment, expired: bool) -> None:
    assert read_reply_address(SECRET, ADDRESS, NOW + age) == Answered(CONTACT, MESSAGE, expired)


@pytest.mark.parametrize(("contact", "message"), [("c1", MESSAGE), (CONTACT, "m1"), ("company:" + "a" * 20, MESSAGE)])
def test_ids_of_another_making_have_none(contact: str, message: str) -> None:
    assert reply_address(SECRET, DOMAIN, contact, message, NOW) == ""
