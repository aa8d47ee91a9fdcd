"""What templates are tried and shown with, in each language."""

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from leadwell.definitions.schema import template_schema
from leadwell.errors import Refused
from leadwell.messaging.rendering.compile_email import compile_email
from leadwell.messaging.rendering.compile_sms import compile_sms
from leadwell.messaging.rendering.models import SmsSource
from leadwell.messaging.rendering.render_email import render_email
from leadwell.messaging.rendering.samples import check_sample, in_language, sample
from tests.unit.messaging.rendering.starters import EMAILS, SMS, TEMPLATES, email, full_context, sms, source, text_block

GIVEN: dict[str, Any] = {
    "journey": {"title": {"en": "Cushion", "de": "Kissen"}, "price": 5},
    "event": {"products": [{"name": {"en": "Lamp", "de-AT": "Lampe"}, "url": "https://shop.example.com/"}]},
}


@pytest.mark.parametrize(
    ("locale", "title", "lamp", "sender"),
    [
        ("en", "Cushion", "Lamp", "Example & Sons"),
        ("de", "Kissen", "Lampe", "Muster & Söhne"),
        ("de_CH", "Kissen", "Lampe", "Muster & Söhne"),
        ("EN-gb", "Cushion", "Lamp", "Example & Sons"),
    ],
)
def test_a_value_may_be_stated_for_each_language(locale: str, title: str, lamp: str, sender: str) -> None:
    shown = sample(GIVEN, locale)
    assert shown["journey"] == {"title": title, "price": 5}
    assert shown["event"]["products"] == [{"name": lamp, "url": "https://shop.example.com/"}]
    assert shown["sender"]["name"] == sender and sender in shown["sender"]["imprint"]


def test_a_whole_sample_may_be_one_for_each_language_and_other_languages_have_the_english_house() -> None:
    whole = {"fr": {"journey": {"title": "Coussin"}}, "en": {"journey": {"title": "Cushion"}}}
    assert sample(whole, "fr")["journey"] == {"title": "Coussin"}
    assert sample({}, "fr")["sender"]["name"] == "Example & Sons"
    assert in_language({"it": 1, "de": 2}, "fr") == {"it": 1, "de": 2}, "no language of this template"


def test_nothing_is_changed_by_looking() -> None:
    before = repr(GIVEN)
    sample(GIVEN, "de")["journey"]["title"] = "?"
    assert repr(GIVEN) == before and sample({}, "de")["contact"]["lastName"] == "Beispiel"


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"journey": {"title": {"en": "Cushion"}}}, "x.yaml, sample.journey.title", "in en and none in de"),
        ({"event": {"products": [{"name": {"de": "Lampe"}}]}}, "sample.event.products.0.name", "in de and none in en"),
        ({"journey": {"title": {"en": "A", "de": "B", "size": 3}}}, "sample.journey.title", "'size' is no language"),
    ],
)
def test_half_a_translation_is_refused_where_it_stands(given: dict[str, Any], place: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        check_sample(given, ["en", "de"], "x.yaml")
    assert place in (refused.value.field or "")


@pytest.mark.parametrize("given", [GIVEN, {}, {"event": {"it": "no language of ours", "size": 3}}])
def test_what_is_whole_is_not(given: dict[str, Any]) -> None:
    check_sample(given, ["en", "de"], "x.yaml")


def test_mails_and_texts_are_refused_with_half_a_translation() -> None:
    settings = "requires: [journey.title]\nsample: {journey: {title: {en: Cushion}}}"
    german = "---\nsubject: Hallo\npreheader: Zuvor\n---\n" + text_block("{{ journey.title }}")
    whole = source(
        text_block("{{ journey.title }}"), settings=settings.replace("Cushion", "Cushion, de: Kissen"), de=german
    )
    layout = whole.files["layout.mjml"].replace("{en: {", "{de: {unsubscribe: Abmelden}, en: {")
    mail = compile_email(
        source(
            text_block("{{ journey.title }}"),
            settings=settings.replace("Cushion", "Cushion, de: Kissen"),
            layout=layout,
            de=german,
        )
    )
    assert "Kissen" in render_email(mail, "de", sample(mail.sample, "de")).text
    assert "Cushion" in render_email(mail, "en", sample(mail.sample, "en")).text
    with pytest.raises(Refused, match="none in de"):
        compile_email(source(text_block("{{ journey.title }}"), settings=settings, layout=layout, de=german))
    with pytest.raises(Refused, match="none in de"):
        text = "sample: {journey: {title: {en: A}}}\ntexts: {en: Hi STOP, de: Hallo STOP}"
        compile_sms(SmsSource(name="t", text=text))


@pytest.mark.parametrize(
    ("name", "german", "english"),
    [
        ("cross-sell-products", "Hocker Lund", "Footstool Lund"),
        ("event-invitation", "Tag der offenen Tür 2027", "Open House 2027"),
        ("nurture-practice", "Sitzplatzplaner", "Seating Planner"),
        ("vip-reached", "Kostenloser Versand", "Free shipping"),
        ("hot-lead-alert", "Preisliste heruntergeladen", "Price list downloaded"),
        ("birthday", "GEBURTSTAG15", "BIRTHDAY15"),
    ],
)
def test_german_pictures_show_german_words(name: str, german: str, english: str) -> None:
    shown = {locale: render_email(email(name), locale, full_context("emails", name, locale)) for locale in ("de", "en")}
    assert german in shown["de"].text and english not in shown["de"].text
    assert english in shown["en"].text and german not in shown["en"].text


@pytest.mark.parametrize("name", EMAILS)
def test_nothing_of_the_house_stays_english_in_german(name: str) -> None:
    mail = render_email(email(name), "de", full_context("emails", name, "de"))
    assert not [word for word in ("Example", "Sample", "Sons") if word in mail.text.replace("example.com", "")]


FILES: list[Path] = [
    *(TEMPLATES / "emails" / name / "email.yaml" for name in EMAILS),
    *(TEMPLATES / "sms").glob("*.yaml"),
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_template_fits_its_schema_and_is_described_in_both_languages(path: Path) -> None:
    valid = jsonschema_rs.validator_for(template_schema("email" if path.name == "email.yaml" else "sms"))
    document = yaml.safe_load(path.read_text("utf-8"))
    assert not list(valid.iter_errors(document))
    assert document["title"].keys() == document["description"].keys() == {"en", "de"}
    assert max(map(len, document["title"].values())) <= 40, "it stands on a card of a picture"
    for slip in ({"sampel": {}}, {"title": {"en": "A"}}, {"requires": "all"}):
        assert not valid.is_valid({**document, **slip})


def test_titles_are_published() -> None:
    assert email("birthday").to_document()["title"]["de"] == "Alles Gute zum Geburtstag"
    assert sms("birthday").to_document()["title"]["en"] == "Happy birthday"
    assert all(email(name).title for name in EMAILS) and all(sms(name).title for name in SMS)
