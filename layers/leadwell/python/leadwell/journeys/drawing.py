"""A journey as a picture: SVG with steps, branches, waits in words, goal and exits. Pure.

A journey is a list of steps, some of which hold lists: so a picture is made of blocks that are stacked, or stand side
by side under the step that chooses among them. Every block knows how far it reaches to either side of its line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from leadwell.definitions.titles import Titles, no_titles
from leadwell.journeys.inside import Standing
from leadwell.journeys.program import Program
from leadwell.journeys.steps.running import StepModel
from leadwell.journeys.telling.conditions import told_exit, told_goal, told_trigger
from leadwell.journeys.telling.steps import Told, told_step
from leadwell.journeys.telling.words import Words

CARD = 240
_GAP, _APART, _MARGIN = 30, 28, 28
_PAD, _LINE, _SMALL = 14, 19, 16
_LABEL = 200
_HEAD = 640
_CORNER = 12


@dataclass(frozen=True, slots=True)
class _Block:
    """``left`` and ``right`` are how far it reaches from its line; ``goes_on``: whether the line leaves it below."""

    left: float
    right: float
    height: float
    svg: str
    goes_on: bool = True


@dataclass(slots=True)
class _Drawing:
    words: Words
    ids: Mapping[int, str]
    standing: Standing | None
    told: list[str] = field(default_factory=list)

    def sequence(self, steps: Sequence[StepModel]) -> _Block:
        return _stacked([self.step(step) for step in steps])

    def step(self, step: StepModel) -> _Block:
        told, name = told_step(step, self.words), self.ids.get(id(step), step.id)
        here = self.standing.at.get(name, 0) if self.standing else 0
        self.told.append(f"{told.kind}: {told.text}")
        card = self.card(told, name, here)
        ways = step.ways()
        if step.loops:
            return self.loop(card, self.sequence(ways[0].steps))
        if not any(way.steps for way in ways):
            return card
        columns = []
        for number, label in enumerate(told.ways):
            steps = ways[number].steps if number < len(ways) else ()
            self.told.append(f"{label}:")
            columns.append(_stacked([_label(label), *(self.step(one) for one in steps)], gap=_GAP - 10))
        return _side_by_side(card, columns)

    def card(self, told: Told, name: str, here: int) -> _Block:
        lines = wrapped(told.text, CARD - 2 * _PAD, 14)
        height = 2 * _PAD + _SMALL + _LINE * len(lines)
        badge = ""
        if here:
            assert self.standing is not None
            count = self.words.number(here)
            about = f"{count} {self.words.either('here now', 'jetzt hier')}"
            wide = width(count, 12) + 18
            badge = (
                f'<g class="here"><title>{escape(about)}</title>'
                f'<rect x="{_f(CARD / 2 - _PAD - wide + 6)}" y="{_PAD - 4}" width="{_f(wide)}" height="20" rx="10"/>'
                f'<text x="{_f(CARD / 2 - _PAD - wide / 2 + 6)}" y="{_PAD + 10}">{escape(count)}</text></g>'
            )
        svg = (
            f'<g class="step {told.look}" data-step="{escape(name, _QUOTES)}">'
            f'<rect x="{-CARD / 2:g}" y="0" width="{CARD}" height="{height}" rx="{_CORNER}"/>'
            f'<rect class="mark" x="{-CARD / 2:g}" y="{_CORNER}" width="4" height="{height - 2 * _CORNER}"/>'
            f'<text class="kind" x="{-CARD / 2 + _PAD:g}" y="{_PAD + 10}">{escape(told.kind)}</text>'
            f"{_text(lines, -CARD / 2 + _PAD, _PAD + _SMALL + 14)}{badge}</g>"
        )
        return _Block(CARD / 2, CARD / 2, height, svg, goes_on=told.look != "end")

    def loop(self, card: _Block, inside: _Block) -> _Block:
        """The steps inside, and the way back to where the rounds are counted."""
        top = card.height + _GAP
        bottom = top + inside.height
        out = max(card.right, inside.right) + 18
        middle = card.height / 2
        # The way back leaves the line below the steps, and goes round them.
        turn = bottom + 14
        back = f"M0 {_f(turn)}H{_f(out)}V{_f(middle)}H{_f(card.right + 2)}" if inside.goes_on else ""
        svg = (
            card.svg
            + _arrow(card.height, top)
            + _moved(inside.svg, 0, top)
            + (f'<path class="line back" d="{back}" marker-end="url(#arrow)"/>' if back else "")
            + (_plain_line(bottom, turn) if inside.goes_on else "")
        )
        return _Block(max(card.left, inside.left), out + 6, turn, svg)


def draw(
    program: Program,
    locale: str = "en",
    *,
    standing: Standing | None = None,
    status: str = "",
    title: str = "journey",
    titles: Titles = no_titles,
) -> str:
    """``status`` is shown beside the title: live, paused. ``title`` prefixes the ids in the SVG; ``titles`` say what
    the things are called that the journey names."""
    sent = {name: (one.channel, one.template) for name, node in program.nodes.items() for one in node.step.sends()}
    words, definition = Words(locale, titles, sent), program.definition
    ids = {id(node.step): node.id for node in program.nodes.values()}
    drawing = _Drawing(words, ids, standing)
    begin = told_trigger(definition.trigger, words)
    drawing.told.append(f"{words('start')}: {begin}")
    blocks = [_pill(words("start"), begin, "start"), drawing.sequence(definition.steps)]
    if blocks[-1].goes_on:
        blocks.append(_pill(words("end"), "", "finish"))
    body = _stacked(blocks)
    head, head_height = _heading(program, words, standing, status)
    wide = max(body.left + body.right, _HEAD if head_height else 0) + 2 * _MARGIN
    line = max(_MARGIN + body.left, min(wide / 2, wide - _MARGIN - body.right))
    high = head_height + body.height + 2 * _MARGIN
    name = definition.title.in_locale(locale)
    told = "; ".join([*_ends(program, words), *drawing.told])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="journey-picture" role="graphics-document document" '
        f'lang="{words.language}" viewBox="0 0 {_f(wide)} {_f(high)}" width="{_f(wide)}" height="{_f(high)}" '
        f'aria-labelledby="{title}-title" aria-describedby="{title}-desc">'
        f'<title id="{title}-title">{escape(name)}</title><desc id="{title}-desc">{escape(told)}</desc>'
        f"<style>{_STYLE}</style>"
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>'
        f'<rect class="page" width="{_f(wide)}" height="{_f(high)}"/>'
        f"{_moved(head, _MARGIN, _MARGIN)}{_moved(body.svg, line, _MARGIN + head_height)}</svg>\n"
    )


def _heading(program: Program, words: Words, standing: Standing | None, status: str) -> tuple[str, float]:
    """The title, where it is live and how many are inside, goal and exits; and how high that is."""
    parts, y = [], 0.0

    def add(lines: Sequence[str], size: int, step: int, kind: str) -> None:
        nonlocal y
        parts.append(_text(lines, 0, y + size, kind, step))
        y += step * len(lines)

    definition = program.definition
    add(wrapped(definition.title.in_locale(words.language), _HEAD, 22), 22, 28, "name")
    about = [words.either(f"version {program.version}", f"Version {program.version}")]
    if status:
        about.insert(
            0,
            {"live": words.either("live", "läuft"), "paused": words.either("paused", "angehalten")}.get(status, status),
        )
    if standing is not None:
        inside = ("" if standing.exact else "≥ ") + words.number(standing.all)
        about.append(words.either(f"{inside} inside now", f"{inside} gerade darin"))
        if standing.looked_at < standing.all:
            some = words.number(standing.looked_at)
            about.append(
                words.either(f"at steps: a sample of {some} of them", f"an Schritten: eine Stichprobe von {some}")
            )
    add(wrapped(" · ".join(about), _HEAD, 13), 13, 20, "about")
    y += 6
    for said in _ends(program, words):
        add(wrapped(said, _HEAD, 14), 14, _LINE, "ends")
    return "".join(parts), y + _GAP


def _ends(program: Program, words: Words) -> Iterator[str]:
    definition = program.definition
    if definition.goal is not None:
        yield f"{words('goal')}: {told_goal(definition.goal, words)}"
    for rule in definition.exits:
        yield f"{words('exits')}: {told_exit(rule, words)}"
    if definition.exclusive:
        yield words("exclusive")
    if definition.holdout:
        yield words("left alone", share=words.percent(definition.holdout / 100))
    if (throttle := definition.throttle) is not None:
        yield words("throttled", count=words.number(throttle.at_most), time=words.in_time(throttle.per))


def _pill(kind: str, text: str, look: str) -> _Block:
    lines = wrapped(text, CARD - 2 * _PAD, 14) if text else []
    tall = 2 * 10 + _SMALL + _LINE * len(lines) if lines else 34
    half = CARD / 2 if lines else 44
    svg = (
        f'<g class="pill {look}"><rect x="{_f(-half)}" y="0" width="{_f(2 * half)}" height="{tall}" rx="17"/>'
        f'<text class="kind middle" x="0" y="22">{escape(kind)}</text>'
        f"{_text(lines, 0, 10 + _SMALL + 14, 'middle')}</g>"
    )
    return _Block(half, half, tall, svg)


def _label(text: str) -> _Block:
    lines = wrapped(text, _LABEL - 20, 13)
    tall = 10 + 17 * len(lines)
    half = min(_LABEL, max(width(line, 13) for line in lines) + 24) / 2
    svg = (
        f'<g class="way"><rect x="{_f(-half)}" y="0" width="{_f(2 * half)}" height="{tall}" rx="11"/>'
        f"{_text(lines, 0, 17, 'middle', 17)}</g>"
    )
    return _Block(half, half, tall, svg)


def _stacked(blocks: Sequence[_Block], gap: int = _GAP) -> _Block:
    parts, y, goes_on = [], 0.0, True
    for number, block in enumerate(blocks):
        if number:
            if goes_on:
                parts.append(_arrow(y, y + gap))
            y += gap
        parts.append(_moved(block.svg, 0, y))
        y += block.height
        goes_on = block.goes_on
    return _Block(
        left=max((block.left for block in blocks), default=0),
        right=max((block.right for block in blocks), default=0),
        height=y,
        svg="".join(parts),
        goes_on=goes_on,
    )


def _side_by_side(head: _Block, columns: Sequence[_Block]) -> _Block:
    """From the head one line to each column, and from those that go on one back to the middle."""
    total = sum(column.left + column.right for column in columns) + _APART * (len(columns) - 1)
    places, x = [], -total / 2
    for column in columns:
        places.append(x + column.left)
        x += column.left + column.right + _APART
    # Straight down from the middle where there is a column, or between two of them.
    fork, top = head.height + 16, head.height + 16 + 18
    height = max(column.height for column in columns)
    foot = top + height + 16
    parts = [head.svg, _plain_line(head.height, fork)]
    parts.append(_level(fork, min(0, *places), max(0, *places)))
    for column, place in zip(columns, places, strict=True):
        parts.append(_arrow(fork, top, place))
        parts.append(_moved(column.svg, place, top))
        if column.goes_on:
            parts.append(_plain_line(top + column.height, foot, place))
    joined = [place for column, place in zip(columns, places, strict=True) if column.goes_on]
    if joined:
        parts.append(_level(foot, min(0, *joined), max(0, *joined)))
    return _Block(
        left=max(head.left, total / 2),
        right=max(head.right, total / 2),
        height=foot,
        svg="".join(parts),
        goes_on=bool(joined),
    )


def _moved(svg: str, x: float, y: float) -> str:
    return f'<g transform="translate({_f(x)} {_f(y)})">{svg}</g>' if x or y else svg


def _arrow(top: float, bottom: float, x: float = 0) -> str:
    return f'<path class="line" d="M{_f(x)} {_f(top)}V{_f(bottom - 1)}" marker-end="url(#arrow)"/>'


def _plain_line(top: float, bottom: float, x: float = 0) -> str:
    return f'<path class="line" d="M{_f(x)} {_f(top)}V{_f(bottom)}"/>'


def _level(y: float, left: float, right: float) -> str:
    return f'<path class="line" d="M{_f(left)} {_f(y)}H{_f(right)}"/>'


def _text(lines: Sequence[str], x: float, y: float, kind: str = "", step: int = _LINE) -> str:
    if not lines:
        return ""
    named = f' class="{kind}"' if kind else ""
    spans = "".join(
        f'<tspan x="{_f(x)}" y="{_f(y + number * step)}">{escape(line)}</tspan>' for number, line in enumerate(lines)
    )
    return f"<text{named}>{spans}</text>"


def wrapped(text: str, room: float, size: int) -> list[str]:
    """Lines that fit; a word that is too long is broken."""
    lines, line = [], ""
    for word in text.split():
        for piece in _pieces(word, room, size):
            glued = f"{line} {piece}" if line else piece
            if line and width(glued, size) > room:
                lines.append(line)
                line = piece
            else:
                line = glued
    return [*lines, line] if line else lines or [""]


def _pieces(word: str, room: float, size: int) -> Iterator[str]:
    while width(word, size) > room:
        cut = next(end for end in range(len(word) - 1, 0, -1) if end == 1 or width(word[:end], size) <= room)
        nice = max(word.rfind(sign, 0, cut) for sign in "-_/.,") + 1
        cut = nice if nice > cut // 2 else cut
        yield word[:cut]
        word = word[cut:]
    yield word


def width(text: str, size: int) -> float:
    """About how wide it is, in pixels: fonts differ, so a little more than most need."""
    return sum(_WIDTHS.get(sign, 0.68 if sign.isupper() else 0.57) for sign in text) * size


_WIDTHS = dict.fromkeys("iljI.,:;'|!·’", 0.29) | dict.fromkeys("ftr()[]-/“”„ ", 0.36) | dict.fromkeys("mwMW@%—…", 0.88)
_QUOTES = {'"': "&quot;"}


def _f(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


_STYLE = """
.journey-picture{--page:#f3f0e9;--card:#fff;--edge:#ddd5c6;--ink:#22333a;--quiet:#586569;--line:#8b979a;\
--wait:#a87b1d;--send:#12606b;--choice:#6b4fa0;--change:#3a7d44;--end:#a3321a;--other:#586569;\
--pill:#12343b;--on-pill:#fffaf0;--way:#ece6d9;--here:#b03a0b;--on-here:#fff}
@media(prefers-color-scheme:dark){.journey-picture{--page:#0e1517;--card:#1a2629;--edge:#33454a;--ink:#e9e6df;\
--quiet:#a8b5b8;--line:#74868b;--wait:#e5b95c;--send:#6cc4d0;--choice:#b9a0ea;--change:#8fd3ae;--end:#f5a58e;\
--other:#a8b5b8;--pill:#1d4a54;--on-pill:#fffaf0;--way:#2a3a3e;--here:#f0a06c;--on-here:#1c1207}}
.journey-picture{font:14px -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
.journey-picture .page{fill:var(--page)}
.journey-picture text{fill:var(--ink)}
.journey-picture .name{font-size:22px;font-weight:600}
.journey-picture .about{font-size:13px;fill:var(--quiet)}
.journey-picture .middle{text-anchor:middle}
.journey-picture .kind{font-size:12px;fill:var(--quiet)}
.journey-picture .step>rect:first-child{fill:var(--card);stroke:var(--edge)}
.journey-picture .wait .mark{fill:var(--wait)}
.journey-picture .send .mark{fill:var(--send)}
.journey-picture .choice .mark{fill:var(--choice)}
.journey-picture .change .mark{fill:var(--change)}
.journey-picture .end .mark{fill:var(--end)}
.journey-picture .other .mark{fill:var(--other)}
.journey-picture .wait .kind{fill:var(--wait)}
.journey-picture .send .kind{fill:var(--send)}
.journey-picture .choice .kind{fill:var(--choice)}
.journey-picture .change .kind{fill:var(--change)}
.journey-picture .end .kind{fill:var(--end)}
.journey-picture .pill rect{fill:var(--pill)}
.journey-picture .pill text{fill:var(--on-pill)}
.journey-picture .way rect{fill:var(--way)}
.journey-picture .way text{font-size:13px}
.journey-picture .here rect{fill:var(--here)}
.journey-picture .here text{font-size:12px;font-weight:600;fill:var(--on-here);text-anchor:middle}
.journey-picture .line{fill:none;stroke:var(--line);stroke-width:1.5}
.journey-picture .back{stroke-dasharray:5 4}
.journey-picture .tip{fill:var(--line)}
"""
