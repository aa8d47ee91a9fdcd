"""Files that come with a mail as links: named under ``files:`` of its settings, each a download that is published.

files: [price-list]

    {% for file in files %}<p><a href="{{ file.url }}">{{ file.title }}</a> ({{ file.size }})</p>{% endfor %}

or ``<mj-include path="blocks/files.mjml" />``. A link is the contact's own, holds as long as the download says, leads
to a button, and whoever presses it has downloaded the file.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from leadwell.messaging.rendering.locales import choose_locale

_UNITS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB"))
_SAMPLE_SIZE = 2_400_000


def sample_files(names: Iterable[str]) -> list[dict[str, str]]:
    """What a mail is tried with."""
    return [
        {
            "name": name,
            "title": name.replace("-", " ").capitalize(),
            "size": size_text(_SAMPLE_SIZE, "en"),
            "url": f"https://news.example.com/p/d/sample-{name}",
        }
        for name in names
    ]


def files_of(downloads: Sequence[Mapping[str, Any]], locale: str, link: Callable[[str], str]) -> list[dict[str, str]]:
    """What a template sees of published downloads; ``link`` makes the address for a name."""
    return [
        {
            "name": one["name"],
            "title": _in(one["title"], locale),
            "size": size_text(one.get("size", 0), locale),
            "url": link(one["name"]),
        }
        for one in downloads
    ]


def size_text(size: int, locale: str) -> str:
    """``2.4 MB``, in German ``2,4 MB``; empty where nobody knows."""
    if not size:
        return ""
    for unit, name in _UNITS:
        if size >= unit or unit == 1_000:
            number = f"{size / unit:.1f}" if size < 10 * unit else f"{size / unit:.0f}"
            number = number.removesuffix(".0")
            return f"{number.replace('.', ',') if locale.startswith('de') else number} {name}"
    return ""


def _in(title: Any, locale: str) -> str:
    if isinstance(title, str):
        return title
    return str(title[choose_locale(title, locale, "en")])
