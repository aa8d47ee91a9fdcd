"""MJML with Jinja in it: checked, and compiled so that the Jinja is still there afterwards.

The MJML compiler knows nothing of Jinja, accepts unknown tags in silence and drops the rest of a text after a bare
``&``. So Jinja is hidden from it behind plain words, and the structure is checked here, where the line is known.
"""

import re
from collections.abc import Mapping
from html.entities import html5

import mjml

from leadwell.errors import Refused

_JINJA = re.compile(
    r"""\{\#.*?\#\} | \{%(?:"[^"]*"|'[^']*'|[^"'])*?%\} | \{\{(?:"[^"]*"|'[^']*'|[^"'])*?\}\}""", re.DOTALL | re.VERBOSE
)
_TAG = re.compile(r"""<(/?)([a-zA-Z][\w:-]*)((?:"[^"]*"|'[^']*'|[^"'<>])*?)(/?)>""")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_AMPERSAND = re.compile(r"&(?!#\d+;|#x[0-9a-fA-F]+;|([a-zA-Z][a-zA-Z0-9]*;))")
_NAMED = re.compile(r"&([a-zA-Z][a-zA-Z0-9]*;)")
_STYLE = re.compile(r"(<mj-style[^>]*>)(.*?)(</mj-style>)", re.DOTALL)
_WORD = re.compile(r'lwj(\d+)x(?:="")?')
_ADDRESS = re.compile(r'((?:href|src|background)=")lwj(\d+)x(?=")')


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VOID = _words("area base br col embed hr img input link meta source track wbr")
# Tags whose content the compiler copies as it stands: Jinja may stand anywhere in it.
_COPIED = _words(
    "mj-text mj-button mj-table mj-raw mj-title mj-preview mj-style mj-accordion-title mj-accordion-text "
    "mj-navbar-link mj-social-element"
)
_BLOCKS = _words(
    "mj-text mj-button mj-image mj-divider mj-spacer mj-table mj-social mj-navbar mj-accordion mj-carousel"
)
_COLUMNS = frozenset({"mj-column", "mj-hero"})
_OTHERS = _words(
    "mjml mj-head mj-body mj-section mj-wrapper mj-group mj-attributes mj-all mj-class mj-font mj-breakpoint "
    "mj-html-attributes mj-html-attribute mj-selector mj-carousel-image mj-accordion-element mj-include"
)
_KNOWN = _BLOCKS | _COLUMNS | _OTHERS | _COPIED


def masked(text: str) -> str:
    """The text with every Jinja expression blotted out, each character where it was."""
    return _JINJA.sub(lambda found: re.sub(r"[^\n]", "·", found.group()), text)


def check_tags(text: str, file: str, first_line: int = 1, around: str = "") -> None:
    """Checks a text that will stand inside the MJML tag ``around``.

    Raises Refused, naming file and line, for a tag that is unknown, unclosed, closed twice or in the wrong place, for a
    ``<`` that begins no tag, and for text outside the tags that show text: the compiler would drop it.
    """
    bare = _COMMENT.sub(_blotted, _STYLE.sub(lambda m: m[1] + _blotted(m[2]) + m[3], masked(text)))
    stack: list[tuple[str, int]] = []
    end = 0
    for found in _TAG.finditer(bare):
        line = first_line + bare.count("\n", 0, found.start())
        _no_stray_bracket(bare[end : found.start()], file, first_line + bare.count("\n", 0, end))
        if not _shows_text(stack, around):
            _no_stray_text(bare[end : found.start()], file, first_line + bare.count("\n", 0, end))
        end = found.end()
        closing, name, attributes, selfclosing = found.groups()
        name = name.lower()
        _no_twins(attributes, name, f"{file}, line {line}")
        if closing:
            _close(stack, name, file, line)
            continue
        inside = next((tag for tag, _ in reversed(stack) if tag.startswith("mj")), around)
        if name.startswith("mj"):
            _placed(name, inside, file, line)
        if not selfclosing and name not in _VOID:
            stack.append((name, line))
    _no_stray_bracket(bare[end:], file, first_line + bare.count("\n", 0, end))
    if not _shows_text(stack, around):
        _no_stray_text(bare[end:], file, first_line + bare.count("\n", 0, end))
    if stack:
        name, line = stack[-1]
        raise Refused(f"<{name}> is never closed; add </{name}>", f"{file}, line {line}")


def html_from(document: str, styles: Mapping[str, str], file: str) -> str:
    """A whole MJML document → HTML in which the Jinja stands where it stood.

    Plain tags (``<p>``, ``<h1>``) get the inline style given for them: mail programs drop style sheets, but not these.
    A link or picture whose address is one Jinja expression is passed through the filter ``link``, so that data cannot
    bring in ``javascript:``. Raises Refused with the compiler's own words when it gives up.
    """
    hidden, expressions = _hidden(document)
    try:
        html = mjml.mjml2html(_escaped(hidden), disable_comments=True)
    except ValueError as error:
        message = f"MJML gives up ({error}): close every tag, give every attribute a value in double quotes"
        raise Refused(message, file) from error
    html = _styled(html, styles)
    html = _ADDRESS.sub(lambda found: found[1] + _as_link(expressions[int(found[2])]), html)
    return _WORD.sub(lambda found: expressions[int(found[1])], html)


