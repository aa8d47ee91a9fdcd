"""Batches and pages, request by request.

Sources: Amazon DynamoDB API Reference, BatchGetItem, BatchWriteItem, Query, Scan.
"""

from tests.contract.requests import A_MISTAKE, Dynamo, item, key, refused


def test_a_batch_of_puts(dynamo: Dynamo, own: str) -> None:
    dynamo.put(item(own, "00", rev=7))
    items = [item(own, f"{n:02d}") for n in range(25)]
    assert dynamo.put_batch(items).get("UnprocessedItems", {}) == {}
    assert dynamo.get(own, "00") == item(own, "00")
    assert dynamo.get(own, "24") == item(own, "24")


def test_a_batch_of_more_than_25_is_a_mistake(whole_dynamo: Dynamo, own: str) -> None:
    with refused(A_MISTAKE):
        whole_dynamo.put_batch([item(own, f"{n:02d}") for n in range(26)])
    assert whole_dynamo.get(own, "00") is None


def test_a_batch_that_puts_an_item_twice_is_a_mistake(dynamo: Dynamo, own: str) -> None:
    with refused(A_MISTAKE):
        dynamo.put_batch([item(own), item(own, "other"), item(own, rev=2)])
    assert dynamo.get(own, "other") is None


def test_a_batch_of_reads(dynamo: Dynamo, own: str) -> None:
    dynamo.put_batch([item(own, f"{n:02d}") for n in range(25)])
    answer = dynamo.get_batch([key(own, f"{n:02d}") for n in range(100)])
    assert list(answer["Responses"]) == [dynamo.name]
    found = sorted(answer["Responses"][dynamo.name], key=lambda one: str(one["sk"]["S"]))
    assert found == [item(own, f"{n:02d}") for n in range(25)]
    assert answer.get("UnprocessedKeys", {}) == {}


def test_a_batch_that_finds_nothing(dynamo: Dynamo, own: str) -> None:
    assert dynamo.get_batch([key(own)])["Responses"].get(dynamo.name, []) == []


def test_a_batch_of_more_than_100_reads_is_a_mistake(dynamo: Dynamo, own: str) -> None:
    with refused(A_MISTAKE):
        dynamo.get_batch([key(own, f"{n:03d}") for n in range(101)])


def test_a_batch_that_reads_an_item_twice_is_a_mistake(dynamo: Dynamo, own: str) -> None:
    with refused(A_MISTAKE):
        dynamo.get_batch([key(own), key(own, "other"), key(own)])


def test_what_does_not_fit_into_an_answer_is_unprocessed(whole_dynamo: Dynamo, own: str) -> None:
    """16 MB fit; the rest comes back in the form of a request for it."""
    keys = [key(f"{own}-{number}") for number in range(44)]
    for one in keys:
        whole_dynamo.put({**one, "big": {"S": "x" * 390 * 1024}})
    answer = whole_dynamo.get_batch(keys)
    found = answer["Responses"][whole_dynamo.name]
    rest = answer["UnprocessedKeys"][whole_dynamo.name]
    assert 0 < len(found) < 44
    assert sorted(one["pk"]["S"] for one in found + rest["Keys"]) == sorted(one["pk"]["S"] for one in keys)
    again = whole_dynamo.client.batch_get_item(RequestItems=answer["UnprocessedKeys"])
    assert len(again["Responses"][whole_dynamo.name]) == len(rest["Keys"])
    assert rest["ConsistentRead"] is True


def test_a_page_that_reached_its_limit_tells_the_last_key(dynamo: Dynamo, own: str) -> None:
    dynamo.put_batch([item(own, sk) for sk in "abcd"])
    page = dynamo.query("pk = :pk", {":pk": own}, Limit=2)
    assert [one["sk"]["S"] for one in page["Items"]] == ["a", "b"]
    assert page["LastEvaluatedKey"] == key(own, "b")
    rest = dynamo.query("pk = :pk", {":pk": own}, Limit=3, ExclusiveStartKey=page["LastEvaluatedKey"])
    assert [one["sk"]["S"] for one in rest["Items"]] == ["c", "d"]
    assert "LastEvaluatedKey" not in rest


