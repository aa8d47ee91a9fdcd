"""The words of both languages, and how values are written in them."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from leadwell.clock import DAY, HOUR, MINUTE, SECOND
from leadwell.definitions.titles import Titles, no_titles
from leadwell.durations import parse_duration

Sent = tuple[str, str]
"""(channel, template)."""
NOTHING_SENT: Mapping[str, Sent] = MappingProxyType({})


class Words:
    """In one language."""

    def __init__(self, locale: str, titles: Titles = no_titles, sent: Mapping[str, Sent] = NOTHING_SENT) -> None:
        """``sent`` is which message each step sends, by its id."""
        self.language = "de" if locale.lower().startswith("de") else "en"
        self._titles, self._sent = titles, sent

    def __call__(self, word: str, **values: object) -> str:
        en, de = _WORDS[word]
        return (de if self.language == "de" else en).format(**values)

    def title(self, kind: str, name: str) -> str:
        """What it is called; its name where nobody has said."""
        found = self._titles(kind, name)
        return found.in_locale(self.language) if found else name

    def named(self, kind: str, name: object) -> str:
        """The same within a sentence: a title is quoted, a name is a word of its own."""
        told = value_told(name, self)
        title = self.title(kind, told)
        return told if title == told else self.either(f"“{title}”", f"„{title}“")

    def sent(self, step: str) -> str:
        """What the message is called that a step sends; the step's id where nobody has said."""
        found = self._titles(*self._sent[step]) if step in self._sent else None
        return found.in_locale(self.language) if found else step

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

    def date(self, text: str) -> str:
        """``2027-04-15`` → ``15 April 2027``; what is no day stays as it is: the name of a trait."""
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return text
        month = MONTH_NAMES[self.language][day.month - 1]
        return self.either(f"{day.day} {month} {day.year}", f"{day.day}. {month} {day.year}")

    def topic(self, topic: str) -> str:
        """``marketing/email`` → ``advertising by e-mail``."""
        purpose, _, channel = topic.partition("/")
        what, how = _PURPOSES.get(purpose), _BY.get(channel)
        return f"{self.either(*what)} {self.either(*how)}".strip() if what and how else topic

    def percent(self, share: float) -> str:
        rounded = f"{share * 100:.1f}".removesuffix(".0")
        return self.either(f"{rounded}%", f"{rounded.replace('.', ',')} %")

    def number(self, count: int) -> str:
        return self.either(f"{count:,}", f"{count:,}".replace(",", "."))

    def listed(self, items: Sequence[str], word: str = "and") -> str:
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self(word)} {items[-1]}"


_PURPOSES = {"marketing": ("advertising", "Werbung")}
_BY = {"email": ("by e-mail", "per E-Mail"), "sms": ("by SMS", "per SMS"), "*": ("by any way", "auf jedem Weg")}

