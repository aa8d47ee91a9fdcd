"""Dynamic content: parts of a mail by condition."""

import pytest

from leadwell.conditions.facts import Facts
from leadwell.errors import Refused
from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.models import CompiledEmail
from leadwell.messaging.rendering.render_email import render_email
from leadwell.messaging.rendering.samples import sample
from leadwell.messaging.rendering.showing import shown
from tests.unit.messaging.rendering.starters import source, text_block

BODY = text_block("{% if show.mountains %}Hiking boots{% else %}Surf shoes{% endif %}")
SHOW = "show: {mountains: {country: [AT, CH]}}"


def published(body: str = BODY, settings: str = SHOW, **more: str) -> CompiledEmail:
    return CompiledEmail.from_document(compile_email(source(body, settings=settings, **more)).to_document())


def test_each_gets_their_part_in_html_and_text() -> None:
    mail = published(subject="News{% if show.mountains %} from the Alps{% endif %}")
    for country, words, other in (("AT", "Hiking boots", "Surf"), ("DE", "Surf shoes", "Hiking")):
        show = shown(mail.show, Facts(traits={"country": country}), 0)
        seen = render_email(mail, "en", {**sample(), "show": show})
        assert words in seen.html and words in seen.text
        assert other not in seen.html and other not in seen.text
        assert ("Alps" in seen.subject) is (country == "AT")


def test_without_an_answer_the_fallback_is_shown() -> None:
    assert "Surf shoes" in render_email(published(), "en", sample()).text


@pytest.mark.parametrize(
    ("condition", "facts"),
    [
        ("{language: de}", Facts(traits={"locale": "de-AT"})),
        ("{stage: {at_least: customer}}", Facts(stage="customer")),
        ("{segment: vip}", Facts(segments={"vip": 1})),
        ("{list: fair}", Facts(lists={"fair": 1})),
        ("{all: [{trait: plan, equals: pro}, {not: {country: DE}}]}", Facts(traits={"plan": "pro"})),
    ],
)
def test_what_may_decide(condition: str, facts: Facts) -> None:
    mail = published(settings=f"show: {{mountains: {condition}}}")
    assert shown(mail.show, facts, 0) == {"mountains": True}
    assert shown(mail.show, Facts(traits={"country": "DE"}), 0) == {"mountains": False}


@pytest.mark.parametrize(
    ("body", "settings", "field", "said"),
    [
        (BODY, "show: {mountains: {event: Product Viewed, within: P7D}}", "email.yaml, show.mountains", "segment"),
        (BODY, "show: {mountains: {contry: AT}}", "email.yaml, show.mountains", "a condition needs one of the words"),
        (BODY, "show: {mountains: {country: []}}", "email.yaml, show.mountains", ""),
        (BODY, "{}", "en.mjml", "there is no show.mountains"),
        (text_block("x"), SHOW, "email.yaml, show.mountains", "nobody asks"),
        (BODY, "show: {Mountains: {country: AT}}", "email.yaml, show.Mountains.[key]", "pattern"),
        (
            text_block("{% if show.mountains %}{{ contact.town }}{% endif %}"),
            SHOW + "\nsample: {contact: {town: Garmisch}}",
            "en.mjml, line 5",
            "may be absent",
        ),
        (
            text_block("{% if show.mountains %}x{% else %}{{ contact.town }}{% endif %}"),
            SHOW + "\nsample: {contact: {town: Garmisch}}",
            "en.mjml, line 5",
            "may be absent",
        ),
    ],
)
def test_what_is_refused(body: str, settings: str, field: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        published(body, settings)
    assert refused.value.field == field
    assert said in refused.value.message
