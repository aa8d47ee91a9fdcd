"""SES's own list, page by page, as boto3 brings it."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from leadwell.consent.suppressions import Reason
from leadwell.errors import Broken
from leadwell.messaging.channels.ses_suppressions import SesSuppressions


def entry(address: str, reason: str) -> dict[str, Any]:
    return {"EmailAddress": address, "Reason": reason, "LastUpdateTime": datetime(2026, 11, 1, tzinfo=UTC)}


def test_pages_and_reasons() -> None:
    client = boto3.client(
        "sesv2", region_name="eu-central-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    with Stubber(client) as stubbed:
        first = {"SuppressedDestinationSummaries": [entry("ann@example.com", "BOUNCE")], "NextToken": "more"}
        stubbed.add_response("list_suppressed_destinations", first, {"PageSize": 1000})
        second = {"SuppressedDestinationSummaries": [entry("bob@example.com", "COMPLAINT")]}
        stubbed.add_response("list_suppressed_destinations", second, {"PageSize": 1000, "NextToken": "more"})
        listing = SesSuppressions(client)
        page = listing.page()
        assert [(one.address, one.reason, one.at) for one in page.listed] == [
            ("ann@example.com", Reason.BOUNCE, 1_793_491_200_000)
        ]
        rest = listing.page(page.cursor)
        assert ([one.reason for one in rest.listed], rest.cursor) == ([Reason.COMPLAINT], "")
        stubbed.assert_no_pending_responses()


def test_one_address_is_looked_up_and_taken_off() -> None:
    client = boto3.client(
        "sesv2", region_name="eu-central-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    asked = {"EmailAddress": "Ann@example.com"}
    with Stubber(client) as stubbed:
        found = {"SuppressedDestination": entry("Ann@example.com", "BOUNCE")}
        stubbed.add_response("get_suppressed_destination", found, asked)
        stubbed.add_response("delete_suppressed_destination", {}, asked)
        for operation in ("get_suppressed_destination", "delete_suppressed_destination"):
            stubbed.add_client_error(operation, "NotFoundException", http_status_code=404)
        listing = SesSuppressions(client)
        known = listing.find("Ann@example.com")
        assert known is not None and known.reason is Reason.BOUNCE
        listing.remove("Ann@example.com")
        assert listing.find("ann@example.com") is None
        listing.remove("ann@example.com")
        stubbed.assert_no_pending_responses()


def test_what_forbids_it_names_the_remedy() -> None:
    client = boto3.client(
        "sesv2", region_name="eu-central-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    with Stubber(client) as stubbed:
        stubbed.add_client_error("get_suppressed_destination", "AccessDeniedException", http_status_code=403)
        stubbed.add_client_error("delete_suppressed_destination", "TooManyRequestsException", http_status_code=429)
        with pytest.raises(Broken, match="allow ses:GetSuppressedDestination and ses:DeleteSuppressedDestination"):
            SesSuppressions(client).find("ann@example.com")
        with pytest.raises(ClientError):
            SesSuppressions(client).remove("ann@example.com")
