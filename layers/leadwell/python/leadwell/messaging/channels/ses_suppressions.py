"""The addresses that SES itself sends nothing to: the account's suppression list of this region."""

from typing import Any

from leadwell.consent.suppressions import Reason
from leadwell.feedback.reconciling import Listed, ListedPage

_REASONS = {"BOUNCE": Reason.BOUNCE, "COMPLAINT": Reason.COMPLAINT}


class SesSuppressions:
    def __init__(self, client: Any) -> None:
        """``client`` is an ``sesv2`` client."""
        self._client = client

    def page(self, cursor: str = "") -> ListedPage:
        """In the order of SES. Botocore repeats a throttled call; other errors go up."""
        more = {"NextToken": cursor} if cursor else {}
        answer = self._client.list_suppressed_destinations(PageSize=1000, **more)
        listed = [
            Listed(
                address=one["EmailAddress"],
                # A reason that SES may think of later is a "no" all the same.
                reason=_REASONS.get(one["Reason"], Reason.BOUNCE),
                at=int(one["LastUpdateTime"].timestamp() * 1000),
            )
            for one in answer.get("SuppressedDestinationSummaries", ())
        ]
        return ListedPage(listed, answer.get("NextToken", ""))
