"""The kinds of steps. A kind is one file with a model, plus one line in ``KINDS``."""

from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Discriminator, Tag

from leadwell.journeys.steps import (
    branch,
    exit,
    notify,
    other_journeys,
    recommend,
    repeat,
    send,
    split,
    task,
    update,
    voucher,
    wait,
    wait_for,
    wait_until,
)
from leadwell.journeys.steps.running import StepModel

KINDS: dict[str, type[StepModel]] = {
    "wait": wait.Wait,
    "wait_until": wait_until.WaitUntil,
    "wait_for": wait_for.WaitFor,
    "email": send.SendEmail,
    "sms": send.SendSms,
    "notify": notify.Notify,
    "branch": branch.Branch,
    "split": split.Split,
    "repeat": repeat.Repeat,
    "task": task.GiveTask,
    "hand_over": task.HandOver,
    "update": update.Update,
    "recommend": recommend.Recommend,
    "voucher": voucher.Voucher,
    "start": other_journeys.Start,
    "stop": other_journeys.Stop,
    "exit": exit.Exit,
}

_BY_MODEL = {model: head for head, model in KINDS.items()}


def _head(given: Any) -> str | None:
    if isinstance(given, dict):
        return next((head for head in KINDS if head in given), None)
    return _BY_MODEL.get(type(given))


if TYPE_CHECKING:
    Step = StepModel
else:
    Step = Annotated[
        Union[tuple(Annotated[model, Tag(head)] for head, model in KINDS.items())],  # noqa: UP007 (made from the table)
        Discriminator(
            _head,
            custom_error_type="unknown_step",
            custom_error_message="a step needs one of the words " + ", ".join(KINDS),
        ),
    ]
    for _model in (
        branch.BranchArm, branch.Branch, split.SplitArm, split.Arms, split.Split, repeat.Rounds, repeat.Repeat,
        wait_for.OneOfThem, wait_for.Awaited, wait_for.WaitFor, wait_until.Awaited, wait_until.WaitUntil,
    ):  # fmt: skip
        _model.model_rebuild(_types_namespace={"Step": Step})

__all__ = ["KINDS", "Step", "StepModel"]
