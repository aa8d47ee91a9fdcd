"""What only the real table can answer: throttling, half-done batches, transactions that meet."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from leadwell.errors import Conflict, LeadwellError, Throttled
from leadwell.store import dynamo
from leadwell.store.dynamo import DynamoTable
from leadwell.store.table import Check, Key, Put

ITEM = {"pk": "a", "sk": "s"}
RAW = {"pk": {"S": "a"}, "sk": {"S": "s"}}


@pytest.fixture
def stubbed(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(dynamo, "_pause", lambda attempt: None)
    client = boto3.client(
        "dynamodb", region_name="eu-central-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    with Stubber(client) as stubber:
        yield DynamoTable(client, "leadwell"), stubber
        stubber.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("ConditionalCheckFailedException", Conflict),
        ("TransactionConflictException", Conflict),
        ("ProvisionedThroughputExceededException", Throttled),
        ("ThrottlingException", Throttled),
        ("RequestLimitExceeded", Throttled),
        ("TransactionInProgressException", Throttled),
    ],
)
def test_errors_are_translated(stubbed: Any, code: str, error: type[LeadwellError]) -> None:
    table, stubber = stubbed
    stubber.add_client_error("put_item", code)
    with pytest.raises(error):
        table.write(Put(ITEM, 1))


@pytest.mark.parametrize("code", ["ValidationException", "ResourceNotFoundException", "AccessDeniedException"])
def test_a_mistake_of_ours_is_no_reason_to_try_again(stubbed: Any, code: str) -> None:
    table, stubber = stubbed
    stubber.add_client_error("put_item", code)
    with pytest.raises(Exception, match=code) as caught:
        table.write(Put(ITEM))
    assert not isinstance(caught.value, LeadwellError)


@pytest.mark.parametrize(
    ("codes", "error", "failed"),
    [
        (["None", "ConditionalCheckFailed"], Conflict, (1,)),
        (["ConditionalCheckFailed", "TransactionConflict"], Conflict, (0,)),
        (["TransactionConflict", "None"], Conflict, ()),
        (["None", "ThrottlingError"], Throttled, None),
        (["ProvisionedThroughputExceeded", "None"], Throttled, None),
    ],
)
def test_why_a_transaction_was_canceled(stubbed: Any, codes: list[str], error: Any, failed: Any) -> None:
    table, stubber = stubbed
    stubber.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        modeled_fields={"CancellationReasons": [{"Code": code} for code in codes]},
    )
    with pytest.raises(error) as caught:
        table.write(Put(ITEM), Check(Key("b", "s"), 1))
    assert getattr(caught.value, "failed", None) == failed


def test_what_a_batch_left_over_is_done_again(stubbed: Any) -> None:
    table, stubber = stubbed
    leftover = {"leadwell": [{"PutRequest": {"Item": RAW}}]}
    stubber.add_response("batch_write_item", {"UnprocessedItems": leftover})
    stubber.add_response("batch_write_item", {"UnprocessedItems": {}}, {"RequestItems": leftover})
    table.put_many([ITEM])


def test_a_batch_that_never_ends_is_throttling(stubbed: Any) -> None:
    table, stubber = stubbed
    for _ in range(5):
        stubber.add_response("batch_write_item", {"UnprocessedItems": {"leadwell": [{"PutRequest": {"Item": RAW}}]}})
    with pytest.raises(Throttled):
        table.put_many([ITEM])
    for _ in range(5):
        unread = {"leadwell": {"Keys": [RAW], "ConsistentRead": True}}
        stubber.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": unread})
    with pytest.raises(Throttled):
        table.get_many([Key("a", "s")])


def test_keys_that_were_not_read_are_read_again_consistently(stubbed: Any) -> None:
    table, stubber = stubbed
    request = {"leadwell": {"Keys": [RAW], "ConsistentRead": True}}
    stubber.add_response("batch_get_item", {"Responses": {}, "UnprocessedKeys": request}, {"RequestItems": request})
    stubber.add_response("batch_get_item", {"Responses": {"leadwell": [RAW]}}, {"RequestItems": request})
    assert table.get_many([Key("a", "s")]) == {Key("a", "s"): ITEM}


def test_reads_are_consistent_but_for_the_index(stubbed: Any) -> None:
    table, stubber = stubbed
    stubber.add_response("get_item", {}, {"TableName": "leadwell", "Key": RAW, "ConsistentRead": True})
    table.get(Key("a", "s"))
    stubber.add_response(
        "query",
        {"Items": []},
        {
            "TableName": "leadwell",
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :begins)",
            "ExpressionAttributeValues": {":pk": {"S": "a"}, ":begins": {"S": "E#"}},
            "ScanIndexForward": True,
            "ConsistentRead": True,
            "Limit": 100,
        },
    )
    table.query("a", begins="E#")
    stubber.add_response(
        "query",
        {"Items": []},
        {
            "TableName": "leadwell",
            "IndexName": "due",
            "KeyConditionExpression": "due_bucket = :bucket",
            "ExpressionAttributeValues": {":bucket": {"S": "m#0"}},
            "Limit": 5,
        },
    )
    table.query_due("m#0", limit=5)
