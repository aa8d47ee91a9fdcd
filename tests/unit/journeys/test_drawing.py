"""Pictures of journeys: everything is on them, in both languages, and nothing overlaps."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from leadwell.definitions.files import read_files
from leadwell.definitions.text import Text
from leadwell.definitions.titles_in_files import titles_in
from leadwell.journeys.drawing import CARD, draw, width, wrapped
from leadwell.journeys.inside import Standing
from leadwell.journeys.models import JourneyDefinition
from leadwell.journeys.program import Program, compile_journey
from leadwell.journeys.steps.running import StepModel
from leadwell.journeys.telling.conditions import told_condition, told_trigger
from leadwell.journeys.telling.steps import told_step
from leadwell.journeys.telling.words import Words
from tests.unit.journeys.house import program
from tests.unit.rehearsal.house import TEMPLATES

SVG = "{http://www.w3.org/2000/svg}"
TITLES = titles_in(TEMPLATES)
LIBRARY = sorted((TEMPLATES / "journeys").rglob("*.yaml"))

EVERYTHING = program(
    {"id": "w", "wait": "P1DT12H"},
    {"id": "u", "wait_until": {"from": "09:00", "to": "17:00", "weekdays": ["mon", "tue"]}},
    {
        "id": "s",
        "split": {
            "arms": [
                {"name": "short", "share": 50, "steps": [{"id": "m", "email": "offer"}]},
                {"name": "long", "share": 25, "steps": [{"sms": "x" * 90}, {"id": "deep", "wait": "PT1H"}]},
                {"name": "none", "share": 25},
            ],
            "winner": {"event": "Ordered", "within": "P3D"},
        },
    },
    {
        "wait_for": {
            "first_of": [{"event": "Ordered", "steps": [{"exit": "<has> & ordered"}]}, {"opened": "m"}],
            "timeout": "P3D",
        }
    },
    {
        "repeat": {
            "times": 4,
            "until": {"event": "Ordered"},
            "steps": [
                {"branch": [{"when": {"trait": "country", "equals": "DE"}, "steps": [{"email": "again"}]}]},
                {"wait": "P7D"},
            ],
        }
    },
    {"update": {"traits": {"market": "dach"}, "tags": {"add": ["german"]}}},
    {"start": "welcome"},
    {"branch": [{"when": {"segment": "vip"}, "steps": [{"exit": "a"}]}, {"steps": [{"exit": "b"}]}]},
    goal={"event": "Ordered", "within": "P14D"},
    exits=[{"event": "Unsubscribed"}, {"when": {"segment": "vip"}, "reason": "is important"}],
    trigger={"date": "contract_end", "offset": "-P30D", "every": "once"},
)


def of_file(path: Any) -> Program:
    (file,) = read_files([path])
    assert isinstance(file.definition, JourneyDefinition)
    return compile_journey(file.definition)


def texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)  # noqa: S314 (our own)
    return [" ".join("".join(span.itertext()) for span in one) or one.text or "" for one in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("locale", ["de", "en"])
@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_every_journey_of_the_library(path: Any, locale: str) -> None:
    of = of_file(path)
    svg = draw(of, locale, titles=TITLES)
    root = ElementTree.fromstring(svg)  # noqa: S314 (our own)
    drawn = [one.get("data-step") for one in root.iter(f"{SVG}g") if one.get("data-step") is not None]
    assert sorted(map(str, drawn)) == sorted(of.nodes), "every step once"
    assert of.definition.title.in_locale(locale) in texts(svg)[0]
    assert_apart(svg)
    assert not re.search(r"matcher|\bNone\b|[{}]|\d{5,}", re.sub(r"<style>.*?</style>", "", svg, flags=re.DOTALL))


def assert_apart(svg: str) -> None:
    """No card lies on another one, or outside of the picture."""
    root = ElementTree.fromstring(svg)  # noqa: S314 (our own)
    _, _, wide, high = map(float, root.attrib["viewBox"].split())
    boxes: list[tuple[float, float, float, float]] = []

    def walk(node: ElementTree.Element, x: float, y: float) -> None:
        moved = re.fullmatch(r"translate\((\S+) (\S+)\)", node.get("transform", ""))
        if moved:
            x, y = x + float(moved[1]), y + float(moved[2])
        if (node.get("class") or "").split(" ")[0] in ("step", "pill", "way"):
            rect = next(node.iter(f"{SVG}rect"))
            left, top, across, down = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
            boxes.append((x + left, y + top, x + left + across, y + top + down))
        for child in node:
            walk(child, x, y)

    walk(root, 0, 0)
    for number, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0 and top >= 0 and right <= wide and bottom <= high
        for other in boxes[:number]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


ACTIONS = program(
    {"notify": {"template": "alert", "to": "owner", "otherwise": "sales@example.com"}},
    {"task": {"title": {"en": "Call", "de": "Anrufen"}, "due": "P2D", "to": "kim@example.com"}},
    {"hand_over": {"task": {"title": {"en": "Talk", "de": "Sprechen"}, "due": "PT4H"}}},
    {"voucher": {"pool": "p", "valid_for": "P14D", "when_empty": "skip"}},
    {"recommend": {"rule": "bought_together", "otherwise": "best_sellers", "when_none": "exit"}},
    {"update": {"withdraw": "marketing/email"}},
    {"wait_until": {"date": "2027-04-15", "offset": "-P7D", "then": [{"wait": "PT1H"}]}},
)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        (
            "de",
            ["Mail an Kollegen", "alert: wer zuständig ist, sonst sales@example.com", "Aufgabe",
             "Anrufen; kim@example.com, innerhalb von 2 Tagen", "Übergabe an den Vertrieb",
             "Sprechen; wer zuständig ist, innerhalb von 4 Stunden", "Gutschein",
             "Ein Code aus „p“, 14 Tage gültig; ohne ihn, wenn keiner da ist", "Produkte aussuchen",
             "Was zum letzten Kauf passt, sonst was sich am besten verkauft; wenn nichts da ist, endet die Journey",
             "Einwilligung in Werbung per E-Mail endet", "es ist so weit", "es ist schon vorbei"],
        ),
        (
            "en",
            ["Mail to a colleague", "alert: who is in charge, otherwise sales@example.com", "Task",
             "Call; kim@example.com, within 2 days", "Hand over to sales", "Talk; who is in charge, within 4 hours",
             "Voucher", "A code from “p”, valid for 14 days; without it when there is none", "Pick products",
             "What goes with the last order, otherwise what sells best; when there is nothing, the journey ends",
             "Consent to advertising by e-mail ends", "it comes", "it is over already"],
        ),
    ],
)  # fmt: skip
def test_what_is_done_is_told_in_words(locale: str, said: list[str]) -> None:
    told = " ".join(texts(draw(ACTIONS, locale)))
    assert [one for one in said if one.lower() not in told.lower()] == []


def test_what_a_journey_names_is_shown_by_its_title() -> None:
    titles = {
        ("email", "offer"): Text(en="Our offer", de="Unser Angebot"),
        ("email", "alert"): Text(en="Hot lead", de="Heißer Lead"),
        ("sms", "x" * 90): Text(en="In short", de="Kurz gesagt"),
        ("segment", "vip"): Text(en="Best customers", de="Beste Kunden"),
        ("journey", "welcome"): Text(en="Welcome", de="Willkommen"),
    }
    said = " | ".join(texts(draw(EVERYTHING, "de", titles=lambda *of: titles.get(of))))
    opened = "„Unser Angebot“ wird geöffnet"
    for expected in ("Unser Angebot", "Kurz gesagt", opened, "Segment „Beste Kunden“", "| Willkommen |", "again"):
        assert expected in said, expected
    english = " | ".join(texts(draw(EVERYTHING, "en", titles=lambda *of: titles.get(of))))
    assert "in the segment “Best customers”" in english and "“Our offer” is opened" in english
    assert "Heißer Lead: wer zuständig ist" in " ".join(texts(draw(ACTIONS, "de", titles=lambda *of: titles.get(of))))


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_pictures_of_the_library_show_no_name_of_a_template(path: Any) -> None:
    said = texts(draw(of_file(path), "de", titles=TITLES))
    assert not {one.template for one in of_file(path).sends()} & set(said)


def test_everything_that_can_be_drawn_in_german() -> None:
    svg = draw(EVERYTHING, "de", status="paused")
    assert_apart(svg)
    said = " | ".join(texts(svg))
    for expected in (
        "angehalten · Version 1",
        "Ziel: Ordered innerhalb von 14 Tagen",
        "Endet vorher: Unsubscribed",
        "Endet vorher: is important (im Segment vip)",
        "30 Tage vor contract_end, um 9 Uhr",
        "1 Tag 12 Stunden warten",
        "Zwischen 9 und 17 Uhr, Mo, Di",
        "short: 50 %",
        "none: 25 %",
        "„m“ wird geöffnet",
        "nichts kam rechtzeitig",
        "Bis zu 4-mal, bis Ordered",
        "country ist DE",
        "sonst",
        "market = dach, Schlagwort german dazu",
        "<has> & ordered",
    ):
        assert expected in said, expected
    assert "Ende" not in texts(svg), "no way leads to the end"


def test_and_in_english() -> None:
    said = " | ".join(texts(draw(EVERYTHING, "en")))
    for expected in (
        "Wait 1 day 12 hours",
        "Between 9:00 and 17:00, Mon, Tue",
        "short: 50%",
        "country is DE",
        "Goal: ",
    ):
        assert expected in said, expected


def test_what_waits_is_told_with_the_same_words_as_elsewhere() -> None:
    told = [told_step(node.step, Words("de")).text for node in EVERYTHING.nodes.values() if node.id in ("w", "deep")]
    assert sorted(told) == ["1 Stunde warten", "1 Tag 12 Stunden warten"]


def test_how_many_stand_where() -> None:
    svg = draw(EVERYTHING, "de", standing=Standing({"w": 1234, "deep": 5}, 1239, 1239))
    assert "1.239 gerade darin" in " ".join(texts(svg))
    assert "Stichprobe" not in svg
    here = re.findall(r'data-step="(\w+)">(?:(?!data-step).)*?class="here"><title>([^<]+)<', svg)
    assert here == [("w", "1.234 jetzt hier"), ("deep", "5 jetzt hier")]
    sample = draw(EVERYTHING, "de", standing=Standing({}, 100_000, 1_000, exact=False))
    assert "≥ 100.000 gerade darin · an Schritten: eine Stichprobe von 1.000" in " ".join(texts(sample))


def test_it_can_be_read_without_being_seen() -> None:
    root = ElementTree.fromstring(draw(EVERYTHING, "de", title="x"))  # noqa: S314 (our own)
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and desc is not None and desc.text is not None
    assert (root.get("aria-labelledby"), title.get("id"), title.text) == ("x-title", "x-title", "Eine Journey")
    assert root.get("aria-describedby") == desc.get("id")
    assert "Ziel: Ordered" in desc.text and "E-Mail: offer" in desc.text


def test_it_follows_the_reader_into_the_dark() -> None:
    assert "prefers-color-scheme:dark" in draw(EVERYTHING, "de")


class Phone(StepModel):
    """A kind that the words do not know."""

    phone: dict[str, Any]


def test_a_step_without_words_of_its_own_is_told_as_it_is_written() -> None:
    told = told_step(Phone(phone={"number": "main", "tries": 3, "team": ["a", "b"]}), Words("en"))
    assert (told.kind, told.text) == ("Phone", "number: main, tries: 3, team: a or b")


@pytest.mark.parametrize(
    ("condition", "en", "de"),
    [
        ({"segment": "vip"}, "in the segment vip", "im Segment vip"),
        (
            {"not": {"consent": "marketing/sms"}},
            "no consent to advertising by SMS",
            "keine Einwilligung in Werbung per SMS",
        ),
        ({"trait": "phone", "exists": True}, "phone is known", "phone ist bekannt"),
        ({"event": "A", "within": "P1D"}, "A within 1 day", "A innerhalb von 1 Tag"),
        (
            {"all": [{"any": [{"segment": "a"}, {"segment": "b"}]}, {"everyone": True}]},
            "(in the segment a or in the segment b) and everyone",
            "(im Segment a oder im Segment b) und alle",
        ),
    ],
)
def test_conditions_in_words(condition: dict[str, Any], en: str, de: str) -> None:
    of = program({"branch": [{"when": condition}]})
    (node,) = of.nodes.values()
    (way,) = node.step.ways()
    assert way.when is not None
    assert told_condition(way.when, Words("en")) == en
    assert told_condition(way.when, Words("de-AT")) == de


@pytest.mark.parametrize(
    "text", ["short", "x" * 100, "a-name-with-many-parts-that-does-not-fit-at-all", "", "A b " * 40]
)
def test_long_texts_are_wrapped(text: str) -> None:
    lines = wrapped(text, CARD, 14)
    assert all(width(line, 14) <= CARD for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("trigger", "en", "de"),
    [
        (
            {"schedule": {"at": "2026-12-01T09:00", "every": "week", "weekdays": ["tue", "thu"]}, "segment": "news"},
            "every week, Tue, Thu, 9:00, from 1 December 2026 on; for the segment news",
            "jede Woche, Di, Do, 9 Uhr, ab 1. Dezember 2026; für das Segment news",
        ),
        (
            {"schedule": {"at": "2026-12-01T09:30", "zone": "Europe/Vienna"}, "list": "guests"},
            "on 1 December 2026, 9:30, Europe/Vienna; for the list guests",
            "am 1. Dezember 2026, 9:30 Uhr, Europe/Vienna; für die Liste guests",
        ),
        (
            {"schedule": {"at": "2026-12-01T09:00", "every": "month"}, "everyone": True},
            "every month, 9:00, from 1 December 2026 on; for everybody",
            "jeden Monat, 9 Uhr, ab 1. Dezember 2026; für alle",
        ),
        ({"form": "paper"}, "the form paper is sent", "das Formular paper wird abgeschickt"),
        ({"stage": "mql"}, "comes to the stage MQL", "kommt in die Phase MQL"),
        (
            {"segment": "vip", "who": {"not": {"consent": "marketing/email"}}},
            "enters the segment vip; only if no consent to advertising by e-mail",
            "kommt ins Segment vip; nur wenn keine Einwilligung in Werbung per E-Mail",
        ),
        (
            {"schedule": {"at": "2026-12-01T09:00", "every": "week", "weekdays": ["tue"]}, "segment": "newsletter"},
            "every week, Tue, 9:00, from 1 December 2026 on; for the segment newsletter",
            "jede Woche, Di, 9 Uhr, ab 1. Dezember 2026; für das Segment newsletter",
        ),
        (
            {"score": {"gained": 20, "within": "P1D"}},
            "20 points or more within 1 day",
            "20 Punkte oder mehr innerhalb von 1 Tag",
        ),
    ],
)
def test_triggers_in_words(trigger: dict[str, Any], en: str, de: str) -> None:
    of = program({"wait": "P1D"}, trigger=trigger).definition.trigger
    assert told_trigger(of, Words("en")) == en
    assert told_trigger(of, Words("de")) == de


def test_what_surrounds_the_steps_is_told() -> None:
    of = program({"wait": "P1D"}, exclusive=True, holdout=10, throttle={"at_most": 500, "per": "P2D"})
    said = draw(of, "de")
    for part in (
        "Solange bleibt andere Werbung fern",
        "10 % bleiben zum Vergleich",
        "Höchstens 500 beginnen innerhalb von 2 Tagen",
    ):
        assert part in said
