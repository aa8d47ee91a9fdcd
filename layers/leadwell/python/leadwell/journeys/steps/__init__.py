"""The kinds of steps. A kind is one file with a model and a ``run``, plus one line in ``KINDS``."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Discriminator, Tag

from leadwell.journeys.steps import branch, exit, send, update, wait, wait_for, wait_until
from leadwell.journeys.steps.running import Next, StepRun

KINDS: dict[str, type] = {
    "wait": wait.Wait,
    "wait_until": wait_until.WaitUntil,
    "wait_for": wait_for.WaitFor,
    "email": send.SendEmail,
    "sms": send.SendSms,
    "branch": branch.Branch,
    "update": update.Update,
    "exit": exit.Exit,
}

RUN: dict[type, Callable[[Any, StepRun], Next]] = {
    wait.Wait: wait.run,
    wait_until.WaitUntil: wait_until.run,
    wait_for.WaitFor: wait_for.run,
    send.SendEmail: send.run,
    send.SendSms: send.run,
    branch.Branch: branch.run,
    update.Update: update.run,
    exit.Exit: exit.run,
}


def _head(given: Any) -> str | None:
    if isinstance(given, dict):
        return next((head for head in KINDS if head in given), None)
    return next((head for head, model in KINDS.items() if isinstance(given, model)), None)


Step = Annotated[
    Annotated[wait.Wait, Tag("wait")]
    | Annotated[wait_until.WaitUntil, Tag("wait_until")]
    | Annotated[wait_for.WaitFor, Tag("wait_for")]
    | Annotated[send.SendEmail, Tag("email")]
    | Annotated[send.SendSms, Tag("sms")]
    | Annotated[branch.Branch, Tag("branch")]
    | Annotated[update.Update, Tag("update")]
    | Annotated[exit.Exit, Tag("exit")],
    Discriminator(
        _head,
        custom_error_type="unknown_step",
        custom_error_message="a step needs one of the words " + ", ".join(KINDS),
    ),
]

branch.Arm.model_rebuild(_types_namespace={"Step": Step})
branch.Branch.model_rebuild(_types_namespace={"Step": Step})