MONTH_NAMES = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
}

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
    "or it ends": ("otherwise the journey ends", "sonst endet die Journey"),
    "opened": ("“{what}” is opened", "„{what}“ wird geöffnet"),
    "clicked": ("“{what}” is clicked", "in „{what}“ wird geklickt"),
    "replied": ("“{what}” is answered", "auf „{what}“ kommt eine Antwort"),
    "bounced": ("“{what}” bounces", "„{what}“ kommt zurück"),
    "timed out": ("nothing came in time", "nichts kam rechtzeitig"),
    "came": ("it came", "es kam"),
    "email": ("E-mail", "E-Mail"),
    "sms": ("SMS", "SMS"),
    "webhook": ("Tell another system", "Anderes System benachrichtigen"),
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
    "jump": ("{points} points or more within {time}", "{points} Punkte oder mehr innerhalb von {time}"),
    "stage": ("stage {what}", "Phase {what}"),
    "interest": ("interest in {what}", "Interesse an {what}"),
    "withdraw": ("consent to {what} ends", "Einwilligung in {what} endet"),
    "exit": ("The journey ends", "Die Journey endet"),
    "start journey": ("Start another journey", "Andere Journey starten"),
    "stop journey": ("Stop another journey", "Andere Journey beenden"),
    "with": ("{what} with {more}", "{what} mit {more}"),
    "within": ("{what} within {time}", "{what} innerhalb von {time}"),
    "enters segment": ("enters the segment {what}", "kommt ins Segment {what}"),
    "leaves segment": ("leaves the segment {what}", "verlässt das Segment {what}"),
    "in segment": ("in the segment {what}", "im Segment {what}"),
    "on list": ("on the list {what}", "auf der Liste {what}"),
    "has consent": ("consent to {what}", "Einwilligung in {what}"),
    "no consent": ("no consent to {what}", "keine Einwilligung in {what}"),
    "becomes": ("it becomes true: {what}", "es trifft zu: {what}"),
    "last ago": ("the last {what} was {time} ago", "{what} ist {time} her"),
    "by hand": ("by hand, or by another journey", "von Hand oder durch eine andere Journey"),
    "at time": ("{what}, at {time}", "{what}, um {time}"),
    "only who": ("only if {what}", "nur wenn {what}"),
    "form sent": ("the form {what} is sent", "das Formular {what} wird abgeschickt"),
    "link followed": ("a link with {what} is followed", "ein Link mit {what} wird angeklickt"),
    "voucher used": ("a voucher of {what} is used", "ein Gutschein aus {what} wird eingelöst"),
    "comes to stage": ("comes to the stage {what}", "kommt in die Phase {what}"),
    "company enters": ("the company enters the segment {what}", "das Unternehmen kommt ins Segment {what}"),
    "company stage": ("the company rises to the stage {what}", "das Unternehmen kommt in die Phase {what}"),
    "on date": ("on {date}", "am {date}"),
    "from date": ("from {date} on", "ab {date}"),
    "every day": ("every day", "jeden Tag"),
    "every week": ("every week", "jede Woche"),
    "every month": ("every month", "jeden Monat"),
    "every year": ("every year", "jedes Jahr"),
    "for all": ("for everybody", "für alle"),
    "for segment": ("for the segment {what}", "für das Segment {what}"),
    "for list": ("for the list {what}", "für die Liste {what}"),
    "exclusive": ("Meanwhile other advertising stays away", "Solange bleibt andere Werbung fern"),
    "left alone": ("{share} are left alone, for comparison", "{share} bleiben zum Vergleich außen vor"),
    "throttled": ("At most {count} enter within {time}", "Höchstens {count} beginnen innerhalb von {time}"),
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

WEEKDAY_NAMES = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
}


def plain(value: object, words: Words) -> str:
    """A mapping without braces at the outside."""
    if isinstance(value, Mapping):
        return ", ".join(_pair(name, inner, words) for name, inner in value.items())
    return value_told(value, words)


def _pair(name: str, value: object, words: Words) -> str:
    shown = words.either(name, _NAMES.get(name, name))
    if isinstance(value, Mapping):
        if value.keys() == {"equals"}:
            return f"{name}: {value_told(value['equals'], words)}"
        return f"{shown} {compared(value, words)}"
    return f"{shown}: {value_told(value, words)}"


def compared(comparison: Mapping[str, Any], words: Words) -> str:
    if not comparison.keys() <= _COMPARISONS.keys() | {"exists"}:
        return plain(comparison, words)
    parts = []
    for word, value in comparison.items():
        if word == "exists":
            parts.append(words.either("is known", "ist bekannt") if value else words.either("is not known", "fehlt"))
        else:
            parts.append(words.either(*_COMPARISONS[word]).format(value_told(value, words)))
    return words.listed(parts)


def begun(text: str) -> str:
    return text[:1].upper() + text[1:]


def value_told(value: object, words: Words) -> str:
    if isinstance(value, bool):
        return words.either("yes", "ja") if value else words.either("no", "nein")
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return plain(value, words)
    if isinstance(value, list | tuple):
        return words.listed([value_told(one, words) for one in value], "or")
    if isinstance(value, str) and value.startswith("P") and _is_duration(value):
        return words.duration(parse_duration(value))
    return str(value).upper() if value in _SHORT else str(value)


_SHORT = ("mql", "sql")
"""Stages that people write in capitals."""


def _is_duration(text: str) -> bool:
    try:
        return bool(parse_duration(text))
    except ValueError:
        return False
