"""Who starts enters, who waits waits, what ends a journey ends it, and the version stays."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from leadwell.clock import DAY, HOUR, MINUTE
from tests.simulation.evidence import Evidence, Plain
from tests.simulation.naive import milliseconds

_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Tokyo")
"""Those in which the people of the stories live. When somebody began to wait it may have been another one."""


def whoever_starts_enters(evidence: Evidence) -> Iterator[str]:
    """An event that starts a journey has an enrollment, unless it may have been too old when it was looked at."""
    for pk in (*evidence.live, *evidence.companies):
        for journey in evidence.journeys_for(pk).values():
            trigger = journey["trigger"]
            for event in evidence.events.get(pk, ()) if "event" in trigger else ():
                key = _key(trigger, event)
                if key is None:
                    continue
                age = milliseconds(trigger.get("max_age", "P1D"))
                if event["at"] + age <= evidence.run.healed_at + 2 * HOUR:
                    continue
                if evidence.was_held(journey["name"], event["at"]):
                    continue
                if not any(one["key"] == key for one in enrollments_of(evidence, pk, journey["name"])):
                    yield f"{event['id']} ({event['name']}) of {pk} did not start {journey['name']}"


def _fits(words: Any, value: Any) -> bool:
    """The words that the starters' triggers use."""
    return (value is not None) == words["exists"] if "exists" in words else value in words["in"]


def _key(trigger: Mapping[str, Any], event: Plain) -> str | None:
    said = event.get("properties", {})
    if event["name"] != trigger["event"]:
        return None
    for name, words in trigger.get("where", {}).items():
        if not _fits(words, said.get(name)):
            return None
    value = said.get(trigger["key"]) if "key" in trigger else None
    return "" if value is None else str(value)


def enrollments_of(evidence: Evidence, pk: str, journey: str) -> list[Plain]:
    """Of the contact, and of those who became part of it: what started there does not start again."""
    return [
        one
        for one in evidence.enrollments
        if one["journey"] == journey and (one["pk"] == pk or evidence.contact_then(one["pk"], evidence.now) == pk)
    ]


def members_of_a_segment_enter(evidence: Evidence) -> Iterator[str]:
    for pk, contact in evidence.live.items():
        held = evidence.was_held("keen", contact.get("segments", {}).get("keen", 0))
        if "keen" in contact.get("segments", ()) and not held and not enrollments_of(evidence, pk, "keen"):
            yield f"{pk} entered the segment keen, not the journey"


def dates_are_kept(evidence: Evidence) -> Iterator[str]:
    """From a day after the last mishap on nothing changes any more, so every date has to start its journey."""
    first, last = evidence.run.healed_at + DAY, evidence.now - 2 * HOUR
    for pk, picture in evidence.pictures.items():
        for journey in evidence.definitions.journeys.values():
            if "date" in journey["trigger"] and not evidence.was_held(journey["name"], first):
                moments = [moment for moment in picture.anniversaries(journey["trigger"]) if first < moment < last]
                if moments and not enrollments_of(evidence, pk, journey["name"]):
                    yield f"{pk} did not start {journey['name']} at {moments[0]}"


def those_inside_are_listed(evidence: Evidence) -> Iterator[str]:
    """Every active enrollment is on the list of its journey, and nothing else is."""
    listed = {
        (item["pk"].split("#")[1], f"C#{item['contact']}", item["key"], item["number"])
        for item in evidence.of_kind("INSIDE")
    }
    inside = {
        (f"journey:{item['journey']}", item["pk"], item["key"], item["number"])
        for item in evidence.enrollments
        if item["status"] == "active"
    }
    for journey, pk, key, number in listed ^ inside:
        what = "listed" if (journey, pk, key, number) in listed else "not listed"
        yield f"{pk} under {key or 'no key'}, time {number}, in {journey}: {what}"


@cache
def _versions(texts: tuple[str, ...]) -> dict[tuple[str, int], Any]:
    """The documents of every version of every journey; the same content again is no new version."""
    found: dict[tuple[str, int], Any] = {}
    newest: dict[str, tuple[int, str]] = {}
    for text in texts:
        document = yaml.load(text, Loader=yaml.CSafeLoader)
        if document["kind"] == "journey":
            number, before = newest.get(document["name"], (0, ""))
            if text != before:
                newest[document["name"]] = number + 1, text
                found[document["name"], number + 1] = _steps(document, document["steps"])
    return found


