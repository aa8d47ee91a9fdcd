"""Tell a colleague about the contact by e-mail: ``notify: {template: hot-lead-alert, to: owner}``.

notify: {template: hot-lead-alert, to: owner, otherwise: sales@example.com}
notify: {template: hot-lead-alert, to: sales@example.com}

``owner`` is the address in the contact's trait of that name. The mail is no message to the contact: it needs no
consent, counts against no cap, keeps no quiet hours, is not tracked, and what becomes of it changes nothing about the
contact. In its template ``contact.…`` is the one it is about, ``recipient.email`` the one who gets it.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator

from leadwell.conditions.models import Model
from leadwell.consent.permission import INTERNAL
from leadwell.journeys.steps.holding import Late, held, planned
from leadwell.journeys.steps.running import Go, Next, Requested, Sending, StepModel, StepRun
from leadwell.tracking.identities import email_address

OWNER = "owner"


def _address(given: str) -> str:
    address = email_address(given)
    if address is None:
        raise ValueError(f"{given!r} is no e-mail address")
    return address


Address = Annotated[str, AfterValidator(_address)]


class Notice(Model):
    """``otherwise`` gets it where ``to`` is owner and the contact has none. ``late`` overrides the journey's own."""

    template: str
    to: Literal["owner"] | Address
    otherwise: Address | None = None
    late: Late | None = None


class Notify(StepModel):
    notify: Notice

    def sends(self) -> Sequence[Sending]:
        return [Sending("email", self.notify.template, INTERNAL)]

    def run(self, run: StepRun) -> Next:
        held_back = held(run, "email", INTERNAL, self.notify.late)
        if held_back is not None:
            return held_back
        to = recipient(self.notify.to, self.notify.otherwise, run.facts.traits)
        about: dict[str, Any] = {
            "score": round(run.facts.ratings.score("", run.now)),
            "stage": run.facts.stage,
            "grade": run.facts.ratings.grade(run.now)[0],
        }
        asked = Requested("email", self.notify.template, INTERNAL, run.node.id, recipient=to, about=about)
        run.effects.append(planned(run, asked, self.notify.late))
        return Go(run.node.next, "" if to else "nobody is in charge")


def recipient(to: str, otherwise: str | None, traits: Any) -> str:
    """Empty where the contact has no owner whom one could write to, and nobody stands in."""
    if to != OWNER:
        return to
    return email_address(traits.get(OWNER)) or otherwise or ""
