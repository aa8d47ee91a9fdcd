"""Steps in words a marketer reads. Pure.

What has no words of its own is told as it is written: its head word, and its values.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from leadwell.conditions.base import as_written
from leadwell.conditions.models import Model
from leadwell.definitions.text import in_words
from leadwell.durations import duration_text
from leadwell.journeys.steps import KINDS, StepModel
from leadwell.journeys.steps.branch import Branch
from leadwell.journeys.steps.exit import Exit
from leadwell.journeys.steps.notify import OWNER, Notify
from leadwell.journeys.steps.other_journeys import Start, Stop
from leadwell.journeys.steps.recommend import Recommend
from leadwell.journeys.steps.repeat import Repeat
from leadwell.journeys.steps.send import SendEmail, SendSms
from leadwell.journeys.steps.split import Split
from leadwell.journeys.steps.task import Assignment, GiveTask, HandOver
from leadwell.journeys.steps.update import Update
from leadwell.journeys.steps.voucher import Voucher
from leadwell.journeys.steps.wait import Wait
from leadwell.journeys.steps.wait_for import Occasion, WaitFor
from leadwell.journeys.steps.wait_until import WaitUntil
from leadwell.journeys.steps.webhook import Webhook
from leadwell.journeys.telling.conditions import told_condition, told_day, told_event
from leadwell.journeys.telling.words import WEEKDAY_NAMES, Words, begun, value_told
from leadwell.journeys.times import WEEKDAYS
from leadwell.messaging.targets import target_of


@dataclass(frozen=True, slots=True)
class Told:
    """A step in words. ``kind`` says what it is, ``text`` what it does; ``ways`` name the lists of steps inside.
    ``look`` is wait, send, choice, change, end or other."""

    kind: str
    text: str
    look: str
    ways: Sequence[str] = ()


def told_step(step: StepModel, words: Words) -> Told:
    """What the table knows, it says; the rest is told as it is written."""
    tell = _STEPS.get(type(step))
    return tell(step, words) if tell else _as_it_is_written(step)


def _wait(step: Wait, words: Words) -> Told:
    return Told(words("wait"), begun(words("wait a while", time=words.duration(step.wait))), "wait")


def _wait_until(step: WaitUntil, words: Words) -> Told:
    rule, parts = step.wait_until, []
    if rule.date:
        offset = f"{'-' if rule.offset < 0 else '+'}{duration_text(abs(rule.offset))}" if rule.offset else None
        parts.append(told_day(rule.date, offset, words))
    if rule.best_time:
        parts.append(words("best time"))
    if rule.from_ is not None and rule.to is not None:
        window = words("between", start=words.clock(rule.from_), end=words.clock(rule.to))
        parts.append(window.replace(" Uhr und", " und"))
    if rule.time is not None and not rule.best_time:
        parts.append(words("own time") if rule.time == "own" else words.clock(rule.time))
    if len(rule.days) < len(WEEKDAYS):
        parts.append(", ".join(WEEKDAY_NAMES[words.language][day] for day in sorted(rule.days)))
    if rule.without == "exit":
        parts.append(words("without date"))
    said = ", ".join(parts)
    # Who comes within the window does not wait.
    within = rule.from_ is not None and not rule.date and not rule.best_time
    ways = [words("date comes"), words("date over")] if rule.then else []
    return Told(words("wait"), begun(said if within else words("until", when=said)), "wait", ways)


def _occasion(one: Occasion, words: Words) -> str:
    if one.engagement:
        word, step = one.engagement
        return words(word, what=words.sent(step))
    if one.when is not None:
        return told_condition(one.when, words)
    return told_event({"event": one.event, **({"where": as_written(one)["where"]} if one.where else {})}, words)


def _wait_for(step: WaitFor, words: Words) -> Told:
    rule = step.wait_for
    occasions = [_occasion(one, words) for one in rule.occasions()]
    said = words("wait for", what=words.listed(occasions, "or"), time=words.duration(rule.timeout))
    if rule.on_timeout == "exit":
        said += f"; {words('or it ends')}"
    ways = [*occasions, words("timed out")] if rule.first_of else [words("came"), words("timed out")]
    return Told(words("wait"), begun(said), "wait", ways if rule.on_timeout != "exit" else ways[:-1])


def _send(channel: str) -> Callable[[Any, Words], Told]:
    def tell(step: SendEmail | SendSms, words: Words) -> Told:
        _, message = step.message()
        title = words.title(channel, message.template)
        about = "" if message.purpose == "marketing" else f" ({words(message.purpose)})"
        return Told(words(channel), title + about, "send")

    return tell


def _webhook(step: Webhook, words: Words) -> Told:
    return Told(words("webhook"), target_of(step.webhook.url).host, "send")


def _branch(step: Branch, words: Words) -> Told:
    ways = [told_condition(arm.when, words) if arm.when is not None else words("otherwise") for arm in step.branch]
    if step.branch[-1].when is not None:
        ways.append(words("otherwise"))
    return Told(words("branch"), words("which way"), "choice", ways)


def _split(step: Split, words: Words) -> Told:
    arms, rule = step.split.arms, step.split.winner
    total = sum(arm.share for arm in arms)
    ways = [words("arm", name=arm.name, share=words.percent(arm.share / total)) for arm in arms]
    text = words("by chance")
    if rule is not None:
        what = words({"opened": "opens", "clicked": "clicks"}[rule.metric]) if rule.metric else rule.event
        text = words("winner", each=words.number(rule.each), what=what, time=words.in_time(rule.within))
    return Told(words("split"), text, "choice", ways)


def _repeat(step: Repeat, words: Words) -> Told:
    rule = step.repeat
    text = words("times", count=rule.times)
    if rule.until is not None:
        text = words("up to times", count=rule.times, what=told_condition(rule.until, words))
    return Told(words("repeat"), begun(text), "choice")


def _update(step: Update, words: Words) -> Told:
    return Told(words("update"), ", ".join(_changes(step, words)), "change")


def _changes(step: Update, words: Words) -> Iterator[str]:
    changes = step.update
    for name, value in changes.traits.items():
        yield f"{name} = {value_told(value, words)}"
    if changes.tags:
        yield from (words("add tags", what=tag) for tag in changes.tags.add)
        yield from (words("remove tags", what=tag) for tag in changes.tags.remove)
    if changes.lists:
        yield from (words("add lists", what=name) for name in changes.lists.add)
        yield from (words("remove lists", what=name) for name in changes.lists.remove)
    if changes.score:
        yield words("score", points=f"{changes.score.points:+g}")
    yield from (words("interest", what=category) for category in changes.interests)
    if changes.stage:
        yield words("stage", what=changes.stage)
    yield from (words("withdraw", what=words.topic(topic)) for topic in changes.withdraw)


def _exit(step: Exit, words: Words) -> Told:
    return Told(words("exit"), in_words(step.exit, words.language), "end")


def _other_journey(word: str, head: str) -> Callable[[Any, Words], Told]:
    return lambda step, words: Told(words(word), words.title("journey", getattr(step, head)), "other")


def _notify(step: Notify, words: Words) -> Told:
    return Told(
        words.either("Mail to a colleague", "Mail an Kollegen"),
        f"{words.title('email', step.notify.template)}: {_whom(step.notify.to, step.notify.otherwise, words)}",
        "send",
    )


def _task(step: GiveTask, words: Words) -> Told:
    return Told(words.either("Task", "Aufgabe"), _assigned(step.task, words), "other")


def _hand_over(step: HandOver, words: Words) -> Told:
    said = _assigned(step.hand_over.task, words)
    return Told(words.either("Hand over to sales", "Übergabe an den Vertrieb"), said, "other")


def _assigned(given: Assignment, words: Words) -> str:
    due = words.either(f"within {words.in_time(given.due)}", f"innerhalb von {words.in_time(given.due)}")
    return f"{given.title.in_locale(words.language)}; {_whom(given.to, given.otherwise, words)}, {due}"


def _whom(to: str, otherwise: str | None, words: Words) -> str:
    if to != OWNER:
        return to
    owner = words.either("who is in charge", "wer zuständig ist")
    return f"{owner}, {words('otherwise')} {otherwise}" if otherwise else owner


def _voucher(step: Voucher, words: Words) -> Told:
    taken = step.voucher
    said = words.either("a code of its own", "ein eigener Code")
    if taken.pool:
        said = words.either(f"a code from “{taken.pool}”", f"ein Code aus „{taken.pool}“")
    if taken.valid_for is not None:
        valid = words.duration(taken.valid_for)
        said += words.either(f", valid for {valid}", f", {valid} gültig")
    if taken.when_empty == "skip":
        said += words.either("; without it when there is none", "; ohne ihn, wenn keiner da ist")
    if taken.when_empty == "exit":
        said += words.either("; when there is none, the journey ends", "; wenn keiner da ist, endet die Journey")
    return Told(words.either("Voucher", "Gutschein"), begun(said), "other")


_RECOMMENDED: dict[str, tuple[str, str]] = {
    "viewed_not_bought": ("what was looked at and not bought", "angesehen und nicht gekauft"),
    "bought_together": ("what goes with the last order", "was zum letzten Kauf passt"),
    "best_sellers": ("what sells best", "was sich am besten verkauft"),
}


def _recommend(step: Recommend, words: Words) -> Told:
    wanted = step.recommend
    said = words.either(*_RECOMMENDED[wanted.rule])
    if wanted.otherwise:
        said += f", {words('otherwise')} {words.either(*_RECOMMENDED[wanted.otherwise])}"
    if wanted.category:
        said += f" ({wanted.category})"
    if wanted.when_none == "exit":
        said += words.either("; when there is nothing, the journey ends", "; wenn nichts da ist, endet die Journey")
    return Told(words.either("Pick products", "Produkte aussuchen"), begun(said), "other")


_STEPS: dict[type[StepModel], Callable[[Any, Words], Told]] = {
    Wait: _wait,
    WaitUntil: _wait_until,
    WaitFor: _wait_for,
    SendEmail: _send("email"),
    SendSms: _send("sms"),
    Webhook: _webhook,
    Branch: _branch,
    Split: _split,
    Repeat: _repeat,
    Update: _update,
    Exit: _exit,
    Notify: _notify,
    GiveTask: _task,
    HandOver: _hand_over,
    Voucher: _voucher,
    Recommend: _recommend,
    Start: _other_journey("start journey", "start"),
    Stop: _other_journey("stop journey", "stop"),
}


def _as_it_is_written(step: StepModel) -> Told:
    """The head word, and the main value: what it holds, without the steps inside."""
    head = next((word for word, model in KINDS.items() if isinstance(step, model)), type(step).__name__.lower())
    value = getattr(step, head, None)
    if isinstance(value, Model):
        inside = {name for name, inner in value if _holds_steps(inner)}
        value = as_written(value, but=inside)
    ways = [str(number) for number, _ in enumerate(step.ways(), 1)]
    return Told(head.replace("_", " ").capitalize(), value_told(value, Words("en")), "other", ways)


def _holds_steps(value: object) -> bool:
    return isinstance(value, tuple) and any(isinstance(one, StepModel) for one in value)
