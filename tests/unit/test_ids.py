from hypothesis import given, settings
from hypothesis import strategies as st

from leadwell.ids import contact_id, fingerprint, message_id, shard_of

many = settings(derandomize=True, deadline=None, max_examples=200)
texts = st.lists(st.text(), min_size=1, max_size=4)


@many
@given(texts, texts)
def test_only_the_same_parts_have_the_same_fingerprint(one: list[str], other: list[str]) -> None:
    assert (fingerprint(*one) == fingerprint(*other)) == (one == other)


def test_where_a_part_ends_counts() -> None:
    assert len({fingerprint("ab", "c"), fingerprint("a", "bc"), fingerprint("abc"), fingerprint("abc", "")}) == 4


@many
@given(texts, st.integers(1, 50))
def test_a_fingerprint_is_fit_for_keys_names_and_tags(parts: list[str], length: int) -> None:
    made = fingerprint(*parts, length=length)
    assert len(made) == length
    assert set(made) <= set("0123456789abcdefghjkmnpqrstvwxyz")


def test_stored_ids_stay_what_they_are() -> None:
    """They are in tables and mails: a change of the recipe would orphan them."""
    assert contact_id("user_id", "u1") == "chrwn4gze14m22bd30taa"
    assert message_id("c1/welcome//1", "hello", 1) == "m4t2gqp5mj470mkqvwfhp"
    assert fingerprint("a", length=8) == "w2afsw1c"


def test_every_part_of_a_message_id_counts() -> None:
    made = {message_id(e, s, v) for e in ("c1/j//1", "c1/j//2") for s in ("a", "b") for v in (1, 2)}
    assert len(made) == 8


@many
@given(st.text(), st.integers(1, 64))
def test_shards(text: str, shards: int) -> None:
    assert 0 <= shard_of(text, shards) < shards
    assert shard_of(text, shards) == shard_of(text, shards)


def test_shards_are_even() -> None:
    counts = [0] * 8
    for number in range(8000):
        counts[shard_of(contact_id("user_id", str(number)), 8)] += 1
    assert min(counts) > 850
