"""The comparison as a picture: ROC curves and lift of both models, in SVG that needs nothing beside itself."""

from collections.abc import Iterator, Sequence
from html import escape

from leadwell.scoring.replay.comparing import Comparison
from leadwell.scoring.replay.separation import TENTHS, Estimate, Separation

_WIDTH, _HEIGHT = 1000, 590
_TOP, _SIDE = 158, 340
_LEFT_ROC, _LEFT_LIFT, _WIDE_LIFT = 72, 515, 412
_OLD, _NEW = "#8a94a6", "#2458d3"
_INK, _QUIET, _GRID = "#1b2433", "#5b6575", "#e4e8ee"
_STYLE = (
    "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;font-size:13px}"
    f".title{{font-size:20px;font-weight:600;fill:{_INK}}}"
    f".head{{font-size:14px;font-weight:600;fill:{_INK}}}"
    f".small{{font-size:12px;fill:{_QUIET}}}"
    f".key{{fill:{_INK}}}"
)


def picture(comparison: Comparison, title: str, subtitles: Sequence[str], old: str, new: str) -> str:
    """``old`` and ``new`` name the models."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">',
        f"<style>{_STYLE}</style>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        _text(_LEFT_ROC - 40, 42, title, "title"),
        *(_text(_LEFT_ROC - 40, 66 + 19 * line, text, "small") for line, text in enumerate(subtitles)),
        *_roc(comparison),
        *_key(comparison, old, new),
        *_lift(comparison, old, new),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _roc(comparison: Comparison) -> Iterator[str]:
    yield _text(_LEFT_ROC, _TOP - 18, "Who has a score this high (ROC curve)", "head")
    for step in range(6):
        share = step / 5
        x, y = _roc_point(share, share)
        yield _line(x, _TOP, x, _TOP + _SIDE, _GRID)
        yield _line(_LEFT_ROC, y, _LEFT_ROC + _SIDE, y, _GRID)
        yield _text(x, _TOP + _SIDE + 18, f"{share:.0%}", "small", "middle")
        yield _text(_LEFT_ROC - 8, y + 4, f"{share:.0%}", "small", "end")
    yield _line(*_roc_point(0, 0), *_roc_point(1, 1), "#b6bfcc", 'stroke-dasharray="4 4"')
    for separation, color in ((comparison.old.separation, _OLD), (comparison.new.separation, _NEW)):
        yield from _curve(separation, color)
    middle = _LEFT_ROC + _SIDE / 2
    yield _text(middle, _TOP + _SIDE + 40, "of those who did not convert", "small", "middle")
    x = _LEFT_ROC - 50
    turned = f'transform="rotate(-90 {x} {_TOP + _SIDE / 2:g})"'
    yield _text(x, _TOP + _SIDE / 2, "of those who converted", "small", "middle", turned)


def _key(comparison: Comparison, old: str, new: str) -> Iterator[str]:
    """In the corner that a curve worth having leaves free."""
    marked = any(one.separation.at_threshold for one in (comparison.old, comparison.new))
    lines = 4 if marked else 3
    left, top = _LEFT_ROC + 128, _TOP + _SIDE - 22 * lines - 10
    yield f'<rect x="{left}" y="{top}" width="204" height="{22 * lines + 2}" rx="6" fill="#ffffff" opacity="0.92"/>'
    yield _text(left + 27, top + 18, "area under the curve", "small")
    for line, (name, verdict, color) in enumerate(((old, comparison.old, _OLD), (new, comparison.new, _NEW)), 1):
        y = top + 18 + 22 * line
        yield f'<circle cx="{left + 13}" cy="{y - 4}" r="5" fill="{color}"/>'
        yield _text(left + 27, y, f"{name} {_area(verdict.separation.auc)}", "key")
    if marked:
        y = top + 18 + 22 * 3
        yield f'<circle cx="{left + 13}" cy="{y - 4}" r="5" fill="#ffffff" stroke="{_QUIET}" stroke-width="2"/>'
        yield _text(left + 27, y, "where it hands over", "small")


def _curve(separation: Separation, color: str) -> Iterator[str]:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (_roc_point(*one) for one in separation.curve))
    yield f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2.5" stroke-linejoin="round"/>'
    if separation.at_threshold is not None:
        x, y = _roc_point(*separation.at_threshold)
        yield (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="#ffffff" stroke="{color}" stroke-width="2.5">'
            "<title>at the threshold</title></circle>"
        )


def _lift(comparison: Comparison, old: str, new: str) -> Iterator[str]:
    lifts = comparison.old.separation.lift, comparison.new.separation.lift
    highest, step = _axis(max(*lifts[0], *lifts[1]))
    yield _text(_LEFT_LIFT, _TOP - 18, "Conversions compared with the average (lift)", "head")
    bottom = _TOP + _SIDE
    for number in range(round(highest / step) + 1):
        y = bottom - number * step / highest * _SIDE
        yield _line(_LEFT_LIFT, y, _LEFT_LIFT + _WIDE_LIFT, y, _GRID)
        yield _text(_LEFT_LIFT - 8, y + 4, f"{number * step:g}×", "small", "end")
    band = _WIDE_LIFT / TENTHS
    for tenth in range(TENTHS):
        for place, (values, color) in enumerate(zip(lifts, (_OLD, _NEW), strict=True)):
            x, tall = _LEFT_LIFT + band * tenth + 5 + place * (band - 10) / 2, values[tenth] / highest * _SIDE
            yield (
                f'<rect x="{x:.1f}" y="{bottom - tall:.1f}" width="{(band - 12) / 2:.1f}" height="{tall:.1f}" '
                f'fill="{color}"><title>{values[tenth]:.2f}×</title></rect>'
            )
        yield _text(_LEFT_LIFT + band * (tenth + 0.5), bottom + 18, str(tenth + 1), "small", "middle")
    y = bottom - _SIDE / highest
    yield _line(_LEFT_LIFT, y, _LEFT_LIFT + _WIDE_LIFT, y, _QUIET, 'stroke-dasharray="4 4"')
    yield _text(_LEFT_LIFT + _WIDE_LIFT + 7, y + 4, "average", "small")
    middle = _LEFT_LIFT + _WIDE_LIFT / 2
    yield _text(middle, bottom + 40, "tenths of the contacts, best scores first", "small", "middle")
    # Below: over the bars it would be in the way of some.
    for place, (name, color) in enumerate(((old, _OLD), (new, _NEW))):
        x = middle - 92 + 100 * place
        yield f'<rect x="{x}" y="{bottom + 59}" width="11" height="11" rx="2" fill="{color}"/>'
        yield _text(x + 18, bottom + 69, name, "key")


def _axis(most: float) -> tuple[float, float]:
    """(where the axis ends, its step) above a value of at least 1."""
    step = next(step for step in (0.5, 1.0, 2.0) if most / step <= 5 or step == 2.0)
    return step * (most // step + 1), step


def _area(estimate: Estimate) -> str:
    return f"{estimate.value:.2f} ({estimate.low:.2f}–{estimate.high:.2f})"


def _roc_point(others: float, found: float) -> tuple[float, float]:
    return _LEFT_ROC + others * _SIDE, _TOP + _SIDE - found * _SIDE


def _line(x1: float, y1: float, x2: float, y2: float, color: str, more: str = "") -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" {more}/>'


def _text(x: float, y: float, text: str, style: str, anchor: str = "start", more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}" {more}>{escape(text)}</text>'
