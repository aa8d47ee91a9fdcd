"""The outline of a mail: its words with marks between them, from which ``plain_text`` lays out the text part.

An outline made of rendered HTML is the text of that mail. One made of a template, when it is published, is a template
itself: sending renders it and need not parse HTML, which takes twenty times longer.
"""

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

# Private characters; text never keeps them.
BLOCK = "\ue000"
"""A paragraph ends here, if one has begun."""
HEADING, SUBHEADING = "\ue001", "\ue002"
BULLETS, NUMBERS, LIST_END, ITEM = "\ue003", "\ue004", "\ue005", "\ue006"
DIVIDER = "\ue007"
IMAGE, IMAGE_END = "\ue008", "\ue009"
"""Around an alternative text."""
LINK, LABEL, LINK_END = "\ue00a", "\ue00b", "\ue00c"
"""``LINK`` address ``LABEL`` words ``LINK_END``. A line break is a plain one."""
MARKS = f"{BLOCK}-{LINK_END}"

_VALUE, _STATEMENT, _HIDDEN_END = "\ue010", "\ue011", "\ue012"

_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_MARK = re.compile(f"[{MARKS}]")
_INVISIBLE = re.compile(f"[\u00ad\u034f\u200b\u2060\ufeff{MARKS}]")
_UNFIT = re.compile(f"[\t\r\n\f\v\u00ad\u034f\u200b\u2060\ufeff{MARKS}]")
_PRIVATE = re.compile(f"[{MARKS}{_VALUE}{_STATEMENT}{_HIDDEN_END}]")
_DISPLAY_NONE = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_BORDER = re.compile(r"border-top\s*:\s*\w*\s*\d", re.IGNORECASE)
_JINJA = re.compile(
    r"""\s*\{%-(?:"[^"]*"|'[^']*'|[^"'])*?-?%\} | \{%\+?(?:"[^"]*"|'[^']*'|[^"'])*?%\} |"""
    r"""\s*\{\{-(?:"[^"]*"|'[^']*'|[^"'])*?-?\}\} | \{\{\+?(?:"[^"]*"|'[^']*'|[^"'])*?\}\}""",
    re.VERBOSE,
)
_HIDDEN_JINJA = re.compile(f"[{_VALUE}{_STATEMENT}](\\d+){_HIDDEN_END}")
# What means something else without HTML around it: a piece of the mail kept under a name, escaping, raw text.
_NEEDS_HTML = re.compile(r"\{%-?\s*(set\b[^=]*|raw\b.*)%\}|\|\s*escape\b", re.DOTALL)

