"""Queues: as the package fills them and Lambda empties them, and the rules of SQS that this stands on.

Sources: Amazon SQS API Reference, SendMessageBatch, ReceiveMessage, DeleteMessage; Developer Guide, "Visibility
timeout", "Dead-letter queues"; AWS Lambda Developer Guide, "Using Lambda with Amazon SQS".
"""

import json
from typing import Any

from leadwell.errors import Throttled
from leadwell.store.queues import CONTACTS, from_body
from leadwell.store.table import Key
from tests.contract.requests import refused
from tests.contract.seen import Delivered, eventually

MEGABYTE = 1024 * 1024


def sent(work: Any, count: int) -> set[Key]:
    keys = [Key(f"C#{n}", "C") for n in range(count)]
    work.port.send(CONTACTS, keys)
    return set(keys)


def test_any_number_of_keys_arrives_in_batches_of_ten_at_most(work: Any) -> None:
    left = sent(work, 25)
    while left:
        batch = work.deliver()
        assert 0 < len(batch) <= 10
        arrived = {from_body(message.body) for message in batch}
        assert arrived <= left, "nothing that was done comes again"
        left -= arrived


def test_a_stream_image_arrives_as_it_was(work: Any) -> None:
    image = {"pk": "C#1", "sk": "E#1", "text": "Grüße 🛋 \u0000 <&>", "big": "x" * 300 * 1024, "bytes": 1}
    work.port.set_aside(CONTACTS, [image])
    (message,) = work.deliver()
    assert json.loads(message.body)["image"]["text"] == {"S": image["text"]}
    assert json.loads(message.body)["image"]["big"] == {"S": image["big"]}


def test_what_failed_comes_again_and_what_was_done_does_not(work: Any) -> None:
    sent(work, 3)
    bad = "C#1"
    first: list[Delivered] = []
    while len(first) < 3:
        first += work.deliver(lambda body: from_body(body).pk == bad)
    (again,) = work.deliver()
    assert from_body(again.body).pk == bad
    assert again.id in {message.id for message in first}, "it is the same message"


def test_what_keeps_failing_is_dead_after_its_attempts(work: Any) -> None:
    sent(work, 1)
    for _ in range(work.attempts):
        assert len(work.deliver(lambda body: True)) == 1
    (dead,) = eventually(work.dead, work)
    assert from_body(dead) == Key("C#0", "C")


def test_the_backlog_counts_what_waits_and_what_is_being_worked_on(work: Any) -> None:
    assert work.port.backlog(CONTACTS) == 0
    sent(work, 12)
    assert eventually(lambda: work.port.backlog(CONTACTS) == 12, work)
    assert work.deliver(lambda body: True)
    assert eventually(lambda: work.port.backlog(CONTACTS) == 12, work), "what a worker has in its hands is still there"


def test_a_batch_has_one_to_ten_entries_with_ids_of_their_own(sqs: Any) -> None:
    answer = sqs.send(*[f"body {n}" for n in range(10)])
    assert [one["Id"] for one in answer["Successful"]] == [str(n) for n in range(10)]
    assert not answer.get("Failed")
    with refused("AWS.SimpleQueueService.TooManyEntriesInBatchRequest"):
        sqs.send(*[f"body {n}" for n in range(11)])
    with refused("AWS.SimpleQueueService.EmptyBatchRequest"):
        sqs.send()
    with refused("AWS.SimpleQueueService.BatchEntryIdsNotDistinct"):
        entry = {"Id": "1", "MessageBody": "x"}
        sqs.client.send_message_batch(QueueUrl=sqs.url, Entries=[entry, entry])


def test_a_megabyte_is_the_most_for_all_of_a_batch(sqs: Any) -> None:
    assert len(sqs.send("x" * MEGABYTE)["Successful"]) == 1
    with refused("AWS.SimpleQueueService.BatchRequestTooLong"):
        sqs.send("x" * (MEGABYTE // 2), "y" * (MEGABYTE // 2 + 1))


def test_an_entry_that_cannot_be_taken_fails_alone(sqs: Any) -> None:
    """The answer is a success all the same: who sends has to look."""
    entries = [
        {"Id": "good", "MessageBody": "good"},
        {"Id": "late", "MessageBody": "late", "DelaySeconds": 901},
    ]
    answer = sqs.client.send_message_batch(QueueUrl=sqs.url, Entries=entries)
    assert [one["Id"] for one in answer["Successful"]] == ["good"]
    (failed,) = answer["Failed"]
    assert (failed["Id"], failed["SenderFault"]) == ("late", True)
    assert failed["Code"]


def test_a_delay_of_more_than_fifteen_minutes_is_a_mistake(sqs: Any) -> None:
    sqs.client.send_message(QueueUrl=sqs.url, MessageBody="later", DelaySeconds=900)
    with refused("InvalidParameterValue"):
        sqs.client.send_message(QueueUrl=sqs.url, MessageBody="later", DelaySeconds=901)


def test_a_received_message_is_hidden_and_comes_again_with_its_count(sqs: Any) -> None:
    sqs.send("work")
    (first,) = eventually(sqs.receive, sqs)
    assert sqs.receive() == []
    (second,) = eventually(sqs.receive, sqs)
    assert second["MessageId"] == first["MessageId"]
    counts = [message["Attributes"]["ApproximateReceiveCount"] for message in (first, second)]
    assert counts == ["1", "2"]
    assert second["ReceiptHandle"] != first["ReceiptHandle"]


def test_a_delayed_message_comes_later(sqs: Any) -> None:
    sqs.send("later", DelaySeconds=1)
    assert sqs.receive() == []
    (message,) = eventually(sqs.receive, sqs)
    assert message["Body"] == "later"


def test_deleting_by_an_old_handle_is_no_error(sqs: Any) -> None:
    """The message may stay or go: a worker that was too slow cannot rely on either."""
    sqs.send("work")
    (first,) = eventually(sqs.receive, sqs)
    (second,) = eventually(sqs.receive, sqs)
    sqs.client.delete_message(QueueUrl=sqs.url, ReceiptHandle=first["ReceiptHandle"])
    sqs.client.delete_message(QueueUrl=sqs.url, ReceiptHandle=second["ReceiptHandle"])
    assert eventually(lambda: sqs.port.backlog(CONTACTS) == 0, sqs)


def test_deleting_twice_is_no_error(sqs: Any) -> None:
    sqs.send("work")
    (message,) = eventually(sqs.receive, sqs)
    for _ in range(2):
        sqs.client.delete_message(QueueUrl=sqs.url, ReceiptHandle=message["ReceiptHandle"])


def test_a_queue_that_is_not_there_is_no_success(sqs: Any) -> None:
    nowhere = f"{sqs.url}-nowhere"
    with refused("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"):
        sqs.client.get_queue_attributes(QueueUrl=nowhere, AttributeNames=["All"])
    sqs = type(sqs)(sqs.client, nowhere, sqs.dead_url, sqs.place)
    try:
        sqs.port.send(CONTACTS, [Key("C#1", "C")])
    except Throttled:
        return
    raise AssertionError("the sender believes that it was sent")
