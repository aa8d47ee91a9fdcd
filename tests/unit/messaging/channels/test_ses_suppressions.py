"""SES's own list, page by page, as boto3 brings it."""

from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.stub import Stubber

from leadwell.consent.suppressions import Reason
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
