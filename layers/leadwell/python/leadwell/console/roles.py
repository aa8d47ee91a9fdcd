"""Who calls, and what they may do. A role may do everything that a lesser one may."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leadwell.errors import LeadwellError

ROLES = ("viewer", "sales", "marketer", "admin")
"""From the least to the most powerful; they are the groups of the user pool."""


class NotSignedIn(LeadwellError):
    """Nobody knows who calls."""


class Forbidden(LeadwellError):
    """The caller is known but may not do this."""


@dataclass(frozen=True, slots=True)
class Caller:
    """``id`` is the identity provider's name for the person (Cognito's ``sub``): what the audit log keeps.

    ``role`` is empty for somebody in none of the groups.
    """

    id: str
    role: str = ""

    def require(self, least: str) -> None:
        """Raises ``Forbidden`` unless the caller has at least this role."""
        if not self.role:
            raise Forbidden("you have no role yet: an administrator has to put you into one of the groups")
        if ROLES.index(self.role) < ROLES.index(least):
            raise Forbidden(f"this takes the role {least}, yours is {self.role}: ask an administrator")


def caller_of(event: Mapping[str, Any]) -> Caller:
    """From the claims that API Gateway's JWT authorizer has checked.

    An HTTP API hands lists on as text: ``cognito:groups`` is ``[admin marketer]``. Who is in several groups acts in the
    most powerful one. What is neither a text nor a list names no group.
    """
    claims = event.get("requestContext", {}).get("authorizer", {}).get("jwt", {}).get("claims", {})
    groups = claims.get("cognito:groups", "")
    named = re.split(r"[\s,]+", groups.strip("[]")) if isinstance(groups, str) else groups
    role = next((role for role in reversed(ROLES) if isinstance(named, list) and role in named), "")
    return Caller(str(claims.get("sub") or claims.get("username") or "unknown"), role)