def _steps(document: Any, steps: Any) -> dict[str, Any]:
    """Every step by its id, with the journey's parameters filled in."""
    values = {f"${{{name}}}": one["default"] for name, one in document.get("parameters", {}).items()}
    found = {}
    for step in steps:
        found[step["id"]] = {name: values.get(str(value), value) for name, value in step.items()}
        waits = step.get("wait_for", {})
        for arm in (*step.get("branch", ()), *waits.get("first_of", ())):
            found |= _steps(document, arm.get("steps", ()))
        found |= _steps(document, waits.get("otherwise", ()))
    return found


def _steps_of(evidence: Evidence, enrollment: Plain) -> dict[str, Any]:
    """The steps of the versions that it went through."""
    versions, found = _versions(tuple(evidence.texts)), dict[str, Any]()
    for version in range(enrollment.get("came_from", enrollment["version"]), enrollment["version"] + 1):
        found |= versions[enrollment["journey"], version]
    return found


def versions_are_pinned(evidence: Evidence) -> Iterator[str]:
    """But for those whom a policy moved to the version that was published with it."""
    pinned: dict[tuple[str, str], int] = {}
    moving = {(one.journey, one.version) for one in evidence.world.turnovers if one.policy == "migrate"}
    for _, at, item, _ in evidence.world.table.journal:
        if at[1].startswith("J#") and item["status"]["S"] != "kept out":
            version, before = int(item["version"]["N"]), pinned.get(at)
            if before not in (None, version) and (item["journey"]["S"], version) not in moving:
                yield f"{at} went from version {before} to {version}"
            pinned[at] = version
    for enrollment in evidence.enrollments:
        steps = _steps_of(evidence, enrollment)
        strange = [step for step, _, _ in enrollment["path"] if step not in steps]
        if strange:
            yield f"{enrollment['sk']} of version {enrollment['version']} came to {strange[0]}"
    for message in evidence.of_kind("MESSAGE"):
        enrollment = evidence.items.get((message["pk"], message["enrollment"]))
        first = enrollment.get("came_from", enrollment["version"]) if enrollment else 0
        if enrollment is None or not first <= message["journey_version"] <= enrollment["version"]:
            yield f"message {message['id']} is not of the version of its enrollment"


def reentry_is_obeyed(evidence: Evidence) -> Iterator[str]:
    found: dict[tuple[str, ...], list[Plain]] = {}
    for item in evidence.enrollments:
        found.setdefault((item["pk"], item["journey"], item["key"]), []).append(item)
    for (pk, name, key), enrollments in found.items():
        journey = evidence.journeys_for(pk)[name]
        rule = journey.get("reentry", "never")
        causes = [one["cause"]["id"] for one in enrollments]
        if len(set(causes)) != len(causes):
            yield f"{pk} entered {name} twice for the same cause"
        if rule == "never" and len(enrollments) > 1 and (key or "key" not in journey["trigger"]):
            yield f"{pk} entered {name} ({key}) {len(enrollments)} times"
        if isinstance(rule, dict):
            entered = sorted(one["entered_at"] for one in enrollments)
            gaps = [later - earlier for earlier, later in itertools.pairwise(entered)]
            if gaps and min(gaps) < milliseconds(rule["after"]):
                yield f"{pk} entered {name} again after {min(gaps)} ms"


