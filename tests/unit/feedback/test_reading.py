"""A report in a strange shape is refused before anything of it is stored."""

from typing import Any

import pytest

from leadwell.errors import Broken
from leadwell.feedback import from_ses, from_sms
from leadwell.feedback.reading import detail, moment, word
from tests.fakes.memory_table import MemoryTable
from tests.functions.queue_records import notification, payload, queue_event


def spoiled(name: str, *path: Any, to: Any) -> dict[str, Any]:
    found = payload(name)
    place: Any = found
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = to
    return found


NOTHING = [None, "", 5, [], {}, ["x"], float("nan")]


@pytest.mark.parametrize("strange", NOTHING)
@pytest.mark.parametrize(
    "path",
    [
        ("mail", "messageId"),
        ("mail", "destination"),
        ("mail", "tags", "leadwell_message"),
        ("mail", "tags", "leadwell_contact"),
        ("bounce", "bounceSubType"),
    ],
)
def test_a_bounce_without_what_it_must_have(path: tuple[str, ...], strange: Any) -> None:
    if strange == ["x"]:
        return  # a list with a text in it is what some of them are
    with pytest.raises(Broken):
        from_ses.translate(spoiled("ses/bounce_permanent", *path, to=strange))


@pytest.mark.parametrize("strange", [5, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "1969-12-31", "yesterday"])
def test_a_moment_that_cannot_be(strange: Any) -> None:
    with pytest.raises(Broken):
        from_ses.translate(spoiled("ses/bounce_permanent", "bounce", "timestamp", to=strange))


@pytest.mark.parametrize("strange", [None, "", 5, [], "anonymous", "1" * 50])
def test_an_sms_without_a_sender(strange: Any) -> None:
    if strange == "1" * 50:
        assert len(from_sms.translate(spoiled("sms/stop", "originationNumber", to=strange), 0).sender) <= 41
        return
    with pytest.raises(Broken):
        from_sms.translate(spoiled("sms/stop", "originationNumber", to=strange), 0)


def test_nothing_is_suppressed_by_a_report_that_cannot_be_recorded() -> None:
    from leadwell.feedback.notifications import record_all

    table = MemoryTable()
    strange = [
        spoiled("ses/bounce_permanent", "mail", "messageId", to=None),
        spoiled("ses/complaint", "mail", "tags", "leadwell_contact", to=[1]),
        spoiled("ses/bounce_permanent", "bounce", "bounceSubType", to={"a": 1}),
        spoiled("sms/stop", "inboundMessageId", to=7),
    ]
    records = queue_event(*(notification(one) for one in strange))["Records"]
    assert record_all(table, records).failed == ["r0", "r1", "r2", "r3"]
    assert table.snapshot() == {}


def test_what_is_kept_of_the_provider_s_words_can_be_stored() -> None:
    assert detail("half \ud83d") == "half \ufffd"
    assert detail("x" * 500) == "x" * 300
    assert detail(4.5) == 4.5
    assert [detail(value) for value in (float("nan"), 1e300, 1e-200, 10**40)] == [
        "nan",
        "1e+300",
        "1e-200",
        "1" + "0" * 40,
    ]


def test_words_and_moments() -> None:
    assert word("x" * 10, 3) == "xxx"
    assert moment("1970-01-01T00:00:00Z") == 0
