"""Whether marketing pauses to protect the sender's reputation, and letting it go on."""

from typing import Annotated

from pydantic import Field

from leadwell.clock import to_iso
from leadwell.console.api.access import Asked, least, routes
from leadwell.console.api.shapes.basics import Given, Instant, Shape
from leadwell.messaging.reputation import (
    BOUNCES_REVIEWED,
    COMPLAINTS_REVIEWED,
    PAUSE_AT,
    decided,
    pause,
    read,
    resume,
)
from leadwell.messaging.reputation_words import in_german

router = routes()

TAG = "Reputation"


class WindowShape(Shape):
    """Mails delivered or bounced for good within `days`, today included."""

    days: int
    mails: int
    bounced: int
    complained: int
    bounce_rate: float
    complaint_rate: float


class ReputationShape(Shape):
    """`by_person`: only a person ends such a pause. The limits are those at which SES reviews an account; marketing
    pauses at `pauses_at` of them."""

    paused: bool
    since: Instant | None
    reason: str
    reason_de: str = Field(description="The same in German.")
    by_person: bool
    windows: list[WindowShape]
    bounce_limit: float
    complaint_limit: float
    pauses_at: float


class PauseAsked(Given):
    reason: Annotated[str, Field(min_length=1, max_length=200, description="Shown beside every message that waits.")]


@router.get("/api/reputation", **least("viewer", TAG, "read_reputation", "Bounces, complaints, and whether it pauses"))
def show(work: Asked) -> ReputationShape:
    return _shape(work)


@router.post("/api/reputation/pause", **least("marketer", TAG, "pause_marketing", "Have marketing by mail wait"))
def stop(work: Asked, asked: PauseAsked) -> ReputationShape:
    work.note("marketing.paused", "email", reason=asked.reason)
    pause(work.given.table, asked.reason, work.now)
    return _shape(work)


@router.post(
    "/api/reputation/resume",
    **least("marketer", TAG, "resume_marketing", "Let marketing go on; what was counted so far counts no more"),
)
def go_on(work: Asked) -> ReputationShape:
    work.note("marketing.resumed", "email")
    resume(work.given.table, work.now)
    return _shape(work)


def _shape(work: Asked) -> ReputationShape:
    standing = read(work.given.table, work.now)
    # Also before the next sender looks.
    state = decided(standing, work.now)
    return ReputationShape(
        paused=state.paused,
        since=to_iso(state.since) if state.since else None,
        reason=state.reason,
        reason_de=in_german(state.reason),
        by_person=state.person,
        windows=[
            WindowShape(
                days=days,
                mails=one.mails,
                bounced=one.bounced,
                complained=one.complained,
                bounce_rate=round(one.bounce_rate, 6),
                complaint_rate=round(one.complaint_rate, 6),
            )
            for days, one in standing.windows.items()
        ],
        bounce_limit=BOUNCES_REVIEWED,
        complaint_limit=COMPLAINTS_REVIEWED,
        pauses_at=PAUSE_AT,
    )
