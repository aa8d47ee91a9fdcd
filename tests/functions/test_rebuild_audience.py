import json

import pytest

from functions.rebuild_audience.handler import handler
from functions.score_and_segment.handler import handler as score_and_segment
from leadwell.contacts import rebuilding
from leadwell.contacts.rebuilding import Progress, read_progress
from leadwell.store import keys
from leadwell.store.queues import CONTACTS
from tests.functions.loop import Loop, stream_event, work


def begin(reason: str = "published") -> dict:
    return {"cursor": None, "reason": reason}


def test_every_contact_is_looked_at(loop: Loop) -> None:
    events = [loop.event("Viewed", contact=f"c{n}").to_item() for n in range(12)]
    loop.store(*events)
    score_and_segment(stream_event(*events), None)
    loop.define("segment", "viewers", {"when": {"event": "Viewed"}})
    answer = handler(begin(), None)
    answer = json.loads(json.dumps(answer))
    assert (answer["more"], answer["reason"], answer["touched"]) == (False, "published", 12)
    queued = loop.queued(CONTACTS)
    assert sorted(queued) == sorted(keys.contact(f"c{n}") for n in range(12))
    assert score_and_segment(work(*queued), None) == {"batchItemFailures": []}
    assert all(set(loop.read_contact(f"c{n}").segments) == {"viewers"} for n in range(12))


@pytest.mark.parametrize("page", [1, 3, 100])
def test_it_goes_on_where_it_stopped(loop: Loop, monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    monkeypatch.setattr(rebuilding, "PAGE", page)
    monkeypatch.setattr(rebuilding, "PAGES_PER_CALL", 2)
    for number in range(7):
        loop.contact(f"c{number}")
    loop.store(*(loop.event("Viewed", n).to_item() for n in range(3)))
    answer, calls = {"more": True, **begin()}, 0
    while answer["more"]:
        answer, calls = json.loads(json.dumps(handler(answer, None))), calls + 1
    assert answer["touched"] == 7
    assert calls >= 7 / page / 2
    progress = read_progress(loop.table)
    assert progress == Progress("published", loop.clock.moment, 7, loop.clock.moment)
    assert sorted(loop.queued(CONTACTS)) == [keys.contact(f"c{n}") for n in range(7)]


def test_the_same_page_twice_changes_nothing(loop: Loop) -> None:
    loop.contact()
    first = handler(begin(), None)
    before = loop.everything()
    assert handler(begin(), None) == first
    assert loop.everything() == before


def test_an_empty_table(loop: Loop) -> None:
    assert handler(begin(), None)["touched"] == 0
