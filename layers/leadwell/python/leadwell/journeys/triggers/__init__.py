"""The kinds of triggers. A kind is a class and one line in ``KINDS``."""

from typing import TYPE_CHECKING

from leadwell.conditions.written import one_of
from leadwell.journeys.triggers import becoming, called, company, date, event, membership, schedule
from leadwell.journeys.triggers.base import TriggerModel

KINDS: dict[str, type[TriggerModel]] = {
    "schedule": schedule.ScheduleTrigger,
    "event": event.EventTrigger,
    "form": event.FormTrigger,
    "link": event.LinkTrigger,
    "voucher": event.VoucherTrigger,
    "segment": membership.SegmentTrigger,
    "left_segment": membership.LeftSegmentTrigger,
    "stage": membership.StageTrigger,
    "becomes": becoming.BecomesTrigger,
    "score": becoming.ScoreTrigger,
    "last": becoming.LastTrigger,
    "date": date.DateTrigger,
    "company_segment": company.CompanySegmentTrigger,
    "company_stage": company.CompanyStageTrigger,
    "manual": called.ManualTrigger,
}

if TYPE_CHECKING:
    Trigger = TriggerModel
else:
    Trigger = one_of(KINDS, "trigger")

__all__ = ["KINDS", "Trigger", "TriggerModel"]
