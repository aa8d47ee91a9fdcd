from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadwell.pages.answering import asked, read_answers
from leadwell.pages.models import FormDefinition

BOTH = {"en": "Word", "de": "Wort"}
NAMES = ["email", "firstName", "lastName", "company", "city"]


def form(**more: Any) -> FormDefinition:
    fields = [{"name": name, "type": "email" if name == "email" else "text", "label": BOTH} for name in NAMES]
    least = {"name": "f", "title": BOTH, "fields": fields, "button": BOTH, "thanks": {"title": BOTH}}
    return FormDefinition.model_validate({**least, **more})


def names(definition: FormDefinition, known: set[str]) -> list[str]:
    return [one.name for one in asked(definition, known)]


def test_what_is_known_gives_its_place_to_the_next() -> None:
    short = form(ask_at_most=3)
    assert names(short, set()) == ["email", "firstName", "lastName"]
    assert names(short, {"firstName"}) == ["email", "lastName", "company"]
    assert names(short, {"firstName", "lastName", "company"}) == ["email", "city"]
    assert names(short, set(NAMES)) == []
    assert names(form(), set()) == NAMES


@given(st.sets(st.sampled_from(NAMES)), st.integers(1, 6))
def test_never_more_than_wanted_never_what_is_known_always_in_order(known: set[str], most: int) -> None:
    found = names(form(ask_at_most=most), known)
    assert len(found) <= most
    assert not known & set(found)
    assert found == [name for name in NAMES if name in found]
    assert "email" in found or "email" in known
    assert len(found) == min(most, len(set(NAMES) - known))


@pytest.mark.parametrize(
    ("type_", "given", "answer"),
    [
        ("text", "  Ann   Example ", "Ann Example"),
        ("number", "12", 12),
        ("number", "1,5", 1.5),
        ("number", "nan", None),
        ("number", "9" * 30, None),
        ("date", "1990-06-15", "1990-06-15"),
        ("date", "1990-02-30", None),
        ("long_text", "a\nb", "a\nb"),
        ("checkbox", "on", True),
        ("checkbox", "", False),
    ],
)
def test_answers(type_: str, given: str, answer: object) -> None:
    one = form(fields=[{"name": "x", "type": type_, "label": BOTH}])
    read = read_answers(one, one.fields, {"x": given})
    assert (read.traits.get("x"), "x" in read.wrong) == (answer, answer is None)


def test_choices_addresses_and_what_is_required() -> None:
    one = form(
        fields=[
            {"name": "email", "type": "email", "label": BOTH, "required": True},
            {"name": "phone", "type": "phone", "label": BOTH},
            {"name": "size", "type": "choice", "label": BOTH, "options": [{"value": "s", "label": BOTH}]},
            {"name": "old", "type": "checkbox", "label": BOTH, "required": True},
        ],
        consents=[{"wording": BOTH, "version": "1", "required": True}],
    )
    wrong = read_answers(one, one.fields, {"email": "ann", "phone": "030 1", "size": "m"}).wrong
    assert wrong == {
        "email": "wrong_email",
        "phone": "wrong_phone",
        "size": "wrong_choice",
        "old": "missing",
        "consent/marketing/email": "must_agree",
    }
    good = {"email": " Ann@Example.com", "phone": "+49 30 23125-001", "size": "s", "old": "on"}
    read = read_answers(one, one.fields, {**good, "consent/marketing/email": "on", "isAdmin": "yes"})
    assert read.wrong == {}
    assert read.traits == {"email": "ann@example.com", "phone": "+493023125001", "size": "s", "old": True}
    assert [box.id for box in read.agreed] == ["marketing/email"]


def test_what_was_not_asked_is_not_taken() -> None:
    one = form(ask_at_most=2)
    read = read_answers(one, asked(one, ()), {"email": "ann@example.com", "company": "Example"})
    assert set(read.traits) == {"email"}
