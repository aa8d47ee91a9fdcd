"""The picture is sound SVG and shows the numbers where they belong."""

from xml.etree import ElementTree

import pytest

from leadwell.scoring.replay.comparing import Comparison, HandOvers, Verdict
from leadwell.scoring.replay.picture import picture
from leadwell.scoring.replay.separation import Estimate, Separation, Share

SVG = "{http://www.w3.org/2000/svg}"
HAND_OVERS = HandOvers(Share(1, 2, None), Share(1, 2, None), 0, None)


def verdict(lift: tuple[float, ...], at_threshold: tuple[float, float] | None = (0.2, 0.6)) -> Verdict:
    curve = ((0.0, 0.0), (0.2, 0.6), (1.0, 1.0))
    return Verdict(Separation(Estimate(0.7, 0.65, 0.75), lift, curve, at_threshold), HAND_OVERS)


def drawn(old: Verdict, new: Verdict, title: str = "A title") -> ElementTree.Element:
    comparison = Comparison(200, 100, {}, old, new, Estimate(0, 0, 0), False)
    return ElementTree.fromstring(picture(comparison, title, ("one", "two"), "present", "changed"))  # noqa: S314 (own)


def boxes(svg: ElementTree.Element, color: str) -> list[float]:
    return [float(one.get("height", "")) for one in svg.iter(f"{SVG}rect") if one.get("fill") == color][:-1]


def test_what_it_shows():
    falling = tuple(2.0 - 0.2 * n for n in range(10))
    svg = drawn(verdict((1.0,) * 10), verdict(falling))
    texts = ["".join(one.itertext()) for one in svg.iter(f"{SVG}text")]
    assert {"A title", "one", "two", "present 0.70 (0.65–0.75)", "where it hands over"} <= set(texts)
    old, new = boxes(svg, "#8a94a6"), boxes(svg, "#2458d3")
    assert len(set(old)) == 1 and len(old) == len(new) == 10
    assert [tall / old[0] for tall in new] == pytest.approx(falling, abs=0.01)
    curves = [one.get("points", "").split() for one in svg.iter(f"{SVG}polyline")]
    assert len(curves) == 2
    (x0, y0), (_, _), (x1, y1) = (tuple(map(float, point.split(","))) for point in curves[0])
    assert x1 - x0 == y0 - y1 > 0


@pytest.mark.parametrize("most", [1.0, 1.99, 2.0, 4.9, 5.0, 7.3, 10.0])
def test_no_bar_leaves_the_picture(most: float):
    svg = drawn(verdict((most, *[(10 - most) / 9] * 9)), verdict((1.0,) * 10))
    rects = [one for one in svg.iter(f"{SVG}rect") if one.get("y")]
    assert all(float(one.get("y", "")) >= 158 for one in rects)


def test_without_a_threshold_none_is_marked():
    svg = drawn(verdict((1.0,) * 10, None), verdict((1.0,) * 10, None))
    assert "where it hands over" not in "".join(svg.itertext())


def test_names_cannot_break_it():
    svg = drawn(verdict((1.0,) * 10), verdict((1.0,) * 10), '<script>"&')
    assert '<script>"&' in ["".join(one.itertext()) for one in svg.iter(f"{SVG}text")]
    assert svg.get("aria-label") == '<script>"&'
    assert not list(svg.iter(f"{SVG}script"))
