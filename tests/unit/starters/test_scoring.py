"""The scoring sets: from a visitor to a customer and back, and every rule that takes points away."""

import re

import pytest

from leadwell.cli.main import main
from leadwell.contacts.folding import facts_of
from leadwell.definitions.documents import read_yaml
from leadwell.definitions.files import publish_files, read_files
from leadwell.definitions.library import Library
from leadwell.definitions.publishing import Publisher
from leadwell.definitions.starters import publish_folder
from tests.fakes.memory_table import MemoryTable
from tests.fakes.world import TEMPLATES
from tests.unit.starters import stories
from tests.unit.starters.people import ZONE, agreed, did, installed, judged, known, moment, often, works_at

FOLDER = TEMPLATES / "scoring"
SETS = {"": stories.SHOP, "b2b": stories.B2B, "saas": stories.SAAS}
FIT = {"": "shop-fit", "b2b": "fit", "saas": "fit"}
MAIN = {"": "shop", "b2b": "engagement", "saas": "engagement"}


def catalog_of(name: str):
    return installed(*([name] if name else []))


def ratings(name: str, history, at):
    contact = judged(history, at, catalog_of(name)).settle(at)
    return contact, facts_of(contact, catalog_of(name), ZONE).ratings


@pytest.mark.parametrize("name", SETS)
def test_from_a_visitor_to_a_customer_and_back(name: str) -> None:
    history = []
    for number, then in enumerate(SETS[name]):
        history += then.events
        at = moment(then.at)
        contact, rated = ratings(name, history, at)
        found = (
            round(rated.score("", at), 2),
            rated.score(FIT[name], at),
            rated.grade(at)[0],
            contact.stage,
            rated.best_persona(at),
        )
        expected = (pytest.approx(then.score, abs=0.011), then.fit, then.grade, then.stage, then.persona)
        assert found == expected, f"{number}: {then.at}"


@pytest.mark.parametrize("name", SETS)
def test_every_story_reaches_the_top_and_comes_back(name: str) -> None:
    stages = [then.stage for then in SETS[name]]
    assert stages[0] == "visitor"
    assert "evangelist" in stages
    if name:
        assert "lead" in stages[stages.index("evangelist") :]


@pytest.mark.parametrize("name", SETS)
def test_a_day_after_the_way_back_nobody_has_climbed_again(name: str) -> None:
    """What led up before counts no more, whatever time does."""
    history = []
    for then, following in zip(SETS[name], SETS[name][1:], strict=False):
        history += then.events
        for hours in (1, 24):
            at = moment(then.at) + hours * 3_600_000
            if at < moment(following.at):
                assert ratings(name, history, at)[0].stage == then.stage, then.at


@pytest.mark.parametrize("name", SETS)
def test_the_set_is_what_contacts_are_judged_by(name: str) -> None:
    catalog = catalog_of(name)
    assert catalog.main == MAIN[name]
    assert catalog.grade is not None
    assert (catalog.grade.fit.model, catalog.grade.interest.model) == (FIT[name], MAIN[name])
    assert catalog.interests is not None


def test_one_set_takes_the_place_of_another() -> None:
    catalog = installed("b2b", "saas")
    assert catalog.main == "engagement"
    assert "limit-reached" in catalog.scoring["engagement"].expiring
    assert "Subscription Cancelled" in catalog.returns
    assert "Contract Ended" not in catalog.returns


ANN, AT = known("03-02 09:00"), "03-02 10:00"

