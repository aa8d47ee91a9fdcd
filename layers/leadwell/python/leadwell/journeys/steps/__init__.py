"""The kinds of steps. A kind is one file with a model, plus one line in ``KINDS``."""

from typing import TYPE_CHECKING

from leadwell.conditions.written import one_of
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
    webhook,
)
from leadwell.journeys.steps.running import StepModel

KINDS: dict[str, type[StepModel]] = {
    "wait": wait.Wait,
    "wait_until": wait_until.WaitUntil,
    "wait_for": wait_for.WaitFor,
    "email": send.SendEmail,
    "sms": send.SendSms,
    "notify": notify.Notify,
    "webhook": webhook.Webhook,
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

if TYPE_CHECKING:
    Step = StepModel
else:
    Step = one_of(KINDS, "step")
    # Found there when a model is built, which is when it is first used.
    for _module in (branch, split, repeat, wait_for, wait_until):
        _module.Step = Step

__all__ = ["KINDS", "Step", "StepModel"]
