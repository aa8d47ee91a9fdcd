"""The addresses that SES itself sends nothing to: the account's suppression list of this region."""

from typing import Any

from botocore.exceptions import ClientError

from leadwell.consent.suppressions import Reason
from leadwell.errors import Broken
from leadwell.feedback.reconciling import Listed, ListedPage

_UNKNOWN = "NotFoundException"
_REASONS = {"BOUNCE": Reason.BOUNCE, "COMPLAINT": Reason.COMPLAINT}


class SesSuppressions:
    def __init__(self, client: Any) -> None:
        """``client`` is an ``sesv2`` client."""
        self._client = client

    def find(self, address: str) -> Listed | None:
        """What SES says of the address, spelled exactly so; None if nothing."""
        try:
            answer = self._client.get_suppressed_destination(EmailAddress=address)
        except ClientError as error:
            _expect_nothing(error)
            return None
        return _listed(answer["SuppressedDestination"])

    def remove(self, address: str) -> None:
        """Has SES send to the address again; doing it again changes nothing."""
        try:
            self._client.delete_suppressed_destination(EmailAddress=address)
        except ClientError as error:
            _expect_nothing(error)

    def page(self, cursor: str = "") -> ListedPage:
        """In the order of SES. Botocore repeats a throttled call; other errors go up."""
        more = {"NextToken": cursor} if cursor else {}
        answer = self._client.list_suppressed_destinations(PageSize=1000, **more)
        listed = [_listed(one) for one in answer.get("SuppressedDestinationSummaries", ())]
        return ListedPage(listed, answer.get("NextToken", ""))


def _listed(one: Any) -> Listed:
    return Listed(
        address=one["EmailAddress"],
        # A reason that SES may think of later is a "no" all the same.
        reason=_REASONS.get(one["Reason"], Reason.BOUNCE),
        at=int(one["LastUpdateTime"].timestamp() * 1000),
    )


def _expect_nothing(error: ClientError) -> None:
    """That there is no such entry is an answer; what forbids to ask names its remedy."""
    code = error.response.get("Error", {}).get("Code", "")
    if code == _UNKNOWN:
        return
    if code.startswith("AccessDenied"):
        remedy = "allow ses:GetSuppressedDestination and ses:DeleteSuppressedDestination, then lift again"
        raise Broken(f"SES does not let us look at its own suppression list: {remedy}") from error
    raise error
