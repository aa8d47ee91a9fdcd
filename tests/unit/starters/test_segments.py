"""Every segment that comes with Leadwell, on somebody who is in and somebody similar who is not."""

import re
from pathlib import Path

import pytest

from leadwell.clock import DAY, FOREVER, to_iso
from leadwell.definitions.documents import read_yaml
from leadwell.definitions.library import Library
from leadwell.definitions.publishing import Publisher
from leadwell.definitions.starters import publish_folder
from tests.fakes.memory_table import MemoryTable
from tests.fakes.world import TEMPLATES
from tests.unit.starters import business_samples, post_samples, shop_samples
from tests.unit.starters.people import Sample, did, installed, is_in, judged, known, moment, often

FOLDER = TEMPLATES / "segments"
FILES = sorted(FOLDER.glob("*.yaml"))
SAMPLES = {**shop_samples.SAMPLES, **post_samples.SAMPLES, **business_samples.SAMPLES}
TEN_YEARS = 3653 * DAY


def sample(file: Path) -> Sample:
    assert file.stem in SAMPLES, f"{file.stem} has no sample history: who is in, who is similar and not?"
    return SAMPLES[file.stem]


def test_there_are_enough_and_no_sample_is_left_over() -> None:
    assert len(FILES) >= 20
    assert {file.stem for file in FILES} >= set(SAMPLES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_who_is_in_and_who_is_not(file: Path) -> None:
    one, catalog = sample(file), installed()
    assert is_in(file.stem, one.inside, moment(one.at), catalog)
    assert not is_in(file.stem, one.outside, moment(one.at), catalog)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_time_alone_ends_it_to_the_millisecond_or_never(file: Path) -> None:
    one, catalog = sample(file), installed()
    inside = judged(one.inside, moment(one.at), catalog)
    ends = moment(one.ends) if one.ends else FOREVER
    left = [one for one in _walked(inside, moment(one.at) + TEN_YEARS) if one[:2] == ("left", file.stem)]
    assert [to_iso(at) for _, _, at in left[:1]] == ([to_iso(ends)] if one.ends else [])
    if one.ends:
        assert is_in(file.stem, one.inside, ends - 1, catalog)
        assert not is_in(file.stem, one.inside, ends, catalog)


@pytest.mark.parametrize("file", [one for one in FILES if sample(one).begins], ids=lambda file: file.stem)
def test_time_alone_begins_it_to_the_millisecond(file: Path) -> None:
    one, catalog = sample(file), installed()
    begins = moment(one.begins)
    assert max(event.at for event in one.inside) < begins - 1
    assert not is_in(file.stem, one.inside, begins - 1, catalog)
    assert is_in(file.stem, one.inside, begins, catalog)


def _walked(folding, until):
    """What happens by itself from now on."""
    folding.happened.clear()
    folding.walk_to(until)
    return [(happening.kind, happening.name, happening.at) for happening in folding.happened]


@pytest.mark.parametrize(
    ("title", "decides"),
    [
        ("CEO", True),
        ("Head of Purchasing", True),
        ("Geschäftsführer", True),
        ("GESCHÄFTSFÜHRENDE GESELLSCHAFTERIN", True),
        ("IT-Leiter", True),
        ("Leitung Logistik", True),
        ("Vorständin", True),
        ("Zugbegleiter", False),
        ("Headhunter", False),
        ("Assistant to the CEO", False),
        ("Vorstandsreferent", False),
        ("Director's intern", False),
        ("Buyer", False),
        ("", False),
    ],
)
def test_titles_of_those_who_decide(title: str, decides: bool) -> None:
    history = [known("03-02 10:00", title=title)]
    assert is_in("decision-makers", history, moment("03-02 10:00"), installed()) is decides


@pytest.mark.parametrize(
    ("segment", "latitude", "longitude", "near"),
    [
        ("near-the-alps", 47.269, 11.404, True),  # Innsbruck
        ("near-the-alps", 47.799, 13.044, True),  # Salzburg
        ("near-the-alps", 46.948, 7.447, True),  # Bern
        ("near-the-alps", 47.503, 9.747, True),  # Bregenz
        ("near-the-alps", 48.776, 9.183, False),  # Stuttgart
        ("near-the-alps", 48.208, 16.373, False),  # Vienna
        ("near-the-north-sea", 54.907, 8.308, True),  # Westerland
        ("near-the-north-sea", 53.540, 8.581, True),  # Bremerhaven
        ("near-the-north-sea", 53.367, 7.206, True),  # Emden
        ("near-the-north-sea", 53.551, 9.994, False),  # Hamburg
        ("near-the-north-sea", 53.079, 8.802, False),  # Bremen
    ],
)
def test_places_on_the_map(segment: str, latitude: float, longitude: float, near: bool) -> None:
    history = [known("03-02 10:00", latitude=latitude, longitude=longitude)]
    assert is_in(segment, history, moment("03-02 10:00"), installed()) is near


def test_one_warning_sign_is_everyday_life_and_two_are_not() -> None:
    customer = [known("02-01 09:00"), did("03-01 10:00", "Order Completed", total=80)]
    complaint = did("03-10 10:00", "Complaint Received")
    refund = did("03-11 10:00", "Order Refunded", total=80)
    for history, at_risk in (([complaint], False), ([refund], False), ([complaint, refund], True)):
        assert is_in("at-risk-customers", [*customer, *history], moment("03-20 12:00"), installed()) is at_risk
    stranger = [known("02-01 09:00"), complaint, refund]
    assert not is_in("at-risk-customers", stranger, moment("03-20 12:00"), installed())


LOOKED = [known("03-02 09:00"), did("03-02 10:00", "Page Viewed")]
RUGS = often(6, "03-02 10:00", "Product Viewed", category="rugs")


@pytest.mark.parametrize(
    ("segment", "parameters", "history", "at"),
    [
        ("sleepers", {"asleep_after": "P14D"}, LOOKED, "03-17 10:00"),
        ("category-interest", {"category": "rugs"}, RUGS, "03-07 10:00"),
        ("big-spenders", {"amount": 50}, [did("03-02 10:00", "Order Completed", total=60)], "03-08 10:00"),
    ],
)
def test_parameters_move_the_border(segment: str, parameters: dict, history: list, at: str) -> None:
    assert not is_in(segment, history, moment(at), installed())
    library = Library(MemoryTable())
    publish_folder(library, TEMPLATES, 0, "starters")
    Publisher(library, 0, "marketer").publish((FOLDER / f"{segment}.yaml").read_text("utf-8"), parameters)
    assert is_in(segment, history, moment(at), library.catalog())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_marketers_read_what_it_is_in_both_languages(file: Path) -> None:
    document = read_yaml(file.read_text("utf-8"))
    assert document["name"] == file.stem
    for part in ("title", "description"):
        assert document[part]["de"] != document[part]["en"]
    assert not re.search(r"\b(du|dein|deine|euch|euer)\b", document["description"]["de"], re.IGNORECASE)
    for parameter in document.get("parameters", {}).values():
        assert set(parameter["title"]) == {"en", "de"}


def test_the_readme_lists_them_all() -> None:
    text = (FOLDER / "README.md").read_text("utf-8").partition("## What comes with Leadwell")[2]
    rows = re.findall(r"^\| \[`([a-z-]+)`\]\(([a-z-]+\.yaml)\) \| (.+?) \| (.*?) \|$", text, re.MULTILINE)
    described = {name: (file, title, parameters) for name, file, title, parameters in rows}
    assert sorted(described) == sorted(file.stem for file in FILES)
    for file in FILES:
        document = read_yaml(file.read_text("utf-8"))
        parameters = ", ".join(f"`{name}`" for name in document.get("parameters", {}))
        assert described[file.stem] == (file.name, document["title"]["en"], parameters)
