"""Points change in place; all else stays as it was written."""

import pytest

from leadwell.definitions.documents import read_yaml
from leadwell.scoring.replay.rewriting import with_points

WRITTEN = """\
# Our model.
kind: scoring
name: shop
rules:
  - {id: viewed, event: Product Viewed, points: 3}  # looking
  - id: ordered   # buying
    event: Order Completed
    points: 25    # a lot
    decays: false
  - {id: "left", points: -1.5, event: Unsubscribed}
"""


def test_only_the_points_change():
    text, kept = with_points(WRITTEN, {"viewed": 12.0, "ordered": 2.5, "left": -20.0, "unknown": 1.0})
    assert kept
    assert text == WRITTEN.replace("points: 3}", "points: 12}").replace("points: 25 ", "points: 2.5 ").replace(
        "-1.5", "-20"
    )


def test_rules_that_are_not_named_keep_their_points():
    assert with_points(WRITTEN, {"viewed": 3.0}) == (WRITTEN, True)


def test_large_and_tiny_points_stay_numbers():
    text, kept = with_points(WRITTEN, {"viewed": 12_345_678.0, "ordered": 0.1})
    assert kept
    assert [rule["points"] for rule in read_yaml(text)["rules"]] == [12_345_678, 0.1, -1.5]


@pytest.mark.parametrize(
    "text",
    [
        WRITTEN.replace("points: 3}", "points: &p 3}").replace("points: 25", "points: *p"),
        WRITTEN.replace("- {id: viewed", "- &v {id: viewed").replace(
            "    event: Order Completed\n    points: 25", "    <<: *v"
        ),
    ],
)
def test_what_is_shared_is_written_anew(text: str):
    changed, kept = with_points(text, {"viewed": 1.0, "ordered": 2.0, "left": 3.0})
    assert not kept
    rules = read_yaml(changed)["rules"]
    assert {rule["id"]: rule["points"] for rule in rules} == {"viewed": 1, "ordered": 2, "left": 3}


def test_a_parameter_gives_way_to_the_number():
    text, kept = with_points(WRITTEN.replace("points: 3}", 'points: "${worth}"}'), {"viewed": 4.0})
    assert kept and "points: 4}" in text


def test_umlauts_do_not_move_the_place():
    text, kept = with_points("title: {de: Größe 🙂}\n" + WRITTEN, {"ordered": 30.0})
    assert kept and "points: 30    # a lot" in text and "Größe 🙂" in text
