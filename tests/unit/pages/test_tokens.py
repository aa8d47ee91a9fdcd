import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.clock import DAY, MINUTE
from leadwell.errors import Refused
from leadwell.ids import contact_id, message_id
from leadwell.pages.tokens import Purpose, Token, read, sign

SECRET = b"a secret of at least thirty-two bytes"
NOW = 1_795_338_000_000 - 1_795_338_000_000 % MINUTE
TOKEN = Token(
    purpose=Purpose.UNSUBSCRIBE,
    contact=contact_id("email", "robin@example.com"),
    message=message_id("J#abandoned-cart#cart-7#000001", "remind", 1),
    issued_at=NOW,
    topic="marketing/email",
)

our_ids = st.builds(lambda letter, text: letter + contact_id("any", text)[1:], st.sampled_from("cm"), st.text())
tokens = st.builds(
    Token,
    purpose=st.sampled_from(Purpose),
    contact=our_ids | st.text(max_size=16),
    message=our_ids | st.text(max_size=16),
    issued_at=st.integers(0, 2**32 - 1).map(lambda minute: minute * MINUTE),
    topic=st.sampled_from(["", "marketing/email", "*/sms"]) | st.text(max_size=16),
)


@given(tokens)
def test_a_token_reads_back_as_it_was_signed(token: Token) -> None:
    assert read(SECRET, token.purpose, sign(SECRET, token), token.issued_at) == token


@given(tokens)
def test_a_token_is_made_for_addresses(token: Token) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]+", sign(SECRET, token))


def test_a_link_is_short() -> None:
    assert len(sign(SECRET, TOKEN)) <= 90


def test_a_token_tells_no_address() -> None:
    assert "robin" not in str(TOKEN)


@given(tokens, st.data())
def test_a_changed_token_is_refused(token: Token, data: st.DataObject) -> None:
    text = sign(SECRET, token)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(sorted(set(string.printable) - {text[place]})))
    with pytest.raises(Refused):
        read(SECRET, token.purpose, text[:place] + other + text[place + 1 :], token.issued_at)


@given(tokens, st.data())
def test_a_truncated_or_lengthened_token_is_refused(token: Token, data: st.DataObject) -> None:
    text = sign(SECRET, token)
    shorter = text[: data.draw(st.integers(0, len(text) - 1))]
    longer = text + data.draw(st.text(alphabet=string.printable, min_size=1, max_size=8))
    for wrong in (shorter, longer):
        with pytest.raises(Refused):
            read(SECRET, token.purpose, wrong, token.issued_at)


@given(tokens)
def test_a_token_of_one_purpose_is_worth_nothing_for_another(token: Token) -> None:
    for other in set(Purpose) - {token.purpose}:
        with pytest.raises(Refused):
            read(SECRET, other, sign(SECRET, token), token.issued_at)


@given(tokens, st.binary(min_size=32, max_size=64))
def test_a_token_signed_with_another_secret_is_refused(token: Token, secret: bytes) -> None:
    with pytest.raises(Refused):
        read(SECRET, token.purpose, sign(secret, token), token.issued_at)


@given(st.text(max_size=200))
def test_rubbish_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read(SECRET, Purpose.CONFIRM, text, NOW)


def test_whatever_is_wrong_the_answer_is_the_same() -> None:
    good = sign(SECRET, TOKEN)
    wrongs = ["", "A", good[:-1], good[:-2] + "AA", "é", good + "=", "A" * 5_000]
    answers = set()
    for wrong in wrongs:
        with pytest.raises(Refused) as refused:
            read(SECRET, Purpose.UNSUBSCRIBE, wrong, NOW)
        answers.add((str(refused.value), refused.value.field))
    with pytest.raises(Refused) as refused:
        read(SECRET, Purpose.CONFIRM, good, NOW)
    assert answers == {(str(refused.value), refused.value.field)}


def test_a_no_is_never_too_late_but_a_yes_is() -> None:
    assert read(SECRET, Purpose.UNSUBSCRIBE, sign(SECRET, TOKEN), NOW + 20 * 365 * DAY) == TOKEN
    confirm = Token(purpose=Purpose.CONFIRM, contact="c1", message="m1", issued_at=NOW)
    assert read(SECRET, Purpose.CONFIRM, sign(SECRET, confirm), NOW + 30 * DAY) == confirm
    with pytest.raises(Refused):
        read(SECRET, Purpose.CONFIRM, sign(SECRET, confirm), NOW + 30 * DAY + 1)


def test_a_field_that_does_not_fit_is_an_error_where_the_link_is_made() -> None:
    with pytest.raises(ValueError, match="too long"):
        sign(SECRET, Token(purpose=Purpose.CONFIRM, contact="x" * 65, message="m1", issued_at=NOW))
