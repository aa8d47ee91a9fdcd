"""Conditional writes and transactions, request by request: what ``DynamoTable`` makes ``Conflict`` of, or a mistake.

Sources: Amazon DynamoDB API Reference, PutItem, DeleteItem, TransactWriteItems, TransactionCanceledException.
"""

from collections.abc import Iterator

import pytest

from tests.contract.requests import A_MISTAKE, IF_ABSENT, Dynamo, Wire, if_revision, item, key, refused

FAILED = "ConditionalCheckFailedException"
CANCELED = "TransactionCanceledException"


def codes(response: Wire) -> list[str]:
    return [reason["Code"] for reason in response["CancellationReasons"]]


def test_put_if_absent_succeeds_once(dynamo: Dynamo, own: str) -> None:
    dynamo.put(item(own), IF_ABSENT)
    with refused(FAILED):
        dynamo.put(item(own, rev=2), IF_ABSENT)
    assert dynamo.get(own) == item(own)


def test_put_if_absent_looks_at_the_whole_key(dynamo: Dynamo, own: str) -> None:
    dynamo.put(item(own, "1"))
    dynamo.put(item(own, "2"), IF_ABSENT)
    assert dynamo.get(own, "2") == item(own, "2")


def test_put_over_a_revision(dynamo: Dynamo, own: str) -> None:
    with refused(FAILED):
        dynamo.put(item(own, rev=2), if_revision(1))
    dynamo.put(item(own, rev=1, note={"S": "goes"}))
    dynamo.put(item(own, rev=2), if_revision(1))
    with refused(FAILED):
        dynamo.put(item(own, rev=2), if_revision(1))
    assert dynamo.get(own) == item(own, rev=2), "a put replaces the whole item"


def test_a_number_and_the_same_digits_as_text_are_not_equal(dynamo: Dynamo, own: str) -> None:
    dynamo.put({**key(own), "rev": {"S": "1"}})
    with refused(FAILED):
        dynamo.put(item(own, rev=2), if_revision(1))


def test_a_missing_revision_equals_nothing(dynamo: Dynamo, own: str) -> None:
    dynamo.put(key(own))
    with refused(FAILED):
        dynamo.put(item(own), if_revision(0))
    with refused(FAILED):
        dynamo.delete(key(own), if_revision(0))


def test_conditional_delete(dynamo: Dynamo, own: str) -> None:
    dynamo.put(item(own, rev=3))
    with refused(FAILED):
        dynamo.delete(key(own), if_revision(2))
    assert dynamo.get(own) is not None
    dynamo.delete(key(own), if_revision(3))
    assert dynamo.get(own) is None
    with refused(FAILED):
        dynamo.delete(key(own), if_revision(3))


def test_deleting_what_is_not_there_is_no_error(dynamo: Dynamo, own: str) -> None:
    dynamo.delete(key(own))
    dynamo.delete(key(own), IF_ABSENT)


def test_a_number_written_in_another_way_is_the_same_revision(whole_dynamo: Dynamo, own: str) -> None:
    whole_dynamo.put({**key(own), "rev": {"N": "1.0"}})
    whole_dynamo.put(item(own, rev=2), if_revision(1))


def test_a_conditional_update(whole_dynamo: Dynamo, own: str) -> None:
    update = {
        "TableName": whole_dynamo.name,
        "Key": key(own),
        "UpdateExpression": "SET rev = :next",
        "ConditionExpression": "rev = :rev",
        "ExpressionAttributeValues": {":rev": {"N": "1"}, ":next": {"N": "2"}},
    }
    with refused(FAILED):
        whole_dynamo.client.update_item(**update)
    assert whole_dynamo.get(own) is None, "a refused update makes no item"
    whole_dynamo.put(item(own))
    whole_dynamo.client.update_item(**update)
    with refused(FAILED):
        whole_dynamo.client.update_item(**update)
    assert whole_dynamo.get(own) == item(own, rev=2)