TAKEN_AWAY = [
    ("", "shop", [known("03-02 09:00", "ann@staff.example")], -200),
    ("", "shop", [did(AT, "Page Viewed", path="/karriere/tischlerin")], 1 - 20),
    ("", "shop", [did(AT, "Page Viewed", path="/sofas/karriere")], 1),
    ("", "shop", [did(AT, "Product Removed")], -6),
    ("", "shop", [did("03-02 09:00", "Order Completed"), did(AT, "Order Cancelled")], 0),
    ("", "shop", [did("03-02 09:00", "Order Completed"), did(AT, "Order Refunded")], 10),
    ("", "shop", [did(AT, "Email Marked as Spam")], -30),
    ("", "shop-fit", [known("03-02 09:00", country="US")], -40),
    ("", "shop-fit", [known("03-02 09:00", address={"country": "US"})], -40),
    ("", "shop-fit", [known("03-02 09:00", country="AT")], 25),
    ("", "shop-fit", [known("03-02 09:00", "x@mailinator.com")], -40),
    ("", "shop-fit", [known("03-02 09:00", "x@eu.trash-mail.net")], -40),
    ("", "shop-fit", [known("03-02 09:00", "x@example.com")], 0),
    ("", "shop-fit", often(3, "02-20 09:00", "Order Refunded"), -30),
    ("", "shop-fit", often(2, "02-20 09:00", "Order Refunded"), 0),
    ("b2b", "engagement", [did(AT, "Page Viewed", path="/jobs")], 1 - 20),
    ("b2b", "engagement", [agreed("03-02 09:00"), did(AT, "Consent Withdrawn", purpose="*")], -20),
    ("b2b", "engagement", [did(AT, "Email Marked as Spam")], -30),
    ("b2b", "fit", [known("03-02 09:00", "bob@competitor.example", title="CEO", country="DE")], 35 - 200),
    ("b2b", "fit", [known("03-02 09:00", "bob@gmail.com")], -10),
    ("b2b", "fit", [known("03-02 09:00", "bob@webinar.example")], 0),
    ("b2b", "fit", [known("03-02 09:00", title="Werkstudent")], -40),
    ("b2b", "fit", [known("03-02 09:00", title="Internal auditor")], 0),
    ("b2b", "fit", [works_at("03-02 09:00", employees=20, industry="retail")], 15),
    ("b2b", "fit", [works_at("03-02 09:00", employees=50, industry="mining", country="CH")], 35),
    ("saas", "engagement", [did(AT, "Page Viewed", path="/careers")], 0.5 - 20),
    ("saas", "engagement", [did(AT, "Subscription Cancelled")], -80),
    ("saas", "fit", [known("03-02 09:00", title="Student of marketing")], 25 + 15 - 30),
    ("saas", "fit", [known("03-02 09:00", "x@mailinator.com")], 25 - 60),
    ("saas", "fit", [known("03-02 09:00", "x@competitor.example")], 25 - 200),
]


@pytest.mark.parametrize(("name", "model", "history", "points"), TAKEN_AWAY)
def test_what_takes_points_away_and_what_only_looks_so(name: str, model: str, history: list, points: float) -> None:
    at = moment(AT)
    assert ratings(name, history, at)[1].score(model, at) == pytest.approx(points, abs=0.1)


@pytest.mark.parametrize("name", ["b2b", "saas"])
def test_a_competitor_may_do_what_it_likes_and_never_reaches_sales(name: str) -> None:
    done = ("Signed Up", "Trial Started", "Demo Requested", "Invite Sent", "Integration Connected", "Asset Downloaded")
    keen = [*(did(AT, event) for event in done), *(did(AT, "Feature Used", feature=str(n)) for n in range(9))]
    for email, stage in (("eve@competitor.example", "lead"), ("eve@acme.example", "mql")):
        who = known("03-02 09:00", email, title="Marketing director", country="DE")
        assert ratings(name, [who, *keen], moment(AT))[0].stage == stage


