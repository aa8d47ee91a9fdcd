"""Every kind of condition, every comparison and every option of the language has a sentence in both languages.

``sentences.txt`` has a condition, its English and its German sentence, line by line.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from pydantic import TypeAdapter

from leadwell.clock import from_iso
from leadwell.conditions.dates import TIMED
from leadwell.conditions.facts import Facts
from leadwell.conditions.matchers import MATCHERS
from leadwell.conditions.models import HEADS, Condition
from leadwell.console.api.shapes.explanations import reason_shape
from leadwell.contacts.reasons import reason
from leadwell.definitions.documents import read_yaml
from tests.browser.chromium import chromium
from tests.browser.console_server import ConsoleServer
from tests.fakes.world import World

NOW = "2026-11-09T08:00:00.000Z"
CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)
LINES = [line.strip() for line in (Path(__file__).parent / "sentences.txt").read_text("utf-8").splitlines()]
SENTENCES = list(zip(LINES[0::3], LINES[1::3], LINES[2::3], strict=True))

SAYS = """async ([reasons, say, now]) => {
    const { sentenceOf, foundOf } = await import("/console/conditions.js");
    const { named } = await import("/console/words.js");
    const about = { now, title: (kind, name) => named(name) };
    const speak = say === "found" ? foundOf : sentenceOf;
    return reasons.map((reason) => speak(reason, about).replaceAll("\\u00a0", " "));
}"""


@pytest.fixture(scope="module")
def pages() -> Iterator[dict[str, Page]]:
    """The console in English and in German."""
    with ConsoleServer(World(templates=None)) as server, chromium() as browser:
        opened = {}
        for language in ("en", "de"):
            context = browser.new_context(locale=language, timezone_id="Europe/Berlin")
            opened[language] = context.new_page()
            opened[language].goto(f"{server.url}/console")
        yield opened


def delivered(condition: str, **facts: Any) -> dict[str, Any]:
    """What the API says of a condition."""
    shape = reason_shape(reason(CONDITION.validate_python(read_yaml(condition)), Facts(**facts), from_iso(NOW)))
    said: dict[str, Any] = json.loads(shape.model_dump_json())
    return said


def test_every_condition_is_a_sentence(pages: dict[str, Page]) -> None:
    given = [delivered(condition) for condition, _, _ in SENTENCES]
    for language, place in (("en", 1), ("de", 2)):
        said = pages[language].evaluate(SAYS, [given, "rule", NOW])
        assert said == [row[place] for row in SENTENCES]


def test_nothing_of_the_language_is_left_out() -> None:
    names, values = _words_of(CONDITION.json_schema())
    written = [read_yaml(condition) for condition, _, _ in SENTENCES]
    used = {word for condition in written for word in _texts(condition)}
    assert {"matcher"} | used >= names | values
    assert used >= {*HEADS, *MATCHERS, *TIMED}


@pytest.mark.parametrize(
    ("condition", "found", "english", "german"),
    [
        ("{trait: age, at_least: 18}", {"value": 17}, "is 17", "ist 17"),
        ("{trait: age, at_least: 18}", {"value": None}, "unknown", "unbekannt"),
        ("{trait: birthday, exists: true}", {"value": "1990-12-03"}, "3 Dec 1990", "3. Dez. 1990"),
        ("{trait: tags, empty: false}", {"value": ["vip", 3]}, "is “vip” and 3", "ist „vip“ und 3"),
        ("{trait: tags, empty: true}", {"value": []}, "is empty", "ist leer"),
        ("{trait: home, exists: true}", {"value": {"city": "Kiel"}}, "is “city: Kiel”", "ist „Ort: Kiel“"),
        ("{company: industry, equals: retail}", {"value": "food"}, "is “food”", "ist „food“"),
        ("{company_stage: {is: lead}}", {"stage": None}, "no company", "kein Unternehmen"),
        ("{company_stage: {is: lead}}", {"stage": "customer"}, "Customer", "Kunde"),
        ("{members: {at_least: 2}}", {"members": 1}, "1 contact", "1 Kontakt"),
        ("{members: {at_least: 2}}", {"members": 1200}, "1,200 contacts", "1.200 Kontakte"),
        ("{at_least: 2, of: [{everyone: true}, {everyone: true}]}", {"held": 1}, "1 of 2 holds", "1 von 2 trifft zu"),
        ("{event: Signed Up}", {"times": 0, "newest": []}, "did not happen", "nicht geschehen"),
        ("{event: Signed Up}", {"times": 1, "newest": [NOW]}, "last Mon 9 Nov, 09:00", "zuletzt Mo., 9. Nov., 09:00"),
        (
            "{event: Signed Up, at_least: 3}",
            {"times": 2, "newest": [NOW]},
            "2 times, last Mon 9 Nov, 09:00",
            "2-mal, zuletzt Mo., 9. Nov., 09:00",
        ),
        (  # No more is remembered than the condition needs.
            "{event: Signed Up, at_least: 3}",
            {"times": 3, "newest": [NOW]},
            "3 times or more, last Mon 9 Nov, 09:00",
            "3-mal oder öfter, zuletzt Mo., 9. Nov., 09:00",
        ),
        (
            "{event: Signed Up, by: plan, at_least: 3}",
            {"values": {"pro": 3, "free": 1}, "different": 7},
            "“pro” 3 times or more, “free” once and 5 more",
            "„pro“ 3-mal oder öfter, „free“ einmal und 5 weitere",
        ),
        (
            "{event: Signed Up, distinct: plan, at_least: 3}",
            {"values": {"pro": 1, "free": 1}, "different": 2},
            "2: “pro”, “free”",
            "2: „pro“, „free“",
        ),
        ("{event: Signed Up, distinct: plan, at_least: 3}", {}, "none so far", "bisher keine"),
        ("{event: Order Completed, sum: total, at_least: 500}", {"sum": 49.9}, "is 49.9", "ist 49,9"),
        (
            "{event: Order Completed, average: total, at_least: 5}",
            {"average": None},
            "no number so far",
            "bisher keine Zahl",
        ),
        (
            "{event: Order Completed, last: {at: {after: now - P3D}, total: {more_than: 100}}}",
            {"at": NOW, "total": 1249.5, "asked_by_another": 1},
            "Mon 9 Nov, 09:00, total 1249.5",
            "Mo., 9. Nov., 09:00, Gesamtbetrag 1249,5",
        ),
        ("{event: Order Completed, first: {coupon: A}}", {}, "did not happen", "nicht geschehen"),
        ("{sequence: [A, B, C]}", {"steps": 0}, "not begun", "nicht begonnen"),
        ("{sequence: [A, B, C]}", {"steps": 2}, "got to step 2 of 3", "bis Schritt 2 von 3 gekommen"),
        (
            "{sequence: [A, B, C]}",
            {"steps": 2, "completed": NOW},
            "completed Mon 9 Nov, 09:00",
            "abgeschlossen Mo., 9. Nov., 09:00",
        ),
        ("{active: P30D}", {}, "was not", "war es nicht"),
        ("{active: P30D}", {"times": 4, "newest": [NOW]}, "last Mon 9 Nov, 09:00", "zuletzt Mo., 9. Nov., 09:00"),
        ("{score: {at_least: 50}}", {"score": 34.56}, "is 34.6", "ist 34,6"),
        ("{score: {gained: 20, within: P1D}}", {"gained": 12}, "gained 12", "12 dazugewonnen"),
        ("{grade: {at_least: B2}}", {"grade": "C1"}, "is C1", "ist C1"),
        ("{grade: {at_least: B2}}", {}, "not graded", "nicht eingestuft"),
        ("{persona: family}", {"percent": 75, "best": "family"}, "75%", "75 %"),
        ("{persona: family}", {"percent": 25, "best": "hotel"}, "rather “Hotel”", "eher „Hotel“"),
        ("{persona: family}", {}, "none fits well enough", "keine passt gut genug"),
        ("{persona: {name: family, at_least: 60}}", {"percent": 33.33}, "33.33%", "33,33 %"),
        ("{interest: sofas}", {"weight": 1.5, "top": "beds"}, "most in “beds”", "am meisten für „beds“"),
        ("{interest: sofas}", {"weight": 1.5, "top": "sofas"}, "", ""),
        ("{interest: sofas}", {}, "no interest known yet", "noch kein Interesse bekannt"),
        ("{interest: {category: sofas, at_least: 3}}", {"weight": 1.5, "top": "beds"}, "is 1.5", "ist 1,5"),
        (
            "{stage: {at_least: mql}}",
            {"stage": "customer", "since": NOW},
            "Customer since 9 Nov 2026",
            "Kunde seit 9. Nov. 2026",
        ),
        ("{consent: marketing/email}", {"state": None}, "never asked", "nie gefragt"),
        ("{consent: marketing/email}", {"state": "withdrawn"}, "withdrawn", "widerrufen"),
        ("{permitted: email}", {"topics": []}, "nothing", "keine"),
        (
            "{permitted: email}",
            {"topics": ["marketing/email", "house-news/email"]},
            "advertising, “House news”",
            "Werbung, „House news“",
        ),
        ("{segment: vip}", {"member": True}, "", ""),
        ("{segment: vip, for: P30D}", {"member": False, "since": None}, "", ""),
        ("{segment: vip, for: P30D}", {"member": True, "since": NOW}, "since 9 Nov 2026", "seit 9. Nov. 2026"),
        ("{list: fair}", {"member": False}, "", ""),
        ("{journey: welcome}", {}, "never entered", "nie begonnen"),
        (
            "{journey: welcome}",
            {"inside": {"run-1": "first-week"}, "entered": NOW},
            "is at “First week”, entered Mon 9 Nov, 09:00",
            "steht bei „First week“, begonnen Mo., 9. Nov., 09:00",
        ),
        (
            "{journey: welcome}",
            {"inside": {}, "finished": NOW, "reached_goal": NOW},
            "ended Mon 9 Nov, 09:00, goal reached Mon 9 Nov, 09:00",
            "beendet Mo., 9. Nov., 09:00, Ziel erreicht Mo., 9. Nov., 09:00",
        ),
        ("{near: {latitude: 1, longitude: 1, km: 5}}", {}, "the place is unknown", "der Ort ist unbekannt"),
        ("{near: {latitude: 1, longitude: 1, km: 5}}", {"km": 4.26}, "4.3 km away", "4,3 km entfernt"),
        ("{near: {latitude: 1, longitude: 1, km: 5}}", {"km": 1240.7}, "1241 km away", "1241 km entfernt"),
        ("{utm: {source: a}, first: true}", {}, "none so far", "bisher keine"),
        ("{utm: {source: a}, first: true}", {"at": NOW}, "Mon 9 Nov, 09:00", "Mo., 9. Nov., 09:00"),
        (
            "{utm: {source: a}}",
            {"times": 1, "newest": [NOW]},
            "last Mon 9 Nov, 09:00",
            "zuletzt Mo., 9. Nov., 09:00",
        ),
        ("{device: {type: tv}}", {}, "did not happen", "nicht geschehen"),
        (
            "{engaged: {did: opened, at_least: 2}}",
            {"times": 1, "newest": [NOW]},
            "once, last Mon 9 Nov, 09:00",
            "einmal, zuletzt Mo., 9. Nov., 09:00",
        ),
        ("{downloaded: '*'}", {}, "did not happen", "nicht geschehen"),
        ("{bucket: {salt: a, to: 50}}", {"percent": 49.9999}, "at 49.99%", "bei 49,99 %"),
    ],
)
def test_what_was_found(
    pages: dict[str, Page], condition: str, found: Mapping[str, Any], english: str, german: str
) -> None:
    given = delivered(condition)
    given["found"] |= found
    assert [pages[one].evaluate(SAYS, [[given], "found", NOW])[0] for one in ("en", "de")] == [english, german]


@pytest.mark.parametrize(
    ("condition", "traits", "english", "german"),
    [
        ("{language: de}", {"locale": "de-AT"}, "Austrian German", "Österreichisches Deutsch"),
        ("{language: de}", {}, "unknown", "unbekannt"),
        ("{country: [DE, AT]}", {"address": {"country": "CH"}}, "Switzerland", "Schweiz"),
        ("{country: [DE, AT]}", {"country": "Austria"}, "“Austria”", "„Austria“"),
        ("{region: Tirol}", {"region": "Wien"}, "“Wien”", "„Wien“"),
        ("{city: Ulm}", {"address": {"city": "Bonn"}}, "“Bonn”", "„Bonn“"),
        ("{referrer: {contains: example.org}}", {}, "did not happen", "nicht geschehen"),
        ("{engaged: {did_not: opened}}", {}, "nothing was sent", "nichts wurde gesendet"),
    ],
)
def test_what_was_found_by_the_parts(
    pages: dict[str, Page], condition: str, traits: Mapping[str, Any], english: str, german: str
) -> None:
    given = delivered(condition, traits=traits)
    assert [pages[one].evaluate(SAYS, [[given], "found", NOW])[0] for one in ("en", "de")] == [english, german]


def test_a_mail_that_was_not_opened_in_time(pages: dict[str, Page]) -> None:
    given = delivered("{engaged: {did_not: opened}}")
    for part in given["parts"]:
        part["found"] = {"times": 1, "newest": [NOW]}
    said = [pages[one].evaluate(SAYS, [[given], "found", NOW])[0] for one in ("en", "de")]
    assert said == [
        "sent Mon 9 Nov, 09:00, opened Mon 9 Nov, 09:00",
        "gesendet Mo., 9. Nov., 09:00, geöffnet Mo., 9. Nov., 09:00",
    ]


@pytest.mark.parametrize(
    ("kind", "rule", "written"),
    [
        ("moon", {"moon": "full", "in_the": ["morning"]}, 'moon: "full", in_the: ["morning"]'),
        ("moon", {"is": "full", "at_least": 2}, 'moon: is: "full", at_least: 2'),
        ("constructor", {}, "constructor:"),
        ("trait", {"trait": "moon", "shines": "full"}, "Moon shines “full”"),
        ("trait", {"trait": "constructor", "equals": 1}, "Constructor is 1"),
    ],
)
def test_what_is_not_known_stays_as_it_is_written(
    pages: dict[str, Page], kind: str, rule: Mapping[str, Any], written: str
) -> None:
    given = {"kind": kind, "rule": rule, "truth": True, "until": None, "found": {"value": 1}, "parts": []}
    assert pages["en"].evaluate(SAYS, [[given], "rule", NOW]) == [written]


def _words_of(schema: Any) -> tuple[set[str], set[str]]:
    """The names and the fixed values that a JSON Schema speaks of."""
    names: set[str] = set()
    values: set[str] = set()
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    if isinstance(schema, dict):
        names.update(schema.get("properties", ()))
        values.update(one for one in schema.get("enum", ()) if isinstance(one, str))
    for one in inner:
        found_names, found_values = _words_of(one)
        names |= found_names
        values |= found_values
    return names, values


def _texts(written: Any) -> Iterator[str]:
    if isinstance(written, str):
        yield written
    elif isinstance(written, dict):
        for name, value in written.items():
            yield name
            yield from _texts(value)
    elif isinstance(written, list):
        for one in written:
            yield from _texts(one)
