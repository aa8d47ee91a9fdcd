"""Which events somebody sends: Leadwell's own, those of Segment's specs, and what has been seen here.

A journey that waits for an event that nobody sends waits in vain, and nobody notices. But a name that is not known
here may be an installation's own, of which the first is yet to come: it is refused only where it looks like a slip of
the pen.
"""

import re
from collections.abc import Collection

from leadwell.tracking.events import Name

SPECIFIED = frozenset(
    {
        "Products Searched",
        "Product List Viewed",
        "Product List Filtered",
        "Promotion Viewed",
        "Promotion Clicked",
        "Product Clicked",
        "Product Viewed",
        "Product Added",
        "Product Removed",
        "Cart Viewed",
        "Checkout Started",
        "Checkout Step Viewed",
        "Checkout Step Completed",
        "Payment Info Entered",
        "Order Updated",
        "Order Completed",
        "Order Refunded",
        "Order Cancelled",
        "Coupon Entered",
        "Coupon Applied",
        "Coupon Denied",
        "Coupon Removed",
        "Product Added to Wishlist",
        "Product Removed from Wishlist",
        "Wishlist Product Added to Cart",
        "Product Shared",
        "Cart Shared",
        "Product Reviewed",
        "Account Created",
        "Account Deleted",
        "Signed Up",
        "Signed In",
        "Signed Out",
        "Invite Sent",
        "Account Added User",
        "Account Removed User",
        "Trial Started",
        "Trial Ended",
    }
)
"""Of the specs E-Commerce (v2) and B2B SaaS (segment.com/docs/connections/spec)."""

OWN = frozenset(value for word, value in vars(Name).items() if word.isupper())

FAMILIAR = OWN | SPECIFIED


def near(name: str, known: Collection[str]) -> str:
    """What is probably meant: the same words in another spelling, or in another form; empty where nothing is near.
    Numbers are no slips: the sale of 2026 is not that of 2027."""
    words = _words(name)
    return next((one for one in sorted(known) if _alike(words, _words(one))), "")


def _words(name: str) -> list[str]:
    """``orderCompleted`` and ``order_completed`` have the same as ``Order Completed``."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.findall(r"[^\W_]+", apart.lower())


_BEGINNING = 3
_MOST_SLIPS = 2
_DIGITS = re.compile(r"\d+")


def _alike(words: list[str], others: list[str]) -> bool:
    if not words or len(words) != len(others):
        return "".join(words) == "".join(others) != ""
    return all(
        one == other
        or (
            (one[:_BEGINNING] == other[:_BEGINNING] or sorted(one) == sorted(other))
            and _slips(one, other) <= _MOST_SLIPS
            and _DIGITS.findall(one) == _DIGITS.findall(other)
        )
        for one, other in zip(words, others, strict=True)
    )


def _slips(one: str, other: str) -> int:
    """How many letters must be added, left out or changed (Levenshtein)."""
    before = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        row = [place]
        for column, wanted in enumerate(other, 1):
            row.append(min(before[column] + 1, row[-1] + 1, before[column - 1] + (letter != wanted)))
        before = row
    return before[-1]
