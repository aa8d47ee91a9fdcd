"""What AWS hands to a function: stream records and queue records."""

from typing import Any

import pytest

from leadwell.store.attributes import from_attribute, to_attribute, to_attributes
from leadwell.store.queues import SqsQueues, from_body, to_body
from leadwell.store.records import new_images, queued_work
from leadwell.store.table import Key


def record(name: str, **images: Any) -> dict[str, Any]:
    return {
        "eventID": "1",
        "eventName": name,
        "eventSource": "aws:dynamodb",
        "dynamodb": {kind: to_attributes(image) for kind, image in images.items()},
    }


def queued(message: str, body: str) -> dict[str, Any]:
    return {"messageId": message, "body": body, "eventSource": "aws:sqs"}


def test_the_items_of_a_stream_batch_in_order() -> None:
    one, two, old = ({"pk": "a", "sk": str(n), "float": 0.5} for n in range(3))
    records = [
        record("INSERT", NewImage=one),
        record("REMOVE", OldImage=old),
        record("MODIFY", NewImage=two, OldImage=old),
        queued("m", "{}"),
    ]
    assert new_images({"Records": records}) == [one, two]


def test_the_work_of_a_queue_batch() -> None:
    key = Key("C#ä", "M#m1")
    work = queued_work(
        {"Records": [queued("r0", to_body(key)), queued("r1", to_body(key)), queued("r2", to_body(Key("b", "C")))]}
    )
    assert work is not None
    assert work.by_key == {key: ["r0", "r1"], Key("b", "C"): ["r2"]}
    assert work.failures([]) == {"batchItemFailures": []}
    assert work.failures([key]) == {"batchItemFailures": [{"itemIdentifier": "r0"}, {"itemIdentifier": "r1"}]}


@pytest.mark.parametrize(
    "body",
    ["", "text", "[]", "{}", '{"pk": "a"}', '"pk"', "null", "5", '{"pk": 5, "sk": "C"}', '{"pk": "a", "sk": ""}'],
)
def test_an_unreadable_record_fails_alone(body: str) -> None:
    work = queued_work({"Records": [queued("bad", body), queued("good", to_body(Key("a", "C")))]})
    assert work is not None
    assert work.by_key == {Key("a", "C"): ["good"]}
    assert work.failures([]) == {"batchItemFailures": [{"itemIdentifier": "bad"}]}


def test_a_batch_from_elsewhere_is_no_queued_work() -> None:
    assert queued_work({"Records": [record("INSERT", NewImage={"pk": "a", "sk": "b"})]}) is None
    assert queued_work({"Records": []}) is None
    assert queued_work({}) is None


@pytest.mark.parametrize("key", [Key("a", "b"), Key("C#ü🛋", 'M#"quoted"\n')])
def test_a_key_reads_back_from_its_body(key: Key) -> None:
    assert from_body(to_body(key)) == key


def test_attributes_of_unknown_kinds_are_mistakes() -> None:
    with pytest.raises(TypeError):
        from_attribute({"SS": ["a"]})
    with pytest.raises(TypeError):
        to_attribute({"deep": [{1}]})
    assert to_attribute((1, 2)) == {"L": [{"N": "1"}, {"N": "2"}]}
    assert from_attribute({"N": "1E+3"}) == 1000.0


class Sqs:
    """As much of SQS as the queues use."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.refused: list[dict[str, str]] = []

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:
        assert len({entry["Id"] for entry in Entries}) == len(Entries) <= 10
        self.batches.append([entry["MessageBody"] for entry in Entries])
        return {"Successful": [], "Failed": self.refused}

    def get_queue_attributes(self, QueueUrl: str, AttributeNames: list[str]) -> dict[str, Any]:
        assert QueueUrl == "https://queue"
        return {"Attributes": {AttributeNames[0]: "40", AttributeNames[1]: "2"}}


def test_keys_go_to_a_queue_ten_at_a_time() -> None:
    client = Sqs()
    SqsQueues(client, messages="https://queue").send("messages", [Key("a", str(n)) for n in range(23)])
    assert [len(batch) for batch in client.batches] == [10, 10, 3]
    assert [from_body(body).sk for batch in client.batches for body in batch] == [str(n) for n in range(23)]


def test_what_the_queue_refuses_is_done_again_later() -> None:
    client = Sqs()
    client.refused = [{"Id": "0"}]
    with pytest.raises(Exception, match="refused 1 entries"):
        SqsQueues(client, messages="https://queue").send("messages", [Key("a", "b")])


def test_the_backlog_counts_what_waits_and_what_is_being_worked_on() -> None:
    assert SqsQueues(Sqs(), messages="https://queue").backlog("messages") == 42


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"image": ' * 5_000,
        '{"pk": "C#\\ud800", "sk": "C"}',
        to_body(Key("C#" + "x" * 3_000, "C")),
        to_body(Key("C#x", "M#" + "ä" * 600)),
    ],
)
def test_what_can_be_no_key_fails_alone(body: str) -> None:
    """A read of many keys fails as a whole when one of them is none."""
    work = queued_work({"Records": [queued("r0", body), queued("r1", to_body(Key("b", "C")))]})
    assert work is not None
    assert (work.unreadable, list(work.by_key)) == (("r0",), [Key("b", "C")])