def _styled(html: str, styles: Mapping[str, str]) -> str:
    if not styles:
        return html
    plain = re.compile(rf"<({'|'.join(map(re.escape, styles))})((?:\s[^<>]*)?)>")

    def with_style(found: re.Match[str]) -> str:
        tag, attributes = found.groups()
        return found.group() if "style=" in attributes else f'<{tag} style="{styles[tag]}"{attributes}>'

    return plain.sub(with_style, html)


def _hidden(document: str) -> tuple[str, list[str]]:
    """Replaces each Jinja expression by a word, inside ``mj-raw`` where only tags may stand."""
    expressions: list[str] = []
    bare = _COMMENT.sub(_blotted, masked(document))
    opened: list[str] = []
    pieces: list[str] = []
    end = 0
    for found in _JINJA.finditer(document):
        for tag in _TAG.finditer(bare, end, found.start()):
            closing, name, _, selfclosing = tag.groups()
            if name.startswith("mj") and not selfclosing:
                if closing and opened:
                    opened.pop()
                elif not closing:
                    opened.append(name)
        pieces.append(document[end : found.start()])
        end = found.end()
        if found.group().startswith("{#"):
            continue
        expressions.append(found.group())
        word = f"lwj{len(expressions) - 1}x"
        tag_start = bare.rfind("<", 0, found.start())
        if tag_start > bare.rfind(">", 0, found.start()):
            in_value = bare.count('"', tag_start, found.start()) % 2 == 1
            pieces.append(word if in_value else f' {word}="" ')
        else:
            between_tags = bool(opened) and opened[-1] not in _COPIED
            pieces.append(f"<mj-raw>{word}</mj-raw>" if between_tags else word)
    return "".join(pieces) + document[end:], expressions


def _as_link(expression: str) -> str:
    if not expression.startswith("{{"):
        return expression
    return "{{ (" + expression[2:-2].strip("-+ \n\t") + ") | link }}"


def _escaped(document: str) -> str:
    def named(found: re.Match[str]) -> str:
        return found.group() if found[1] in html5 else "&amp;" + found[1]

    styles: list[str] = []

    def kept(found: re.Match[str]) -> str:
        styles.append(found.group())
        return f"\0{len(styles) - 1}\0"

    text = _NAMED.sub(named, _AMPERSAND.sub("&amp;", _STYLE.sub(kept, document)))
    return re.sub("\0(\\d+)\0", lambda found: styles[int(found[1])], text)


def _blotted(found: "re.Match[str] | str") -> str:
    return re.sub(r"[^\n]", "·", found if isinstance(found, str) else found.group())


def _no_stray_bracket(text: str, file: str, line: int) -> None:
    if "<" in text:
        where = f"{file}, line {line + text[: text.index('<')].count(chr(10))}"
        raise Refused("a < begins no tag here; write &lt; for the sign, or complete the tag", where)


def _shows_text(stack: list[tuple[str, int]], around: str) -> bool:
    inside = next((tag for tag, _ in reversed(stack) if tag.startswith("mj")), around)
    return inside in _COPIED


def _no_stray_text(text: str, file: str, line: int) -> None:
    if found := re.search(r"[^\s·]", text):
        where = f"{file}, line {line + text.count(chr(10), 0, found.start())}"
        raise Refused("text stands outside <mj-text> here and would not be shown; put it inside", where)


def _no_twins(attributes: str, name: str, where: str) -> None:
    # The compiler would keep only the last, whatever Jinja condition stands around them.
    names = re.findall(r"""([\w:-]+)\s*=\s*(?:"[^"]*"|'[^']*')""", attributes)
    if twins := {attribute for attribute in names if names.count(attribute) > 1}:
        raise Refused(f"<{name}> has {min(twins)} twice; put the condition inside one value", where)


def _close(stack: list[tuple[str, int]], name: str, file: str, line: int) -> None:
    if name in _VOID:
        return
    if not stack:
        raise Refused(f"</{name}> closes nothing; remove it or add <{name}> before", f"{file}, line {line}")
    opened, since = stack.pop()
    if opened != name:
        message = f"</{name}> stands where </{opened}> (opened in line {since}) is expected"
        raise Refused(message, f"{file}, line {line}")


def _placed(name: str, inside: str, file: str, line: int) -> None:
    where = f"{file}, line {line}"
    if name not in _KNOWN:
        raise Refused(f"there is no MJML tag <{name}>; see https://documentation.mjml.io/#components", where)
    if inside in _COPIED:
        raise Refused(f"<{name}> cannot stand inside <{inside}>; close </{inside}> first", where)
    if inside == "mj-attributes":
        return
    if name in _BLOCKS and inside not in _COLUMNS:
        raise Refused(f"<{name}> belongs into <mj-section><mj-column>…</mj-column></mj-section>", where)
    if name == "mj-column" and inside not in {"mj-section", "mj-group"}:
        raise Refused("<mj-column> belongs into <mj-section>", where)
