"""Slips of the pen that marketers make: what comes back names the line and the remedy, and no machinery."""

import pytest

from leadwell.definitions.reading import read_definition
from leadwell.errors import Refused

HEAD = "kind: segment\nname: x\ntitle: {en: X, de: X}\n"


@pytest.mark.parametrize(
    ("text", "line", "field", "says"),
    [
        ("when: {evnt: Product Viewed}", 4, "when", "`evnt` is not known here; did you mean event?"),
        ("when: {event: A, atleast: 3}", 4, "when.atleast", "did you mean at_least?"),
        ("when: {event: A, frequency: 3}", 4, "when.frequency", "is not known here; check the spelling"),
        ("when:\n  not:\n    all:\n      - {trait: a, equals: b}\n      - {event: A, withn: P7D}", 8,
         "when.not.all[1].withn", "did you mean within?"),
        ("when:\n  all:\n  - event: A\n   at_least: 3", 7, "", "the indentation does not fit"),
        ("when:\n  - event: A\n    where:\n      category: a\n     x: 1", 8, "", "the indentation does not fit"),
        ("when:\n\tevent: A", 5, "", "a tab cannot indent"),
        ("when: {event: A}\nwhen: {event: B}", 5, "", "when stands here twice"),
        ("when:\n  event: A\n  within: P7D\n  within: P9D", 7, "", "within stands here twice"),
        ("when: {event: A, within: day 7}", 4, "when.within", "write for example PT3H (hours), P7D (days)"),
        ("when: {event: A, at_least: three}", 4, "when.at_least", "number"),
        ("when: {score: {at_least: 50 points}}", 4, "when.score.at_least", "number"),
        ("when: {event: *, within: P7D}", 4, "", "a text that begins with * or & needs quotes"),
        ("when: {event: *A}", 4, "", "a text that begins with * needs quotes"),
        ("when: {event: 'Product Viewed}", 4, "", "a quote is opened and never closed"),
        ("when: {event: A, where: {url: a: b}}", 4, "", "needs quotes"),
        ("when: {trait: title, equals: @home}", 4, "", "needs quotes"),
        ("when: [{event: A}, {event: B}]", 4, "when", "a list is no condition: write all: or any: before it"),
        ("when: {not: [{event: A}]}", 4, "when.not", "a list is no condition"),
        ("when: {event: A, segment: known}", 4, "when.segment", "write all: [{event: …}, {segment: …}]"),
        ("when: {all: {event: A}}", 4, "when.all", "must be a list"),
        ("when: {event: A, where: category}", 4, "when.where", "{name: value}"),
        ("when: {score: 50}", 4, "when.score", "known are model, at_least"),
        ("when: {stage: {at_least: MQL}}", 4, "when.stage.at_least", "must be 'visitor', 'lead', 'mql'"),
        ("when: {consent: marketing}", 4, "when.consent", "such as marketing/email"),
        ("when: {trait: end, before: 31.12.2026}", 4, "when", 'a date such as "2026-03-01"'),
        ("when: {everyone: true}\n---\n" + HEAD + "when: {everyone: true}", 5, "", "one file holds one definition"),
        ("description: Only English\nwhen: {everyone: true}", 4, "description", "known are en, de"),
        ("", 1, "when", "is missing"),
    ],
)  # fmt: skip
def test_a_slip_is_told_where_it_is_and_how_it_is_mended(text: str, line: int, field: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        read_definition(HEAD + text, {})
    told = refused.value
    assert (told.line, told.field) == (line, field), told
    assert says in told.message, told.message
    assert not any(word in told.message for word in ("token", "block", "dictionary", "instance", "tuple", "Extra"))


def test_a_misspelled_name_is_told_rather_than_what_is_missing_by_it() -> None:
    rules = "rules:\n  - {id: a, event: A, points: 1}\n  - {id: b, event: A, point: 5}\n"
    with pytest.raises(Refused, match=r"^rules\[1\]\.point: is not known here; did you mean points\?$") as refused:
        read_definition("kind: scoring\nname: x\ntitle: {en: X, de: X}\n" + rules, {})
    assert refused.value.line == 6


def test_a_name_with_capitals_is_told_what_it_may_have() -> None:
    with pytest.raises(Refused, match=r"^name: may have small letters, digits and hyphens only"):
        read_definition(HEAD.replace("name: x", "name: Hot Leads") + "when: {everyone: true}", {})


def test_what_yaml_takes_for_something_else_elsewhere_is_the_text_it_is_here() -> None:
    text = HEAD + "when: {all: [{country: NO}, {trait: birthday, anniversary: {on: today}}, {trait: news, equals: on}]}"
    country, birthday, news = read_definition(text, {}).document["when"]["all"]
    assert (country["country"], list(birthday["anniversary"]), news["equals"]) == ("NO", ["on"], "on")