def nothing_is_early(evidence: Evidence) -> Iterator[str]:
    slack = evidence.largest_skew + 5 * MINUTE  # a client's clock may be ahead by five minutes and counts as right
    for enrollment in evidence.enrollments:
        before = enrollment["entered_at"]
        steps = _steps_of(evidence, enrollment)
        for step, at, what in enrollment["path"]:
            if what == "waited" and "wait" in steps[step] and at < before + _shortest(steps[step]["wait"], before):
                yield f"{enrollment['sk']} waited only {at - before} ms at {step}"
            # The news of what ends a journey may come late.
            ends = what == "goal" or (enrollment["status"] == "exited" and what == enrollment.get("reason"))
            if at + slack < before and not ends:
                yield f"{enrollment['sk']} goes back in time at {step}"
            # A wait that was over before a version was published counts from then, however late it is woken after it.
            before = before if what.startswith("moved to version") else at
    for one in evidence.world.providers.accepted:
        message = evidence.items.get((f"C#{one.tags['leadwell_contact']}", f"M#{one.message}"))
        enrollment = evidence.items.get((message["pk"], message["enrollment"])) if message else None
        for step, at, _ in enrollment["path"] if enrollment else ():
            if step == one.tags["leadwell_step"] and one.at + slack < at:
                yield f"{one.message} left {at - one.at} ms before {step} was reached"