def test_a_page_that_ends_with_the_last_item_promises_another(dynamo: Dynamo, own: str) -> None:
    """AWS stops at the limit without looking further; what reads pages must bear an empty one."""
    dynamo.put_batch([item(own, sk) for sk in "ab"])
    page = dynamo.query("pk = :pk", {":pk": own}, Limit=2)
    assert page["LastEvaluatedKey"] == key(own, "b")
    rest = dynamo.query("pk = :pk", {":pk": own}, Limit=2, ExclusiveStartKey=page["LastEvaluatedKey"])
    assert rest["Items"] == []
    assert "LastEvaluatedKey" not in rest


def test_a_page_backward(dynamo: Dynamo, own: str) -> None:
    dynamo.put_batch([item(own, sk) for sk in "abcd"])
    page = dynamo.query("pk = :pk", {":pk": own}, Limit=2, ScanIndexForward=False)
    assert [one["sk"]["S"] for one in page["Items"]] == ["d", "c"]
    rest = dynamo.query(
        "pk = :pk", {":pk": own}, Limit=9, ScanIndexForward=False, ExclusiveStartKey=page["LastEvaluatedKey"]
    )
    assert [one["sk"]["S"] for one in rest["Items"]] == ["b", "a"]


def test_a_cursor_needs_no_item(dynamo: Dynamo, own: str) -> None:
    dynamo.put_batch([item(own, sk) for sk in "ac"])
    page = dynamo.query("pk = :pk", {":pk": own}, ExclusiveStartKey=key(own, "b"))
    assert [one["sk"]["S"] for one in page["Items"]] == ["c"]


def test_a_cursor_of_another_partition_is_a_mistake(dynamo: Dynamo, own: str) -> None:
    with refused(A_MISTAKE):
        dynamo.query("pk = :pk", {":pk": own}, ExclusiveStartKey=key(f"{own}-other"))


def test_a_cursor_outside_of_the_range_is_a_mistake(dynamo: Dynamo, own: str) -> None:
    condition, values = "pk = :pk AND begins_with(sk, :begins)", {":pk": own, ":begins": "E#"}
    with refused(A_MISTAKE):
        dynamo.query(condition, values, ExclusiveStartKey=key(own, "M#1"))


def test_the_index_cannot_be_read_consistently(whole_dynamo: Dynamo, own: str) -> None:
    with refused(A_MISTAKE):
        whole_dynamo.query("due_bucket = :bucket", {":bucket": own}, IndexName="due", ConsistentRead=True)


def test_numbers_are_kept_to_38_digits(whole_dynamo: Dynamo, own: str) -> None:
    digits = "12345678901234567890123456789012345678"
    whole_dynamo.put(item(own, whole={"N": digits}, fraction={"N": f"0.{digits}"}, negative={"N": f"-{digits}"}))
    assert whole_dynamo.get(own) == item(
        own, whole={"N": digits}, fraction={"N": f"0.{digits}"}, negative={"N": f"-{digits}"}
    )


def test_numbers_come_back_in_plain_digits(whole_dynamo: Dynamo, own: str) -> None:
    """Zeros that mean nothing are trimmed, so a float may come back as a whole number."""
    written = {"five": "5.0", "half": "0.50", "many": "1e+23", "few": "1e-07", "zero": "-0.0"}
    whole_dynamo.put({**item(own), **{name: {"N": number} for name, number in written.items()}})
    read = whole_dynamo.get(own)
    assert read is not None
    assert {name: read[name]["N"] for name in written} == {
        "five": "5",
        "half": "0.5",
        "many": "100000000000000000000000",
        "few": "0.0000001",
        "zero": "0",
    }
