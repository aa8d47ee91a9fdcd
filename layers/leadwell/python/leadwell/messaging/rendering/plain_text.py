"""The text part of a mail, made from its rendered HTML."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from textwrap import wrap

WIDTH = 72


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_IGNORED = frozenset({"head", "style", "script", "title", "noscript", "template"})
_VOID = _words("area base br col embed hr img input link meta source track wbr")
_BLOCKS = _words(
    "address article blockquote body dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header li main ol p pre "
    "section table tbody td tfoot th thead tr ul"
)
_RULES = {"h1": "=", "h2": "-"}
_SPACE = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_BORDER = re.compile(r"border-top\s*:\s*\w*\s*\d", re.IGNORECASE)
# Marks around a link until it is known whether it stands alone; private characters that text never keeps.
_LABEL, _ADDRESS, _END = "\ue000", "\ue001", "\ue002"
_INVISIBLE = re.compile("[\u00ad\u034f\u200b\u2060\ufeff\ue000-\ue002]")
_LONE_LINK = re.compile(f"{_LABEL}([^{_LABEL}{_END}]*){_ADDRESS}([^{_LABEL}{_END}]*){_END}")


def plain_text(html: str) -> str:
    """HTML → text of at most 72 columns that a person can read: headings underlined, ``- `` before list items.

    Links show as ``label: address`` on a line of their own and as ``label (address)`` within a sentence. Hidden
    elements (the preheader), styles and comments are left out; an image, linked or not, shows its alternative text,
    unless that says what the text after it says anyway.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    return _laid_out(reader.blocks)


@dataclass(slots=True)
class _Block:
    text: str
    rule: str = ""
    prefix: str = ""
    is_image: bool = False
    is_divider: bool = False


@dataclass(slots=True)
class _Link:
    address: str
    start: int
    """How many pieces the block had before the link."""
    image: str = ""
    """What the last picture inside shows."""


@dataclass(slots=True)
class _List:
    ordered: bool
    count: int = 0


class _Reader(HTMLParser):
    """Collects blocks of text; tables, in mails, are layout and nothing else."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[_Block] = []
        self.pieces: list[str] = []
        self.picture = ""
        """The piece that is a link around nothing but a picture."""
        self.silent: list[str] = []
        self.link: _Link | None = None
        self.lists: list[_List] = []
        self.rule = ""
        self.prefix = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if self.silent or tag in _IGNORED or _HIDDEN.search(values.get("style", "")):
            if tag not in _VOID:
                self.silent.append(tag)
            return
        if tag in _BLOCKS:
            self.end_block()
        if tag in _RULES:
            self.rule = _RULES[tag]
        elif tag in ("ul", "ol"):
            self.lists.append(_List(ordered=tag == "ol"))
        elif tag == "li":
            self._start_item()
        elif tag == "br":
            self.pieces.append("\n")
        elif tag == "hr" or (tag == "p" and _BORDER.search(values.get("style", ""))):
            self.end_block()
            self.blocks.append(_Block("", is_divider=True))
        elif tag == "img":
            self._show_image(values.get("alt", ""))
        elif tag == "a" and values.get("href"):
            self.link = _Link(values["href"], len(self.pieces))

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            if tag in self.silent:
                while self.silent.pop() != tag:
                    pass
            return
        if tag == "a":
            self._end_link()
        if tag in _BLOCKS:
            self.end_block()
        if tag in ("ul", "ol") and self.lists:
            self.lists.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.pieces.append(_SPACE.sub(" ", _INVISIBLE.sub("", data)))

    def end_block(self) -> None:
        self._end_link()
        text = _tidy("".join(self.pieces))
        self.pieces = []
        if text:
            self.blocks.append(_Block(text, self.rule, self.prefix, is_image=text == self.picture))
            # Only the first paragraph of a list item carries its bullet.
            self.prefix = " " * len(self.prefix)
        if not self.lists:
            self.prefix = ""
        self.rule = ""

    def _start_item(self) -> None:
        current = self.lists[-1] if self.lists else _List(ordered=False)
        current.count += 1
        mark = f"{current.count}. " if current.ordered else "- "
        self.prefix = "  " * max(len(self.lists) - 1, 0) + mark

    def _show_image(self, alternative: str) -> None:
        if self.link is not None:
            self.pieces.append(alternative)
            self.link.image = _tidy(alternative)
        elif alternative.strip():
            self.end_block()
            self.blocks.append(_Block(_tidy(alternative), is_image=True))

    def _end_link(self) -> None:
        if self.link is None:
            return
        link, self.link = self.link, None
        label = _tidy("".join(self.pieces[link.start :]))
        address = link.address.removeprefix("mailto:").removeprefix("tel:")
        shown = address if not label or label == address else f"{_LABEL}{label}{_ADDRESS}{address}{_END}"
        self.pieces[link.start :] = [shown]
        if link.image == label:
            self.picture = shown


def _tidy(text: str) -> str:
    lines = (" ".join(line.replace("\u00a0", " ").split(" ")).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" {2,}", " ", "\n".join(lines))).strip()


def _laid_out(blocks: list[_Block]) -> str:
    lines: list[str] = []
    for number, block in enumerate(blocks):
        following = blocks[number + 1].text if number + 1 < len(blocks) else ""
        if block.is_image and following.lstrip(_LABEL).startswith(_LONE_LINK.sub(r"\1", block.text)):
            continue
        if lines and not (block.prefix.strip() and blocks[number - 1].prefix):
            lines.append("")
        if block.is_divider:
            lines.append("-" * WIDTH)
            continue
        wrapped = [part for line in block.text.split("\n") for part in _wrapped(line, block.prefix)]
        lines += wrapped
        if block.rule:
            lines.append(block.rule * max(map(len, wrapped)))
    return "\n".join(lines).strip("\n") + "\n"


def _wrapped(line: str, prefix: str) -> list[str]:
    """Breaks a line between words; an address is never broken, or it could not be followed any more."""
    if alone := _LONE_LINK.fullmatch(line):
        label, address = alone.groups()
        if len(prefix) + len(label) + 2 + len(address) <= WIDTH:
            return [f"{prefix}{label}: {address}"]
        return [*_filled(f"{label}:", prefix), f"{' ' * len(prefix)}{address}"]
    return _filled(_LONE_LINK.sub(r"\1 (\2)", line), prefix)


def _filled(line: str, prefix: str) -> list[str]:
    filled = wrap(
        line,
        WIDTH,
        initial_indent=prefix,
        subsequent_indent=" " * len(prefix),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return filled or [prefix.rstrip()]
