"""Steps, triggers and conditions in words a marketer reads, in German and English. Pure.

What has no words of its own is told as it is written: its head word, and its values.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadwell.clock import DAY, HOUR, MINUTE, SECOND
from leadwell.conditions.base import ConditionModel, as_written
from leadwell.conditions.models import Model, duration_text, parse_duration
from leadwell.journeys.models import ExitRule, Goal
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
from leadwell.journeys.times import WEEKDAYS
from leadwell.journeys.triggers import TriggerModel

Written = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """A step in words. ``kind`` says what it is, ``text`` what it does; ``ways`` name the lists of steps inside.
    ``look`` is wait, send, choice, change, end or other."""

    kind: str
    text: str
    look: str
    ways: Sequence[str] = ()


class Words:
    """In one language."""

    def __init__(self, locale: str) -> None:
        self.language = "de" if locale.lower().startswith("de") else "en"

    def __call__(self, word: str, **values: object) -> str:
        en, de = _WORDS[word]
        return (de if self.language == "de" else en).format(**values)

    def either(self, en: str, de: str) -> str:
        return de if self.language == "de" else en

    def duration(self, milliseconds: int) -> str:
        """604800000 → ``7 days``."""
        parts, rest = [], abs(milliseconds)
        for unit, word in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second")):
            count, rest = divmod(rest, unit)
            if count:
                parts.append(f"{count} {self(word if count == 1 else word + 's')}")
        return " ".join(parts)

    def in_time(self, milliseconds: int) -> str:
        """In German, what follows a preposition: ``innerhalb von 7 Tagen``."""
        said = self.duration(milliseconds)
        return said.replace("Tage", "Tagen").replace("Monate", "Monaten") if self.language == "de" else said

    def clock(self, time: str) -> str:
        """``09:00`` → ``9 Uhr``."""
        if self.language == "en":
            return time.removeprefix("0")
        hour, minute = time.split(":")
        return f"{int(hour)} Uhr" if minute == "00" else f"{int(hour)}:{minute} Uhr"

    def percent(self, share: float) -> str:
        rounded = f"{share * 100:.1f}".removesuffix(".0")
        return self.either(f"{rounded}%", f"{rounded.replace('.', ',')} %")

    def number(self, count: int) -> str:
        return self.either(f"{count:,}", f"{count:,}".replace(",", "."))

    def listed(self, items: Sequence[str], word: str = "and") -> str:
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self(word)} {items[-1]}"


_WORDS: dict[str, tuple[str, str]] = {
    "day": ("day", "Tag"),
    "days": ("days", "Tage"),
    "hour": ("hour", "Stunde"),
    "hours": ("hours", "Stunden"),
    "minute": ("minute", "Minute"),
    "minutes": ("minutes", "Minuten"),
    "second": ("second", "Sekunde"),
    "seconds": ("seconds", "Sekunden"),
    "and": ("and", "und"),
    "or": ("or", "oder"),
    "not": ("not: {what}", "nicht: {what}"),
    "otherwise": ("otherwise", "sonst"),
    "everyone": ("everyone", "alle"),
    "start": ("Start", "Start"),
    "end": ("End", "Ende"),
    "goal": ("Goal", "Ziel"),
    "exits": ("Ends early", "Endet vorher"),
    "wait": ("Wait", "Warten"),
    "wait a while": ("wait {time}", "{time} warten"),
    "until": ("until {when}", "bis {when}"),
    "between": ("between {start} and {end}", "zwischen {start} und {end}"),
    "best time": ("the contact’s best hour", "zur besten Stunde des Kontakts"),
    "before": ("{time} before {date}", "{time} vor {date}"),
    "after": ("{time} after {date}", "{time} nach {date}"),
    "own time": ("at its own time", "zur eigenen Uhrzeit"),
    "without date": ("without it: the journey ends", "ohne dieses Datum: Ende"),
    "date comes": ("it comes", "es ist so weit"),
    "date over": ("it is over already", "es ist schon vorbei"),
    "wait for": ("{what}, {time} at most", "{what}, höchstens {time}"),
    "or it ends": ("otherwise the journey ends", "sonst endet die Reise"),
    "opened": ("“{what}” is opened", "„{what}“ wird geöffnet"),
    "clicked": ("“{what}” is clicked", "in „{what}“ wird geklickt"),
    "bounced": ("“{what}” bounces", "„{what}“ kommt zurück"),
    "timed out": ("nothing came in time", "nichts kam rechtzeitig"),
    "came": ("it came", "es kam"),
    "email": ("E-mail", "E-Mail"),
    "sms": ("SMS", "SMS"),
    "transactional": ("needs no permission", "braucht keine Einwilligung"),
    "confirmation": ("asks for permission", "bittet um Einwilligung"),
    "branch": ("Branch", "Verzweigung"),
    "which way": ("The first that fits", "Das erste, das zutrifft"),
    "split": ("Split", "Aufteilung"),
    "by chance": ("By chance", "Nach Zufall"),
    "winner": (
        "By chance; once every arm has had {each}, the one with the most “{what}” within {time} takes all",
        "Nach Zufall; wenn jeder Arm {each} hatte, bekommt der mit den meisten „{what}“ innerhalb von {time} alle",
    ),
    "arm": ("{name}: {share}", "{name}: {share}"),
    "opens": ("opened", "geöffnet"),
    "clicks": ("clicked", "geklickt"),
    "repeat": ("Repeat", "Wiederholung"),
    "times": ("{count} times", "{count}-mal"),
    "up to times": ("up to {count} times, until {what}", "bis zu {count}-mal, bis {what}"),
    "update": ("Change the contact", "Kontakt ändern"),
    "add tags": ("tag {what}", "Schlagwort {what} dazu"),
    "remove tags": ("remove tag {what}", "Schlagwort {what} weg"),
    "add lists": ("put on the list {what}", "auf die Liste {what}"),
    "remove lists": ("take off the list {what}", "von der Liste {what} nehmen"),
    "score": ("{points} points", "{points} Punkte"),
    "stage": ("stage {what}", "Phase {what}"),
    "interest": ("interest in {what}", "Interesse an {what}"),
    "withdraw": ("consent to {what} ends", "Einwilligung für {what} endet"),
    "exit": ("The journey ends", "Die Reise endet"),
    "start journey": ("Start another journey", "Andere Reise starten"),
    "stop journey": ("Stop another journey", "Andere Reise beenden"),
    "with": ("{what} with {more}", "{what} mit {more}"),
    "within": ("{what} within {time}", "{what} innerhalb von {time}"),
    "enters segment": ("enters the segment {what}", "kommt ins Segment {what}"),
    "leaves segment": ("leaves the segment {what}", "verlässt das Segment {what}"),
    "in segment": ("in the segment {what}", "im Segment {what}"),
    "on list": ("on the list {what}", "auf der Liste {what}"),
    "has consent": ("consent to {what}", "Einwilligung für {what}"),
    "becomes": ("it becomes true: {what}", "es trifft zu: {what}"),
    "last ago": ("the last {what} was {time} ago", "{what} ist {time} her"),
    "by hand": ("by hand, or by another journey", "von Hand oder durch eine andere Reise"),
    "at time": ("{what}, at {time}", "{what}, um {time}"),
    "only who": ("only: {what}", "nur: {what}"),
}

_COMPARISONS: dict[str, tuple[str, str]] = {
    "equals": ("is {}", "ist {}"),
    "differs": ("is not {}", "ist nicht {}"),
    "in": ("is {}", "ist {}"),
    "not_in": ("is not {}", "ist nicht {}"),
    "contains": ("contains {}", "enthält {}"),
    "not_contains": ("does not contain {}", "enthält nicht {}"),
    "has_any": ("has {}", "hat {}"),
    "starts_with": ("starts with {}", "beginnt mit {}"),
    "ends_with": ("ends with {}", "endet mit {}"),
    "at_least": ("at least {}", "mindestens {}"),
    "at_most": ("at most {}", "höchstens {}"),
    "more_than": ("more than {}", "mehr als {}"),
    "less_than": ("less than {}", "weniger als {}"),
    "same_as": ("the same as at the start", "wie am Anfang"),
    "same_as_or_missing": ("the same as at the start, or missing", "wie am Anfang, oder fehlt"),
    "before": ("before {}", "vor {}"),
    "after": ("after {}", "nach {}"),
    "within_next": ("within the next {}", "in den nächsten {}"),
    "within_last": ("within the last {}", "in den letzten {}"),
}

_NAMES = {
    "stage": "Phase",
    "score": "Punkte",
    "last": "zuletzt",
    "since": "seit",
    "event": "Ereignis",
    "country": "Land",
    "city": "Ort",
    "language": "Sprache",
    "count": "Anzahl",
    "company": "Firma",
}
"""Words of conditions, in German."""

_WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
}


def told_step(step: StepModel, words: Words) -> Told:
    """What the table knows, it says; the rest is told as it is written."""
    tell = _STEPS.get(type(step))
    return tell(step, words) if tell else _as_it_is_written(step)


def told_trigger(trigger: TriggerModel, words: Words) -> str:
    written = as_written(trigger)
    who = f"; {words('only who', what=told_condition(trigger.who, words))}" if trigger.who is not None else ""
    written.pop("who", None)
    return _trigger(written, words) + who


def told_goal(goal: Goal, words: Words) -> str:
    return told_condition(goal.when, words) if goal.when is not None else _event(as_written(goal), words)


def told_exit(rule: ExitRule, words: Words) -> str:
    what = told_condition(rule.when, words) if rule.when is not None else _event(as_written(rule), words)
    return f"{rule.reason} ({what})" if rule.reason else what


def told_condition(condition: ConditionModel, words: Words) -> str:
    return _condition(as_written(condition), words)


def _condition(written: Written, words: Words) -> str:
    for head, tell in _CONDITIONS.items():
        if head in written and (said := tell(written, words)):
            return said
    return _plain(written, words)


def _joined(word: str, head: str) -> Callable[[Written, Words], str]:
    def tell(written: Written, words: Words) -> str:
        parts = [_condition(part, words) for part in written[head]]
        return f" {words(word)} ".join(f"({part})" if f" {words('or')} " in part else part for part in parts)

    return tell


def _trait(written: Written, words: Words) -> str:
    return f"{written['trait']} {_compared(written['matcher'], words)}"


def _named(word: str, head: str) -> Callable[[Written, Words], str]:
    def tell(written: Written, words: Words) -> str:
        return words(word, what=_value(written[head], words)) if len(written) == 1 else ""

    return tell


def _event(written: Written, words: Words) -> str:
    event = written["event"]
    said = words.listed([event] if isinstance(event, str) else list(event), "or")
    if where := written.get("where"):
        said = words("with", what=said, more=_plain(where, words))
    more = {name: value for name, value in written.items() if name not in ("event", "where", "within", "reason", "key")}
    if isinstance(written.get("within"), str):
        said = words("within", what=said, time=words.in_time(parse_duration(written["within"])))
    return f"{said}, {_plain(more, words)}" if more else said


_CONDITIONS: dict[str, Callable[[Written, Words], str]] = {
    "all": _joined("and", "all"),
    "any": _joined("or", "any"),
    "not": lambda written, words: words("not", what=_condition(written["not"], words)),
    "everyone": lambda written, words: words("everyone"),
    "trait": _trait,
    "event": _event,
    "segment": _named("in segment", "segment"),
    "list": _named("on list", "list"),
    "consent": _named("has consent", "consent"),
}


def _trigger(written: Written, words: Words) -> str:
    if "event" in written:
        return _event({name: value for name, value in written.items() if name != "max_age"}, words)
    if "segment" in written:
        return words("enters segment", what=written["segment"])
    if "left_segment" in written:
        return words("leaves segment", what=written["left_segment"])
    if "becomes" in written:
        return words("becomes", what=_condition(written["becomes"], words))
    if "last" in written and "ago" in written:
        last = written["last"]
        what = words.listed([last] if isinstance(last, str) else list(last), "or")
        return words("last ago", what=what, time=words.duration(parse_duration(written["ago"])))
    if "date" in written:
        at = str(written.get("at", "09:00"))
        time = words("own time") if at == "own" else words.clock(at)
        said = _day(written["date"], written.get("offset"), words)
        return f"{said}, {time}" if at == "own" else words("at time", what=said, time=time)
    if "manual" in written:
        return words("by hand")
    return _plain(written, words)


def _day(date: str, offset: str | None, words: Words) -> str:
    if not offset:
        return date
    time = words.duration(parse_duration(offset.lstrip("+-")))
    return words("before" if offset.startswith("-") else "after", time=time, date=date)


def _wait(step: Wait, words: Words) -> Told:
    return Told(words("wait"), _begun(words("wait a while", time=words.duration(step.wait))), "wait")


def _wait_until(step: WaitUntil, words: Words) -> Told:
    rule, parts = step.wait_until, []
    if rule.date:
        offset = f"{'-' if rule.offset < 0 else '+'}{duration_text(abs(rule.offset))}" if rule.offset else None
        parts.append(_day(rule.date, offset, words))
    if rule.best_time:
        parts.append(words("best time"))
    if rule.from_ is not None and rule.to is not None:
        window = words("between", start=words.clock(rule.from_), end=words.clock(rule.to))
        parts.append(window.replace(" Uhr und", " und"))
    if rule.time is not None and not rule.best_time:
        parts.append(words("own time") if rule.time == "own" else words.clock(rule.time))
    if len(rule.days) < len(WEEKDAYS):
        parts.append(", ".join(_WEEKDAYS[words.language][day] for day in sorted(rule.days)))
    if rule.without == "exit":
        parts.append(words("without date"))
    said = ", ".join(parts)
    # Who comes within the window does not wait.
    within = rule.from_ is not None and not rule.date and not rule.best_time
    ways = [words("date comes"), words("date over")] if rule.then else []
    return Told(words("wait"), _begun(said if within else words("until", when=said)), "wait", ways)


def _occasion(one: Occasion, words: Words) -> str:
    if one.engagement:
        word, step = one.engagement
        return words(word, what=step)
    if one.when is not None:
        return told_condition(one.when, words)
    return _event({"event": one.event, **({"where": as_written(one)["where"]} if one.where else {})}, words)


def _wait_for(step: WaitFor, words: Words) -> Told:
    rule = step.wait_for
    occasions = [_occasion(one, words) for one in rule.occasions()]
    said = words("wait for", what=words.listed(occasions, "or"), time=words.duration(rule.timeout))
    if rule.on_timeout == "exit":
        said += f"; {words('or it ends')}"
    ways = [*occasions, words("timed out")] if rule.first_of else [words("came"), words("timed out")]
    return Told(words("wait"), _begun(said), "wait", ways if rule.on_timeout != "exit" else ways[:-1])


def _send(channel: str) -> Callable[[Any, Words], Told]:
    def tell(step: SendEmail | SendSms, words: Words) -> Told:
        _, message = step.message()
        about = "" if message.purpose == "marketing" else f" ({words(message.purpose)})"
        return Told(words(channel), message.template + about, "send")

    return tell


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
    return Told(words("repeat"), _begun(text), "choice")


def _update(step: Update, words: Words) -> Told:
    return Told(words("update"), ", ".join(_changes(step, words)), "change")


def _changes(step: Update, words: Words) -> Iterator[str]:
    changes = step.update
    for name, value in changes.traits.items():
        yield f"{name} = {_value(value, words)}"
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
    yield from (words("withdraw", what=topic) for topic in changes.withdraw)


def _exit(step: Exit, words: Words) -> Told:
    return Told(words("exit"), step.exit, "end")


def _other_journey(word: str, head: str) -> Callable[[Any, Words], Told]:
    return lambda step, words: Told(words(word), getattr(step, head), "other")


def _notify(step: Notify, words: Words) -> Told:
    return Told(
        words.either("Mail to a colleague", "Mail an Kollegen"),
        f"{step.notify.template}: {_whom(step.notify.to, step.notify.otherwise, words)}",
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
        said += words.either("; when there is none, the journey ends", "; wenn keiner da ist, endet die Reise")
    return Told(words.either("Voucher", "Gutschein"), _begun(said), "other")


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
        said += words.either("; when there is nothing, the journey ends", "; wenn nichts da ist, endet die Reise")
    return Told(words.either("Pick products", "Produkte aussuchen"), _begun(said), "other")


_STEPS: dict[type[StepModel], Callable[[Any, Words], Told]] = {
    Wait: _wait,
    WaitUntil: _wait_until,
    WaitFor: _wait_for,
    SendEmail: _send("email"),
    SendSms: _send("sms"),
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
    return Told(head.replace("_", " ").capitalize(), _value(value, Words("en")), "other", ways)


def _holds_steps(value: object) -> bool:
    return isinstance(value, tuple) and any(isinstance(one, StepModel) for one in value)


def _plain(value: object, words: Words) -> str:
    """A mapping without braces at the outside."""
    if isinstance(value, Mapping):
        return ", ".join(_pair(name, inner, words) for name, inner in value.items())
    return _value(value, words)


def _pair(name: str, value: object, words: Words) -> str:
    shown = words.either(name, _NAMES.get(name, name))
    if isinstance(value, Mapping):
        if value.keys() == {"equals"}:
            return f"{name}: {_value(value['equals'], words)}"
        return f"{shown} {_compared(value, words)}"
    return f"{shown}: {_value(value, words)}"


def _compared(comparison: Mapping[str, Any], words: Words) -> str:
    if not comparison.keys() <= _COMPARISONS.keys() | {"exists"}:
        return _plain(comparison, words)
    parts = []
    for word, value in comparison.items():
        if word == "exists":
            parts.append(words.either("is known", "ist bekannt") if value else words.either("is not known", "fehlt"))
        else:
            parts.append(words.either(*_COMPARISONS[word]).format(_value(value, words)))
    return words.listed(parts)


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def _value(value: object, words: Words) -> str:
    if isinstance(value, bool):
        return words.either("yes", "ja") if value else words.either("no", "nein")
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return _plain(value, words)
    if isinstance(value, list | tuple):
        return words.listed([_value(one, words) for one in value], "or")
    if isinstance(value, str) and value.startswith("P") and _is_duration(value):
        return words.duration(parse_duration(value))
    return str(value)


def _is_duration(text: str) -> bool:
    try:
        return bool(parse_duration(text))
    except ValueError:
        return False
