import hashlib
import hmac

import pytest

from leadwell.errors import Refused
from leadwell.tracking.identities import (
    email_address,
    person_id,
    phone_number,
    user_hash,
    user_hash_key,
    vouched_by,
)

SECRET = b"s" * 32


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        (" Ann@Example.COM ", "ann@example.com"),
        ("ann+list@mail.example.com", "ann+list@mail.example.com"),
        ("jörg@müller.example", "jörg@müller.example"),
        ("ann@example", None),
        ("ann@@example.com", None),
        ("ann example@example.com", None),
        ("ann@example.com\nBcc: x@example.com", None),
        ("@example.com", None),
        ("a" * 65 + "@example.com", None),
        ("a@" + "b" * 300 + ".com", None),
        ("", None),
        (None, None),
        (42, None),
    ],
)
def test_email_addresses(given: object, spelled: str | None) -> None:
    assert email_address(given) == spelled


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        ("+49 30 23125-001", "+493023125001"),
        ("+49 (0)30 / 23125 001", "+493023125001"),
        ("+1 (202) 555-0123", "+12025550123"),
        ("+1.202.555.0123", "+12025550123"),
        ("030 23125001", None),
        ("0049 30 23125001", None),
        ("+0123456789", None),
        ("+49", None),
        ("+1234567890123456", None),
        ("+١٢٣٤٥٦٧٨٩", None),
        (493023125001, None),
        (None, None),
    ],
)
def test_phone_numbers(given: object, spelled: str | None) -> None:
    assert phone_number(given) == spelled


@pytest.mark.parametrize(
    ("given", "spelled"),
    [("u1", "u1"), (" u1 ", "u1"), (42, "42"), (None, None), ("", None), ("undefined", None), ("NULL", None)],
)
def test_person_ids(given: object, spelled: str | None) -> None:
    assert person_id({"userId": given}, "userId") == spelled


@pytest.mark.parametrize("given", [True, 1.5, ["u1"], {"id": 1}, "x" * 257, 10**300])
def test_what_is_no_person_id_is_refused(given: object) -> None:
    with pytest.raises(Refused) as refused:
        person_id({"userId": given}, "userId")
    assert refused.value.field == "userId"


def test_any_language_can_compute_a_user_hash() -> None:
    plain = hmac.new(user_hash_key(SECRET).encode(), b"u1", hashlib.sha256).hexdigest()
    assert user_hash(SECRET, "u1") == plain
    with_email = hmac.new(user_hash_key(SECRET).encode(), b"u1\nann@example.com", hashlib.sha256).hexdigest()
    assert user_hash(SECRET, "u1", "ann@example.com") == with_email


def test_a_user_hash_proves_what_it_covers_and_no_more() -> None:
    def vouched(given: str) -> frozenset[str] | None:
        return vouched_by(given, SECRET, "u1", "ann@example.com", "+12025550123")

    assert vouched(user_hash(SECRET, "u1")) == frozenset({"user_id"})
    assert vouched(user_hash(SECRET, "u1").upper()) == frozenset({"user_id"})
    assert vouched(user_hash(SECRET, "u1", "ann@example.com")) == frozenset({"user_id", "email"})
    assert vouched(user_hash(SECRET, "u1", None, "+12025550123")) == frozenset({"user_id", "phone"})
    assert vouched(user_hash(SECRET, "u1", "ann@example.com", "+12025550123")) == frozenset(
        {"user_id", "email", "phone"}
    )
    assert vouched(user_hash(SECRET, "u2")) is None
    assert vouched(user_hash(SECRET, "u1", "bob@example.com")) is None
    assert vouched(user_hash(b"t" * 32, "u1")) is None
    assert vouched("ü") is None


@pytest.mark.parametrize("given", ["\ud800", "ä", "\x00", ""])
def test_what_cannot_be_a_hash_proves_nothing(given: str) -> None:
    assert vouched_by(given, SECRET, "u1", None, None) is None
