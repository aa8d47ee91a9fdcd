"""Where a stand-in is known to differ from what AWS documents, and where the package still owes something.

A contract is a test of this folder; with a case in brackets only that case of it, otherwise every case. Each is
expected to fail, strictly: when a stand-in becomes better, its line has to go. What fails in another way is a failure.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.implementations import DYNAMODB_LOCAL, MINISTACK, MOTO, REHEARSAL, SIMULATOR

SHOWS: Any = (AssertionError, pytest.fail.Exception)
"""How a difference shows: an assertion, or an error that was expected and did not come."""

_GUIDE = "DynamoDB Developer Guide, "
_CONSTRAINTS = _GUIDE + "Constraints in Amazon DynamoDB"
_API = "DynamoDB API Reference, "
_TOKEN = _API + "TransactWriteItems: ClientRequestToken"
_BATCH_WRITE, _BATCH_GET, _QUERY = _API + "BatchWriteItem", _API + "BatchGetItem", _API + "Query"
_STREAMS = _GUIDE + "Change data capture for DynamoDB Streams"
_SQS = "SQS API Reference, "
_START = "Step Functions API Reference, StartExecution"
_SES = "SES API v2 Reference, "
_SNS = "SNS API Reference, "
_UNCHECKED = "checks nothing of it: whoever breaks the rule learns it from the other stand-ins"


@dataclass(frozen=True)
class Difference:
    """``source``: where AWS says otherwise."""

    who: str
    contract: str
    instead: str
    source: str
    raises: Any = SHOWS


_NOT_FIT = "test_what_does_not_fit_is_refused"

DIFFERENCES = [
    # Journeys write nothing that is large or strange; what could is tried on the others.
    *[
        Difference(REHEARSAL, contract, "holds whatever it is given", _CONSTRAINTS)
        for contract in (
            _NOT_FIT,
            f"{_NOT_FIT}_in_a_transaction",
            f"{_NOT_FIT}_in_a_batch",
            "test_a_transaction_writes_four_megabytes_and_no_more",
            "test_a_page_ends_at_a_megabyte_whatever_its_limit",
        )
    ],
    # The simulator knows the requests of the package and trusts them in some.
    Difference(
        SIMULATOR,
        "test_a_page_ends_at_a_megabyte_whatever_its_limit",
        "ends pages at their limit alone",
        _QUERY,
    ),
    Difference(
        SIMULATOR, "test_the_image_before_is_shown_as_well", "shows new images only, which is what is read", _STREAMS
    ),
    Difference(SIMULATOR, "test_what_is_deleted_is_removed", "does not show it: nobody listens to removals", _STREAMS),
    # moto
    Difference(
        MOTO, "test_a_transaction_writes_four_megabytes_and_no_more", "writes any amount", _API + "TransactWriteItems"
    ),
    Difference(
        MOTO,
        "test_what_fits_is_stored[399 KB]",
        "takes 405,000 bytes at most, not 409,600",
        _GUIDE + "DynamoDB item sizes and formats",
        ClientError,
    ),
    *[
        Difference(MOTO, f"{contract}[{case}]", "stores it", _CONSTRAINTS)
        for contract in (_NOT_FIT, f"{_NOT_FIT}_in_a_transaction", f"{_NOT_FIT}_in_a_batch")
        for case in (
            "39 digits",
            "1e126",
            "infinite",
            "33 levels in an attribute",
            "a bucket that is a number",
            "a due moment that is a number",
        )
    ],
    Difference(
        MOTO,
        "test_numbers_come_back_in_plain_digits",
        "keeps the text of a number",
        _GUIDE + "Supported data types and naming rules: Number",
    ),
    Difference(MOTO, "test_put_many_may_not_name_a_key_twice", "takes the last of both", _BATCH_WRITE),
    Difference(MOTO, "test_a_batch_that_puts_an_item_twice_is_a_mistake", "takes the last of both", _BATCH_WRITE),
    Difference(MOTO, "test_a_batch_of_more_than_25_is_a_mistake", "takes any number", _BATCH_WRITE),
    Difference(
        MOTO,
        "test_what_does_not_fit_into_an_answer_is_unprocessed",
        "leaves ConsistentRead out of UnprocessedKeys",
        _BATCH_GET,
        KeyError,
    ),
    Difference(
        MOTO,
        "test_a_page_that_ends_with_the_last_item_promises_another",
        "looks ahead, so its last page is never empty",
        _QUERY,
        KeyError,
    ),
    Difference(MOTO, "test_a_range_that_ends_before_it_begins_is_a_mistake", "finds nothing", _QUERY),
    Difference(MOTO, "test_a_cursor_of_another_partition_is_a_mistake", "reads on all the same", _QUERY),
    Difference(MOTO, "test_a_cursor_outside_of_the_range_is_a_mistake", "reads on all the same", _QUERY),
    Difference(MOTO, "test_the_same_token_is_the_same_transaction", "does it again", _TOKEN, ClientError),
    Difference(MOTO, "test_the_same_token_for_something_else_is_a_mistake", "does it", _TOKEN),
    Difference(MOTO, "test_a_write_that_changes_nothing_is_not_shown", "shows it as MODIFY", _STREAMS),
    Difference(MOTO, "test_what_is_no_name_is_refused[none]", "starts an execution without a name", _START),
    Difference(MOTO, "test_a_configuration_set_that_is_not_there_is_refused", "sends without it", _SES + "SendEmail"),
    *[
        Difference(MOTO, f"test_a_letter_that_breaks_a_rule_is_refused[{case}]", _UNCHECKED, _SES + source)
        for case, source in (
            ("a tag with a space", "MessageTag"),
            ("an empty tag", "MessageTag"),
            ("a tag of 257 characters", "MessageTag"),
            ("a header of 996 characters", "MessageHeader"),
            ("a header that is not ASCII", "MessageHeader"),
        )
    ],
    Difference(MOTO, "test_an_sms_that_breaks_a_rule_is_refused[no text]", "sends it", _SNS + "Publish"),
    # MiniStack
    Difference(
        MINISTACK,
        "test_the_same_token_is_the_same_transaction",
        "does it again: the local run has it forget tokens, which would pile up and of which it needs none",
        _TOKEN,
        ClientError,
    ),
    Difference(
        MINISTACK,
        "test_the_same_token_for_something_else_is_a_mistake",
        "does it, for the same reason",
        _TOKEN,
    ),
    Difference(
        MINISTACK,
        "test_what_does_not_fit_into_an_answer_is_unprocessed",
        "answers any amount at once",
        _BATCH_GET,
        KeyError,
    ),
    Difference(
        MINISTACK,
        "test_an_entry_that_cannot_be_taken_fails_alone",
        "delays by any time",
        _SQS + "SendMessageBatchRequestEntry: DelaySeconds",
    ),
    Difference(
        MINISTACK,
        "test_a_delay_of_more_than_fifteen_minutes_is_a_mistake",
        "delays by any time",
        _SQS + "SendMessage: DelaySeconds",
    ),
    Difference(
        MINISTACK,
        "test_deleting_by_an_old_handle_is_no_error",
        "knows only the newest handle",
        _SQS + "DeleteMessage",
        ClientError,
    ),
    Difference(
        MINISTACK,
        "test_deleting_twice_is_no_error",
        "says that the handle is invalid",
        _SQS + "DeleteMessage",
        ClientError,
    ),
    Difference(
        MINISTACK,
        "test_the_same_start_again_is_the_same_execution",
        "says that it exists, which the package takes for the same",
        _START,
        ClientError,
    ),
    Difference(MINISTACK, "test_what_is_no_name_is_refused", "takes any name", _START),
    Difference(MINISTACK, "test_the_input_must_be_json", "starts it; the execution fails", _START),
    Difference(
        MINISTACK, "test_a_configuration_set_that_is_not_there_is_refused", "sends without it", _SES + "SendEmail"
    ),
    Difference(MINISTACK, "test_a_letter_that_breaks_a_rule_is_refused", _UNCHECKED, _SES + "SendEmail"),
    Difference(MINISTACK, "test_an_sms_that_breaks_a_rule_is_refused", _UNCHECKED, _SNS + "Publish"),
    # AWS's own
    Difference(
        DYNAMODB_LOCAL,
        "test_two_changes_of_one_item_are_a_mistake[put and check]",
        "looks at the item as the put has left it",
        _API + "TransactWriteItems",
    ),
    Difference(
        DYNAMODB_LOCAL,
        "test_a_transaction_that_names_a_key_twice_is_a_mistake[check]",
        "looks at the item as the put has left it",
        _API + "TransactWriteItems",
    ),
]

OWED: list[Difference] = []
"""Not the stand-in's mistake but ours."""


def expected_failure(who: str, contract: str, case: str) -> pytest.MarkDecorator | None:
    """How a test is to be marked that asks ``who`` a contract, or this case of it."""
    for one in [*DIFFERENCES, *OWED]:
        if one.who == who and one.contract in (contract, f"{contract}[{case}]"):
            reason = f"{who}: {one.instead} ({one.source})"
            return pytest.mark.xfail(strict=True, raises=one.raises, reason=reason)
    return None