_KEYWORD = re.compile(r"\{%\s*(\w+)")
_DEPTHS = {"if": 1, "for": 1, "endif": -1, "endfor": -1}
_TELLING = frozenset({"display", "mso-hide", "border-top"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_IGNORED = frozenset({"head", "style", "script", "title", "noscript", "template"})
_VOID = _words("area base br col embed hr img input link meta source track wbr")
_BLOCKS = _words(
    "address article blockquote body dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header li main ol p pre "
    "section table tbody td tfoot th thead tr ul"
)
_BEGINS = {"h1": HEADING, "h2": SUBHEADING, "ul": BULLETS, "ol": NUMBERS, "li": ITEM, "br": "\n", "hr": DIVIDER}


def outline(html: str) -> str:
    """Of rendered HTML. Hidden elements (the preheader), styles and comments are left out."""
    return _read(html).text


def outline_template(html: str) -> str | None:
    """Of an HTML template: a template whose rendering, without escaping, is the outline of the rendered HTML.

    None where that cannot be said beforehand: a condition within a tag or around hidden parts, a block under a name.
    """
    if _PRIVATE.search(html) or _NEEDS_HTML.search(html):
        return None
    hidden, expressions = _hidden(html)
    reader = _read(hidden, expressions)
    text = reader.text
    unseen = hidden.count(_STATEMENT) - text.count(_STATEMENT) - reader.let_go
    if reader.depends or unseen or "{" in text or "}" in text:
        return None
    return _HIDDEN_JINJA.sub(lambda found: expressions[int(found[1])], text)


def inline(text: str) -> str:
    """A value as it may stand in an outline: no marks, nothing invisible, no line breaks."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)) if _UNFIT.search(text) else text


class _Outliner(HTMLParser):
    """``expressions`` are those that numbers stand for. ``depends`` says that one decides what is left out, ``let_go``
    how many statements were left out that decide about nothing but looks."""

    def __init__(self, expressions: Sequence[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.expressions = expressions
        self.pieces: list[str] = []
        self.silent: list[str] = []
        self.depends = False
        self.let_go = 0

    @property
    def text(self) -> str:
        return re.sub(f"\\s*{BLOCK}[\\s{BLOCK}]*", BLOCK, "".join(self.pieces))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        style = values.get("style", "")
        if self.expressions:
            self._look_at(values)
        if self.silent or tag in _IGNORED or _DISPLAY_NONE.search(style):
            if tag not in _VOID:
                self.silent.append(tag)
            return
        if tag in _BLOCKS:
            self.pieces.append(BLOCK)
        if tag in _BEGINS:
            self.pieces.append(_BEGINS[tag])
        elif tag == "p" and _BORDER.search(style):
            self.pieces.append(DIVIDER)
        elif tag == "img":
            self.pieces.append(f"{IMAGE}{inline(values.get('alt', ''))}{IMAGE_END}")
        elif tag == "a":
            self.pieces.append(f"{LINK}{_MARK.sub('', values.get('href', ''))}{LABEL}")

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            if tag in self.silent:
                while self.silent.pop() != tag:
                    pass
            return
        if tag == "a":
            self.pieces.append(LINK_END)
        if tag in _BLOCKS:
            self.pieces.append(BLOCK)
        if tag in ("ul", "ol"):
            self.pieces.append(LIST_END)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.pieces.append(_SPACE.sub(" ", _INVISIBLE.sub("", data)))

    def _look_at(self, attributes: Mapping[str, str]) -> None:
        for name, value in attributes.items():
            declarations = value.split(";") if name == "style" else ()
            if _HIDDEN_JINJA.search(name) or any(map(_decides, declarations)):
                self.depends = True
            elif name not in ("href", "alt") and self._is_complete(value):
                self.let_go += value.count(_STATEMENT)

    def _is_complete(self, value: str) -> bool:
        """Whether every condition and loop that begins in there ends in there."""
        depth = 0
        for found in _HIDDEN_JINJA.finditer(value):
            word = _KEYWORD.match(self.expressions[int(found[1])])
            depth += _DEPTHS.get(word[1], 0) if word else 0
            if depth < 0 or (word and word[1] == "set"):
                return False
        return depth == 0


def _decides(declaration: str) -> bool:
    """Whether Jinja in a style may show or hide an element, or draw a line."""
    name, colon, _ = declaration.partition(":")
    return _HIDDEN_END in declaration and (not colon or _HIDDEN_END in name or name.strip().lower() in _TELLING)


def _read(html: str, expressions: Sequence[str] = ()) -> _Outliner:
    reader = _Outliner(expressions)
    reader.feed(html)
    reader.close()
    return reader


def _hidden(html: str) -> tuple[str, list[str]]:
    """Replaces Jinja by numbers between private characters, and does what its ``-`` asks for at once."""
    expressions: list[str] = []

    def number(found: re.Match[str]) -> str:
        expressions.append(re.sub(r"^(\{[{%])[-+]|[-+]([%}]\})$", r"\1\2", found.group().strip()))
        kind = _VALUE if expressions[-1].startswith("{{") else _STATEMENT
        return f"{kind}{len(expressions) - 1}{_HIDDEN_END}"

    return _JINJA.sub(number, re.sub(r"(?<=-[%}]\})\s+", "", html)), expressions
