from hypothesis import given
from hypothesis import strategies as st

from leadwell.messaging.rendering.sms_segments import count_segments
from leadwell.messaging.short_links import CODE, PERSONAL_CODE, is_code, is_personal, shortened, spelled_out

SECRET, URL = b"s" * 32, "https://go.example.com/"
UNSUBSCRIBE = "https://go.example.com/p/u/" + "t" * 90
CART = "https://shop.example.com/a/very/long/way/to/the/cart?utm_source=sms&utm_campaign=cart"


def short(text: str, message: str = "m1", secret: bytes = SECRET, personal: tuple[str, ...] = ()) -> str:
    return shortened(text, public_url=URL, secret=secret, message=message, personal=personal)[0]


def test_the_same_message_has_the_same_links_and_another_has_others() -> None:
    text, codes = shortened(f"Cart: {CART}", public_url=URL, secret=SECRET, message="m1")
    ((code, link),) = codes.items()
    assert (text, link, len(code)) == (f"Cart: https://go.example.com/s/{code}", CART, CODE)
    assert short(f"Cart: {CART}") == text
    assert short(f"Cart: {CART}", "m2") != text
    assert short(f"Cart: {CART}", secret=b"o" * 32) != text, "nobody else can tell which codes there are"


def test_a_link_with_a_token_keeps_its_code_when_the_token_is_made_anew() -> None:
    later = UNSUBSCRIBE.replace("ttt", "uuu")
    assert short(f"No: {UNSUBSCRIBE}", personal=(UNSUBSCRIBE,)) == short(f"No: {later}", personal=(later,))


def test_what_says_who_comes_cannot_be_found_by_trying() -> None:
    _, codes = shortened(f"{CART} {UNSUBSCRIBE}", public_url=URL, secret=SECRET, message="m", personal=(UNSUBSCRIBE,))
    assert {link: len(code) for code, link in codes.items()} == {CART: CODE, UNSUBSCRIBE: PERSONAL_CODE}
    assert {link: is_personal(code) for code, link in codes.items()} == {CART: False, UNSUBSCRIBE: True}
    assert all(map(is_code, codes)) and not is_code("../../etc") and not is_code("")


def test_the_end_of_a_sentence_belongs_to_no_link() -> None:
    text, codes = shortened(f"See {CART}. Or ({CART})!", public_url=URL, secret=SECRET, message="m1")
    ((code, link),) = codes.items()
    assert link == CART
    assert text == f"See https://go.example.com/s/{code}. Or (https://go.example.com/s/{code})!"


def test_a_link_that_is_short_already_becomes_one_of_ours_unless_that_costs_a_part() -> None:
    tiny = "https://ex.am/1"
    assert tiny not in short(f"Look: {tiny}")
    full = f"{'x' * (159 - len(tiny))} {tiny}"
    text, codes = shortened(full, public_url=URL, secret=SECRET, message="m1")
    assert (text, codes) == (full, {})


@given(st.lists(st.sampled_from(["Hello", CART, UNSUBSCRIBE, "https://ex.am/1", "x" * 60, "ж", "."]), max_size=6))
def test_no_text_gets_dearer_and_every_link_can_be_found_again(parts: list[str]) -> None:
    text = " ".join(parts)
    shorter, codes = shortened(text, public_url=URL, secret=SECRET, message="m", personal=(UNSUBSCRIBE,))
    assert count_segments(shorter)[1] <= count_segments(text)[1]
    assert spelled_out(shorter, codes) == text


def test_ours_saves_parts() -> None:
    text = f"Example Shop: your basket waits: {CART} Stop: {UNSUBSCRIBE}"
    assert count_segments(text) == ("GSM-7", 2)
    assert count_segments(short(text, personal=(UNSUBSCRIBE,))) == ("GSM-7", 1)
