"""Nothing starts it by itself: a person, a list, another journey or a program does.

trigger: {manual: true}
"""

from typing import Literal

from leadwell.journeys.triggers.base import HappeningName, TriggerModel
from leadwell.tracking.events import Name


class ManualTrigger(TriggerModel):
    """Every journey can be started by hand; this one only so."""

    manual: Literal[True]

    def started_by(self) -> HappeningName:
        return "event", Name.JOURNEY_REQUESTED
