"""The kinds of triggers. A kind is a class and one line in ``KINDS``."""

from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Discriminator, Tag

from leadwell.journeys.triggers import becoming, called, company, date, event, membership
from leadwell.journeys.triggers.base import TriggerModel

KINDS: dict[str, type[TriggerModel]] = {
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

_BY_MODEL = {model: head for head, model in KINDS.items()}


def _head(given: Any) -> str | None:
    if isinstance(given, dict):
        return next((head for head in KINDS if head in given), None)
    return _BY_MODEL.get(type(given))


if TYPE_CHECKING:
    Trigger = TriggerModel
else:
    Trigger = Annotated[
        Union[tuple(Annotated[model, Tag(head)] for head, model in KINDS.items())],  # noqa: UP007 (made from the table)
        Discriminator(
            _head,
            custom_error_type="unknown_trigger",
            custom_error_message="a trigger needs one of the words " + ", ".join(KINDS),
        ),
    ]

__all__ = ["KINDS", "Trigger", "TriggerModel"]