PERSONAS = {
    "nest-builder": ("", [did(AT, "Order Completed", total=900), *often(20, "02-10 09:00", "Page Viewed")]),
    "deal-seeker": (
        "",
        [
            did(AT, "Coupon Entered", coupon="SPRING10"),
            did(AT, "Product Viewed", category="lamps", price=49),
            *often(2, "02-20 09:00", "Email Link Clicked"),
        ],
    ),
    "economic-buyer": ("b2b", [known(AT, title="Inhaberin"), did(AT, "Phone Call")]),
    "technical-evaluator": (
        "b2b",
        [known(AT, title="IT-Leiter"), *often(3, "02-10 09:00", "Page Viewed", path="/docs/api")],
    ),
    "team-champion": ("saas", [did(AT, "Invite Sent"), did(AT, "Integration Connected")]),
    "solo-maker": (
        "saas",
        [
            *(did(AT, "Feature Used", feature=name) for name in ("import", "board", "export", "search", "share")),
            did("02-10 09:00", "Signed Up"),
        ],
    ),
}


@pytest.mark.parametrize("file", sorted(FOLDER.rglob("persona-*.yaml")), ids=lambda file: file.stem)
def test_who_a_persona_is_and_is_not(file) -> None:
    name = read_yaml(file.read_text("utf-8"))["name"]
    assert file.stem == f"persona-{name}"
    assert name in PERSONAS, f"{name} has no sample: who is it, and who not?"
    used, history = PERSONAS[name]
    at = moment(AT)
    assert ratings(used, history, at)[1].best_persona(at) == name
    assert ratings(used, history[1:], at)[1].best_persona(at) != name


def test_interests_are_learned_from_what_is_looked_at_and_bought() -> None:
    history = [
        did("03-02 10:00", "Product Viewed", category="lamps"),
        did("03-02 10:00", "Product Added", category="sofas"),
        did("03-02 10:00", "Order Completed", category=["rugs", "lamps"]),
        did("03-02 10:00", "Email Link Clicked", category="rugs"),
    ]
    at = moment("04-01 10:00")
    rated = ratings("", history, at)[1]
    weights = {name: rated.interest(name, at) for name in ("lamps", "sofas", "rugs")}
    assert weights == pytest.approx({"lamps": 3, "sofas": 1.5, "rugs": 3.5})
    assert rated.top_interest() == "rugs"


def test_all_sets_are_sound_together(capsys: pytest.CaptureFixture[str]) -> None:
    main(["validate", str(TEMPLATES), str(FOLDER / "b2b"), str(FOLDER / "saas")])
    lines = capsys.readouterr().out.splitlines()
    assert sum("/scoring/" in line for line in lines) == len(list(FOLDER.rglob("*.yaml")))
    assert all(": sound" in line for line in lines)


def test_the_readme_names_every_model_and_every_event() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    for file in FOLDER.rglob("*.yaml"):
        assert f"({file.relative_to(FOLDER).as_posix()})" in text, file
    known_events = {name for row in re.findall(r"^\| `([^|]+)` \|", text, re.MULTILINE) for name in row.split("`, `")}
    asked = set()
    for catalog in (installed(), installed("b2b"), installed("saas")):
        asked |= {*catalog.behaviors, *catalog.earning, *catalog.returns}
        asked |= set(catalog.interests.by_event)
    assert asked - {"*", "Identified", "Points Given"} == known_events


def test_the_way_back_to_the_shop_set() -> None:
    library = Library(MemoryTable())
    publish_folder(library, TEMPLATES, 0, "starters")
    publisher = Publisher(library, 0, "somebody")
    publish_files(publisher, read_files(sorted((FOLDER / "b2b").glob("*.yaml"))))
    assert library.catalog().main == "engagement"
    publisher.publish((FOLDER / "b2b" / "engagement.yaml").read_text("utf-8").replace("main: true\n", ""))
    shop = (FOLDER / "shop.yaml").read_text("utf-8")
    publish_files(publisher, read_files(sorted(FOLDER.glob("*.yaml"))))
    publisher.publish(shop.replace("name: shop\n", "name: shop\nmain: true\n"))
    catalog = library.catalog()
    assert (catalog.main, catalog.grade.fit.model if catalog.grade else "") == ("shop", "shop-fit")
    assert "Contract Ended" not in catalog.returns
