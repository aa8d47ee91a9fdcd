"""The naive recount itself, on histories small enough to be worked out by hand."""

from typing import Any

import pytest

from tests.simulation.naive import Definitions, Picture, milliseconds, plain_item
from tests.simulation.naive_companies import companies, place_of

HOUR, DAY = 3_600_000, 86_400_000
NOON = 1_772_452_800_000  # 2026-03-02T12:00Z

SEGMENTS = {
    "busy": {"event": "Viewed", "where": {"category": {"in": ["sofas"]}}, "at_least": 2, "within": "P1D"},
    "calm": {"not": {"segment": "busy"}},
    "worth-it": {"score": {"at_least": 8}},
    "known": {"trait": "email", "exists": True},
    "agreed": {"consent": "marketing/email"},
    "idle": {"event": "Viewed", "at_most": 0, "within": "PT6H"},
}
RULES = [
    {"id": "viewed", "event": "Viewed", "points": 4},
    {"id": "greeted", "event": "Greeted", "points": 3, "decays": False, "max_times": 1},
    {"id": "company", "when": {"trait": "company", "exists": True}, "points": 5},
]
STAGES = [
    {"stage": "lead", "when": {"trait": "email", "exists": True}},
    {"stage": "customer", "when": {"event": "Ordered"}},
]
DATES = [{"date": "birthday", "at": "09:00", "leap_day": "feb-28"}]
DEFINITIONS = Definitions(SEGMENTS, STAGES, RULES, 2 * DAY, {}, DATES)


def event(at: int, name: str, **more: Any) -> dict[str, Any]:
    return {"id": f"{name}@{at}", "at": at, "name": name, "type": "track", "standing": "proven", **more}


def viewed(at: int) -> dict[str, Any]:
    return event(at, "Viewed", properties={"category": "sofas"})


def identified(at: int, standing: str = "proven", identities: Any = (), **traits: Any) -> dict[str, Any]:
    return event(at, "Identified", type="identify", standing=standing, identities=identities, traits=traits)


def consent(at: int, word: str, standing: str = "proven", **said: str) -> dict[str, Any]:
    return event(at, f"Consent {word}", standing=standing, properties=said)


def picture(*events: dict[str, Any]) -> Picture:
    return Picture(events, DEFINITIONS, "Europe/Berlin")


def test_two_views_within_a_day_are_busy_until_the_older_one_is_a_day_old() -> None:
    seen = picture(viewed(NOON + HOUR), viewed(NOON))
    assert "busy" not in seen.segments(NOON)
    assert "busy" in seen.segments(NOON + HOUR)
    assert "busy" in seen.segments(NOON + DAY - 1)
    assert "busy" not in seen.segments(NOON + DAY)
    assert "calm" in seen.segments(NOON + DAY)


def test_an_event_of_another_category_does_not_count() -> None:
    seen = picture(viewed(NOON), event(NOON, "Viewed", properties={"category": "lamps"}))
    assert "busy" not in seen.segments(NOON)


def test_points_halve_and_some_stay_and_some_are_capped() -> None:
    seen = picture(viewed(NOON), event(NOON, "Greeted"), event(NOON + 1, "Greeted"))
    assert seen.score(NOON + 1) == pytest.approx(7, abs=1e-4)
    assert seen.score(NOON + 2 * DAY) == pytest.approx(5)
    assert seen.score(NOON + 4 * DAY) == pytest.approx(4)


def test_a_trait_gives_points_while_it_is_there() -> None:
    assert picture(identified(NOON, company="Example")).score(NOON) == 5
    assert picture(identified(NOON, company="Example"), identified(NOON + 1, company=None)).score(NOON + 1) == 0


def test_the_next_flip_is_found_whoever_causes_it() -> None:
    seen = picture(viewed(NOON), viewed(NOON), event(NOON, "Greeted"))
    assert seen.next_flip(NOON) == NOON + 6 * HOUR, "idle again"
    assert seen.next_flip(NOON + 6 * HOUR) == NOON + DAY, "no longer busy"
    falls = seen.next_flip(NOON + DAY)
    assert falls is not None
    # Eight points fade on top of a greeting's three: five of them are left after log2(8 / 5) half-lives.
    assert (falls - NOON) / (2 * DAY) == pytest.approx(0.678, abs=0.001)
    assert seen.next_flip(falls) is None


def test_stages_are_never_left() -> None:
    somebody = identified(NOON + 1, identities=[["email", "a@example.com"]])
    assert picture(somebody).stage == "lead"
    assert picture(event(NOON, "Ordered"), somebody).stage == "customer"


