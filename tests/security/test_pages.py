"""``serve_pages`` in front of strangers: only a whole, fresh token of ours changes anything, and only by POST."""

from base64 import urlsafe_b64encode
from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.clock import DAY
from leadwell.pages.links import PATHS, confirm_token, contact_token, preferences_token, unsubscribe_token
from leadwell.pages.tokens import Purpose, Token, sign
from tests.security.effort import examples
from tests.security.installation import Answer, Installation, installation
from tests.security.strange import HEADERS, RAW_JSON, TEXTS

LOOKS = ("GET", "HEAD")
PRESSED = {Purpose.DOWNLOAD: 303, Purpose.REFERRAL: 204}
"""What pressing the button answers, where it is not 200."""
SIGNS = f"{ascii_uppercase}{ascii_lowercase}{digits}-_"
"""Of base64url, in their order."""
SECRET = b"0123456789abcdef0123456789abcdef"


def tokens(house: Installation) -> dict[Purpose, Token]:
    asked, welcome = (
        next(one for one in house.messages if one.template == name and one.id != house.parked)
        for name in ("confirm-subscription", "welcome-hello")
    )
    now = house.world.clock.now()
    return {
        Purpose.UNSUBSCRIBE: unsubscribe_token(welcome, now),
        Purpose.CONFIRM: confirm_token(asked, now),
        Purpose.PREFERENCES: preferences_token(welcome, now),
        Purpose.DOWNLOAD: contact_token(Purpose.DOWNLOAD, house.ann, welcome.id, now, "white-paper"),
        Purpose.REFERRAL: contact_token(Purpose.REFERRAL, house.ann, "", now, "sofa-guide"),
    }


def changes_by_itself(purpose: Purpose) -> bool:
    """Whether pressing is enough: preferences are what is sent along."""
    return purpose is not Purpose.PREFERENCES


def link(token: Token, secret: bytes = SECRET) -> str:
    return PATHS[token.purpose] + sign(secret, token)


def refused(answer: Answer, *, lapsed: bool = False) -> None:
    """``lapsed``: somebody whose request was really theirs is told that it is too late."""
    assert answer.status in ((404, 410) if lapsed else (404,))
    assert answer.written == ()


each_purpose = pytest.mark.parametrize("purpose", PATHS)


@each_purpose
def test_the_real_link_works(purpose: Purpose) -> None:
    house = installation()
    house.rewind()
    path = link(tokens(house)[purpose])
    for method in LOOKS:
        looked = house.page(method, path)
        assert (looked.status, looked.written) == (200, ()), "a scanner that follows links changes nothing"
    pressed = house.page("POST", path)
    assert pressed.status == PRESSED.get(purpose, 200)
    assert bool(pressed.written) == changes_by_itself(purpose)
    house.world.run()
    assert not any(house.world.queues.aside.values())


@each_purpose
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_part_of_a_token_is_enough_and_no_sign_may_differ(purpose: Purpose, method: str) -> None:
    house = installation()
    house.rewind()
    path = link(tokens(house)[purpose])
    prefix = len(PATHS[purpose])
    for length in range(prefix, len(path)):
        refused(house.page(method, path[:length]))
    for place in range(prefix, len(path)):
        other = SIGNS[(SIGNS.index(path[place]) + 1 + place % 62) % 64]
        refused(house.page(method, path[:place] + other + path[place + 1 :]))
        refused(house.page(method, path[:place] + path[place + 1 :]))
    for bit in range(6):
        last = SIGNS[SIGNS.index(path[-1]) ^ 1 << bit]
        refused(house.page(method, path[:-1] + last))
    for added in ("=", "==", "A", "%00", "\x00", "/", " ", "\n", "?lang=en", "ä"):
        refused(house.page(method, path + added))


@each_purpose
def test_a_token_is_for_one_purpose_one_installation_and_its_time(purpose: Purpose) -> None:
    house = installation()
    house.rewind()
    token = tokens(house)[purpose]
    other = next(one for one in PATHS if one is not purpose)
    refused(house.page("POST", link(token).replace(PATHS[purpose], PATHS[other])))
    refused(house.page("POST", link(token, b"another secret of thirty-two signs")))
    refused(house.page("POST", link(token, b"")))
    ages = {Purpose.CONFIRM: 31, Purpose.PREFERENCES: 181, Purpose.DOWNLOAD: 15, Purpose.REFERRAL: 366}
    if purpose in ages:
        house.world.clock.moment += ages[purpose] * DAY
        for method in ("GET", "POST"):
            refused(house.page(method, link(token)), lapsed=purpose in (Purpose.CONFIRM, Purpose.DOWNLOAD))


