"""What a person wrote in a mail: text out of HTML, without what it answers to; and whether it asks for silence."""

import re
from html.parser import HTMLParser

_LARGEST_HTML = 300_000
_BREAKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "table", "ul", "ol"})
_LEFT_OUT = frozenset({"style", "script", "head", "title", "blockquote"})
_VOID = re.compile(r"[ \t\u00a0]+")

_QUOTE_BEGINS = re.compile(
    r"^(?:>|-{2,}\s*(?:original|ursprüngliche|weitergeleitete|forwarded)|_{10,}\s*$|"
    r"(?:on|am)\b.{5,200}\b(?:wrote|schrieb)\b.{0,120}:?\s*$|"
    r"(?:from|von|gesendet|sent):\s*\S.*@)",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^--\s*$")
_SPREAD = re.compile(r"^(?:on|am)\b.{5,200}$", re.IGNORECASE)
_SPREAD_END = re.compile(r"\b(?:wrote|schrieb)\b.{0,120}:?\s*$", re.IGNORECASE)

_ALONE = frozenset({"STOP", "STOPSTOP", "REMOVE", "REMOVEME", "OPTOUT", "OPTMEOUT", "REVOKE"})
_ALSO_BEFORE_MORE = frozenset({"ABMELDEN", "ABBESTELLEN", "ABMELDUNG", "UNSUBSCRIBE", "STOPP", "AUSTRAGEN"})
_AFTER_STOP = frozenset(
    {
        *("ALL", "ANY", "CONTACTING", "EMAIL", "EMAILING", "EMAILS", "IT", "MAIL", "MAILING", "MAILS", "MESSAGES"),
        *("NEWSLETTER", "NOW", "PLEASE", "SENDING", "SPAM", "SPAMMING", "THE", "THESE", "THIS", "WRITING", "YOUR"),
        *("BITTE", "DAS", "DEN", "DIE", "DIESE", "DIESEN", "JETZT", "MIT", "SOFORT", "WERBUNG"),
    }
)
"""What follows a "stop" that is meant for the sender: "Stop by our office tomorrow" is none."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._within = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LEFT_OUT:
            self._within += 1
        elif tag in _BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _LEFT_OUT:
            self._within = max(0, self._within - 1)
        elif tag in _BREAKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.pieces.append(data)


def text_of_html(html: str) -> str:
    """Good enough for a person to read; quotations are left out."""
    reader = _Reader()
    reader.feed(html[:_LARGEST_HTML])
    reader.close()
    return "".join(reader.pieces)


def own_words(text: str) -> str:
    """What stands above the quotation and the signature. All of it where that would be nothing."""
    lines = [_VOID.sub(" ", line).strip() for line in text.replace("\r\n", "\n").split("\n")]
    kept: list[str] = []
    for place, line in enumerate(lines):
        following = lines[place + 1] if place + 1 < len(lines) else ""
        spread = _SPREAD.match(line) and _SPREAD_END.search(following) and len(following) < 120
        if _QUOTE_BEGINS.match(line) or _SIGNATURE.match(line) or spread:
            break
        kept.append(line)
    return _tidy(kept) or _tidy([line for line in lines if not line.startswith(">")])


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def first_line(text: str) -> str:
    return next((line for line in text.split("\n") if line), "")


def asks_by_mail(text: str) -> bool:
    """Whether a line, a subject or the first of a text, asks for silence: the word alone, however it is written, or
    before words that leave no doubt. Stricter than for SMS, where hardly anything else is ever answered."""
    words = re.findall(r"\w+", text.upper().replace("OPT-OUT", "OPTOUT").replace("OPT OUT", "OPTOUT"))
    if not words:
        return False
    if words[0] in _ALSO_BEFORE_MORE or "".join(words) in _ALONE:
        return True
    if words[0] == "STOP":
        return words[1] in _AFTER_STOP
    politely = [one for one in words if one not in ("PLEASE", "BITTE")]
    return len(politely) < len(words) <= 6 and bool(politely) and asks_by_mail(" ".join(politely))