def _shortest(wait: str, begun: int) -> int:
    """Whole days are days of a calendar, and those in which the clocks of some zone go forward an hour shorter."""
    length = milliseconds(wait)
    if length % DAY:
        return length
    ends = (_same_hour(begun, length // DAY, zone) for zone in _ZONES)
    return min(ends) - begun


def _same_hour(moment: int, days: int, zone: str) -> int:
    local = datetime.fromtimestamp(moment // 1000, ZoneInfo(zone)) + timedelta(days=days)
    return round(local.timestamp() * 1000) + moment % 1000


def every_step_asks_for_its_message(evidence: Evidence) -> Iterator[str]:
    """Of whatever contact the person was taken for at that step."""

    def by(pk: str, enrollment: str, step: str) -> tuple[str, str, str]:
        return evidence.contact_then(pk, evidence.now), enrollment.rpartition("#")[0], step

    asked = {by(message["pk"], message["enrollment"], message["step"]) for message in evidence.of_kind("MESSAGE")}
    for enrollment in evidence.enrollments:
        steps = _steps_of(evidence, enrollment)
        for step, _, what in enrollment["path"]:
            sends = "email" in steps[step] or "sms" in steps[step]
            if sends and what == "done" and by(enrollment["pk"], enrollment["sk"], step) not in asked:
                yield f"{enrollment['sk']} of {enrollment['pk']} passed {step} and asked for nothing"


def goals_are_looked_at(evidence: Evidence) -> Iterator[str]:
    """No message is asked for after its journey's goal was stored."""
    for _, at, item, begun in evidence.world.table.journal:
        if not at[1].startswith("M#") or int(item["rev"]["N"]) != 1:
            continue
        enrollment = evidence.items.get((at[0], item["enrollment"]["S"]))
        if enrollment is None or item["journey"]["S"] != "abandoned-cart":
            continue
        cart = enrollment["cause"].get("properties", {}).get("cart_id")
        for event in evidence.events.get(at[0], ()):
            same = event.get("properties", {}).get("cart_id") in (None, cart)
            ordered = event["name"] == "Order Completed" and same and event["at"] >= enrollment["entered_at"]
            if ordered and evidence.stored_at[event["pk"], event["sk"]] < begun:
                yield f"{enrollment['sk']} of {at[0]} asks for {item['step']['S']} after {event['id']}"


def no_wait_misses_what_it_waits_for(evidence: Evidence) -> Iterator[str]:
    """No wait ends for want of an event that was stored, and happened while it lasted."""
    for enrollment in evidence.enrollments:
        before = enrollment["entered_at"]
        for step, at, what in enrollment["path"]:
            if what == "timed out":
                waits = _steps_of(evidence, enrollment)[step]["wait_for"]
                written = _first_written(evidence, enrollment, step)
                for event in evidence.events.get(enrollment["pk"], ()):
                    kinds = waits.get("first_of", [waits])
                    if not before < event["at"] < at or not any(_awaited(one, event, enrollment) for one in kinds):
                        continue
                    if evidence.stored_at[event["pk"], event["sk"]] < written:
                        yield f"{enrollment['sk']} of {enrollment['pk']} timed out at {step} in spite of {event['id']}"
            before = at


def _first_written(evidence: Evidence, enrollment: Plain, step: str) -> int:
    """When the invocation began that wrote the timeout down."""
    for _, at, item, begun in evidence.world.table.journal:
        if at == (enrollment["pk"], enrollment["sk"]):
            for entry in item["path"]["L"]:
                if entry["L"][0]["S"] == step and entry["L"][2]["S"] == "timed out":
                    return begun
    raise AssertionError("it was written some time")


def _awaited(waits: Mapping[str, Any], event: Plain, enrollment: Plain) -> bool:
    if "opened" in waits:
        about = enrollment.get("sent", {}).get(waits["opened"])
        opens = event["name"] in ("Email Opened", "Email Link Clicked")
        return opens and event.get("properties", {}).get("message") == about
    if event["name"] != waits["event"]:
        return False
    said, cause = event.get("properties", {}), enrollment["cause"].get("properties", {})
    for name, words in waits.get("where", {}).items():
        if isinstance(words, str):
            fits = said.get(name) == words
        elif "in" in words:
            fits = said.get(name) in words["in"]
        else:
            fits = said.get(name) == cause.get(words["same_as"])
        if not fits:
            return False
    return True


def held_journeys_ask_for_nothing(evidence: Evidence) -> Iterator[str]:
    """While a journey is held no message of it is asked for, and nobody gets any further."""
    for _, at, item, begun in evidence.world.table.journal:
        if not at[1].startswith(("M#", "J#")) or "journey" not in item:
            continue
        for hold in evidence.world.holds:
            if hold.journey != item["journey"]["S"] or not hold.since < begun < (hold.until or evidence.now):
                continue
            if at[1].startswith("M#") and int(item["rev"]["N"]) == 1:
                yield f"message {item['id']['S']} of {hold.journey} was asked for while it was held"


def policies_are_obeyed(evidence: Evidence) -> Iterator[str]:
    """Once a version was published with ``exit`` nothing is asked for by an older one; with ``migrate`` nobody goes on
    in an older one from a step that the new one has, too."""
    stood: dict[tuple[str, str], Any] = {}
    for _, at, item, begun in evidence.world.table.journal:
        if "journey" not in item:
            continue
        stated = [one for one in evidence.world.turnovers if one.journey == item["journey"]["S"] and one.at < begun]
        if at[1].startswith("M#") and "journey_version" in item and int(item["rev"]["N"]) == 1:
            if _was_to_end(stated, int(item["journey_version"]["N"])):
                yield f"version {item['journey_version']['N']} of {item['journey']['S']} asks for {item['step']['S']}"
        elif at[1].startswith("J#"):
            before, stood[at] = stood.get(at), item
            if before and before["status"]["S"] == "active" and _stayed_behind(evidence, stated, before, item):
                yield f"{at} goes on in version {item['version']['N']} at {before['step']['S']}"


def _stayed_behind(evidence: Evidence, stated: Sequence[Any], before: Any, after: Any) -> bool:
    version, journey = int(after["version"]["N"]), after["journey"]["S"]
    for place, one in enumerate(stated):
        # An end need not have been written when the next version came, nor that it moved before it ended.
        if one.policy != "migrate" or _was_to_end(stated if _has_ended(after) else stated[:place], version):
            continue
        if version < one.version and _both_have(evidence, journey, one.version, before) and not _stays(before, after):
            return True
    return False


def _has_ended(item: Any) -> bool:
    return bool(item["status"]["S"] == "exited")


def _was_to_end(turnovers: Iterable[Any], version: int) -> bool:
    return any(one.policy == "exit" and version < one.version for one in turnovers)


def _both_have(evidence: Evidence, journey: str, version: int, item: Any) -> bool:
    """Whether the new version has the step where it stood, of the same kind."""
    versions, step = _versions(tuple(evidence.texts)), item["step"]["S"]
    old = versions[journey, int(item["version"]["N"])].get(step)
    new = versions[journey, version].get(step)
    return old is not None and new is not None and old.keys() == new.keys()


def _stays(before: Any, after: Any) -> bool:
    """Whether only the moment changed at which it is looked at."""
    return after["status"]["S"] == "active" and before["step"]["S"] == after["step"]["S"]