@each_purpose
def test_a_link_to_somebody_who_was_erased_brings_nothing_back(purpose: Purpose) -> None:
    house = installation()
    house.rewind()
    answer = house.page("POST", link(replace(tokens(house)[purpose], contact=house.gone)))
    assert answer.status in (200, 404)
    assert answer.written == ()


def test_a_link_of_a_message_that_is_not_there_confirms_nothing() -> None:
    house = installation()
    house.rewind()
    token = tokens(house)[Purpose.CONFIRM]
    for changed in (replace(token, message="nothing"), replace(token, contact="nobody"), replace(token, contact="")):
        refused(house.page("POST", link(changed)))


METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW", ""]
ROUTES = st.sampled_from(
    [
        "/leadwell.js",
        "/leadwell.js/",
        "/p",
        "/p/",
        "/p/u",
        "/p/u/",
        "/p/c/",
        "/p/x/",
        "/p/f/newsletter",
        "/p/f/",
        "/p/f/nothing",
        "/p/l/sofa-guide",
        "/p/l/nothing",
        "/p/e/newsletter.js",
        "/p/w",
        "/p/w.js",
        "/p/k",
        "/p/u/../c/",
        "//p/u/",
        "",
        "/",
        "/p/u/" + "A" * 10_000,
        "/p/u/" + "AQAAAAAAAAA" * 30,
    ]
)
QUERIES = st.dictionaries(st.sampled_from(["lang", "x", "utm_source"]), TEXTS, max_size=2)
BODIES = st.none() | RAW_JSON | st.binary(max_size=100) | TEXTS | st.just("List-Unsubscribe=One-Click")


@examples(400)
@given(
    st.sampled_from(METHODS),
    ROUTES | st.builds("{}{}".format, st.sampled_from(["/p/u/", "/p/c/", "/p/f/", "/p/l/", "/p/"]), TEXTS),
    BODIES,
    HEADERS,
    QUERIES,
)
def test_any_request_at_any_route(
    method: str, path: str, body: str | bytes | None, headers: dict[str, str], query: dict[str, str]
) -> None:
    house = installation()
    house.rewind()
    answer = house.page(method, path, body=body, headers=headers, query=query)
    assert answer.status in (200, 204, 303, 304, 400, 404, 405, 422, 429)
    assert all(key.pk.startswith("G#limit#") for key in answer.written), "nothing but that somebody was counted"


@examples(300)
@given(st.sampled_from(METHODS), st.sampled_from(list(PATHS)), BODIES, HEADERS, QUERIES)
def test_anything_around_a_real_link(
    method: str, purpose: Purpose, body: str | bytes | None, headers: dict[str, str], query: dict[str, str]
) -> None:
    house = installation()
    house.rewind()
    answer = house.page(method, link(tokens(house)[purpose]), body=body, headers=headers, query=query)
    if method == "POST":
        # What cannot be read is answered by a page that says so, and changes nothing.
        assert answer.status in (PRESSED.get(purpose, 200), 400)
        assert bool(answer.written) == (changes_by_itself(purpose) and answer.status != 400)
    else:
        assert answer.status == (200 if method in LOOKS else 405)
        assert answer.written == ()
    house.world.run()
    assert not any(house.world.queues.aside.values())


@examples(300)
@given(st.binary(max_size=200), st.sampled_from(list(PATHS)))
def test_no_made_up_bytes_are_a_token(raw: bytes, purpose: Purpose) -> None:
    house = installation()
    house.rewind()
    refused(house.page("POST", PATHS[purpose] + urlsafe_b64encode(b"\x01" + raw).decode().rstrip("=")))


@examples(200)
@given(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=16),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=16),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=16),
    st.sampled_from(list(PATHS)),
)
def test_what_we_signed_ourselves_is_answered_whatever_it_says(
    contact: str, message: str, topic: str, purpose: Purpose
) -> None:
    """A link that an older version wrote, or one about things that are long gone."""
    house = installation()
    house.rewind()
    now = house.world.clock.now()
    token = Token(purpose=purpose, contact=contact, message=message, issued_at=now - now % 60_000, topic=topic)
    answer = house.page("POST", link(token))
    assert answer.status in (PRESSED.get(purpose, 200), 404)
    if answer.status == 404:
        assert answer.written == ()
    assert all(key.pk == f"C#{contact}" for key in answer.written)
    house.world.run()
    assert not any(house.world.queues.aside.values())


def test_the_page_of_a_message_shows_no_more_than_its_owner_knows() -> None:
    """Links get forwarded: the address stays masked on every page that they lead to."""
    house = installation()
    house.rewind()
    secrets = {message.to for message in house.messages if message.to} | {"ann@example.com", "+12025550143"}
    for purpose, token in tokens(house).items():
        for method in ("GET", "POST"):
            text = house.page(method, link(token)).text
            assert not [one for one in secrets if one in text], purpose
