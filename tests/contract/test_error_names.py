"""The codes of errors, which stand in AWS's service models as botocore ships them.

Throttling can be brought about nowhere but in AWS: that the package knows it under its right names is checked here.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from botocore.retries.standard import ThrottledRetryableChecker
from botocore.session import get_session

from leadwell.messaging.channels import email_ses, sms_sns
from leadwell.store import dynamo
from tests.simulation import attempts


def modeled(service: str) -> dict[str, int]:
    """Code → HTTP status of every error in a service's model."""
    model = get_session().get_service_model(service)
    errors = [(shape.name, shape.metadata.get("error", {})) for shape in model.error_shapes]
    return {error.get("code", name): error.get("httpStatusCode", 400) for name, error in errors}


NAMED: Mapping[str, Iterable[str]] = {
    "dynamodb": {
        *dynamo._THROTTLES,
        "ConditionalCheckFailedException",
        "TransactionConflictException",
        "TransactionCanceledException",
    },
    "sesv2": email_ses._BUSY,
    "sns": sms_sns._BUSY,
    "stepfunctions": {"ExecutionAlreadyExists"},
}
_CHECKER: Any = ThrottledRetryableChecker
GENERAL = frozenset(_CHECKER._THROTTLED_ERROR_CODES)
"""What any service may answer when it throttles."""


@pytest.mark.parametrize("service", NAMED)
def test_every_code_that_the_package_knows_exists(service: str) -> None:
    assert set(NAMED[service]) <= {*modeled(service), *GENERAL}


def test_a_table_may_throttle_a_write_in_all_these_ways() -> None:
    model = get_session().get_service_model("dynamodb")
    for operation in ("PutItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem", "Query", "BatchGetItem"):
        codes = {shape.name for shape in model.operation_model(operation).error_shapes}
        throttles = {code for code in codes if "Throttl" in code or "Exceeded" in code or "InProgress" in code}
        unknown = throttles - dynamo._THROTTLES - {"ItemCollectionSizeLimitExceededException"}
        assert not unknown, f"{operation}: only local indexes have item collections"


def test_an_item_that_a_transaction_is_writing_is_told_to_single_writes_and_to_transactions() -> None:
    model = get_session().get_service_model("dynamodb")
    for operation in ("PutItem", "DeleteItem"):
        assert "TransactionConflictException" in [one.name for one in model.operation_model(operation).error_shapes]
    canceled: Any = model.shape_for("TransactionCanceledException")
    reasons = canceled.members["CancellationReasons"].member
    assert {"Code", "Item", "Message"} == set(reasons.members)


@pytest.mark.parametrize("service", attempts._THROTTLES)
def test_the_simulator_throttles_by_a_name_that_exists(service: str) -> None:
    assert attempts._THROTTLES[service] in {*modeled(service), *GENERAL}