def test_the_item_that_was_in_the_way_comes_back_when_asked_for(whole_dynamo: Dynamo, own: str) -> None:
    whole_dynamo.put(item(own, note={"S": "first"}))
    with refused(FAILED) as response:
        whole_dynamo.put(item(own), IF_ABSENT, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    assert response["Item"] == item(own, note={"S": "first"})
    with refused(FAILED) as response:
        whole_dynamo.put(item(own), IF_ABSENT)
    assert "Item" not in response


def test_a_transaction_does_all_of_it(dynamo: Dynamo, own: str) -> None:
    dynamo.put(item(own, "changes"))
    dynamo.put(item(own, "goes"))
    dynamo.transact(
        dynamo.put_change(item(own, "changes", rev=2), if_revision(1)),
        dynamo.put_change(item(own, "comes"), IF_ABSENT),
        dynamo.put_change(item(own, "as it may be")),
        dynamo.delete_change(key(own, "goes"), if_revision(1)),
        dynamo.check_change(key(own, "absent"), IF_ABSENT),
    )
    stored = {sk: dynamo.get(own, sk) for sk in ("changes", "comes", "as it may be", "goes", "absent")}
    assert stored == {
        "changes": item(own, "changes", rev=2),
        "comes": item(own, "comes"),
        "as it may be": item(own, "as it may be"),
        "goes": None,
        "absent": None,
    }


def test_or_nothing_and_says_of_each_change_why(dynamo: Dynamo, own: str) -> None:
    """One reason per change, in their order, "None" for those that were not at fault."""
    dynamo.put(item(own, "there", rev=2))
    with refused(CANCELED) as response:
        dynamo.transact(
            dynamo.put_change(item(own, "new"), IF_ABSENT),
            dynamo.put_change(item(own, "there", rev=2), if_revision(1)),
            dynamo.check_change(key(own, "missing"), if_revision(1)),
            dynamo.delete_change(key(own, "missing too"), if_revision(4)),
            dynamo.put_change(item(own, "free")),
        )
    failed = "ConditionalCheckFailed"
    assert codes(response) == ["None", failed, failed, failed, "None"]
    assert dynamo.get(own, "new") is None
    assert dynamo.get(own, "free") is None
    assert dynamo.get(own, "there") == item(own, "there", rev=2)


def test_a_canceled_transaction_shows_the_item_in_the_way_when_asked(whole_dynamo: Dynamo, own: str) -> None:
    whole_dynamo.put(item(own))
    put = whole_dynamo.put_change(item(own, rev=2), IF_ABSENT)
    put["Put"]["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    with refused(CANCELED) as response:
        whole_dynamo.transact(whole_dynamo.check_change(key(own, "absent"), IF_ABSENT), put)
    none, reason = response["CancellationReasons"]
    assert "Item" not in none
    assert reason["Item"] == item(own)


def test_the_last_of_a_hundred_changes_can_cancel_all(dynamo: Dynamo, own: str) -> None:
    changes = [dynamo.put_change(item(own, f"{n:03d}"), IF_ABSENT) for n in range(99)]
    with refused(CANCELED) as response:
        dynamo.transact(*changes, dynamo.check_change(key(own, "missing"), if_revision(1)))
    assert codes(response) == ["None"] * 99 + ["ConditionalCheckFailed"]
    assert dynamo.get(own, "000") is None


PAIRS = ["two puts", "put and delete", "put and check", "delete and check"]


def pairs(dynamo: Dynamo, own: str) -> Iterator[tuple[Wire, Wire]]:
    put = dynamo.put_change(item(own))
    yield put, dynamo.put_change(item(own, rev=2))
    yield put, dynamo.delete_change(key(own))
    yield put, dynamo.check_change(key(own), IF_ABSENT)
    yield dynamo.delete_change(key(own)), dynamo.check_change(key(own), IF_ABSENT)


@pytest.mark.parametrize("case", PAIRS)
def test_two_changes_of_one_item_are_a_mistake(dynamo: Dynamo, own: str, case: str) -> None:
    two = dict(zip(PAIRS, pairs(dynamo, own), strict=True))[case]
    with refused(A_MISTAKE):
        dynamo.transact(*two)
    assert dynamo.get(own) is None


def test_more_than_a_hundred_changes_are_a_mistake(dynamo: Dynamo, own: str) -> None:
    with refused(A_MISTAKE):
        dynamo.transact(*[dynamo.put_change(item(own, f"{n:03d}")) for n in range(101)])
    assert dynamo.get(own, "000") is None


def test_the_same_token_is_the_same_transaction(dynamo: Dynamo, own: str) -> None:
    """botocore repeats a transaction whose answer got lost, under one token: it must not fail on its own success."""
    changes = [dynamo.put_change(item(own, "1"), IF_ABSENT), dynamo.put_change(item(own, "2"), IF_ABSENT)]
    dynamo.transact(*changes, ClientRequestToken=own)
    dynamo.transact(*changes, ClientRequestToken=own)
    dynamo.delete(key(own, "1"))
    dynamo.transact(*changes, ClientRequestToken=own)
    assert dynamo.get(own, "1") is None, "it was not done again"
    with refused(CANCELED):
        dynamo.transact(*changes, ClientRequestToken=f"{own}-2")


def test_a_transaction_that_was_canceled_may_succeed_under_its_token(dynamo: Dynamo, own: str) -> None:
    change = dynamo.put_change(item(own, rev=2), if_revision(1))
    for _ in range(2):
        with refused(CANCELED):
            dynamo.transact(change, ClientRequestToken=own)
    dynamo.put(item(own, rev=1))
    dynamo.transact(change, ClientRequestToken=own)
    assert dynamo.get(own) == item(own, rev=2)


def test_the_same_token_for_something_else_is_a_mistake(dynamo: Dynamo, own: str) -> None:
    dynamo.transact(dynamo.put_change(item(own, "1")), ClientRequestToken=own)
    with refused("IdempotentParameterMismatchException"):
        dynamo.transact(dynamo.put_change(item(own, "2")), ClientRequestToken=own)
    assert dynamo.get(own, "2") is None


def test_without_a_token_two_transactions_are_two(dynamo: Dynamo, own: str) -> None:
    dynamo.transact(dynamo.put_change(item(own), IF_ABSENT))
    with refused(CANCELED):
        dynamo.transact(dynamo.put_change(item(own), IF_ABSENT))
