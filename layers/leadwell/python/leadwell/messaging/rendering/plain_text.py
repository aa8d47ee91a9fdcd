"""The text part of a mail, laid out from its outline."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from leadwell.messaging.rendering import text_outline as marks
from leadwell.messaging.rendering.text_outline import outline

WIDTH = 72

_NO_BREAK_SPACE = "\u00a0"
_MARK = re.compile(f"([{marks.MARKS}])")
# Around a link until it is known whether it stands alone.
_LABEL, _ADDRESS, _END = marks.LINK, marks.LABEL, marks.LINK_END
_LONE_LINK = re.compile(f"{_LABEL}([^{_LABEL}{_END}]*){_ADDRESS}([^{_LABEL}{_END}]*){_END}")
_ROW_OF_LINKS = re.compile(f"(?:{_LABEL}[^{_LABEL}{_END}]*{_END} ?){{2,}}")


def plain_text(html: str) -> str:
    """HTML → text of at most 72 columns that a person can read: headings underlined, ``- `` before list items.

    Links show as ``label: address`` on a line of their own, also where several stand in a row, and as
    ``label (address)`` within a sentence. Hidden elements (the preheader), styles and comments are left out; an image,
    linked or not, shows its alternative text, unless that says what the text after it says anyway.
    """
    return laid_out(outline(html))


def laid_out(outlined: str) -> str:
    """The text of an outline, rendered if it was a template."""
    reader = _Reader()
    reader.read(outlined)
    return _lines(reader.blocks)


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


class _Reader:
    """Collects blocks of text; tables, in mails, are layout and nothing else."""

    def __init__(self) -> None:
        self.blocks: list[_Block] = []
        self.pieces: list[str] = []
        self.picture = ""
        """The piece that is a link around nothing but a picture."""
        self.link: _Link | None = None
        self.lists: list[_List] = []
        self.rule = ""
        self.prefix = ""

    def read(self, outlined: str) -> None:
        for paragraph in outlined.split(marks.BLOCK):
            if paragraph.isprintable():  # no mark is
                if paragraph:
                    self.pieces.append(paragraph)
            else:
                self._read_marks(paragraph)
            self.end_block()

    def _read_marks(self, paragraph: str) -> None:
        first, *rest = _MARK.split(paragraph)
        if first:
            self.pieces.append(first)
        for mark, text in zip(rest[::2], rest[1::2], strict=True):
            if mark in _TAKES_TEXT:
                _TAKES_TEXT[mark](self, text)
                continue
            if mark in _ACTS:
                _ACTS[mark](self)
            if text:
                self.pieces.append(text)

    def end_block(self) -> None:
        if self.link is not None:
            self.end_link()
        if self.pieces:
            text = _tidy("".join(self.pieces))
            self.pieces = []
            if text:
                self.blocks.append(_Block(text, self.rule, self.prefix, is_image=text == self.picture))
                # Only the first paragraph of a list item carries its bullet.
                self.prefix = " " * len(self.prefix)
        if not self.lists:
            self.prefix = ""
        self.rule = ""

    def begin_heading(self) -> None:
        self.rule = "="

    def begin_subheading(self) -> None:
        self.rule = "-"

    def begin_bullets(self) -> None:
        self.lists.append(_List(ordered=False))

    def begin_numbers(self) -> None:
        self.lists.append(_List(ordered=True))

    def end_list(self) -> None:
        if self.lists:
            self.lists.pop()

    def begin_item(self) -> None:
        current = self.lists[-1] if self.lists else _List(ordered=False)
        current.count += 1
        mark = f"{current.count}. " if current.ordered else "- "
        self.prefix = "  " * max(len(self.lists) - 1, 0) + mark

    def add_divider(self) -> None:
        self.end_block()
        self.blocks.append(_Block("", is_divider=True))

    def add_image(self, alternative: str) -> None:
        if self.link is not None:
            self.pieces.append(alternative)
            self.link.image = _tidy(alternative)
        elif alternative.strip():
            self.end_block()
            self.blocks.append(_Block(_tidy(alternative), is_image=True))

    def begin_link(self, address: str) -> None:
        if address:
            self.link = _Link(address, len(self.pieces))

    def end_link(self) -> None:
        if self.link is None:
            return
        link, self.link = self.link, None
        label = _tidy("".join(self.pieces[link.start :])).replace("\n", " ")
        address = link.address.removeprefix("mailto:").removeprefix("tel:")
        shown = address if not label or label == address else f"{_LABEL}{label}{_ADDRESS}{address}{_END}"
        self.pieces[link.start :] = [shown]
        if link.image == label:
            self.picture = shown
        if link.image == label:
            self.picture = shown


_TAKES_TEXT: dict[str, Callable[[_Reader, str], None]] = {
    marks.IMAGE: _Reader.add_image,
    marks.LINK: _Reader.begin_link,
}
_ACTS: dict[str, Callable[[_Reader], None]] = {
    marks.HEADING: _Reader.begin_heading,
    marks.SUBHEADING: _Reader.begin_subheading,
    marks.BULLETS: _Reader.begin_bullets,
    marks.NUMBERS: _Reader.begin_numbers,
    marks.LIST_END: _Reader.end_list,
    marks.ITEM: _Reader.begin_item,
    marks.DIVIDER: _Reader.add_divider,
    marks.LINK_END: _Reader.end_link,
}


def _tidy(text: str) -> str:
    text = _single_spaced(text.replace(_NO_BREAK_SPACE, " "))
    if "\n" not in text:
        return text.strip()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()


def _single_spaced(text: str) -> str:
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def _lines(blocks: list[_Block]) -> str:
    lines: list[str] = []
    for number, block in enumerate(blocks):
        if block.is_image and number + 1 < len(blocks):
            following = blocks[number + 1].text
            if following.lstrip(_LABEL).startswith(_LONE_LINK.sub(r"\1", block.text)):
                continue
        if lines and not (block.prefix.strip() and blocks[number - 1].prefix):
            lines.append("")
        if block.is_divider:
            lines.append("-" * WIDTH)
            continue
        if "\n" in block.text:
            wrapped = [part for line in block.text.split("\n") for part in _wrapped(line, block.prefix)]
        else:
            wrapped = _wrapped(block.text, block.prefix)
        lines += wrapped
        if block.rule:
            lines.append(block.rule * max(map(len, wrapped)))
    return "\n".join(lines).strip("\n") + "\n"


def _wrapped(line: str, prefix: str) -> list[str]:
    """Breaks a line between words; an address is never broken, or it could not be followed any more."""
    if _LABEL in line:
        if alone := _LONE_LINK.fullmatch(line):
            label, address = alone.groups()
            if len(prefix) + len(label) + 2 + len(address) <= WIDTH:
                return [f"{prefix}{label}: {address}"]
            return [*_filled(f"{label}:", prefix), f"{' ' * len(prefix)}{address}"]
        if _ROW_OF_LINKS.fullmatch(line):
            return [part for one in _LONE_LINK.finditer(line) for part in _wrapped(one.group(), prefix)]
        line = _LONE_LINK.sub(r"\1 (\2)", line)
    return _filled(line, prefix)


def _filled(line: str, prefix: str) -> list[str]:
    """Words in lines as full as they may be; a longer word has a line of its own."""
    if len(prefix) + len(line) <= WIDTH:
        return [prefix + line if line else prefix.rstrip()]
    filled: list[str] = []
    indent, room = prefix, WIDTH - len(prefix)
    while len(line) > room:
        cut = line.rfind(" ", 0, room + 1)
        if cut < 0:
            cut = line.find(" ", room)
        if cut < 0:
            break
        filled.append(indent + line[:cut])
        line, indent = line[cut + 1 :], " " * len(prefix)
    filled.append(indent + line)
    return filled
