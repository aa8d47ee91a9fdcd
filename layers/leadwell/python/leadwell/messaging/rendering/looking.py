"""A rendered mail as its readers see it: pictures, links, and every piece of text in its color on its background."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_UNSEEN = frozenset({"head", "style", "script", "title"})
_COLOR = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)
_NAMED = {"white": "#ffffff", "black": "#000000"}
_PIXELS = re.compile(r"([\d.]+)px")
_SMALL = 16.0


@dataclass(frozen=True, slots=True)
class Words:
    """``ratio`` is the contrast by WCAG; ``large`` text needs less of it."""

    text: str
    color: str
    background: str
    large: bool

    @property
    def ratio(self) -> float:
        bright, dark = sorted((_luminance(self.color), _luminance(self.background)), reverse=True)
        return (bright + 0.05) / (dark + 0.05)


@dataclass(slots=True)
class Looked:
    """``images`` are (source, alternative text or None, whether it is a link), ``links`` are (address, words)."""

    images: list[tuple[str, str | None, bool]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    texts: list[Words] = field(default_factory=list)

    @property
    def words(self) -> str:
        return " ".join(one.text for one in self.texts)


def look(html: str) -> Looked:
    """What cannot be seen is left out. Colors are those of attributes, as mail programs obey them."""
    reader = _Reader()
    reader.feed(re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL))
    reader.close()
    return reader.looked


@dataclass(frozen=True, slots=True)
class _Style:
    tag: str = ""
    color: str = "#000000"
    background: str = "#ffffff"
    pixels: float = _SMALL
    bold: bool = False
    hidden: bool = False
    link: int = -1


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.looked = Looked()
        self.open = [_Style()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        style = self._style(tag, given)
        if tag == "img" and not style.hidden:
            alt = given.get("alt") if "alt" in given else None
            self.looked.images.append((given.get("src", ""), alt, style.link >= 0))
            if style.link >= 0 and alt:
                self._say(style.link, alt)
        if tag not in _VOID:
            self.open.append(style)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].tag == tag:
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        text, style = " ".join(data.split()), self.open[-1]
        if not text.strip("\u200b\u200c\u034f\u00ad\ufeff ") or style.hidden:
            return
        large = style.pixels >= 24 or (style.bold and style.pixels >= 18.66)
        self.looked.texts.append(Words(text, style.color, style.background, large))
        if style.link >= 0:
            self._say(style.link, text)

    def _say(self, link: int, words: str) -> None:
        href, before = self.looked.links[link]
        self.looked.links[link] = (href, f"{before} {words}".strip())

    def _style(self, tag: str, given: dict[str, str]) -> _Style:
        around = self.open[-1]
        said = {
            name.strip().lower(): value.strip()
            for name, colon, value in (one.partition(":") for one in given.get("style", "").split(";"))
            if colon
        }
        hidden = around.hidden or tag in _UNSEEN or said.get("display", "").startswith("none")
        background = said.get("background-color") or said.get("background") or given.get("bgcolor", "")
        pixels = _PIXELS.search(said.get("font-size", ""))
        weight = said.get("font-weight", "")
        link = around.link
        if tag == "a" and "href" in given and not hidden:
            self.looked.links.append((given["href"].strip(), ""))
            link = len(self.looked.links) - 1
        return _Style(
            tag=tag,
            color=_color(said.get("color", given.get("color", "")), around.color),
            background=_color(background, around.background),
            pixels=float(pixels[1]) if pixels else around.pixels,
            bold=_is_bold(weight) if weight else around.bold or tag in ("b", "strong", "h1", "h2", "h3"),
            hidden=hidden,
            link=link,
        )


def _is_bold(weight: str) -> bool:
    return weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 700)


def _color(said: str, around: str) -> str:
    """What is said by other means than #rrggbb, or partly transparent, is not looked at: what is around counts."""
    if found := _COLOR.search(said):
        color = found[0].lower()
        return color if len(color) == 7 else "#" + "".join(2 * digit for digit in color[1:])
    return _NAMED.get(said.strip().lower(), around)


def _luminance(color: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
