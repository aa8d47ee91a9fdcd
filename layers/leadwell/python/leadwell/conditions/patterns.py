"""Regular expressions that cannot keep a worker busy: what marketers write runs on every event.

RE2 takes time in proportion to the text, whatever the pattern; it has no look-ahead and no references to groups.
"""

from collections.abc import Callable
from functools import lru_cache

LONGEST_PATTERN = 200
_MOST_MEMORY = 1 << 20
"""Bytes that a compiled pattern may take."""


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """A search for the pattern. Raises ValueError that says what is wrong with it."""
    import re2  # only for those who use it

    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"a regular expression may have {LONGEST_PATTERN} characters")
    options = re2.Options()
    options.max_mem = _MOST_MEMORY
    options.log_errors = False
    try:
        search = re2.compile(pattern, options).search
    except re2.error as error:
        raise ValueError(f"{pattern!r} is no regular expression here: {_text(error)}") from error

    def found(text: str) -> bool:
        try:
            return search(text) is not None
        except UnicodeEncodeError:  # half a character
            return False

    return found


def _text(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
