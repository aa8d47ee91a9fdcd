"""Why a journey ends early, in the reader's language."""

from typing import Any

import pytest

from leadwell.console.api.shapes.definitions import reasons_in
from leadwell.errors import Refused
from leadwell.journeys.drawing import draw
from leadwell.journeys.engine import enter, react
from tests.unit.journeys.house import NOW, happening, program, situation, stored

BOTH = {"en": "no phone number", "de": "keine Telefonnummer"}


@pytest.mark.parametrize("reason", ["no phone number", BOTH])
def test_the_english_words_are_the_record(reason: Any) -> None:
    of = program({"exit": reason})
    assert enter(of, "", 1, happening(), situation()).enrollment.reason == "no phone number"
    of = program({"wait": "P1D"}, exits=[{"event": "Left", "reason": reason}])
    moved = react(
        of, stored(enter(of, "", 1, happening(), situation())), happening("Left", NOW + 1), situation(NOW + 1)
    )
    assert moved is not None and moved.enrollment.reason == "no phone number"


def test_a_picture_says_it_in_its_language() -> None:
    of = program({"wait": "P1D"}, {"exit": BOTH}, exits=[{"event": "Left", "reason": BOTH}])
    for locale, said, other in (("de", "Telefonnummer", "phone"), ("en", "phone", "Telefonnummer")):
        picture = draw(of, locale)
        assert picture.count(said) >= 2 and other not in picture


def test_half_a_translation_is_refused() -> None:
    with pytest.raises(Refused, match="exit"):
        program({"exit": {"en": "no phone number"}})


def test_who_reads_german_is_told_in_german() -> None:
    document = {"exits": [{"event": "Left", "reason": BOTH}], "steps": [{"branch": [{"steps": [{"exit": BOTH}]}]}]}
    assert [one.model_dump() for one in reasons_in(document)] == [BOTH, BOTH]
    assert list(reasons_in({"steps": [{"exit": "in one language"}]})) == []
