"""Whatever is sent: an answer, never a fault of ours, and never an event that the table could not hold."""

import gzip
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadwell.clock import to_iso
from tests.functions.tracking_door import PUBLIC, SERVER, Door

_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)  # lone surrogates too
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)
_ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["track", "identify", "page", "screen", "group", "alias", "x"]) | _VALUES,
        "event": st.sampled_from(["Product Viewed", "Consent Granted", "Consent Withdrawn"]) | _VALUES,
        **{
            name: st.sampled_from(["x1", "y2"]) | _VALUES
            for name in ("userId", "anonymousId", "previousId", "groupId", "messageId")
        },
        **{name: st.dictionaries(_TEXT, _VALUES, max_size=3) | _VALUES for name in ("properties", "traits")},
        **{
            name: st.datetimes().map(lambda when: when.isoformat()) | st.integers(0, 4 * 10**12).map(to_iso) | _VALUES
            for name in ("timestamp", "originalTimestamp", "sentAt")
        },
        "context": st.fixed_dictionaries(
            {},
            optional={
                name: _VALUES | st.dictionaries(_TEXT, _VALUES, max_size=3)
                for name in ("traits", "page", "campaign", "library", "device", "locale", "userHash")
            },
        )
        | _VALUES,
        "name": _VALUES,
        "category": _VALUES,
    },
)
_BODIES = (
    st.binary(max_size=200)
    | st.binary(max_size=200).map(gzip.compress)
    | _VALUES.map(lambda value: json.dumps(value).encode())
    | _ENTRIES.map(lambda entry: json.dumps(entry).encode())
    | st.lists(_ENTRIES | _VALUES, max_size=4).map(lambda batch: json.dumps({"batch": batch}).encode())
)
_PATHS = st.sampled_from(["/v1/batch", "/v1/track", "/v1/identify", "/v1/page", "/v1/group", "/v1/alias", "/v1/screen"])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(path=_PATHS, body=_BODIES, key=st.sampled_from([PUBLIC, SERVER]))
def test_whatever_is_sent_gets_an_answer_and_only_storable_events_are_stored(path: str, body: bytes, key: str) -> None:
    with Door() as door:
        reply = door.send(path, body, key=key)
        assert reply.status in (200, 400)
        events = door.events()
        if reply.status == 400:
            assert events == []
            assert reply.body["detail"]
        elif "refused" in reply.body:
            # calls that share a messageId and a moment are one event
            assert 0 < len(events) <= reply.body["stored"]
        for event in events:
            item = event.to_item()
            json.dumps(item, ensure_ascii=False, allow_nan=False).encode()
            assert len(item["pk"].encode()) <= 2048
            assert len(item["sk"].encode()) <= 1024
            _assert_storable(item)


def _assert_storable(value: Any) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            assert name
            _assert_storable(inner)
    elif isinstance(value, list):
        for inner in value:
            _assert_storable(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        assert value == 0 or 1e-130 < abs(value) < 1e125