def test_what_is_claimed_describes_only_somebody_unknown() -> None:
    claim = identified(NOON, "claimed", [["anonymous_id", "d"], ["email", "a@example.com"]], plan="pro", email="x")
    seen = picture(claim)
    assert (seen.traits, seen.claims) == ({"plan": "pro"}, {"email": "a@example.com"})
    known = picture(identified(NOON - 1, identities=[["user_id", "u"]]), claim)
    assert (known.traits, known.claims) == ({}, {})
    assert known.identities == [("user_id", "u"), ("anonymous_id", "d")]


def test_a_proven_address_ends_a_claim_and_becomes_a_trait() -> None:
    seen = picture(
        identified(NOON, "claimed", [["anonymous_id", "d"], ["email", "a@example.com"]]),
        identified(NOON + 1, identities=[["email", "b@example.com"]]),
    )
    assert (seen.traits, seen.claims) == ({"email": "b@example.com"}, {})


def test_consent_goes_by_topic_and_a_wide_no_covers_all() -> None:
    yes = consent(NOON, "Granted", purpose="marketing", channel="*")
    assert picture(yes).consents == {"marketing/email": ("granted", NOON), "marketing/sms": ("granted", NOON)}
    seen = picture(yes, consent(NOON + 1, "Withdrawn", channel="sms"))
    assert seen.consents == {"marketing/email": ("granted", NOON), "marketing/sms": ("withdrawn", NOON + 1)}
    assert seen.withdrawals() == {"*/sms": NOON + 1}
    assert "agreed" in seen.segments(NOON + 1)


def test_an_unproven_yes_is_a_request_and_takes_nothing_back() -> None:
    asked = consent(NOON + 1, "Requested", "claimed", purpose="marketing", channel="email")
    assert picture(asked).consents == {"marketing/email": ("requested", NOON + 1)}
    yes = consent(NOON, "Granted", purpose="marketing", channel="email")
    assert picture(yes, asked).consents == {"marketing/email": ("granted", NOON)}


def test_birthdays_come_in_local_time_and_leap_days_on_the_28th() -> None:
    seen = picture(identified(NOON, birthday="1992-02-29", timezone="Asia/Tokyo"))
    assert min(seen.next_dates(NOON)) == 1_803_772_800_000  # 2027-02-28T00:00Z
    assert picture(identified(NOON, birthday="no date")).next_dates(NOON) == []


def test_definitions_are_read_as_they_are_written() -> None:
    text = "kind: segment\nname: new\nparameters: {days: {default: P3D}}\nwhen: {event: Viewed, within: '${days}'}\n"
    read = Definitions.of([text.replace("P3D", "P1D"), text])
    assert read.segments == {"new": {"event": "Viewed", "within": "P3D"}}
    assert [milliseconds(one) for one in ("P1DT12H", "PT20M", "P2W")] == [36 * HOUR, HOUR // 3, 14 * DAY]


def test_items_are_read_without_the_package() -> None:
    wire = {"a": {"M": {"b": {"L": [{"N": "1"}, {"N": "1.5"}, {"NULL": True}]}}}, "c": {"BOOL": False}}
    assert plain_item(wire) == {"a": {"b": [1, 1.5, None]}, "c": False}


def in_acme(at: int, **traits: Any) -> dict[str, Any]:
    return event(at, "Grouped", properties={"group_id": "acme"}, traits=traits)


def test_companies_are_counted_from_what_their_members_did_in_them() -> None:
    other = {**in_acme(NOON + HOUR), "properties": {"group_id": "other"}}
    claimed = {**in_acme(NOON, size=7), "standing": "claimed"}
    people = {
        "C#ann": picture(viewed(NOON - DAY), in_acme(NOON, size=3), viewed(NOON + 1), other, viewed(NOON + 2 * HOUR)),
        "C#ben": picture(in_acme(NOON + 2, size=4, industry="retail"), viewed(NOON + 3), claimed),
    }
    noted = event(NOON + 4, "Identified", traits={"plan": "sell"})
    found = companies(people, {"acme": [noted]}, DEFINITIONS, "Europe/Berlin", forgotten=False)
    assert found.keys() == {"acme", "other"}
    acme = found["acme"]
    assert acme.traits == {"size": 4, "industry": "retail", "plan": "sell"}
    assert acme.members == {"visitor": 1}
    assert [one["properties"]["member"] for one in acme.events if one["name"] == "Viewed"] == ["C#ann", "C#ben"]
    assert "busy" in acme.segments(NOON + HOUR)
    assert not acme.ambiguous
    assert (place_of(people["C#ann"]), place_of(people["C#ben"])) == ("other", "acme")
